"""Every statement is compiled once for all the databases that the tests of one process open.

An engine keeps what it compiled to itself, and most tests open a database of their own: compiling the same
statements anew was half of their time. The program, which opens one database, has nothing of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.util import LRUCache

from storage.core.engine import open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine

STATEMENTS = 4_000
_FIRST: dict[tuple[str, bool], Engine] = {}


def open_shared(url: str, *, read_only: bool = False) -> Engine:
    """Open an engine as the product does, which knows what others of its kind have compiled."""
    engine = open_engine(url, read_only=read_only)
    first = _first(engine, read_only=read_only)
    # What was compiled is found again by its dialect, so that this is shared as well.
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def _first(engine: Engine, *, read_only: bool) -> Engine:
    kind = (engine.dialect.name, read_only)
    if kind not in _FIRST:
        is_sqlite = engine.dialect.name == "sqlite"
        url = "sqlite://" if is_sqlite else engine.url.render_as_string(hide_password=False)
        first = open_engine(url, read_only=read_only)
        first._compiled_cache = LRUCache(STATEMENTS)
        # At its first connection a dialect learns what its server can do.
        first.connect().close()
        _FIRST[kind] = first
    return _FIRST[kind]
