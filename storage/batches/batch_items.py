"""The households of a list, page by page: on it, struck from it, held, and who never came on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import errors
from storage.aid.aid_steps import STEPS
from storage.aid_codes import AidAct, AidState, BatchState
from storage.batches import batch_facts, batch_rows, building
from storage.batches.batch import BatchItem
from storage.batches.batch_facts import AID, HOUSEHOLDS, UNIONS
from storage.codes import Category

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select

    from storage.batches.batch import Part
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

_HOME = (
    HOUSEHOLDS.c.id.label("household_id"),
    HOUSEHOLDS.c.name.label("household_name"),
    HOUSEHOLDS.c.file_no,
    UNIONS.c.name.label("union_name"),
    HOUSEHOLDS.c.category,
)
_WHY = (
    select(STEPS.c.reason)
    .where(STEPS.c.aid_id == AID.c.id, STEPS.c.act == AidAct.STRUCK)
    .order_by(STEPS.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_ITEMS: Select[Any] = (
    select(*_HOME, AID.c.id, AID.c.number, AID.c.amount_fen, AID.c.state, AID.c.guards, _WHY.label("reason"))
    .join_from(AID, HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id)
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .where(AID.c.batch_id == bindparam("batch"))
    .order_by(AID.c.household_id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_PARTS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "": (AID.c.state != AidState.WITHDRAWN,),
    "exceptions": (AID.c.guards != "", AID.c.state != AidState.WITHDRAWN),
    "struck": (AID.c.state == AidState.WITHDRAWN,),
    "held": (AID.c.state == AidState.APPROVED, AID.c.household_id <= bindparam("last")),
}
_LISTED = (
    select(AID.c.id)
    .where(AID.c.batch_id == bindparam("batch"), AID.c.household_id == HOUSEHOLDS.c.id)
    .exists()
)
_LEFT_OUT: Select[Any] = (
    select(*_HOME, batch_facts.other_number(HOUSEHOLDS.c.id).label("other_number"))
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .where(~_LISTED, HOUSEHOLDS.c.id <= bindparam("last"))
    .order_by(HOUSEHOLDS.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


def page(tx: Transaction, batch: BatchRow, offset: int, limit: int, only: Part | None) -> list[BatchItem]:
    """Return a page of a list, or of one part of it, in the order of the files."""
    asked = {"batch": batch.id, "limit": limit, "offset": offset}
    if only == "left_out":
        return _left_out(tx, batch, asked)
    if only == "held":
        asked["last"] = batch_rows.last_paid(batch)
    # A list that was withdrawn as a whole still shows whom it was for.
    is_all = only is None and batch.state == BatchState.WITHDRAWN
    statement = _ITEMS if is_all else _ITEMS.where(*_PARTS[only or ""])
    return [_item(row) for row in tx.connection.execute(statement, asked)]


def one(tx: Transaction, batch: BatchRow, aid_id: str) -> BatchItem:
    """Return one household of a list, on it or struck. Refuses NotFound."""
    asked = {"batch": batch.id, "item": aid_id, "limit": 1, "offset": 0}
    row = tx.connection.execute(_ITEMS.where(AID.c.id == bindparam("item")), asked).one_or_none()
    if row is None:
        raise errors.NotFound(aid_id=aid_id)
    return _item(row)


def _item(row: Row[Any]) -> BatchItem:
    return BatchItem(
        aid_id=row.id,
        number=row.number,
        household_id=row.household_id,
        household_name=row.household_name,
        file_no=row.file_no,
        union_name=row.union_name,
        category=Category(row.category),
        amount_fen=row.amount_fen,
        state=AidState(row.state),
        guards=tuple(row.guards.split(",")) if row.guards else (),
        reason=row.reason or "",
        other_number=None,
    )


def _left_out(tx: Transaction, batch: BatchRow, asked: dict[str, Any]) -> list[BatchItem]:
    """Who of those it is made of is not on it; why, as it is now."""
    last = batch.after_household_id if batch.state == BatchState.BUILDING else batch_rows.BEYOND_ALL
    known = {**asked, **building.asked(batch.union_path, batch.picked), "last": last}
    known |= {"of_kind": str(batch.kind), "of_year": batch.for_year}
    rows = tx.connection.execute(_LEFT_OUT.where(*building.candidates(batch.picked)), known).all()
    looked = {one.household_id: one for one in building.look(tx, batch, [row.household_id for row in rows])}
    return [
        BatchItem(
            aid_id="",
            number="",
            household_id=row.household_id,
            household_name=row.household_name,
            file_no=row.file_no,
            union_name=row.union_name,
            category=Category(row.category),
            amount_fen=looked[row.household_id].amount_fen,
            state=None,
            guards=() if (slug := looked[row.household_id].left_out) is None else (slug,),
            reason="",
            other_number=row.other_number,
        )
        for row in rows
    ]
