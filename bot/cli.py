"""The shell commands. Exit 0 done, 1 refused or bad data (said on stderr), 2 wrong usage."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import figures, logs
from bot.shell import database_for, day_given, fail, print_json, root_of, settings_for, words_for
from storage import audit, statistics
from storage.codes import Role
from storage.members import invitations, membership
from storage.migrations import migrate
from storage.money import fund

if TYPE_CHECKING:
    from bot.texts.catalogue import Words
    from storage.database import Transaction

app = typer.Typer(
    name="tiexin",
    help="Tiexin 贴心: home visits, aid, revisits and the fund of a trade union, in Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en", metavar="zh|en")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8765,
    data: Annotated[Path | None, typer.Option(help="Keep the sandbox's world in this folder.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="The day it begins, YYYY-MM-DD.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    lang: Lang = None,
) -> None:
    """The whole product on this machine, with no token: a chat page and a demo union."""
    from bot import rehearsal  # noqa: PLC0415 - the sandbox is loaded only where it is wanted

    speech = words_for(lang)
    logs.prepare("console")
    begin_on = day_given(speech, day)
    try:
        asyncio.run(
            rehearsal.run(
                port=port,
                folder=data,
                begin_on=begin_on,
                language="en" if speech.language == "en" else "zh",
                ready=lambda url: _ready(speech, url, opens=not no_open),
            )
        )
    except OSError:
        fail(speech.plain("shell.port_taken", port=port))
    except KeyboardInterrupt:
        return


def _ready(speech: Words, url: str, *, opens: bool) -> None:
    typer.echo(speech.plain("shell.ready", url=url))
    sys.stdout.flush()
    if opens:
        typer.launch(url)


@app.command()
def run(lang: Lang = None) -> None:
    """The bot: by polling, or behind a webhook when TIEXIN_WEBHOOK_URL is set."""
    from bot import service  # noqa: PLC0415 - Telegram's side is loaded only where it is wanted
    from bot.chat.line.polling import Deaf  # noqa: PLC0415 - the same
    from storage.core.instance import AlreadyRunning  # noqa: PLC0415 - and PostgreSQL's

    speech = words_for(lang)
    loaded = settings_for(speech, "bot_token", "secret_key")
    logs.prepare(loaded.log, secrets=(loaded.bot_token, loaded.secret_key, loaded.webhook_secret))
    with database_for(speech, upgrade=True) as (ours, database):
        try:
            asyncio.run(service.run(ours, database))
        except AlreadyRunning:
            fail(speech.plain("shell.running"))
        except Deaf as deaf:
            fail(speech.plain("shell.deaf", reason=deaf))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return


@app.command(name="migrate")
def migrate_(lang: Lang = None) -> None:
    """Bring the database to the newest schema."""
    speech = words_for(lang)
    with database_for(speech, upgrade=True) as (ours, _):
        typer.echo(speech.plain("shell.migrated", version=migrate.current(ours.database_url)))


@app.command(name="import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder of CSV files, or one XLSX.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only.")] = False,
    lang: Lang = None,
) -> None:
    """Take in a union's records: all of them, or none and every bad row named."""
    from storage.exchange import load, naming  # noqa: PLC0415 - reading workbooks takes long to load

    speech = words_for(lang)
    if not path.exists():
        fail(speech.plain("shell.no_such_path", path=path))
    with database_for(speech, upgrade=True) as (ours, database):
        name = ours.union or naming.union_name(path) or speech.plain("shell.union")
        done = database.transact(load.import_path, path, union_name=name, dry_run=dry_run)
        key = "shell.would_import" if dry_run else "shell.imported"
        typer.echo(
            speech.plain(
                key, households=done.households, visits=done.visits, aid=done.payments, income=done.incomes
            )
        )


