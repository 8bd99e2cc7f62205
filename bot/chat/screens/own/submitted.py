"""What can still be done with a submitted report: undo it within ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id
from bot.chat.report import conversation
from storage.codes import ReportKind
from storage.reporting import drafts, revisits, visits

if TYPE_CHECKING:
    from bot.chat.talk import Talk


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """撤销: take the report back; its answers stay as a draft, open on the summary."""
    act, form, given = (*parts, "", "", "")[:3]
    if act != "undo":
        talk.toast(talk.words.plain("chat.gone"))
        return
    report_id = long_id(given)
    module = revisits if form == ReportKind.REVISIT else visits
    module.undo(talk.tx, talk.person, report_id)
    talk.toast(talk.words.plain("chat.undone"))
    conversation.resume(talk, drafts.reopen(talk.tx, talk.person, report_id), notice="chat.undone_draft")
