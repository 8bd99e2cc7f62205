"""Drafts the next migration: `python -m storage.migrations.draft "what changes"`, then read and mend it.

It compares the tables in the code with those that all migrations so far make on an empty SQLite. Not seen,
and added by hand: triggers, functions, and indexes over expressions.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from storage import tables
from storage.core.engine import open_engine
from storage.migrations import migrate

if TYPE_CHECKING:
    from sqlalchemy import MetaData

NUMBER_DIGITS = 4


def all_tables() -> MetaData:
    """Return every table of the product."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return SQLModel.metadata


def draft(message: str) -> None:
    """Write `versions/<number>_<message>.py` with what the code's tables have that the migrations lack."""
    known = len(list(ScriptDirectory.from_config(migrate.config()).walk_revisions()))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'draft.db')}"
        if known:
            migrate.migrate(url)
        engine = open_engine(url)
        with engine.connect() as connection:
            settings = migrate.config(connection=connection, metadata=all_tables())
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            number = str(known + 1).zfill(NUMBER_DIGITS)
            command.revision(settings, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or "change")