@app.command(name="stats")
def stats(
    year: Annotated[int, typer.Option(min=1900, max=9999)],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """The year in figures."""
    speech = words_for(lang)
    until = day_given(speech, as_of)
    with database_for(speech) as (_, database):
        table = database.view(lambda tx: statistics.year_table(tx, root_of(tx, speech), year, until))
    if as_json:
        print_json(table)
        return
    for name, value in table.items():
        typer.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


@app.command()
def balance(
    file: Annotated[str | None, typer.Option("--file", metavar="NO", help="One household.")] = None,
    year: Annotated[int | None, typer.Option(min=1900, max=9999)] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """What is left in the fund; with --file what a household had and may still have."""
    speech = words_for(lang)
    until = day_given(speech, as_of)
    with database_for(speech) as (_, database):
        if file is None:
            found = database.view(lambda tx: fund.balance(tx, root_of(tx, speech), year=year, as_of=until))
            figures.print_fund(speech, found, as_json=as_json)
        else:
            figures.print_household(speech, database, file, year, until, as_json=as_json)


@app.command()
def due(
    on: Annotated[str | None, typer.Option("--on", metavar="DATE")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Everything that is open on or due by a day: of households, and of the office."""
    speech = words_for(lang)
    day = day_given(speech, on)
    with database_for(speech) as (_, database):
        figures.print_due(speech, database, day, as_json=as_json)


@app.command()
def invite(
    role: Annotated[str, typer.Option(metavar="ROLE[,ROLE]")],
    union: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A person of the register.")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a one-use code; the person sends /start CODE to the bot."""
    speech = words_for(lang)
    try:
        roles = [Role(one.strip()) for one in role.split(",")]
    except ValueError:
        raise typer.BadParameter(", ".join(Role), param_hint="--role") from None

    def make(tx: Transaction) -> invitations.Invited:
        root = root_of(tx, speech)
        # A name of the register brings its own branch along.
        union_id = membership.union_named(tx, union) if union else None if name else root
        return invitations.invite(tx, roles=roles, union_id=union_id, name=name)

    with database_for(speech, upgrade=True) as (ours, database):
        made = database.transact(make)
        if as_json:
            print_json({"code": made.code, "expires_at": made.expires_at.isoformat()})
            return
        expires: datetime = made.expires_at.astimezone(ours.zone)
        typer.echo(speech.plain("shell.invited", code=made.code, expires=f"{expires:%Y-%m-%d %H:%M}"))


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", dir_okay=False, help="The workbook to write.")],
    year: Annotated[int, typer.Option(min=1900, max=9999)],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """The year's registers as a workbook: households, visits, revisits, aid, the ledger, the year's table."""
    speech = words_for(lang)
    with database_for(speech) as (_, database):
        figures.export_year(speech, database, year, out, as_json=as_json)


@app.command()
def publish(
    out: Annotated[Path, typer.Argument(metavar="OUT.html", dir_okay=False, help="The notice to write.")],
    year: Annotated[int, typer.Option(min=1900, max=9999)],
    quarter: Annotated[int | None, typer.Option(min=1, max=4, help="Without it the whole year.")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """The public notice of income and spending, with masked names; what was published is kept."""
    speech = words_for(lang)
    with database_for(speech) as (_, database):
        figures.publish_notice(speech, database, year, quarter or 0, out, as_json=as_json)


@app.command()
def verify(lang: Lang = None) -> None:
    """Check every kept sum and both chains against the records themselves."""
    speech = words_for(lang)
    settings_for(speech, "secret_key")
    with database_for(speech) as (_, database):
        findings = [*database.view(fund.check), *database.view(audit.check)]
    if findings:
        fail("\n".join(findings))
    typer.echo(speech.plain("shell.verified"))


@app.command()
def doctor(as_json: AsJson = False, lang: Lang = None) -> None:
    """Settings, schema, the last good poll, and what waits in the queues."""
    from bot import doctor as examination  # noqa: PLC0415 - only where it is wanted

    speech = words_for(lang)
    with database_for(speech) as (ours, database):
        found = database.view(examination.examine, ours)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")
