"""Takes households off a list that is not handed in yet, and puts them back where the rules let them.

Every change makes a new revision of the list, so that nobody hands in another list than the one they saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from storage import audit, errors, reasons
from storage.aid_codes import AidAct, AidState, BatchState
from storage.aid_refusals import NoStandard
from storage.asking import aid_facts, aid_rules
from storage.asking.aid_rules import Wish
from storage.batches import amounts, batch_facts, batch_rows, batch_steps
from storage.batches.batch_facts import AID, HOUSEHOLDS

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# The rules that an officer decides about, household by household or all at once.
GUARDS = ("earlier_not_revisited", "no_recent_visit")

_ITEM: Select[Any] = select(AID.c.id, AID.c.household_id, AID.c.amount_fen, AID.c.state, AID.c.guards).where(
    AID.c.id == bindparam("item"), AID.c.batch_id == bindparam("batch")
)
_SET = update(AID).where(AID.c.id == bindparam("item"))
_MARKED = (
    update(AID)
    .where(
        AID.c.batch_id == bindparam("batch"),
        AID.c.state == AidState.DRAFT,
        AID.c.guards != "",
        AID.c.guards.like(bindparam("marks")),
    )
    .values(state=str(AidState.WITHDRAWN))
    .returning(AID.c.id, AID.c.amount_fen)
)
_REPRICE = (
    update(AID)
    .where(
        AID.c.batch_id == bindparam("batch"),
        AID.c.state.in_((AidState.DRAFT, AidState.WITHDRAWN)),
        batch_facts.home_is(HOUSEHOLDS.c.category == bindparam("of_category")),
    )
    .values(amount_fen=bindparam("fen"))
)


def strike(tx: Transaction, person: Person, batch_id: str, aid_id: str, reason: str) -> None:
    """Take one household off the list, for a reason; struck a second time it is struck once.

    Refuses NotFound, NotAllowed, BatchNotReady (handed in, or over), BadReason.
    """
    batch = _open(tx, person, batch_id)
    item = _item(tx, batch, aid_id)
    said = reasons.sentence(reason)
    if item.state != AidState.DRAFT:
        return
    tx.connection.execute(_SET.values(state=str(AidState.WITHDRAWN)), {"item": item.id})
    _less(tx, batch, [(item.id, item.amount_fen)], marked=bool(item.guards))
    batch_steps.record(
        tx, AidAct.STRUCK, batch, [(item.id, item.amount_fen)], person_id=person.id, reason=said
    )


def strike_exceptions(tx: Transaction, person: Person, batch_id: str, guard: str, reason: str) -> None:
    """Take off the list everybody whom this rule marked (`GUARDS`), for one reason.

    Refuses as `strike` does, and NotFound for another rule.
    """
    batch = _open(tx, person, batch_id)
    said = reasons.sentence(reason)
    if guard not in GUARDS:
        raise errors.NotFound(guard=guard)
    marked = {"batch": batch.id, "marks": f"%{guard}%"}
    struck = [(row.id, row.amount_fen) for row in tx.connection.execute(_MARKED, marked)]
    if struck:
        _less(tx, batch, struck, marked=True)
        batch_steps.record(tx, AidAct.STRUCK, batch, struck, person_id=person.id, reason=said)


def restore(tx: Transaction, person: Person, batch_id: str, aid_id: str) -> None:
    """Put a household back that was struck, with today's marks; one that stands on the list stays there.

    Refuses NotFound, NotAllowed, BatchNotReady, and what a proposal for that household would be refused.
    """
    batch = _open(tx, person, batch_id)
    item = _item(tx, batch, aid_id)
    if item.state != AidState.WITHDRAWN:
        return
    fen, guards = _judged(tx, batch, item.household_id)
    values = {"state": str(AidState.DRAFT), "amount_fen": fen, "guards": guards}
    tx.connection.execute(_SET.values(**values), {"item": item.id})
    batch_rows.change(
        tx,
        batch,
        people=batch.people + 1,
        sum_fen=batch.sum_fen + fen,
        exceptions=batch.exceptions + bool(guards),
        struck=batch.struck - 1,
        revision=batch.revision + 1,
    )
    batch_steps.record(tx, AidAct.RESTORED, batch, [(item.id, fen)], person_id=person.id)


def reprice(tx: Transaction, person: Person, batch_id: str, revision: int) -> None:
    """Give everybody on the list what the standards say now; unchanged standards change nothing.

    Refuses NotFound, NotAllowed, BatchNotReady, BatchMoved, NoStandard (a category has none any more).
    """
    batch = _open(tx, person, batch_id, revision)
    by_category = amounts.now(tx, batch)
    if by_category == batch.picked["amounts"]:
        return
    if by_category.keys() != batch.picked["amounts"].keys():
        raise NoStandard(kind=str(batch.kind), year=batch.for_year)
    for category, fen in by_category.items():
        tx.connection.execute(_REPRICE, {"batch": batch.id, "of_category": category, "fen": fen})
    picked = {**batch.picked, "amounts": by_category}
    sum_fen = batch_rows.sum_of(tx, batch.id, AidState.DRAFT)
    batch_rows.change(tx, batch, picked=picked, sum_fen=sum_fen, revision=batch.revision + 1)
    audit.record(tx, person_id=person.id, act="batch.reprice", subject=batch.number, fen=sum_fen)


def _open(tx: Transaction, person: Person, batch_id: str, revision: int | None = None) -> BatchRow:
    batch = batch_rows.again(tx, batch_rows.get(tx, person, batch_id).id)
    batch_rows.led(tx, person, batch)
    batch_rows.stands(batch, BatchState.DRAFT, revision=revision)
    return batch


def _item(tx: Transaction, batch: BatchRow, aid_id: str) -> Row[Any]:
    row = tx.connection.execute(_ITEM, {"item": aid_id, "batch": batch.id}).one_or_none()
    if row is None:
        raise errors.NotFound(aid_id=aid_id)
    return row


def _less(tx: Transaction, batch: BatchRow, struck: list[tuple[str, int]], *, marked: bool) -> None:
    batch_rows.change(
        tx,
        batch,
        people=batch.people - len(struck),
        sum_fen=batch.sum_fen - sum(fen for _, fen in struck),
        exceptions=batch.exceptions - len(struck) * marked,
        struck=batch.struck + len(struck),
        revision=batch.revision + 1,
    )


def _judged(tx: Transaction, batch: BatchRow, household_id: int) -> tuple[int, str]:
    """What the household would get now, and its marks. Refuses what the rules refuse."""
    facts = aid_facts.read(tx, [household_id], batch.for_year)[household_id]
    fen = batch.picked["amounts"].get(str(facts.home.category), 0)
    wish = Wish(household_id, batch.kind, batch.source, fen, batch.for_year)
    for refusal in (*aid_rules.trade(wish, facts), *aid_rules.once(wish, facts)):
        raise refusal
    return fen, ",".join(warning.slug for warning in aid_rules.warnings(facts))
