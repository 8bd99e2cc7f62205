"""A database's schema as plain data, so that two can be compared; and databases without any."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from storage.core.engine import open_engine

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import ReflectedColumn

# What the databases keep of their own accord, as they spell it.
OWN_WORDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL "
    "AND tbl_name NOT LIKE 'alembic%' UNION ALL "
    "SELECT name, CASE WHEN sql LIKE '%WITHOUT ROWID%' THEN 'WITHOUT ROWID' ELSE '' END "
    "|| CASE WHEN sql LIKE '%AUTOINCREMENT%' THEN 'AUTOINCREMENT' ELSE '' END "
    "FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic%'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes "
    "WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%' UNION ALL "
    "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'alembic%' UNION ALL "
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION ALL "
    "SELECT table_name || '.' || column_name, "
    "concat_ws(' ', data_type, character_maximum_length, collation_name, is_nullable, column_default) "
    "FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%'",
}


def described(url: str) -> dict[str, Any]:
    """Return everything of a schema that matters, whichever way it was made."""
    with open_engine(url).connect() as connection, warnings.catch_warnings():
        # What SQLAlchemy cannot read back is compared in the database's own words.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        own = connection.execute(text(OWN_WORDS[connection.dialect.name]))
        words = {row[0]: " ".join(str(row[1]).split()) for row in own}
        return {**_reflected(connection), "own words": words}


def _reflected(connection: Connection) -> dict[str, Any]:
    seen = inspect(connection)
    return {
        table: {
            "columns": {column["name"]: _column(column) for column in seen.get_columns(table)},
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "references": _sorted(seen.get_foreign_keys(table)),
            "unique": _sorted(seen.get_unique_constraints(table)),
            "checks": _sorted(seen.get_check_constraints(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _column(column: ReflectedColumn) -> tuple[str, bool, str]:
    return str(column["type"]), column["nullable"], str(column["default"])


def _sorted(found: list[Any]) -> list[str]:
    return sorted(str(dict(sorted(one.items()))) for one in found)
