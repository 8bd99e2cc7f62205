"""One due item opened from a digest or a list: its buttons and where each of them leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.report import conversation
from bot.chat.screens.item import card, days, decisions
from bot.chat.screens.item.card import ROUTE, ROW
from bot.chat.screens.parts.access import REPORTERS, require
from bot.chat.screens.parts.pages import told_apart
from bot.reminders import item_card, step_words
from bot.texts import formats
from storage.codes import FollowupKind, FollowupState, ReportKind
from storage.due import followups, step_log
from storage.errors import NotFound
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk
    from bot.forms.model import Answers
    from storage.due.followups import DueItem

    Act = Callable[[Talk, DueItem, list[str]], None]

ASIDES = ("moved", "declined", "hospital")


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """An item was opened, or one of its outcomes chosen; of one that has ended, how. Refuses NotFound."""
    act, (given, *more) = told_apart(parts)
    try:
        item = followups.get(talk.tx, talk.person, number(given))
    except NotFound:
        _show_ended(talk, number(given))
        return
    _ACTS.get(act, _card)(talk, item, more)


def typed(talk: Talk, purpose: str, argument: str) -> None:
    """A sentence was typed where a reason was asked: `purpose:item` and, of one to be confirmed, more."""
    followup_id = number(argument.partition(":")[0])
    try:
        TYPED[purpose](talk, followup_id, talk.incoming.text)
    except NotFound:
        _show_ended(talk, followup_id)


def _open(talk: Talk, item: DueItem, given: list[str]) -> None:
    """The card as a message of its own; a reason that was asked for another is no longer awaited."""
    del given
    questions.forget(talk.tx, talk.person.id)
    talk.say(*card.draw(talk, item))


def _card(talk: Talk, item: DueItem, given: list[str]) -> None:
    """Back to the card."""
    del given
    questions.forget(talk.tx, talk.person.id)
    card.show(talk, item)


def _why(talk: Talk, item: DueItem, given: list[str]) -> None:
    del given
    explanation = followups.explain(talk.tx, talk.person, item.id)
    talk.say(item_card.explain(explanation, talk.words, talk.today, talk.tx.zone))


def _more(talk: Talk, item: DueItem, given: list[str]) -> None:
    """更多: what keeps people from being met, and for officer and chair what they may decide at any time."""
    del given
    require(talk, REPORTERS)
    rows = [
        [
            Button(talk.words.plain(f"acts.buttons.{one}"), pack(ROUTE, "aside", item.id, one))
            for one in ASIDES
        ]
    ]
    if card.decides(talk, item):
        rows += columns(card.ladder_buttons(talk, item), ROW)
    talk.replace(card.text(talk, item, talk.words.say("acts.more")), [*rows, [card.back(talk, item)]])


def _now(talk: Talk, item: DueItem, given: list[str]) -> None:
    del given
    _report(talk, item)


def _visited(talk: Talk, item: DueItem, given: list[str]) -> None:
    del given
    _report(talk, item, ask_first="date")


def _missed(talk: Talk, item: DueItem, given: list[str]) -> None:
    del given
    _report(talk, item, told={"met": "NOBODY"})


def _hospital_visit(talk: Talk, item: DueItem, given: list[str]) -> None:
    del given
    _report(talk, item, starting={"way": "HOSPITAL"})


def _report(
    talk: Talk,
    item: DueItem,
    *,
    told: Answers | None = None,
    ask_first: str = "",
    starting: Answers | None = None,
) -> None:
    """Begin the report: now, for another day (which is asked first), for nobody met, or in hospital."""
    require(talk, REPORTERS)
    form = ReportKind.REVISIT if item.kind == FollowupKind.REVISIT else ReportKind.VISIT
    conversation.begin(
        talk,
        form,
        item.household.id,
        aid_id=item.aid_id if form == ReportKind.REVISIT else None,
        followup_id=item.id,
        told=told,
        ask_first=ask_first,
        starting=starting,
    )


def _show_ended(talk: Talk, followup_id: int) -> None:
    """An old button: how the item ended, and what is there instead. Refuses NotFound."""
    ended = step_log.ended(talk.tx, talk.person, followup_id)
    how = str(ended.state).lower()
    if ended.state == FollowupState.DONE and ended.report_no is None:
        how = "cancelled"
    said = talk.words.say(
        f"acts.ended.{how}",
        name=ended.name,
        file_no=ended.file_no,
        number=ended.report_no or "",
        person=ended.closed_by or step_words.NOBODY,
        day=formats.day(talk.words, ended.ended_at.astimezone(talk.tx.zone).date(), talk.today),
    )
    buttons = [Button(talk.words.plain("chat.buttons.open_file"), pack("file", "open", ended.household_id))]
    now = followups.due(talk.tx, talk.today, household_id=ended.household_id, limit=1)
    if now:
        buttons.insert(0, Button(talk.words.plain("acts.buttons.next"), pack(ROUTE, "open", now[0].id)))
    talk.say(said, [buttons])


_ACTS: dict[str, Act] = {
    "open": _open,
    "card": _card,
    "now": _now,
    "visited": _visited,
    "missed": _missed,
    "hospital_visit": _hospital_visit,
    "why": _why,
    "more": _more,
    "later": days.later,
    "snooze": days.snooze,
    "aside": days.aside,
    "until": days.until,
    "calendar": days.calendar,
    "day": days.day,
    "take": decisions.take,
    "assign": decisions.assign,
    "give": decisions.give,
    "days": decisions.days,
    "close": decisions.close,
    "sure": decisions.sure,
}
# By what was asked; the item follows the purpose behind a colon.
TYPED: dict[str, Callable[[Talk, int, str], None]] = {
    "due_aside": days.typed,
    decisions.DAYS: decisions.typed_days,
    decisions.CLOSE: decisions.typed_close,
}
