"""Who falls off a list when it is approved: the rules forbid by then what they allowed when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, false, or_, update

from storage import rules
from storage.aid_codes import AidAct, AidKind, AidState
from storage.batches import amounts, batch_facts, batch_rows, batch_steps
from storage.batches.batch_facts import AID, HOUSEHOLDS
from storage.booking import bookings
from storage.codes import HouseholdState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

_FALL = (
    update(AID)
    .where(AID.c.batch_id == bindparam("batch"), AID.c.state == AidState.DRAFT)
    .values(state=str(AidState.WITHDRAWN), guards=bindparam("guard"))
    .returning(AID.c.id, AID.c.amount_fen)
)
_NOT_ACTIVE = batch_facts.home_is(HOUSEHOLDS.c.state != HouseholdState.ACTIVE)
_NOT_FOR = batch_facts.home_is(HOUSEHOLDS.c.category.not_in(sorted(rules.ANNUAL_FOR)))
_OVER_CAP = batch_facts.home_is(HOUSEHOLDS.c.category == bindparam("of_category")) & (
    AID.c.amount_fen + batch_facts.had_fen() > bindparam("cap")
)


def fall(tx: Transaction, batch: BatchRow) -> BatchRow:
    """Take everybody off the list who may not have this aid any more; return the list as it is then.

    As many statements for ten households as for ten thousand. Each keeps the rule's name as its mark.
    """
    same = {"batch": batch.id, "of_kind": str(batch.kind), "of_year": batch.for_year}
    same["of_source"] = str(batch.source)
    count = 0
    for guard, condition, more in _rules(tx, batch):
        rows = tx.connection.execute(_FALL.where(condition), {**same, "guard": guard, **more})
        fallen = [(row.id, row.amount_fen) for row in rows]
        batch_steps.record(tx, AidAct.STRUCK, batch, fallen, person_id=None)
        count += len(fallen)
    if not count:
        return batch
    return batch_rows.change(
        tx,
        batch,
        people=batch.people - count,
        struck=batch.struck + count,
        sum_fen=batch_rows.sum_of(tx, batch.id, AidState.DRAFT),
        exceptions=batch_rows.marked(tx, batch.id),
    )


def _gets(by_category: Mapping[str, int]) -> ColumnElement[bool]:
    """Whether an item has the amount of its household's category."""
    same = [(HOUSEHOLDS.c.category == one) & (AID.c.amount_fen == fen) for one, fen in by_category.items()]
    return batch_facts.home_is(or_(false(), *same))


def _rules(tx: Transaction, batch: BatchRow) -> Iterator[tuple[str, ColumnElement[bool], Mapping[str, Any]]]:
    yield "file_not_active", _NOT_ACTIVE, {}
    if batch.kind == AidKind.ANNUAL:
        yield "kind_not_for_category", _NOT_FOR, {}
    # Whoever is of another category since would have got another amount, proposed by themselves.
    yield "not_the_standard", ~_gets(amounts.by_category(tx, batch)), {}
    if batch.kind in rules.ONCE_A_YEAR:
        yield "once_a_year", batch_facts.has_other(), {}
    if bookings.moves_fund(batch.source):
        for category, cap_fen in amounts.caps(tx, batch).items():
            yield "over_cap", _OVER_CAP, {"of_category": category, "cap": cap_fen}
