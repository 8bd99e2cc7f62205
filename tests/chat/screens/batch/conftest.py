"""January 2018: the money and the chairs that a list needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from storage.aid_codes import IncomeKind
from storage.codes import Role
from storage.members import invitations, membership
from storage.money import budget
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

VICE, DEPUTY = 1101, 1102
NEW_YEAR = datetime(2018, 1, 8, 1, 0, tzinfo=UTC)


@pytest.fixture
def winter(town: Town) -> Town:
    """January 2018: money and a budget enough for the festival, three chairs, everybody visited or not."""
    town.clock.set(NEW_YEAR)
    town.database.transact(give_money)
    town.database.transact(let_chairs_in)
    return town


def give_money(tx: Transaction) -> None:
    root = membership.root_union(tx) or 0
    paid.record_income(
        tx,
        union_id=root,
        income_kind=IncomeKind.ADMINISTRATION,
        amount_fen=200_000_00,
        happened_on=date(2018, 1, 2),
        request_id="2018",
    )
    budget.set_budget(tx, union_id=root, year=2018, amount_fen=180_000_00)


def let_chairs_in(tx: Transaction) -> None:
    for telegram_id, name in ((VICE, "马副主席"), (DEPUTY, "牛副主席")):
        code = invitations.invite(tx, roles=[Role.CHAIR]).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=name)
