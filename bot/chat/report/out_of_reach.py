"""A report on a household that its writer does not see any more goes to whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts import formats
from storage.reporting import drafts
from storage.takeover import draft_moves

if TYPE_CHECKING:
    from bot.chat.talk import Talk


def active(talk: Talk) -> drafts.OpenDraft | None:
    """What the person is filling now; None when nothing, or nothing they may go on with."""
    row = drafts.active(talk.tx, talk.person.id)
    return None if row is None or let_go(talk, row) else row


def let_go(talk: Talk, row: drafts.OpenDraft) -> bool:
    """Whether the draft's household is out of the person's sight; then the draft has gone and they were told.

    That happens when a leave ends, or a role, in the middle of a report.
    """
    if row.union_id in talk.person.scope:
        return False
    heir = draft_moves.let_go(talk.tx, row.id)
    said = {
        "name": row.household_name,
        "report": formats.within(talk.words, talk.words.plain(f"forms.{row.form}.title")),
    }
    if heir is None:
        talk.say(talk.words.say("chat.out_of_reach_kept", **said))
    else:
        talk.say(talk.words.say("chat.out_of_reach", heir=heir, **said))
    return True
