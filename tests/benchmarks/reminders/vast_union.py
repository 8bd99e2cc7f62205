"""A union of up to a million households, made by the database itself; as much opens on a day in any of them.

Behind each household are a visit, an answered item that was told of, and one that is still to come; behind
each cadre a month of letters. On each working day of the first week something opens for as many people, whose
households lie far apart. Items are numbered in the order in which they open, as they are when the visits of
half a year ago made them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, literal, text

from storage.codes import PersonState, Role
from storage.columns import Instant, table_of
from storage.migrations import migrate
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.reports import Visit
from storage.tables.work import Followup, Notice
from tests.benchmarks.reminders import vast_past, vast_rows
from tests.benchmarks.reminders.vast_rows import ROOT, Size, put, said
from tests.clock import START

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

FIRST_TELEGRAM_ID = 1_000


def build(url: str, size: Size) -> None:
    """Make the database at `url` with the product's schema, on a Monday morning, and fill it."""
    if size.cadres % size.people:
        raise ValueError("the people who are told are to lie evenly among the cadres")
    migrate.migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        _hurry(connection)
        with connection.begin():
            _fill_with_people(connection, size)
            _fill_with_households(connection, size)
            vast_past.fill(connection, size, FIRST_TELEGRAM_ID)
    _settle(engine)
    engine.dispose()


def _hurry(connection: Connection) -> None:
    """Nothing here needs to outlive a power cut, and every row refers to one that is there."""
    for statement in {
        "sqlite": ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000"),
        "postgresql": ("SET session_replication_role = replica", "SET maintenance_work_mem = '256MB'"),
    }[connection.dialect.name]:
        connection.execute(text(statement))
    connection.commit()


def _settle(engine: Engine) -> None:
    """Do what each database has done by itself long before somebody comes to work with so many rows."""
    statement = {"sqlite": "PRAGMA journal_mode=WAL", "postgresql": "VACUUM ANALYZE"}[engine.dialect.name]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _fill_with_people(connection: Connection, size: Size) -> None:
    number = vast_rows.numbers(size.cadres).c.number
    root = {"id": ROOT, "parent_id": None, "name": "公司工会", "path": f"/{ROOT}/"}
    connection.execute(insert(table_of(Union)), root)
    put(
        connection,
        table_of(Union),
        id=ROOT + number,
        parent_id=literal(ROOT),
        name=said("分会", number),
        path=said(f"/{ROOT}/", ROOT + number) + "/",
    )
    put(
        connection,
        table_of(PersonRow),
        id=number,
        union_id=ROOT + number,
        name=said("干部", number),
        telegram_id=FIRST_TELEGRAM_ID + number,
        state=literal(PersonState.ACTIVE),
        joined_at=literal(START, Instant()),
    )
    put(
        connection,
        table_of(RoleRow),
        person_id=number,
        role=literal(Role.CADRE),
        union_id=ROOT + number,
    )


def _fill_with_households(connection: Connection, size: Size) -> None:
    number = vast_rows.numbers(size.households).c.number
    put(connection, table_of(Household), **vast_rows.household(connection, number, size))
    put(connection, table_of(Visit), **vast_rows.visit(connection, number))
    put(connection, table_of(Followup), **vast_rows.answered(connection, number))
    put(connection, table_of(Followup), **vast_rows.to_come(connection, number, size))
    put(connection, table_of(Notice), **vast_rows.told(connection, number, size))
    if connection.dialect.name == "postgresql":
        for table in ("unions", "people", "households"):
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
            connection.execute(text(last))
