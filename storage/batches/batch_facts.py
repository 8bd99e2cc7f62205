"""What has changed about the households of a list since it was made, as conditions on its items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage.asking.aid_facts import STANDING
from storage.codes import HouseholdState
from storage.columns import table_of
from storage.tables.aid import Aid, HouseholdYear
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, ScalarSelect

    from storage.aid_codes import AidState

AID = table_of(Aid)
HOUSEHOLDS = table_of(Household)
UNIONS = table_of(Union)
_YEARS = table_of(HouseholdYear)

# Whose file is open, be it on its way out: of these a list is made.
ON_FILE = (HouseholdState.ACTIVE, HouseholdState.EXIT_PROPOSED, HouseholdState.EXIT_PUBLIC)

_OTHER = AID.alias("other")


def other_number(household_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The number of the same aid that the household has in that year. Parameters: `of_kind`, `year`."""
    return (
        select(func.min(_OTHER.c.number))
        .where(_OTHER.c.household_id == household_id, *_the_same(STANDING))
        .scalar_subquery()
    )


def has_other(states: Collection[AidState] = STANDING) -> ColumnElement[bool]:
    """Whether an item's household has this aid of that year another way. Parameters: `of_kind`, `year`."""
    return (
        select(_OTHER.c.id)
        .where(_OTHER.c.household_id == AID.c.household_id, _OTHER.c.id != AID.c.id, *_the_same(states))
        .exists()
    )


def _the_same(states: Collection[AidState]) -> tuple[ColumnElement[bool], ...]:
    return (
        _OTHER.c.kind == bindparam("of_kind"),
        _OTHER.c.for_year == bindparam("of_year"),
        _OTHER.c.state.in_(sorted(states)),
    )


def home_is(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether these conditions hold of an item's household."""
    return select(HOUSEHOLDS.c.id).where(HOUSEHOLDS.c.id == AID.c.household_id, *conditions).exists()


def had_fen() -> ScalarSelect[Any]:
    """What an item's household has had or is promised of that kind and money, that item not counted.

    Parameters: `of_kind`, `year`, `of_source`.
    """
    return (
        select(func.coalesce(func.sum(_YEARS.c.paid_fen + _YEARS.c.reserved_fen), 0))
        .where(
            _YEARS.c.household_id == AID.c.household_id,
            _YEARS.c.year == bindparam("of_year"),
            _YEARS.c.kind == bindparam("of_kind"),
            _YEARS.c.source == bindparam("of_source"),
        )
        .scalar_subquery()
    )
