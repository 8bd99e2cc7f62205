"""What each household of a list gets: the year's standard of its category, or one amount for all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from storage import rules
from storage.aid_codes import AidKind
from storage.aid_refusals import AboveBand, AidRefused, BadAmount, BelowBand, NotTheStandard
from storage.codes import Category
from storage.money import standards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.money.standards import Standard


def of(
    tx: Transaction,
    fund_id: int,
    kind: AidKind,
    year: int,
    categories: Iterable[Category],
    amount_fen: int | None = None,
) -> dict[str, int]:
    """Return fen by category; a category that has no amount, or may not have this kind, is missing.

    `amount_fen`: what each gets where no exact amount is set. Refuses NotTheStandard (one is set, another),
    BelowBand, AboveBand, BadAmount (no money, and it is not a thing whose value may be nothing).
    """
    holding = standards.in_year(tx, fund_id, year)
    found: dict[str, int] = {}
    for category in categories:
        if kind == AidKind.ANNUAL and category not in rules.ANNUAL_FOR:
            continue
        fen = _fen(holding.of(kind, category), kind, year, amount_fen)
        if fen is not None:
            found[str(category)] = fen
    return found


def now(tx: Transaction, batch: BatchRow) -> dict[str, int]:
    """Return what each would get if the list were made now; a standard set since goes before its amount.

    Refuses BelowBand, AboveBand.
    """
    categories = [Category(one) for one in batch.picked["categories"]]
    asked = (tx, batch.fund_id, batch.kind, batch.for_year, categories)
    try:
        return of(*asked, batch.picked["amount_fen"])
    except NotTheStandard:
        return of(*asked)


def by_category(tx: Transaction, batch: BatchRow) -> dict[str, int]:
    """Return what each category gets by the standards as they are, those the list is not made of too."""
    holding = standards.in_year(tx, batch.fund_id, batch.for_year)
    found: dict[str, int] = {}
    for category in Category:
        with suppress(AidRefused):
            fen = _fen(
                holding.of(batch.kind, category), batch.kind, batch.for_year, batch.picked["amount_fen"]
            )
            if fen is not None:
                found[str(category)] = fen
    return found


def is_outdated(tx: Transaction, batch: BatchRow) -> bool:
    """Whether a standard is another since the list was made."""
    try:
        return bool(now(tx, batch) != batch.picked["amounts"])
    except AidRefused:
        return True


def caps(tx: Transaction, batch: BatchRow) -> dict[str, int]:
    """Return by category the most of this kind a household may have in the year, where there is a cap."""
    holding = standards.in_year(tx, batch.fund_id, batch.for_year)
    found = {one: holding.of(batch.kind, one).cap_fen for one in batch.picked["amounts"]}
    return {category: cap_fen for category, cap_fen in found.items() if cap_fen is not None}


def _fen(standard: Standard, kind: AidKind, year: int, amount_fen: int | None) -> int | None:
    if standard.amount_fen is not None:
        if amount_fen not in {None, standard.amount_fen}:
            raise NotTheStandard(amount_fen=standard.amount_fen, year=year)
        return standard.amount_fen
    if amount_fen is None:
        return None
    if amount_fen < 0 or (amount_fen == 0 and kind not in rules.WITHOUT_CASH):
        raise BadAmount(kind=str(kind))
    if standard.lowest_fen is not None and amount_fen < standard.lowest_fen:
        raise BelowBand(lowest_fen=standard.lowest_fen)
    if standard.highest_fen is not None and amount_fen > standard.highest_fen:
        raise AboveBand(highest_fen=standard.highest_fen)
    return amount_fen
