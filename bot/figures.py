"""What the shell tells in figures: the fund, a household's year, what is due, and whole files of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.reminders import matter_words
from bot.shell import fail, print_json, root_of
from bot.texts import formats
from bot.texts.catalogue import words
from storage import audit
from storage.due import followups
from storage.errors import NotFound
from storage.households import dossiers
from storage.money import fund
from storage.office import matters
from storage.office.matter import Matter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from bot.outputs.kinds import Maker
    from bot.texts.catalogue import Words
    from storage.database import Database, Transaction

    Due = followups.DueItem | Matter

NOBODY = "—"


def print_fund(speech: Words, figures: fund.FundFigures, *, as_json: bool) -> None:
    """The four figures of the fund, in fen as JSON or as one line."""
    document = {
        "balance_fen": figures.balance_fen,
        "reserved_fen": figures.reserved_fen,
        "available_fen": figures.available_fen,
        "budget_left_fen": figures.budget_left_fen,
    }
    if as_json:
        print_json(document)
        return
    shown = {
        name.removesuffix("_fen"): speech.plain("shell.no_budget")
        if fen is None
        else formats.money(speech, fen)
        for name, fen in document.items()
    }
    typer.echo(speech.plain("shell.balance", left=shown.pop("budget_left"), **shown))


def print_household(
    speech: Words, database: Database, file_no: str, year: int | None, until: date | None, *, as_json: bool
) -> None:
    """What a household had in a year and may still have; the kinds by their Chinese names."""

    def read_(tx: Transaction) -> tuple[int, fund.HouseholdFigures]:
        household_id = dossiers.id_of(tx, file_no)
        if household_id is None:
            fail(speech.plain("shell.no_household", file_no=file_no))
        shown = year or (until or tx.today).year
        return shown, fund.household_year(tx, household_id, shown, as_of=until)

    shown, figures = database.view(read_)
    if not as_json:
        said = {"file_no": file_no, "year": shown, "paid": formats.money(speech, figures.paid_fen)}
        if figures.cap_room_fen is None:
            typer.echo(speech.plain("shell.household_no_cap", **said))
        else:
            room = formats.money(speech, figures.cap_room_fen)
            typer.echo(speech.plain("shell.household", **said, room=room))
        return
    zh = words("zh")
    by_kind = {
        zh.plain(f"codes.aid.{kind}"): {"person_times": times, "fen": fen}
        for kind, times, fen in figures.by_kind
    }
    print_json({"paid_fen": figures.paid_fen, "cap_room_fen": figures.cap_room_fen, "by_kind": by_kind})


def print_due(speech: Words, database: Database, on: date | None, *, as_json: bool) -> None:
    """Everything that is open on or due by a day, households' and the office's, by the day it is due."""

    def read_(tx: Transaction) -> list[Due]:
        day = on or tx.today
        return sorted(
            [*followups.due(tx, day), *matters.due(tx, day)], key=lambda one: (one.due_on, str(one.kind))
        )

    found = database.view(read_)
    if as_json:
        print_json([_due_line(one) for one in found])
        return
    for one in found:
        shown = _due_line(one) | {
            "state": speech.plain(f"shell.state.{one.state}"),
            "kind": matter_words.title(one, speech)
            if isinstance(one, Matter)
            else speech.plain(f"codes.followup.{one.kind}"),
            "file_no": one.file_no or NOBODY,
            "name": one.household.name if one.household else NOBODY,
            "assignee": one.assignee_name or NOBODY,
        }
        typer.echo(speech.plain("shell.due_line", **shown))
    if not found:
        typer.echo(speech.plain("shell.none_due"))


def _due_line(one: Due) -> dict[str, object]:
    """One due item or office matter as JSON has it; a matter also says which, as `what`."""
    line: dict[str, object] = {
        "kind": str(one.kind),
        "file_no": one.file_no,
        "payment_no": one.payment_no,
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "assignee": one.assignee_name,
        "stage": str(one.stage),
    }
    return line | {"what": one.slug} if isinstance(one, Matter) else line


def export_year(speech: Words, database: Database, year: int, out: Path, *, as_json: bool) -> None:
    """The year's registers as a workbook; that somebody had it is audited."""
    from bot.outputs.books import year_book  # noqa: PLC0415 - workbooks take long to load

    def begin(tx: Transaction) -> dict[str, object]:
        union_id = root_of(tx, speech)
        audit.record(tx, person_id=None, act="export.year", subject=f"union:{union_id}", year=year)
        return {"union_id": union_id, "year": year}

    _put(speech, database, year_book.write, database.transact(begin), out, as_json=as_json)


def publish_notice(
    speech: Words, database: Database, year: int, quarter: int, out: Path, *, as_json: bool
) -> None:
    """The public notice of a quarter (0: the year); which file it was is kept with the audit chain's end."""
    from bot.outputs import notice  # noqa: PLC0415 - only where it is wanted
    from storage.oversight import publicity  # noqa: PLC0415 - the same

    def begin(tx: Transaction) -> dict[str, object]:
        root_of(tx, speech)
        return publicity.begin(tx, None, year, quarter)

    try:
        wanted = database.transact(begin)
    except NotFound:
        fail(speech.plain("shell.not_begun", period=speech.plain(f"notice.period.{quarter}", year=year)))

    def keep(tx: Transaction, digest: str) -> None:
        publicity.record(tx, wanted, digest)

    _put(speech, database, notice.write, wanted, out, as_json=as_json, keep=keep)


def _put(
    speech: Words,
    database: Database,
    maker: Maker,
    wanted: Mapping[str, object],
    out: Path,
    *,
    as_json: bool,
    keep: Callable[[Transaction, str], None] | None = None,
) -> None:
    """Write a file and say where; one that is kept account of is a public one."""
    from bot.outputs import shelf  # noqa: PLC0415 - only where it is wanted

    try:
        done = shelf.put(database, maker, speech, wanted, out, keep=keep, is_public=keep is not None)
    except OSError as error:
        fail(speech.plain("shell.not_written", path=out, reason=error.strerror or type(error).__name__))
    if as_json:
        print_json(done)
    else:
        typer.echo(speech.plain("shell.written", path=out))
