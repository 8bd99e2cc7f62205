"""The Kaiyuan records with many cadres who have joined: what the bot works on while it is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import app
from bot.sandbox import demo
from storage.codes import HouseholdState, Role
from storage.columns import table_of
from storage.database import Database
from storage.exchange import load
from storage.members import invitations
from storage.migrations import migrate
from storage.secrets import Vault
from storage.tables.dossiers import Household

if TYPE_CHECKING:
    from pathlib import Path

    from storage.core.transaction import Transaction

SECRET = "a secret of the bench"  # noqa: S105 - it guards nothing
ZONE = ZoneInfo("Asia/Shanghai")
FIRST_ID = 1_000
HOUSEHOLDS = table_of(Household)


def build(path: Path, people: int) -> list[str]:
    """Make the database with so many people, with Telegram ids from 1000; return each one's household."""
    url = f"sqlite:///{path}"
    migrate.migrate(url)
    database = Database(url, vault=Vault(SECRET), clock=app.clock(), zone=ZONE)
    try:
        database.transact(load.import_path, demo.RECORDS, union_name=demo.UNION)
        return database.transact(_join, people)
    finally:
        database.close()


def _join(tx: Transaction, people: int) -> list[str]:
    """Let cadres join, each in the branch of a household that has been visited before."""
    visited = tx.connection.execute(
        select(HOUSEHOLDS.c.file_no, HOUSEHOLDS.c.union_id)
        .where(HOUSEHOLDS.c.last_visit_on.is_not(None), HOUSEHOLDS.c.state == HouseholdState.ACTIVE)
        .order_by(HOUSEHOLDS.c.file_no)
    ).all()
    theirs = [visited[number % len(visited)] for number in range(people)]
    for number, household in enumerate(theirs):
        code = invitations.invite(tx, roles=[Role.CADRE], union_id=household.union_id).code
        invitations.join(tx, code, telegram_id=FIRST_ID + number, first_name=f"干部{number}")
    return [household.file_no for household in theirs]
