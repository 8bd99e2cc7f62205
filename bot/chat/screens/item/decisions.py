"""What officer and chair decide about a due item: take it on, give it to another, give days, close it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.item import card
from bot.chat.screens.item.card import ROUTE
from bot.chat.screens.parts.pages import label, page_of, turning
from bot.reminders import step_words
from bot.texts import formats
from storage import reasons
from storage.codes import FollowupKind
from storage.due import followups
from storage.members import questions
from storage.reporting import drafts
from storage.steps import step_people, step_rows, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

CANDIDATES_A_PAGE = 8
MORE_REASONS = ("ARRANGED", "FAMILY_AWAY", "CADRE_BUSY", "ROAD")
CLOSE_REASONS = ("SEEN", "KNOWN", "TWICE", "ELSEWHERE")
# Purposes of what was asked: a typed sentence is its answer.
DAYS, CLOSE = "due_days", "due_close"
# How far ahead the next of a cycle is looked for.
AHEAD = timedelta(days=400)


def take(talk: Talk, item: DueItem, given: list[str]) -> None:
    """我来处理."""
    del given
    steps.take(talk.tx, talk.person, item.id)
    talk.toast(talk.words.plain("acts.taken"))
    card.show(talk, followups.get(talk.tx, talk.person, item.id))


def assign(talk: Talk, item: DueItem, given: list[str]) -> None:
    """改派: whoever could have it, with what each has open."""
    found = step_people.candidates(talk.tx, talk.person, item.id)
    start = min(page_of(given[0]), max(0, len(found) - 1) // CANDIDATES_A_PAGE) * CANDIDATES_A_PAGE
    buttons = [
        Button(
            label(talk.words.plain("acts.buttons.candidate", name=one.name, count=one.load)),
            pack(ROUTE, "give", item.id, one.person_id),
        )
        for one in found[start : start + CANDIDATES_A_PAGE]
    ]
    turns = turning(
        start // CANDIDATES_A_PAGE,
        more=start + CANDIDATES_A_PAGE < len(found),
        data=lambda page: pack(ROUTE, "assign", item.id, page),
    )
    asked = talk.words.say("acts.assign" if found else "acts.nobody")
    keyboard = [*columns(buttons), turns, [card.back(talk, item)]]
    talk.replace(card.text(talk, item, asked), keyboard)


def give(talk: Talk, item: DueItem, given: list[str]) -> None:
    """Somebody was chosen."""
    steps.reassign(talk.tx, talk.person, item.id, number(given[0]))
    again = followups.get(talk.tx, talk.person, item.id)
    talk.toast(talk.words.plain("acts.given", name=again.assignee_name or ""))
    card.show(talk, again)


def days(talk: Talk, item: DueItem, given: list[str]) -> None:
    """再给 3 天: why? Then it is given."""
    if given[0] in MORE_REASONS:
        talk.toast(_days_given(talk, item, given[0]))
        card.show(talk, followups.get(talk.tx, talk.person, item.id))
        return
    count = card.more_days(talk, item)
    _ask_why(talk, item, DAYS, talk.words.say("acts.days", count=count), MORE_REASONS)


def close(talk: Talk, item: DueItem, given: list[str]) -> None:
    """关闭: why? Then it is asked once more."""
    step_rows.require_decider_over(talk.tx, talk.person, item.household.union_id)
    if given[0] in CLOSE_REASONS:
        questions.forget(talk.tx, talk.person.id)
        talk.replace(_sure_text(talk, item, given[0]), _sure_buttons(talk, item, given[0]))
        return
    _ask_why(talk, item, CLOSE, talk.words.say("acts.close"), CLOSE_REASONS)


def sure(talk: Talk, item: DueItem, given: list[str]) -> None:
    """确定关闭: with the reason of the button, or the one that was typed."""
    reason = given[0] if given[0] in CLOSE_REASONS else _typed_reason(talk, item)
    if not reason:
        talk.toast(talk.words.plain("acts.again"))
        close(talk, item, [""])
        return
    steps.close(talk.tx, talk.person, item.id, reason)
    questions.forget(talk.tx, talk.person.id)
    talk.replace(_closed(talk, item), [_open_file(talk, item)])


def typed_days(talk: Talk, followup_id: int, sentence: str) -> None:
    """The reason for more days was typed."""
    item = followups.get(talk.tx, talk.person, followup_id)
    said = _days_given(talk, item, sentence)
    shown, keyboard = card.draw(talk, followups.get(talk.tx, talk.person, item.id))
    talk.say(f"✓ {said}\n\n{shown}", keyboard)


def typed_close(talk: Talk, followup_id: int, sentence: str) -> None:
    """The reason for closing was typed; it waits with the question until it is confirmed."""
    item = followups.get(talk.tx, talk.person, followup_id)
    step_rows.require_decider_over(talk.tx, talk.person, item.household.union_id)
    reason = reasons.sentence(sentence)
    questions.ask(talk.tx, talk.person.id, f"{CLOSE}:{item.id}:{reason}")
    talk.say(_sure_text(talk, item, reason), _sure_buttons(talk, item, ""))


def _days_given(talk: Talk, item: DueItem, reason: str) -> str:
    questions.forget(talk.tx, talk.person.id)
    count = card.more_days(talk, item)
    until = steps.give_days(talk.tx, talk.person, item.id, reason, count)
    return talk.words.plain("acts.more_days", day=formats.day(talk.words, until, talk.today))


def _ask_why(talk: Talk, item: DueItem, purpose: str, asked: str, reasons: Sequence[str]) -> None:
    step_rows.require_decider_over(talk.tx, talk.person, item.household.union_id)
    kept = _keep_report(talk)
    questions.ask(talk.tx, talk.person.id, f"{purpose}:{item.id}")
    verb = "days" if purpose == DAYS else "close"
    buttons = [Button(step_words.reason(one, talk.words), pack(ROUTE, verb, item.id, one)) for one in reasons]
    lines = [asked, *([kept] if kept else [])]
    talk.replace(card.text(talk, item, *lines), [*columns(buttons), [card.back(talk, item)]])


def _keep_report(talk: Talk) -> str:
    """A report that is being filled would take the sentence: it is kept for later, which is said."""
    row = drafts.active(talk.tx, talk.person.id)
    if row is None:
        return ""
    drafts.keep(talk.tx, row.id)
    report = formats.within(talk.words, talk.words.plain(f"forms.{row.form}.title"))
    return talk.words.say("acts.kept_draft", report=report, name=row.household_name)


def _typed_reason(talk: Talk, item: DueItem) -> str:
    purpose, _, rest = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    about, _, reason = rest.partition(":")
    return reason if (purpose, about) == (CLOSE, str(item.id)) else ""


def _sure_text(talk: Talk, item: DueItem, reason: str) -> str:
    said = step_words.reason(reason, talk.words)
    return card.text(talk, item, talk.words.say("acts.sure", reason=said))


def _sure_buttons(talk: Talk, item: DueItem, reason: str) -> list[list[Button]]:
    sure_ = Button(talk.words.plain("acts.buttons.sure"), pack(ROUTE, "sure", item.id, reason))
    return [[sure_, card.back(talk, item)]]


def _closed(talk: Talk, item: DueItem) -> str:
    """What was closed, and when the next one comes."""
    words = talk.words
    told = words.say(
        "acts.closed",
        what=formats.within(words, words.plain(f"codes.followup.{item.kind}")),
        name=item.household.name,
        file_no=item.household.file_no,
    )
    coming = followups.due(talk.tx, talk.today + AHEAD, household_id=item.household.id)
    after = next((one for one in coming if _purpose(one) == _purpose(item)), None)
    if after is None:
        return f"{told}\n{words.say('acts.closed_none')}"
    what = words.plain(f"codes.followup.{after.kind}")
    return f"{told}\n" + words.say(
        "acts.closed_next", what=what, day=formats.day(words, after.due_on, talk.today)
    )


def _purpose(item: DueItem) -> tuple[str, str | None]:
    """What an item is for: the next of its cycle may be of another kind, but it is for the same."""
    apart = item.kind in (FollowupKind.REVISIT, FollowupKind.REVIEW)
    return (item.kind if apart else FollowupKind.RECHECK), item.aid_id


def _open_file(talk: Talk, item: DueItem) -> list[Button]:
    return [Button(talk.words.plain("chat.buttons.open_file"), pack("file", "open", item.household.id))]
