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
        telegram_id = people.get(tx, draft.person_id).telegram_id
        # As if they spoke now: with what they see for others today, and no more than that.
        person = None if telegram_id is None else people.find(tx, telegram_id)
        if person is not None and telegram_id is not None and draft.union_id in person.scope:
            talk = Talk(tx, unprompted(telegram_id, tx.now), person, words(person.language))
            conversation.resume(talk, draft, notice="chat.restarted")
