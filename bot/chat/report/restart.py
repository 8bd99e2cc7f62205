"""After a restart: whoever was in the middle of a report is told where it goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.line.incoming import unprompted
from bot.chat.report import conversation
from bot.chat.talk import Talk
from bot.texts.catalogue import words
from storage.members import people
from storage.reporting import drafts

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# Longer ago than this the person has surely put the phone away; 草稿 still has it.
RECENT = timedelta(minutes=30)


def tell(tx: Transaction) -> None:
    """Put each recent draft's card at the bottom again, and say what is kept."""
    for draft in drafts.touched_since(tx, tx.now - RECENT):
        person = people.get(tx, draft.person_id)
        if person.telegram_id is not None:
            talk = Talk(tx, unprompted(person.telegram_id, tx.now), person, words(person.language))
            conversation.resume(talk, draft, notice="chat.restarted")
