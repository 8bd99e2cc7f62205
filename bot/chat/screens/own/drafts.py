"""草稿: what a person has begun and not handed in; to go on with, or to throw away and take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, long_id, pack, short_id
from bot.chat.report import conversation, out_of_reach
from bot.chat.screens.parts.access import REPORTERS, require
from bot.chat.screens.parts.pages import clipped, fitted, label, page_of, told_apart, turning
from bot.forms.draft import Draft
from bot.forms.registry import FORMS
from storage.codes import DraftState, ReportKind
from storage.errors import NotFound
from storage.reporting import drafts

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.reporting.drafts import OpenDraft

ROUTE = "draft"
SHOWN = 8
MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24


def show(talk: Talk, argument: str = "") -> None:
    """The open drafts, the one being filled first."""
    del argument
    require(talk, REPORTERS)
    talk.say(*_list(talk, 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """Go on with a draft, also one that was given up; throw one away, once asked; or turn the page."""
    require(talk, REPORTERS)
    verb, given = told_apart(parts)
    if verb == "resume":
        _resume(talk, long_id(given[0]))
    elif verb == "drop":
        _ask_to_drop(talk, _own_open(talk, long_id(given[0])))
    elif verb == "dropped":
        _drop(talk, _own_open(talk, long_id(given[0])))
    else:
        talk.replace(*_list(talk, page_of(given[0])))


def _resume(talk: Talk, draft_id: str) -> None:
    draft = _own(talk, draft_id)
    if draft.state == DraftState.SUBMITTED:
        over = "drafts.over_aid" if draft.form == ReportKind.AID else "drafts.over"
        talk.toast(talk.words.plain(over), alert=True)
        return
    if draft.state not in drafts.OPEN or not out_of_reach.let_go(talk, draft):
        conversation.resume(talk, draft)


def _ask_to_drop(talk: Talk, draft: OpenDraft) -> None:
    words = talk.words
    keyboard = [
        [
            Button(words.plain("drafts.buttons.drop_really"), pack(ROUTE, "dropped", short_id(draft.id))),
            Button(words.plain("drafts.buttons.back"), pack(ROUTE, "list", 0)),
        ]
    ]
    talk.replace(words.say("drafts.drop_really", draft=_described(talk, draft)), keyboard)


def _drop(talk: Talk, draft: OpenDraft) -> None:
    drafts.close(talk.tx, draft.id, DraftState.CANCELLED)
    words = talk.words
    keyboard = [
        [
            Button(words.plain("drafts.buttons.restore"), pack(ROUTE, "resume", short_id(draft.id))),
            Button(words.plain("drafts.buttons.back"), pack(ROUTE, "list", 0)),
        ]
    ]
    talk.replace(words.say("drafts.dropped", draft=_described(talk, draft)), keyboard)


def _own(talk: Talk, draft_id: str) -> OpenDraft:
    draft = drafts.get(talk.tx, talk.person, draft_id)
    if draft is None:
        raise NotFound
    return draft


def _own_open(talk: Talk, draft_id: str) -> OpenDraft:
    draft = _own(talk, draft_id)
    if draft.state not in drafts.OPEN:
        raise NotFound
    return draft


def _list(talk: Talk, page: int) -> tuple[str, Keyboard]:
    words = talk.words
    found = drafts.listing(talk.tx, talk.person)
    shown = found[page * SHOWN : (page + 1) * SHOWN]
    if not found:
        return words.say("drafts.none"), []
    lines = [words.say("drafts.title", count=len(found)), *(_line(talk, draft) for draft in shown)]
    rows = [
        [
            Button(
                label(words.plain("drafts.buttons.resume", name=clipped(draft.household_name, 12))),
                pack(ROUTE, "resume", short_id(draft.id)),
            ),
            Button(words.plain("drafts.buttons.drop"), pack(ROUTE, "drop", short_id(draft.id))),
        ]
        for draft in shown
    ]
    more = len(found) > (page + 1) * SHOWN
    return fitted(lines), [*rows, turning(page, more=more, data=lambda to: pack(ROUTE, "list", to))]


def _line(talk: Talk, draft: OpenDraft) -> str:
    words = talk.words
    being_filled = draft.state == DraftState.ACTIVE
    parts = [
        _described(talk, draft),
        words.plain("drafts.answered", count=_answered(draft)),
        words.plain("drafts.now") if being_filled else _age(talk, draft),
    ]
    return words.say("drafts.line", parts=" · ".join(parts))


def _described(talk: Talk, draft: OpenDraft) -> str:
    """走访 · 施磊斌, with the payment of a revisit; one that mends a report says so."""
    words = talk.words
    title = words.plain(f"forms.{draft.form}.title")
    if draft.amends is not None:
        title = words.plain("drafts.mending", form=title)
    parts = [title, clipped(draft.household_name)]
    return " · ".join([*parts, draft.payment_no] if draft.payment_no else parts)


def _answered(draft: OpenDraft) -> int:
    form = FORMS[draft.form]
    given = Draft.from_json(draft.content, form).given  # type: ignore[arg-type]  # the engine wrote it
    return len([slug for slug in given if slug not in form.basics])


def _age(talk: Talk, draft: OpenDraft) -> str:
    minutes = int((talk.tx.now - draft.touched_at).total_seconds()) // 60
    hours = minutes // MINUTES_AN_HOUR
    if minutes < 1:
        return talk.words.plain("drafts.age.now")
    if not hours:
        return talk.words.plain("drafts.age.minutes", count=minutes)
    if hours < HOURS_A_DAY:
        return talk.words.plain("drafts.age.hours", count=hours)
    return talk.words.plain("drafts.age.days", count=hours // HOURS_A_DAY)
