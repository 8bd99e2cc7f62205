"""What becomes of somebody's work when they are removed or cannot be told any more.

Removed: their households lie with the officers until one hands them over, their drafts are the officer's,
their leave is over and what was offered to them is withdrawn. Blocked: nothing is moved, only told, so that
everything is theirs again when they let the bot speak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.columns import table_of
from storage.households.names import OVER
from storage.members import membership, people
from storage.post import dispatch
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.takeover import draft_moves, handovers, leave, leave_news, workload
from storage.telling import bulletins, notices_plan, unsent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_THEIRS: Select[Any] = select(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.union_id).where(
    _HOUSEHOLDS.c.liaison_id == bindparam("person"), _HOUSEHOLDS.c.state.not_in(OVER)
)
_REACHED = select(_PEOPLE.c.id, _PEOPLE.c.blocked_at).where(_PEOPLE.c.telegram_id == bindparam("chat"))
_CHAT = select(_PEOPLE.c.telegram_id).where(_PEOPLE.c.id == bindparam("person"))


def remove(tx: Transaction, actor: Person, person_id: int) -> None:
    """Take somebody out, and leave nothing of theirs lying about.

    Afterwards what `membership.remove` promises holds, and the officers have been told, the same day, how
    much now lies with them; each item follows in their digest. What waited in the outbox for their chat, with
    names of households in it, does not leave any more. Refuses what that refuses.
    """
    chat_id = tx.connection.scalar(_CHAT, {"person": person_id})
    membership.remove(tx, actor, person_id)
    if chat_id is not None:
        dispatch.give_up_chat(tx, chat_id, "removed")
    handovers.settle(tx, person_id)
    leave.settle(tx, person_id)
    notices_plan.of_person_again(tx, person_id)
    drafts = draft_moves.leave_behind(tx, person_id, lambda union_id: bulletins.officers_of(tx, union_id))
    _tell(tx, person_id, "gone_removed", f"removed:{person_id}:{tx.now.isoformat()}", drafts)
    leave_news.tell(tx)
    bulletins.forget(tx, person_id)


def blocked(tx: Transaction, chat_id: int) -> None:
    """A private chat takes no messages any more: remember it, and tell the officers the first time."""
    before = tx.connection.execute(_REACHED, {"chat": chat_id}).one_or_none()
    people.mark_blocked(tx, chat_id)
    unsent.never_came(tx, chat_id)
    if before is not None and before.blocked_at is None:
        for _, key in bulletins.known(tx, _officers_over(tx, before.id), _back_key(before.id)):
            bulletins.withdraw(tx, None, key)
        notices_plan.of_person_again(tx, before.id)
        _tell(tx, before.id, "gone_blocked", _blocked_key(before.id, tx.now), {})
        leave_news.tell(tx)


def reachable(tx: Transaction, chat_id: int) -> None:
    """A private chat takes messages again: all is theirs as before, and the officers who were told hear that.

    Who has not heard of it yet hears nothing.
    """
    before = tx.connection.execute(_REACHED, {"chat": chat_id}).one_or_none()
    people.mark_reachable(tx, chat_id)
    if before is not None and before.blocked_at is not None:
        notices_plan.of_person_back(tx, before.id)
        key = _blocked_key(before.id, before.blocked_at)
        bulletins.withdraw(tx, None, key)
        heard = {one for one, _ in bulletins.known(tx, _officers_over(tx, before.id), key)}
        again = f"{_back_key(before.id)}{tx.now.isoformat()}"
        bulletins.post(tx, heard, "back_reachable", key=again, person=before.id)


def _blocked_key(person_id: int, since: datetime) -> str:
    return f"blocked:{person_id}:{since.isoformat()}"


def _back_key(person_id: int) -> str:
    """How the keys of what is told of their being back begin."""
    return f"back:{person_id}:"


def _officers_over(tx: Transaction, person_id: int) -> set[int]:
    """Who hears of the households that somebody looks after."""
    unions = {row.union_id for row in tx.connection.execute(_THEIRS, {"person": person_id})}
    return {one for union_id in unions for one in bulletins.officers_of(tx, union_id)}


def _tell(tx: Transaction, person_id: int, slug: str, key: str, drafts: dict[int, int]) -> None:
    """Tell every officer how much of it is theirs to look after: of their branches, and no empty words."""
    by_union: dict[int, list[int]] = {}
    for row in tx.connection.execute(_THEIRS, {"person": person_id}):
        by_union.setdefault(row.union_id, []).append(row.id)
    theirs: dict[int, list[int]] = {one: [] for one in drafts}
    for union_id, households in by_union.items():
        for officer in bulletins.officers_of(tx, union_id):
            theirs.setdefault(officer, []).extend(households)
    for officer, households in theirs.items():
        load = workload.of_households(tx, households)
        bulletins.post(
            tx,
            {officer} - {person_id},
            f"{slug}_drafts" if officer in drafts else slug,
            key=key,
            urgent=True,
            person=person_id,
            count=len(households),
            due=str(load.open),
            late=str(load.late),
            drafts=str(drafts.get(officer, 0)),
        )
