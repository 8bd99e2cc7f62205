"""The schema that the migrations make is the one the code has, on both databases, made once and whole."""

from __future__ import annotations

import subprocess
import sys
import warnings
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from storage import audit
from storage.core import locks
from storage.core.engine import open_engine
from storage.core.instance import InstanceLock
from storage.database import Database
from storage.errors import NotSaved, SchemaNewer
from storage.members import membership
from storage.migrations import draft, migrate
from storage.telling import hearers, notices, notices_plan
from tests.clock import START
from tests.conftest import create_schema
from tests.storage import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from storage.database import Transaction
    from storage.secrets import Vault
    from tests.clock import FakeClock
    from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes databases without any table, once on each kind of server."""
    if request.param == "sqlite":
        names = (f"sqlite:///{tmp_path / f'empty{number}.db'}" for number in count())
        yield lambda: next(names)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def new() -> str:
        made.append(server.create())
        return server.url(made[-1])

    yield new
    for name in made:
        server.drop(name)


@pytest.fixture
def empty_url(new_database: Callable[[], str]) -> str:
    return new_database()


def run(url: str, statement: str) -> None:
    with open_engine(url).begin() as connection:
        connection.execute(text(statement))


def tables_in(url: str) -> set[str]:
    return {name for name in schema.described(url) if name != "own words"}


def test_the_migrations_make_what_the_code_s_tables_say(new_database: Callable[[], str]) -> None:
    migrated, created = new_database(), new_database()
    migrate.migrate(migrated)
    create_schema(created)
    assert schema.described(created) == schema.described(migrated)


def test_a_draft_after_the_newest_migration_is_empty(empty_url: str) -> None:
    migrate.migrate(empty_url)
    with open_engine(empty_url).connect() as connection, warnings.catch_warnings():
        # SQLite's indexes over expressions cannot be read back; the test above compares them as texts.
        warnings.filterwarnings("ignore", ".*expression-based index")
        compared = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_server_default": True}), draft.all_tables()
        )
    assert [] == compared


def test_the_revision_is_told(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    assert not migrate.is_current(empty_url)
    migrate.migrate(empty_url)
    assert migrate.head() == migrate.current(empty_url)
    assert migrate.is_current(empty_url)


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    assert migrate.current(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert [] == list(tmp_path.iterdir())


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    migrate.migrate(empty_url)
    before = schema.described(empty_url)
    run(empty_url, "INSERT INTO unions (id, name, path) VALUES (1, '开远公司工会', '/1/')")
    migrate.migrate(empty_url)
    assert before == schema.described(empty_url)
    with open_engine(empty_url).connect() as connection:
        assert 1 == connection.execute(text("SELECT count(*) FROM unions")).scalar_one()


def test_programs_that_migrate_at_once_take_turns(empty_url: str) -> None:
    code = f"from storage.migrations import migrate; migrate.migrate({empty_url!r})"
    programs = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", code], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    faults = [program.communicate(timeout=60)[1].decode() for program in programs]
    assert [0] * 3 == [program.returncode for program in programs], faults
    assert migrate.is_current(empty_url)


def test_a_newer_schema_is_refused_by_name(empty_url: str) -> None:
    migrate.migrate(empty_url)
    run(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaNewer) as refused:
        migrate.migrate(empty_url)
    assert {"revision": "9999"} == refused.value.details
    with pytest.raises(SchemaNewer):
        migrate.is_current(empty_url)
    assert "9999" == migrate.current(empty_url)


@pytest.mark.parametrize("statements", [0, 20, 60])
def test_a_migration_that_fails_midway_leaves_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, statements: int
) -> None:
    def breaking(url: str) -> object:
        engine = open_engine(url)
        left = [statements]

        def counted(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
            left[0] -= statement.lstrip().startswith("CREATE")
            if left[0] < 0:
                raise InterruptedError

        event.listen(engine, "before_cursor_execute", counted)
        return engine

    with monkeypatch.context() as patched:
        patched.setattr(migrate, "open_engine", breaking)
        with pytest.raises(InterruptedError):
            migrate.migrate(empty_url)
    assert set() == tables_in(empty_url)
    assert migrate.current(empty_url) is None
    migrate.migrate(empty_url)
    assert migrate.is_current(empty_url)


def test_a_step_that_leaves_a_reference_broken_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    loose = create_engine(url, poolclass=NullPool)
    with loose.begin() as connection:
        command.upgrade(migrate.config(connection=connection), "0001")
        connection.execute(text("INSERT INTO unions (id, parent_id, name, path) VALUES (2, 1, 'x', '/1/2/')"))
    with pytest.raises(migrate.MigrationRefused, match="unions"):
        migrate.migrate(url)
    assert "0001" == migrate.current(url)


# A union in the middle of its work, as the second schema kept it: item 1 was told when it opened and on the
# day, item 2 was put off twice and told after each, item 3 was put off once and waits to be told.
AT_THE_SECOND = Path(__file__).with_name("second_schema.sql").read_text(encoding="utf-8").split(";\n")


@pytest.fixture
def second_schema(empty_url: str) -> str:
    with open_engine(empty_url).begin() as connection:
        command.upgrade(migrate.config(connection=connection), "0002")
        for statement in AT_THE_SECOND:
            connection.execute(text(statement))
    return empty_url


def test_what_was_put_off_before_the_third_schema_is_on_the_turn_it_was(second_schema: str) -> None:
    migrate.migrate(second_schema)
    with open_engine(second_schema).connect() as connection:
        items = connection.execute(
            text("SELECT id, snoozes, turn, person_id, for_role, next_stage FROM followups ORDER BY id")
        )
        rows = [tuple(row) for row in items]
        notices_told = connection.execute(text("SELECT followup_id, stage, turn FROM notices"))
        told = {tuple(row) for row in notices_told}
    expected = [
        (1, 0, 0, None, None, "late"),
        (2, 2, 2, None, None, "late"),
        (3, 1, 1, None, None, "late"),
    ]
    assert expected == rows
    first, second = {(1, "due", 0), (1, "opens", 0)}, {(2, "opens", 0), (2, "opens", 1), (2, "due", 2)}
    assert first | second | {(3, "due", 0)} == told


def test_a_morning_after_the_third_schema_tells_what_is_new_and_nothing_twice(
    second_schema: str, vault: Vault, clock: FakeClock
) -> None:
    migrate.migrate(second_schema)
    database = Database(second_schema, vault=vault, clock=clock, zone=ZoneInfo("Asia/Shanghai"))

    def hear(tx: Transaction) -> list[tuple[int, str]]:
        while notices_plan.plan(tx):
            pass
        hearer = hearers.hold(tx, 1)
        assert hearer is not None
        return [(line.item.id, str(line.stage)) for line in notices.take(tx, hearer, tx.today)]

    try:
        heard = {}
        for day in (0, 1, 6, 7):
            clock.set(START + timedelta(days=day))
            heard[day] = database.transact(hear)
    finally:
        database.close()
    late, officer = [(1, "late"), (2, "late"), (3, "late")], [(1, "officer"), (2, "officer")]
    assert {0: late, 1: [], 6: officer, 7: [(3, "officer")]} == heard


def test_the_third_schema_keeps_one_open_item_for_each_purpose(second_schema: str) -> None:
    migrate.migrate(second_schema)
    again = (
        "INSERT INTO followups (id, household_id, kind, round, opens_on, due_on, ladder_from, state, source, "
        "snoozes, created_at) VALUES (9, 1, 'recheck', 1, '2017-08-25', '2017-09-01', '2017-09-01', 'OPEN', "
        "'x', 0, '2017-06-03 01:00:00')"
    )
    run(second_schema, again.replace("(9, 1, 'recheck'", "(8, 1, 'review'"))
    with pytest.raises(IntegrityError):
        run(second_schema, again)


def test_a_database_that_cannot_be_opened_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(NotSaved):
        migrate.migrate(f"sqlite:///{tmp_path / 'missing' / 'tiexin.db'}")


def test_a_migrated_database_works(empty_url: str, vault: Vault, clock: FakeClock) -> None:
    migrate.migrate(empty_url)
    database = Database(empty_url, vault=vault, clock=clock, zone=ZoneInfo("Asia/Shanghai"))
    try:
        database.transact(membership.ensure_admins, [1], union_name="开远公司工会", name="管理员")
        assert 1 == database.transact(membership.root_union)
        assert [] == database.transact(audit.check)
    finally:
        database.close()


def test_a_running_bot_keeps_nobody_from_migrating(empty_url: str, clock: FakeClock, vault: Vault) -> None:
    database = Database(empty_url, vault=vault, clock=clock, zone=ZoneInfo("Asia/Shanghai"))
    running = InstanceLock(database)
    running.acquire()
    try:
        migrate.migrate(empty_url)
    finally:
        running.release()
        database.close()
    assert migrate.is_current(empty_url)


def test_no_two_locks_are_the_same() -> None:
    keys = [value for name, value in vars(locks).items() if name.isupper()]
    assert len(keys) == len(set(keys))
