"""Who goes next, with no network and no clock: limits are kept whatever the order of arrival."""

from __future__ import annotations

import random

from bot.chat.line.pace import Lines, Pace
from storage.post.dispatch import Letter
from storage.post.outbox import Priority


def letter(
    number: int, chat_id: int = 1, priority: Priority = Priority.REPLY, card: str | None = None
) -> Letter:
    return Letter(number, chat_id, "sendMessage", {"text": str(number)}, priority, card, False, None, 0)


def test_the_more_urgent_goes_first_and_then_the_older() -> None:
    lines = Lines(Pace())
    for number, priority in enumerate((Priority.REMINDER, Priority.REPLY, Priority.TOAST, Priority.REPLY)):
        lines.add(letter(number, number, priority), 0.0)

    taken = [lines.take(0.0) for _ in range(4)]

    assert [2, 1, 3, 0] == [one.id for one in taken if one]


def test_a_chat_has_one_letter_on_its_way_at_a_time() -> None:
    lines = Lines(Pace())
    first, second = letter(1), letter(2)
    lines.add(first, 0.0)
    lines.add(second, 0.0)

    assert first is lines.take(0.0)
    assert lines.take(0.0) is None
    lines.finish(first, 0.0)
    assert second is lines.take(0.0)


def test_the_answer_to_a_tap_does_not_wait_for_the_chats_messages() -> None:
    lines = Lines(Pace())
    lines.add(letter(1), 0.0)
    lines.take(0.0)
    toast = letter(2, priority=Priority.TOAST)
    lines.add(toast, 0.0)

    assert toast is lines.take(0.0)


def test_no_second_ever_holds_more_than_thirty_and_nothing_starves() -> None:
    dice = random.Random(3)  # noqa: S311 - a fixed order for a test
    lines = Lines(Pace(chat_burst=5))
    for number in range(300):
        lines.add(letter(number, dice.randrange(60), dice.choice(list(Priority)[1:])), 0.0)
    now, sent = 0.0, []
    while len(lines):
        one = lines.take(now)
        if one is None:
            wait = lines.wait(now)
            assert wait is not None
            now += max(wait, 0.001)
        else:
            sent.append((now, one.chat_id))
            lines.finish(one, now)

    assert 300 == len(sent)
    assert all(sum(at <= other < at + 1 for other, _ in sent) <= 31 for at, _ in sent)
    for chat in range(60):
        times = [at for at, whose in sent if whose == chat]
        assert all(sum(at <= other < at + 10 for other in times) <= 15 for at in times)


def test_a_put_back_letter_gives_way_to_a_newer_state_of_its_card() -> None:
    lines = Lines(Pace())
    old, new = letter(1, card="form"), letter(2, card="form")
    lines.add(old, 0.0)
    lines.take(0.0)
    lines.add(new, 0.0)

    assert old is lines.put_back(old, 0.0, 3.0)
    assert lines.take(2.9) is None
    assert new is lines.take(3.1)


def test_what_waits_for_a_chat_can_be_dropped() -> None:
    lines = Lines(Pace())
    lines.add(letter(1), 0.0)
    lines.add(letter(2, 2), 0.0)

    assert [1] == [one.id for one in lines.drop(1)]
    assert 1 == len(lines)
    taken = lines.take(0.0)
    assert taken is not None
    assert 2 == taken.id
