"""What can still be done with a submitted report: undo it within ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import conversation
from bot.chat.buttons import long_id
from storage import drafts, revisits, visits
from storage.codes import ReportKind

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
