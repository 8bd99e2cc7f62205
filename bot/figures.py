"""How the shell prints figures: the fund, a household's year, a due item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.shell import fail, print_json
from bot.texts import formats
from bot.texts.catalogue import words
from storage.households import dossiers
from storage.money import fund

if TYPE_CHECKING:
    from datetime import date

    from bot.texts.catalogue import Words
    from storage.database import Database, Transaction
    from storage.due import followups


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
        typer.echo(
            speech.plain(
                "shell.household",
                file_no=file_no,
                year=shown,
                paid=formats.money(speech, figures.paid_fen),
                room=formats.money(speech, figures.cap_room_fen),
            )
        )
        return
    zh = words("zh")
    by_kind = {
        zh.plain(f"codes.aid.{kind}"): {"person_times": times, "fen": fen}
        for kind, times, fen in figures.by_kind
    }
    print_json({"paid_fen": figures.paid_fen, "cap_room_fen": figures.cap_room_fen, "by_kind": by_kind})


def due_line(item: followups.DueItem) -> dict[str, object]:
    """One due item as JSON has it."""
    return {
        "kind": str(item.kind),
        "file_no": item.file_no,
        "payment_no": item.payment_no,
        "due_on": item.due_on.isoformat(),
        "state": item.state,
        "assignee": item.assignee_name,
        "stage": str(item.stage),
    }
