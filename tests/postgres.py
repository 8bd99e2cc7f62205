"""A real PostgreSQL server of our own for a test session, with a fresh database for every test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

START_SECONDS = 30
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
# Where nothing is ever synced to the disk, copying the files is quicker than logging every page of them.
KNOWS_STRATEGIES = 150_000
FILE_COPY = " STRATEGY FILE_COPY"

# To empty a database takes a tenth of the time in which one is made and dropped; not where it has held much,
# for what is known of its tables decides how they are searched.
ROWS_MAX = 2_000
HANG_UP = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
EMPTY = sql.SQL("DELETE FROM {}")
BEGIN_ANEW = "SELECT setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S'"
# Guards that were taken off, and whatever was vacuumed or analyzed, by hand or by the server itself.
ALTERED = """SELECT (SELECT count(*) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= 0)
    + (SELECT abs(count(*) - 3 * (SELECT count(DISTINCT tgrelid) FROM pg_trigger WHERE NOT tgisinternal))
        FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O')"""


class PostgresServer:
    """One server in a directory of its own; `create` makes databases, `stop` ends and removes it all."""

    def __init__(self, programs: Path) -> None:
        self._user = _unprivileged()
        self._home = Path(tempfile.mkdtemp(prefix="tiexin-postgres-"))
        if self._user:
            shutil.chown(self._home, self._user)
        self.port = _free_port()
        data = self._home / "data"
        self._call(programs / "initdb", "-D", data, "-A", "trust", "-U", "tiexin", "-E", "UTF8", "--no-sync")
        options = [part for setting in SPEED for part in ("-c", setting)]
        address = ["-c", "listen_addresses=127.0.0.1", "-p", str(self.port), "-k", str(self._home)]
        with (self._home / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [programs / "postgres", "-D", data, *address, *options],
                stdout=log,
                stderr=log,
                cwd=self._home,
                user=self._user,
            )
        self._wait()
        with psycopg.connect(self._address("postgres")) as connection:
            self._quickly = FILE_COPY if connection.info.server_version >= KNOWS_STRATEGIES else ""

    def url(self, name: str) -> str:
        """Return the address of database `name` as the product's settings take it."""
        return f"postgresql+psycopg://tiexin@127.0.0.1:{self.port}/{name}"

    def create(self, name: str = "", template: str = "template0") -> str:
        """Make a database out of a template and return its name."""
        name = name or f"test_{uuid.uuid4().hex}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{self._quickly}')
        return name

    def empty(self, name: str) -> bool:
        """Remove what a test left in a database; False where it is not as good as new then."""
        with psycopg.connect(self._address(name), autocommit=True) as connection:
            connection.execute(HANG_UP)
            if connection.execute(ALTERED).fetchone() != (0,):
                return False
            tables = [sql.Identifier(one) for (one,) in connection.execute(TABLES)]
            connection.execute("SET session_replication_role = replica")
            rows = sum(connection.execute(EMPTY.format(one)).rowcount for one in tables)
            connection.execute(BEGIN_ANEW)
        return rows < ROWS_MAX

    def drop(self, name: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server at once and remove its directory."""
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self._home, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _address(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=tiexin dbname={name}"

    def _call(self, *command: str | Path) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=self._home, user=self._user)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._address("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._server.poll() is not None:
                    self.stop()
                    raise
                time.sleep(0.05)
            else:
                return


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root; name somebody who is not."""
    if os.geteuid() != 0:
        return None
    known = {line.split(":")[0] for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_programs() -> Path | None:
    """Return the folder with initdb and postgres, None when PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def start() -> PostgresServer:
    """Start a server, or skip the test when there is none to start; under CI its absence is a failure."""
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and CI must not go without it")
        pytest.skip("PostgreSQL (initdb, postgres) is not installed")
    return PostgresServer(programs)
