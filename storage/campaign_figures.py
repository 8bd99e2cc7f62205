"""What a campaign is about, in figures that are recorded; shown on its card, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from storage import statistics
from storage.aid_codes import AidKind
from storage.codes import CampaignKind
from storage.money import fund, standards
from storage.office import campaigns
from storage.rules import REVIEW_FROM

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# What the year before gave is where this year's plan begins.
GIVEN_AS = {
    CampaignKind.SPRING_LIST: (AidKind.SPRING,),
    CampaignKind.SUMMER_RELIEF: (AidKind.COOL,),
    CampaignKind.AUTUMN_STUDY: (AidKind.STUDY, AidKind.JINQIU),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """A campaign in figures; None where a figure does not belong to it, or was never recorded.

    `standard_fen`: a person's grant. `given_times`, `given_fen`: what the year before gave of its kinds.
    `checked`: files seen since the check began. `budget_fen`, `spent_fen`: of the campaign's year.
    """

    on_file: int
    standard_fen: int | None = None
    given_times: int | None = None
    given_fen: int | None = None
    checked: int | None = None
    budget_fen: int | None = None
    spent_fen: int | None = None


def of(tx: Transaction, kind: CampaignKind, year: int, union_id: int) -> Figures:
    """Return the figures of one campaign of a union and everything below it."""
    count = campaigns.on_file(tx, union_id)
    if kind == CampaignKind.BUDGET_DRAFT:
        found = fund.balance(tx, union_id, year=year)
        return Figures(count, budget_fen=found.budget_fen, spent_fen=found.budget_paid_fen)
    if kind == CampaignKind.FILE_CHECK:
        return Figures(count, checked=campaigns.on_file(tx, union_id, seen_from=date(year, *REVIEW_FROM)))
    given = [
        line
        for line in statistics.year_by_kind_and_source(tx, union_id, year - 1)
        if line.kind in GIVEN_AS[kind]
    ]
    return Figures(
        count,
        standard_fen=_standard(tx, union_id, year) if kind == CampaignKind.SPRING_LIST else None,
        given_times=sum(line.person_times for line in given),
        given_fen=sum(line.fen for line in given),
    )


def _standard(tx: Transaction, union_id: int, year: int) -> int | None:
    """The grant of that very year; None while nobody has set it."""
    found = standards.of(tx, fund.serving(tx, union_id), year, AidKind.SPRING)
    return found.amount_fen if found.set_for == year else None
