"""What every shell command shares: words, settings, the database, and saying no on stderr."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import typer

from bot import app, keyring, settings
from bot.texts import refusals
from bot.texts.catalogue import LANGUAGES, words
from storage.errors import ImportRefused, NotSaved, Refused
from storage.members import membership
from storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings
    from bot.texts.catalogue import Words
    from storage.database import Database, Transaction

REFUSED = 1
WRONG_USAGE = 2


def words_for(lang: str | None) -> Words:
    """The words of `--lang`, else of the settings."""
    if lang is not None and lang not in LANGUAGES:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    if lang is not None:
        return words(lang)
    with suppress(settings.SettingsInvalid):
        return words(settings.load().language)
    return words("zh")


def fail(line: str) -> NoReturn:
    """Say why on stderr and end with exit code 1."""
    typer.echo(line, err=True)
    raise typer.Exit(REFUSED)


def settings_for(speech: Words, *required: str) -> Settings:
    """The settings, or one line for each that is missing or wrong."""
    try:
        loaded = settings.load()
        loaded.require(*required)
    except settings.SettingsInvalid as invalid:
        missing = speech.plain("shell.setting_missing")
        lines = [
            speech.plain("shell.setting", name=name, reason=missing if reason == "missing" else reason)
            for name, reason in invalid.problems
        ]
        fail("\n".join(lines))
    return loaded


@contextmanager
def database_for(speech: Words, *, upgrade: bool = False) -> Iterator[tuple[Settings, Database]]:
    """The database of the settings.

    `upgrade`: it is brought to the newest schema first, and a key is made for it where there is none; without
    it the database must be there and current, and nothing is left behind.
    """
    loaded = settings_for(speech)
    ours = _with_key(speech, loaded) if upgrade else keyring.lend(loaded)
    try:
        if upgrade:
            migrate.migrate(loaded.database_url)
        elif not migrate.is_current(loaded.database_url):
            fail(speech.plain("shell.not_migrated"))
        database = app.open_database(ours, app.clock(ours.starts_at))
        try:
            yield ours, database
        finally:
            database.close()
    except ImportRefused as refusal:
        fail(bad_rows(speech, refusal))
    except Refused as refusal:
        fail(refusals.plain(speech, refusal.slug, refusal.details))
    except (NotSaved, migrate.MigrationRefused) as error:
        fail(speech.plain("shell.not_saved", reason=error))


def _with_key(speech: Words, loaded: Settings) -> Settings:
    made = keyring.ensure(loaded)
    if made.path is not None:
        typer.echo(speech.plain("shell.key_made", path=made.path), err=True)
    return made.settings


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


def day_given(speech: Words, given: str | None) -> date | None:
    """A date as it was typed; wrong usage when it is none."""
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        typer.echo(speech.plain("shell.no_such_day", given=given), err=True)
        raise typer.Exit(WRONG_USAGE) from None


def root_of(tx: Transaction, speech: Words) -> int:
    """The top union; a clear line when the database is empty."""
    root = membership.root_union(tx)
    if root is None:
        fail(speech.plain("shell.no_union"))
    return root


def bad_rows(speech: Words, refusal: ImportRefused) -> str:
    """One line for every bad row of an import."""
    lines = []
    for row in refusal.details["rows"]:  # type: ignore[attr-defined]  # a list of load.BadRow
        reason = speech.plain(f"exchange.reason.{row.reason}", value=row.value)
        lines.append(
            speech.plain("shell.bad_row", file=row.file, row=row.row, column=row.column, reason=reason)
        )
    return "\n".join(lines)
