"""Fills a list from the files, 500 households at a time, whenever there is a moment.

Every household on file is looked at once, by the same rules as a proposal for it alone: it stands on the list
then, with the rules that want a look at it, or was left out by a rule; the list says how many, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select

from storage import audit, numbers
from storage.aid_codes import AidState, BatchState
from storage.among import among
from storage.asking import aid_facts, aid_rules
from storage.asking.aid_rules import Wish
from storage.batches import batch_news, batch_rows
from storage.batches.batch_facts import AID, HOUSEHOLDS, ON_FILE, UNIONS
from storage.batches.batch_rows import BATCHES
from storage.columns import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from storage.asking.aid_facts import Facts
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

# So many households are looked at in one transaction.
AT_ONCE = 500
# A category for which nothing is set, or that was not asked for.
NO_STANDARD = "no_standard"

_REACHED = select(UNIONS.c.id).where(UNIONS.c.path.like(bindparam("below")))
_PICKED = (
    HOUSEHOLDS.c.state.in_(ON_FILE),
    HOUSEHOLDS.c.union_id.in_(_REACHED),
    among(HOUSEHOLDS.c.category, "categories"),
)
_ONLY = among(HOUSEHOLDS.c.union_id, "unions")
_COUNT = select(func.count()).select_from(HOUSEHOLDS)
_NEXT = (
    select(HOUSEHOLDS.c.id)
    .where(HOUSEHOLDS.c.id > bindparam("after"))
    .order_by(HOUSEHOLDS.c.id)
    .limit(bindparam("most"))
)
_PENDING: Select[Any] = (
    batch_rows.ROWS.where(
        BATCHES.c.state == BatchState.BUILDING, BATCHES.c.id.not_in(bindparam("but", expanding=True))
    )
    .order_by(BATCHES.c.made_at, BATCHES.c.id)
    .limit(1)
    .with_for_update(of=BATCHES, skip_locked=True)
)
_ADD = insert(AID)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the rules say of one household: left out by which (None: on the list), and what wants a look."""

    household_id: int
    left_out: str | None
    amount_fen: int
    guards: str


def candidates(picked: Mapping[str, Any]) -> tuple[ColumnElement[bool], ...]:
    """The conditions by which a household is looked at; their parameters are those of `asked`."""
    return (*_PICKED, _ONLY) if picked["unions"] else _PICKED


def asked(path: str, picked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills the conditions of `candidates`."""
    known: dict[str, Any] = {"below": f"{path}%", "categories": picked["categories"]}
    return {**known, "unions": picked["unions"]} if picked["unions"] else known


def count(tx: Transaction, path: str, picked: Mapping[str, Any]) -> int:
    """Return how many households below a union will be looked at."""
    return tx.connection.scalar(_COUNT.where(*candidates(picked)), asked(path, picked)) or 0


def build_next(tx: Transaction, but: Collection[str], reached: list[str]) -> bool:
    """Look at the next 500 households of the list that was begun first; False when no list is being made.

    Two at once take different lists, or the second finds nothing to do. `but`: lists that are passed over;
    `reached` is given the id of the one that is taken.
    """
    found = tx.connection.execute(_PENDING, {"but": list(but)}).one_or_none()
    if found is None:
        return False
    batch = batch_rows.as_row(found)
    reached.append(batch.id)
    wanted = {**asked(batch.union_path, batch.picked), "after": batch.after_household_id, "most": AT_ONCE}
    ids = list(tx.connection.scalars(_NEXT.where(*candidates(batch.picked)), wanted))
    looked = look(tx, batch, ids)
    items = [one for one in looked if one.left_out is None]
    _add(tx, batch, items)
    left_out = dict(batch.left_out)
    for one in looked:
        if one.left_out is not None:
            left_out[one.left_out] = left_out.get(one.left_out, 0) + 1
    counted = {
        "people": batch.people + len(items),
        "sum_fen": batch.sum_fen + sum(one.amount_fen for one in items),
        "exceptions": batch.exceptions + sum(bool(one.guards) for one in items),
        "left_out": left_out,
    }
    if len(ids) == AT_ONCE:
        batch_rows.change(tx, batch, **counted, after_household_id=ids[-1])
    else:
        _end(tx, batch_rows.change(tx, batch, **counted, after_household_id=0, state=BatchState.DRAFT))
    return True


def look(tx: Transaction, batch: BatchRow, household_ids: Sequence[int]) -> list[Looked]:
    """Judge these households as they are now; in as many statements, however many they are."""
    facts = aid_facts.read(tx, household_ids, batch.for_year)
    return [_looked(batch, facts[one]) for one in household_ids if one in facts]


def _looked(batch: BatchRow, facts: Facts) -> Looked:
    fen = batch.picked["amounts"].get(str(facts.home.category))
    wish = Wish(facts.home.id, batch.kind, batch.source, fen or 0, batch.for_year)
    refusals = [*aid_rules.trade(wish, facts), *aid_rules.once(wish, facts)]
    slugs = [refusal.slug for refusal in refusals] or ([NO_STANDARD] if fen is None else [])
    guards = ",".join(warning.slug for warning in aid_rules.warnings(facts))
    return Looked(facts.home.id, slugs[0] if slugs else None, fen or 0, guards)


def _add(tx: Transaction, batch: BatchRow, items: Sequence[Looked]) -> None:
    """Put these on the list, each with its number; nothing is promised to them yet."""
    if items:
        tx.connection.execute(_ADD, list(_rows(tx, batch, items)))


def _rows(tx: Transaction, batch: BatchRow, items: Sequence[Looked]) -> Iterator[dict[str, object]]:
    given = numbers.next_numbers(tx, "BF", batch.for_year, len(items))
    for one, number in zip(items, given, strict=True):
        yield {
            "id": new_id(),
            "number": number,
            "household_id": one.household_id,
            "kind": str(batch.kind),
            "source": str(batch.source),
            "for_year": batch.for_year,
            "amount_fen": one.amount_fen,
            "state": str(AidState.DRAFT),
            "batch_id": batch.id,
            "guards": one.guards,
            "proposed_by": batch.made_by,
            "recorded_at": tx.now,
        }


def _end(tx: Transaction, batch: BatchRow) -> None:
    audit.record(
        tx, person_id=None, act="batch.made", subject=batch.number, people=batch.people, fen=batch.sum_fen
    )
    batch_news.made(tx, batch)
