"""What every test may ask for: a clock, a database of its own on each kind of server."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import sqlite3
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel

from storage import tables
from storage.database import Database
from storage.secrets import Vault
from tests import compiled, postgres
from tests.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUSE = "tests/house/"
SECRET = "a secret for tests only"  # noqa: S105 - it guards nothing
ZONE = ZoneInfo("Asia/Shanghai")


def create_schema(url: str) -> None:
    """Make every table in an empty database."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"storage.tables.{module.name}")
    database = Database(url, vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    database.transact(lambda tx: SQLModel.metadata.create_all(tx.connection))
    database.close()


def _untyped(value: date) -> None:
    raise AssertionError(f"{value} goes to SQLite without its type; since Python 3.12 that is deprecated")


for _kind in (date, datetime):
    sqlite3.register_adapter(_kind, _untyped)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes a whole file, for what its tests share, unless they are grouped otherwise.

    The rules of the house all read the same sources: one worker reads them.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            path = item.location[0]
            group = HOUSE if path.startswith(HOUSE) else path
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.database.open_engine", compiled.open_shared)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.PostgresServer) -> str:
    name = postgres_server.create("tiexin_template")
    create_schema(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tiexin.db"
    create_schema(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "tiexin.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_spare() -> list[str]:
    """Databases that tests have left as good as new."""
    return []


@pytest.fixture
def postgres_url(
    postgres_server: postgres.PostgresServer, postgres_template: str, postgres_spare: list[str]
) -> Iterator[str]:
    name = postgres_spare.pop() if postgres_spare else postgres_server.create(template=postgres_template)
    yield postgres_server.url(name)
    if postgres_server.empty(name):
        postgres_spare.append(name)
    else:
        postgres_server.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with the schema, once on each kind of server."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture
def database(database_url: str, clock: FakeClock, vault: Vault) -> Iterator[Database]:
    opened = Database(database_url, vault=vault, clock=clock, zone=ZONE)
    yield opened
    opened.close()


@pytest.fixture
def postgres_database(postgres_url: str, clock: FakeClock, vault: Vault) -> Iterator[Database]:
    """For what only several processes on one server can do."""
    opened = Database(postgres_url, vault=vault, clock=clock, zone=ZONE)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str, clock: FakeClock, vault: Vault) -> Iterator[Database]:
    """For what only the embedded database does, or what need not be tried twice."""
    opened = Database(sqlite_url, vault=vault, clock=clock, zone=ZONE)
    yield opened
    opened.close()
