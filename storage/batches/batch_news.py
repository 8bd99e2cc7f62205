"""Has people told of a list: whom it waits for now, whoever made it, and at the end whose households it was.

A bulletin carries ids, codes, counts and fen alone; one whose list has moved on by then is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage.aid import approvers
from storage.aid_codes import AidState, BatchState
from storage.among import among
from storage.batches.batch_facts import AID, HOUSEHOLDS
from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.office.matter import MatterStage
from storage.tables.people import PersonRow
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Select

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

# Rung when a list has work for the beat.
BELL = bulletins.BELL

_PEOPLE = table_of(PersonRow)
_HERE = (
    select(_PEOPLE.c.id)
    .where(among(_PEOPLE.c.id, "ids"), _PEOPLE.c.state != PersonState.REMOVED)
    .order_by(_PEOPLE.c.id)
)
# Whose households were paid of a list, and how many each.
_LIAISONS: Select[Any] = (
    select(HOUSEHOLDS.c.liaison_id, func.count())
    .join_from(AID, HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id)
    .join(_PEOPLE, _PEOPLE.c.id == HOUSEHOLDS.c.liaison_id)
    .where(
        AID.c.batch_id == bindparam("batch"),
        AID.c.state.in_((AidState.PAID, AidState.REVISITED, AidState.CLOSED)),
        _PEOPLE.c.state == PersonState.ACTIVE,
    )
    .group_by(HOUSEHOLDS.c.liaison_id)
    .order_by(HOUSEHOLDS.c.liaison_id)
)


def made(tx: Transaction, batch: BatchRow) -> None:
    """Tell whoever began it that it is made and may be looked through."""
    _post(tx, _present(tx, batch, [batch.made_by]), "batch_made", batch, urgent=True)


def waits(tx: Transaction, batch: BatchRow, *, besides: Collection[int] = ()) -> None:
    """Tell whom it waits for in its present state, at once: the chairs, or the treasurers.

    `besides`: who is not to be asked. The office's own reminder does not begin with the same again.
    """
    if batch.state not in {BatchState.TO_APPROVE, BatchState.APPROVED} or batch.waits_since is None:
        return
    asked = _asked(tx, batch, besides)
    since = batch.waits_since.astimezone(tx.zone).date().isoformat()
    key = f"batch:{batch.id}:{batch.state}:{since}:{MatterStage.OPENS}"
    if bulletins.is_known(tx, asked, key):
        # What waits anew on the same day, since it was taken back, is told anew.
        key = f"{key}:{batch.waits_since.isoformat()}"
    if not asked:
        _nobody(tx, batch)
        return
    slug = "batch_to_approve" if batch.state == BatchState.TO_APPROVE else "batch_to_pay"
    standing = {"matter": f"batch:{batch.id}", "standing": str(batch.state), "since": since}
    bulletins.post(tx, asked, slug, key=key, urgent=True, **_about(batch), **standing)


def _nobody(tx: Transaction, batch: BatchRow) -> None:
    """Whoever could approve or pay it has made or approved it: tell who can bring somebody about."""
    able = [
        *bulletins.officers_of(tx, batch.union_id),
        *bulletins.reachable(tx, Role.ADMIN, batch.union_id),
    ]
    slug = "batch_no_chair" if batch.state == BatchState.TO_APPROVE else "batch_no_payer"
    _post(tx, able, slug, batch, urgent=True)


def told(
    tx: Transaction, batch: BatchRow, slug: str, people: Iterable[int], *, actor_id: int | None, **more: int
) -> None:
    """Tell these people what became of it; whoever did it is not told of their own act.

    Each act is done once: what is approved again after it was taken back is told again. Where all of them
    have left, the officers over the list's union are told instead.
    """
    hearers = [one for one in _present(tx, batch, people) if one != actor_id]
    _post(tx, hearers, slug, batch, urgent=True, **more)


def paid(tx: Transaction, batch: BatchRow, people: Iterable[int], held: int) -> None:
    """Tell whoever made, approved and confirmed it that it is paid, and each cadre of how many are theirs."""
    slug = "batch_paid_but" if held else "batch_paid"
    _post(tx, people, slug, batch, urgent=True, held=held, count=batch.paid_people)
    of_count: dict[int, list[int]] = {}
    for liaison_id, count in tx.connection.execute(_LIAISONS, {"batch": batch.id}):
        of_count.setdefault(int(count), []).append(liaison_id)
    for count, ids in of_count.items():
        known = {**_about(batch), "count": count}
        key = f"batch:{batch.id}:households"
        bulletins.post(tx, ids, "batch_households", key=key, urgent=False, **known)


def _present(tx: Transaction, batch: BatchRow, people: Iterable[int]) -> list[int]:
    there = list(tx.connection.scalars(_HERE, {"ids": list(people)}))
    return there or bulletins.officers_of(tx, batch.union_id)


def _asked(tx: Transaction, batch: BatchRow, besides: Collection[int]) -> list[int]:
    if batch.state == BatchState.TO_APPROVE:
        return approvers.asked(tx, batch.union_id, besides, batch.approvals_needed)
    return bulletins.in_office(tx, Role.TREASURER, batch.union_id, besides=besides)


def _post(
    tx: Transaction, people: Iterable[int], slug: str, batch: BatchRow, *, urgent: bool, **more: int
) -> None:
    since = (batch.waits_since or tx.now).isoformat()
    key = f"batch:{batch.id}:{batch.revision}:{slug}:{since}"
    bulletins.post(tx, people, slug, key=key, urgent=urgent, **{**_about(batch), **more})


def _about(batch: BatchRow) -> dict[str, int | str]:
    return {
        "batch": batch.id,
        "number": batch.number,
        "kind": str(batch.kind),
        "year": batch.for_year,
        "count": batch.people,
        "fen": batch.sum_fen,
    }
