"""Whether a column is one of many keys, given as one parameter: for lists that grow with a person's work.

An IN list has a parameter for each key, of which SQLite takes some 32,000 and no more.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, Boolean, ColumnElement, Dialect, Integer, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Keys(TypeDecorator[Any]):
    """Many keys: a JSON list on SQLite, an array on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own type."""
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> list[Any]:
        """Take any collection."""
        del dialect
        return list(value or ())


class _Members(FunctionElement[Any]):
    """The rows of such a parameter."""

    inherit_cache = True


@compiles(_Members, "sqlite")
def _members_on_sqlite(element: _Members, compiler: SQLCompiler, **how: object) -> str:
    keys = compiler.process(element.clauses, **how)
    return f"(SELECT value FROM json_each({keys}))"  # noqa: S608 - the name of a parameter


@compiles(_Members, "postgresql")
def _members_on_postgresql(element: _Members, compiler: SQLCompiler, **how: object) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **how)}))"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is one of the keys given as the parameter `name`."""
    is_number = isinstance(column.type, Integer)
    keys = bindparam(name, type_=_Keys(BigInteger() if is_number else Text()))
    return column.op("IN", is_comparison=True, return_type=Boolean())(_Members(keys))
