"""What a use case wrote into the outbox reaches Telegram once, in order, at Telegram's pace."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat.line.delivery import Delivery, Hooks, Pace
from storage.errors import NotFound
from storage.post import outbox
from storage.post.outbox import Priority
from storage.tables import mail
from tests.transport.conftest import FAST
from tests.transport.fake_api import DROP, Answer, Call, FakeApi, body_of, refusal, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.chat.line.api import BotApi
    from storage.core.transaction import Transaction
    from storage.database import Database
    from storage.post.dispatch import Letter
    from tests.clock import FakeClock

pytestmark = pytest.mark.slow


def say(
    tx: Transaction,
    text: str,
    chat_id: int = 1,
    *,
    priority: Priority = Priority.REPLY,
    card: str | None = None,
    repost: bool = False,
    key: str | None = None,
    not_before: datetime | None = None,
) -> None:
    outbox.put(
        tx,
        chat_id=chat_id,
        method="sendMessage",
        payload={"text": text},
        priority=priority,
        card=card,
        repost=repost,
        key=key,
        not_before=not_before,
    )


def states(database: Database) -> list[str]:
    return list(
        database.transact(
            lambda tx: tx.connection.scalars(select(mail.outbox.c.state).order_by(mail.outbox.c.id)).all()
        )
    )


def once(answer: Answer, method: str = "sendMessage") -> Callable[[Call], Answer]:
    """Give `answer` to the first call of a method, the usual one afterwards."""
    seen: list[Call] = []

    def script(call: Call) -> Answer:
        if call.method != method or seen:
            return None
        seen.append(call)
        return answer

    return script


async def test_what_was_put_is_sent_and_what_was_refused_is_not(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    def refuse(tx: Transaction) -> None:
        say(tx, "never")
        raise NotFound

    await database.run(say, "hello")
    with pytest.raises(NotFound):
        await database.run(refuse)
    await delivery.drained()

    assert ["hello"] == [call.parameters["text"] for call in fake.of("sendMessage")]
    assert ["SENT"] == states(database)


async def test_what_was_said_is_no_longer_kept_in_the_outbox(database: Database, delivery: Delivery) -> None:
    await database.run(say, "canary")
    await delivery.drained()

    kept = await database.run(lambda tx: tx.connection.scalar(select(mail.outbox.c.payload)))

    assert kept is None


async def test_the_same_key_is_said_once(database: Database, delivery: Delivery, fake: FakeApi) -> None:
    for _ in range(3):
        await database.run(say, "once", key="reminder:1")
    await delivery.drained()

    assert 1 == len(fake.of("sendMessage"))


async def test_a_card_is_sent_once_and_then_edited_in_place(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    for text in ("one", "two", "three"):
        await database.run(say, text, card="form")
        await delivery.drained()

    assert ["sendMessage", "editMessageText", "editMessageText"] == [call.method for call in fake.calls]
    assert [101, 101] == [call.parameters["message_id"] for call in fake.of("editMessageText")]


async def test_a_reposted_card_stands_at_the_bottom_and_the_old_one_is_gone(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(say, "one", card="form")
    await delivery.drained()
    await database.run(say, "two", card="form", repost=True)
    await delivery.drained()
    await database.run(say, "three", card="form")
    await delivery.drained()

    assert [101] == [call.parameters["message_id"] for call in fake.of("deleteMessage")]
    assert [102] == [call.parameters["message_id"] for call in fake.of("editMessageText")]


async def test_a_card_whose_message_vanished_is_sent_anew(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(say, "one", card="form")
    await delivery.drained()
    fake.script = once(refusal(400, "Bad Request: message to edit not found"), "editMessageText")
    await database.run(say, "two", card="form")
    await delivery.drained()
    await database.run(say, "three", card="form")
    await delivery.drained()

    assert ["one", "two"] == [call.parameters["text"] for call in fake.of("sendMessage")]
    assert 102 == fake.of("editMessageText")[-1].parameters["message_id"]


async def test_an_edit_that_changes_nothing_is_a_success(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(say, "one", card="form")
    await delivery.drained()
    fake.script = once(refusal(400, "Bad Request: message is not modified: …"), "editMessageText")
    await database.run(say, "one", card="form")
    await delivery.drained()

    assert ["SENT", "SENT"] == states(database)
    assert 1 == len(fake.of("sendMessage"))


async def test_a_newer_state_of_a_card_replaces_one_that_has_not_left(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.latency_seconds = 0.1

    def five(tx: Transaction) -> None:
        for number in range(5):
            say(tx, str(number), card="form")

    await database.run(five)
    await delivery.drained()

    texts = [call.parameters["text"] for call in fake.of("sendMessage", "editMessageText")]
    assert "4" == texts[-1]
    assert len(texts) <= 2
    assert 3 <= states(database).count("REPLACED")


async def test_a_chats_messages_arrive_in_the_order_they_were_put(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.latency_seconds = 0.005
    expected = {chat: [f"{chat}-{number}" for number in range(10)] for chat in range(1, 21)}
    for number in range(10):
        await asyncio.gather(*(database.run(say, f"{chat}-{number}", chat) for chat in expected))
    await delivery.drained()

    for chat, texts in expected.items():
        assert texts == [call.parameters["text"] for call in fake.of("sendMessage") if call.chat_id == chat]


async def test_different_chats_are_served_side_by_side(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.latency_seconds = 0.2
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(database.run(say, "hi", chat) for chat in range(1, 41)))
    await delivery.drained()

    assert asyncio.get_running_loop().time() - started < 2.0


async def test_an_answer_goes_ahead_of_a_flood_of_reminders_at_telegrams_pace(
    sqlite_database: Database, api: BotApi, fake: FakeApi
) -> None:
    delivery = Delivery(sqlite_database, api, pace=Pace(overall_per_second=25))
    await delivery.start()

    def flood(tx: Transaction) -> None:
        for chat in range(1_000, 1_100):
            say(tx, "reminder", chat, priority=Priority.REMINDER)

    await sqlite_database.run(flood)
    await asyncio.sleep(0.5)
    asked = asyncio.get_running_loop().time()
    await sqlite_database.run(say, "answer", 7)
    await until(lambda: any(call.chat_id == 7 for call in fake.of("sendMessage")))
    answered = asyncio.get_running_loop().time()
    await delivery.drained()
    await delivery.stop()

    times = [call.at for call in fake.of("sendMessage")]
    assert answered - asked < 1.0
    assert 101 == len({call.chat_id for call in fake.of("sendMessage")}) == len(times)
    assert all(sum(start <= at < start + 1 for at in times) <= 31 for start in times)


async def test_one_chat_gets_a_short_burst_and_then_one_a_second(
    sqlite_database: Database, api: BotApi, fake: FakeApi
) -> None:
    delivery = Delivery(sqlite_database, api, pace=Pace(chat_burst=5))
    await delivery.start()

    def many(tx: Transaction) -> None:
        for number in range(7):
            say(tx, str(number))

    await sqlite_database.run(many)
    await delivery.drained()
    await delivery.stop()

    times = [call.at for call in fake.of("sendMessage")]
    assert times[4] - times[0] < 0.9
    assert 1.5 < times[6] - times[0] < 4


async def test_too_many_requests_pauses_that_chat_and_loses_nothing(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.script = once(refusal(429, "Too Many Requests: retry after 1", retry_after=1))
    await database.run(say, "again", 1)
    await delivery.drained()

    first, second = fake.of("sendMessage")
    assert ["again", "again"] == [first.parameters["text"], second.parameters["text"]]
    assert second.at - first.at >= 0.99
    assert ["SENT"] == states(database)


async def test_a_person_who_blocked_the_bot_is_reported_once_and_their_rest_is_dropped(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    blocked: list[int] = []

    async def on_blocked(chat_id: int) -> None:
        blocked.append(chat_id)

    fake.latency_seconds = 0.05
    fake.script = lambda call: (
        refusal(403, "Forbidden: bot was blocked by the user")
        if call.parameters.get("chat_id") == 1
        else None
    )
    delivery = Delivery(database, api, pace=FAST, hooks=Hooks(on_blocked=on_blocked))
    await delivery.start()

    def three(tx: Transaction) -> None:
        for _ in range(3):
            say(tx, "hi", 1)
        say(tx, "hi", 2)

    await database.run(three)
    await delivery.drained()
    await delivery.stop()

    assert [1] == blocked
    assert 1 == len([call for call in fake.calls if call.chat_id == 1])
    assert ["FAILED", "FAILED", "FAILED", "SENT"] == states(database)


async def test_what_telegram_refuses_is_never_repeated_and_is_told(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    told: list[str] = []

    async def on_refused(_letter: Letter, error: str) -> None:
        told.append(error)

    fake.script = once(refusal(400, "Bad Request: can't parse entities"))
    delivery = Delivery(database, api, pace=FAST, hooks=Hooks(on_refused=on_refused))
    await delivery.start()
    await database.run(say, "<b>bad", 1)
    await database.run(say, "good", 1)
    await delivery.drained()
    await delivery.stop()

    assert ["<b>bad", "good"] == [call.parameters["text"] for call in fake.of("sendMessage")]
    assert ["Bad Request: can't parse entities"] == told
    assert ["FAILED", "SENT"] == states(database)


async def test_what_was_sent_twice_without_an_answer_is_told_as_refused(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    told: list[str] = []

    async def on_refused(_letter: Letter, error: str) -> None:
        told.append(error)

    fake.script = lambda call: DROP if call.method == "sendMessage" else None
    delivery = Delivery(database, api, pace=FAST, hooks=Hooks(on_refused=on_refused))
    await delivery.start()
    await database.run(say, "maybe")
    await delivery.drained()
    await delivery.stop()

    assert ["sent twice, and no answer"] == told


async def test_a_text_whose_sending_nobody_knows_of_is_repeated_once(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.script = once(DROP)
    await database.run(say, "maybe")
    await delivery.drained()

    assert ["maybe", "maybe"] == [call.parameters["text"] for call in fake.of("sendMessage")]
    assert ["SENT"] == states(database)


async def test_a_text_is_never_sent_a_third_time(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.script = lambda call: DROP if call.method == "sendMessage" else None
    await database.run(say, "maybe")
    await delivery.drained()

    assert 2 == len(fake.of("sendMessage"))
    assert ["FAILED"] == states(database)


async def test_an_edit_whose_fate_is_unknown_is_repeated_until_it_is_known(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(say, "one", card="form")
    await delivery.drained()
    fake.script = lambda call: DROP if len(fake.of("editMessageText")) < 3 and "edit" in call.method else None
    await database.run(say, "two", card="form")
    await delivery.drained()

    assert 3 == len(fake.of("editMessageText"))
    assert 1 == len(fake.of("sendMessage"))
    assert ["SENT", "SENT"] == states(database)


async def test_a_gateway_that_fails_for_a_while_loses_nothing_and_doubles_nothing(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    fake.script = lambda _call: "<html>bad gateway</html>" if len(fake.calls) < 3 else None
    for chat in range(3):
        await database.run(say, f"to {chat}", chat)
    await delivery.drained()

    assert ["SENT"] * 3 == states(database)


async def test_the_answer_to_a_tap_is_not_sent_when_it_is_too_late(
    database: Database, clock: FakeClock, api: BotApi, fake: FakeApi
) -> None:
    await database.run(
        outbox.put,
        chat_id=1,
        method="answerCallbackQuery",
        payload={"callback_query_id": "1"},
        priority=Priority.TOAST,
    )
    clock.advance(seconds=31)
    delivery = Delivery(database, api, pace=FAST)
    await delivery.start()
    await delivery.drained()
    await delivery.stop()

    assert [] == fake.calls
    assert ["EXPIRED"] == states(database)


async def test_nothing_is_sent_before_its_time(
    database: Database, clock: FakeClock, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(say, "later", not_before=clock.now + timedelta(hours=1))
    await delivery.drained()
    assert [] == fake.calls

    clock.advance(hours=1)
    await delivery.drained()
    assert ["later"] == [call.parameters["text"] for call in fake.calls]


async def test_a_file_goes_out_with_its_name_and_is_not_kept(
    database: Database, delivery: Delivery, fake: FakeApi
) -> None:
    await database.run(
        outbox.put,
        chat_id=1,
        method="sendDocument",
        payload={"document": {"outbox_file": "table", "filename": "统计.xlsx"}, "caption": "2017"},
        files={"table": b"\x00\xffbytes" * 300_000},
    )
    await delivery.drained()

    assert {"document": ("统计.xlsx", b"\x00\xffbytes" * 300_000)} == fake.calls[0].files
    assert "2017" == fake.calls[0].parameters["caption"]
    assert [] == await database.run(lambda tx: tx.connection.execute(select(mail.outbox_files)).all())


async def test_what_was_unsent_at_the_end_is_sent_by_the_next_process(
    database: Database, clock: FakeClock, api: BotApi, fake: FakeApi
) -> None:
    await database.run(say, "one")
    delivery = Delivery(database, api, pace=FAST)
    await delivery.start()
    await delivery.drained()
    await delivery.stop()
    await database.run(say, "two")
    clock.advance(minutes=2)
    again = Delivery(database, api, pace=FAST)
    await again.start()
    await again.drained()
    await again.stop()

    assert ["one", "two"] == [call.parameters["text"] for call in fake.of("sendMessage")]


@pytest.mark.postgres
async def test_two_senders_on_one_postgresql_send_everything_once_and_in_order(
    postgres_database: Database, api: BotApi, fake: FakeApi
) -> None:
    senders = [Delivery(postgres_database, api, pace=FAST) for _ in range(2)]
    for sender in senders:
        await sender.start()
    for number in range(10):
        await asyncio.gather(*(postgres_database.run(say, f"{chat}-{number}", chat) for chat in range(1, 11)))
    for sender in senders:
        await sender.drained()
    await until(lambda: len(fake.of("sendMessage")) >= 100)
    for sender in senders:
        await sender.stop()

    for chat in range(1, 11):
        texts = [call.parameters["text"] for call in fake.of("sendMessage") if call.chat_id == chat]
        assert [f"{chat}-{number}" for number in range(10)] == texts


async def test_a_jump_of_the_clock_sends_nothing_twice(
    database: Database, clock: FakeClock, delivery: Delivery, fake: FakeApi
) -> None:
    fake.latency_seconds = 0.3
    await database.run(say, "slow")
    await until(lambda: fake.calls)
    clock.advance(days=1)
    await database.run(say, "next", 2)
    await delivery.drained()

    assert ["next", "slow"] == sorted(call.parameters["text"] for call in fake.of("sendMessage"))
    assert "slow" in body_of(fake.calls[0])


PICTURE = {
    "photo": {"draw": "stacked_bars", "figures": {"title": "八周"}},
    "caption": "<b>迟 3</b>",
    "parse_mode": "HTML",
    "reply_markup": {"inline_keyboard": []},
}


async def drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    return f"{kind} of {figures['title']}".encode()


async def not_drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    raise RuntimeError(kind, figures)


async def send_picture(
    database: Database, api: BotApi, draw: Callable[[str, Mapping[str, Any]], Awaitable[bytes]]
) -> None:
    """Have one letter with a picture carried by a delivery that draws like this."""
    await database.run(outbox.put, chat_id=1, method="sendPhoto", payload=PICTURE)
    delivery = Delivery(database, api, pace=FAST, hooks=Hooks(draw=draw))
    await delivery.start()
    await delivery.drained()
    await delivery.stop()


async def test_a_picture_is_drawn_from_its_figures_when_it_is_sent(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    await send_picture(database, api, drawn)
    (call,) = fake.calls
    assert {"photo": ("stacked_bars.png", "stacked_bars of 八周".encode())} == call.files
    assert ("sendPhoto", "<b>迟 3</b>", "HTML") == (
        call.method,
        call.parameters["caption"],
        call.parameters["parse_mode"],
    )
    assert ["SENT"] == states(database)


async def test_where_a_picture_cannot_be_drawn_its_caption_goes_alone(
    database: Database, api: BotApi, fake: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    await send_picture(database, api, not_drawn)
    (call,) = fake.calls
    assert ("sendMessage", "<b>迟 3</b>", "HTML") == (
        call.method,
        call.parameters["text"],
        call.parameters["parse_mode"],
    )
    assert ["SENT"] == states(database)
    assert "could not be drawn" in caplog.text


async def test_a_picture_that_telegram_will_not_have_leaves_its_caption(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    fake.script = once(refusal(400, "Bad Request: IMAGE_PROCESS_FAILED"), "sendPhoto")
    await send_picture(database, api, drawn)
    assert ["sendPhoto", "sendMessage"] == [call.method for call in fake.calls]
    assert ["SENT"] == states(database)


async def test_a_picture_sent_without_an_answer_is_repeated_once_and_drawn_again(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    fake.script = once(DROP, "sendPhoto")
    await send_picture(database, api, drawn)
    sent = fake.of("sendPhoto")
    assert 2 == len(sent)
    assert sent[0].files == sent[1].files
    assert ["SENT"] == states(database)
