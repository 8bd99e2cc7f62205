"""Begins a list of aid: of which kind and year, of whose households, from whose money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import audit, errors, numbers, rules
from storage.aid_codes import BatchState, FundSource
from storage.aid_refusals import BatchThere, BatchYear, KindNotListed, NoStandard, SourceNotForKind
from storage.among import among
from storage.batches import amounts, batch_news, batch_rows, building
from storage.batches.batch import KINDS
from storage.batches.batch_rows import BATCHES, OVER, UNIONS
from storage.codes import Category
from storage.members import offices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.aid_codes import AidKind
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# A list is made for the year that runs, or for the one after. Our default.
YEARS_AHEAD = 1

_WORKING = (
    select(BATCHES.c.number, UNIONS.c.path)
    .join_from(BATCHES, UNIONS, UNIONS.c.id == BATCHES.c.union_id)
    .where(
        BATCHES.c.kind == bindparam("kind"),
        BATCHES.c.for_year == bindparam("year"),
        BATCHES.c.state.not_in(OVER),
    )
    .order_by(BATCHES.c.number)
)
_LED = select(UNIONS.c.id, UNIONS.c.path).where(among(UNIONS.c.id, "ids")).order_by(UNIONS.c.path)


def start(
    tx: Transaction,
    person: Person,
    *,
    batch_id: str,
    kind: AidKind,
    year: int,
    source: FundSource,
    picked: Mapping[str, Sequence[Any]] | None = None,
    amount_fen: int | None = None,
) -> None:
    """Begin a list, which the beat fills. Begun a second time under one id it is one list.

    `picked`: `categories` and `unions` (ids), all the person leads where one is missing. `amount_fen`: what
    each gets where the year's standard names no exact amount.
    Refuses NotAllowed (neither officer nor chair there), NotFound (a union they do not lead), KindNotListed,
    SourceNotForKind, BatchYear, BadAmount, NotTheStandard, BelowBand, AboveBand, NoStandard, BatchThere.
    """
    if batch_rows.find(tx, batch_id) is not None:
        return
    chosen = picked or {}
    union_id, path, only = _reach(tx, person, chosen)
    _check(tx, kind, year, source)
    categories = _categories(chosen)
    by_category = amounts.of(tx, int(path.split("/")[1]), kind, year, categories, amount_fen)
    if not by_category:
        raise NoStandard(kind=str(kind), year=year)
    _check_alone(tx, kind, year, path)
    number = numbers.next_number(tx, "PL", year)
    known: dict[str, Any] = {"categories": [str(one) for one in categories], "unions": only}
    known |= {"amount_fen": amount_fen, "amounts": by_category}
    batch_rows.add(
        tx,
        {
            "id": batch_id,
            "number": number,
            "union_id": union_id,
            "kind": str(kind),
            "source": str(source),
            "for_year": year,
            "state": str(BatchState.BUILDING),
            "picked": known,
            "left_out": {},
            "expected_people": building.count(tx, path, known),
            "made_by": person.id,
            "made_at": tx.now,
        },
    )
    audit.record(tx, person_id=person.id, act="batch.start", subject=number, kind=str(kind), year=year)
    tx.ring(batch_news.BELL)


def _reach(
    tx: Transaction, person: Person, picked: Mapping[str, Sequence[Any]]
) -> tuple[int, str, list[int]]:
    """The union whose list it is, its path, and the branches it is bounded to: what the person leads."""
    led = offices.led(tx, person)
    if not led:
        raise errors.NotAllowed
    only = sorted({int(one) for one in picked.get("unions") or ()})
    if not led.issuperset(only):
        raise errors.NotFound
    rows = tx.connection.execute(_LED, {"ids": sorted(led)}).all()
    wanted = [row.path for row in rows if not only or row.id in only]
    over_all = [row for row in rows if all(path.startswith(row.path) for path in wanted)]
    # Whoever leads two branches beside each other makes a list for one of them: their own first.
    top = over_all[-1] if over_all else next((one for one in rows if one.id == person.union_id), rows[0])
    return top.id, top.path, only


def _categories(picked: Mapping[str, Sequence[Any]]) -> list[Category]:
    wanted = picked.get("categories") or tuple(Category)
    if not set(Category).issuperset(wanted):
        raise errors.NotFound
    return [one for one in Category if one in wanted]


def _check(tx: Transaction, kind: AidKind, year: int, source: FundSource) -> None:
    if kind not in KINDS:
        raise KindNotListed(kind=str(kind))
    if kind in rules.OUTSIDE_MONEY and source == rules.OWN_FUND:
        raise SourceNotForKind(kind=str(kind), source=str(source))
    if not tx.today.year <= year <= tx.today.year + YEARS_AHEAD:
        raise BatchYear(year=year)


def _check_alone(tx: Transaction, kind: AidKind, year: int, path: str) -> None:
    """Two lists of the same for the same households would promise it twice."""
    for row in tx.connection.execute(_WORKING, {"kind": str(kind), "year": year}):
        if row.path.startswith(path) or path.startswith(row.path):
            raise BatchThere(number=row.number)
