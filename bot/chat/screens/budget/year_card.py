"""One year's budget: how much, how much is used, by kind; and what may be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.balance import fund_card
from bot.chat.screens.parts.amounts import percent
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats
from storage.aid_codes import AidKind, BudgetState
from storage.budgets import budgets, spending
from storage.errors import NotFound
from storage.members import offices
from storage.money import fund

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.budgets.plan import Plan
    from storage.money.fund import FundFigures

ROUTE = "budget"
FIRST_YEAR = 2000
# Cells of the bar; a budget that is overspent fills it.
BAR = 10


def draw(talk: Talk, year: int) -> tuple[str, Keyboard]:
    """The card of a year; everybody may see how much there is, the plan only whoever answers for it."""
    words = talk.words
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    figures = fund.balance(talk.tx, fund_id, year=year)
    versions = _versions(talk, year)
    lines = [words.say("budget.title", year=str(year))]
    if figures.budget_fen is None:
        lines.append(
            words.say("budget.none" if year <= talk.today.year else "budget.none_yet", year=str(year))
        )
    else:
        lines += _used(talk, figures, figures.budget_fen, year)
    lines += _by_kind(talk, fund_id, year, versions)
    drafted = [one for one in versions if one.state == BudgetState.DRAFT]
    for one in drafted:
        key = "budget.draft_waits" if one.is_waiting else "budget.draft_open"
        by = clipped(one.drafted_by_name or "")
        lines.append(words.say(key, amount=formats.money(words, one.amount_fen), name=by))
    leads = fund_id in offices.led(talk.tx, talk.person)
    return fitted(lines), _keyboard(talk, year, figures, versions, leads=leads)


def bar(part_fen: int, whole_fen: int) -> str:
    """How much of it is used, to be seen at a glance."""
    filled = min(BAR, percent(part_fen, whole_fen) * BAR // 100)
    return "▓" * filled + "░" * (BAR - filled)


def _versions(talk: Talk, year: int) -> list[Plan]:
    try:
        return budgets.history(talk.tx, talk.person, year)
    except NotFound:
        return []


def _used(talk: Talk, figures: FundFigures, budget_fen: int, year: int) -> list[str]:
    words = talk.words
    paid_fen = figures.budget_paid_fen or 0
    lines = [
        words.say(
            "budget.used",
            bar=bar(paid_fen, budget_fen),
            percent=percent(paid_fen, budget_fen),
            budget=formats.money(words, budget_fen),
            paid=formats.amount(paid_fen),
        )
    ]
    left_fen = budget_fen - paid_fen
    reserved_fen = figures.reserved_fen if year == talk.today.year else 0
    key = "budget.left" if left_fen >= 0 else "budget.over"
    over = {"left": formats.amount(abs(left_fen)), "reserved": formats.amount(reserved_fen)}
    return [*lines, words.say(key, **over)]


def _by_kind(talk: Talk, fund_id: int, year: int, versions: list[Plan]) -> list[str]:
    """A line for each kind that is planned or was paid: used, and of how much."""
    words = talk.words
    spent = spending.spent(talk.tx, fund_id, year)
    holding = next((one for one in versions if one.state == BudgetState.ADOPTED), None)
    planned = {one.kind: one.planned_fen or 0 for one in holding.lines} if holding is not None else {}
    lines = []
    for kind in AidKind:
        used = spent.get(kind, {})
        if not used and not planned.get(kind):
            continue
        said = {"kind": words.plain(f"codes.aid.{kind}"), "used": formats.amount(used.get("fen", 0))}
        if planned.get(kind):
            share = percent(used.get("fen", 0), planned[kind])
            said_of = {"planned": formats.amount(planned[kind]), "percent": share}
            lines.append(words.say("budget.kind_of", **said, **said_of))
        else:
            lines.append(words.say("budget.kind", **said, count=used.get("times", 0)))
    return [words.say("budget.by_kind"), *lines] if lines else []


def _keyboard(talk: Talk, year: int, figures: FundFigures, versions: list[Plan], *, leads: bool) -> Keyboard:
    words = talk.words

    def button(slug: str, route: str, *data: object) -> Button:
        return Button(words.plain(f"budget.buttons.{slug}", year=str(year)), pack(route, *data))

    rows: list[list[Button]] = []
    if any(one.state == BudgetState.DRAFT for one in versions):
        rows.append([button("open_draft", ROUTE, "plan", year, 0)])
    elif leads and talk.today.year <= year <= talk.today.year + 1:
        if figures.budget_fen is None:
            rows.append([button("draft", ROUTE, "draft", year)])
        else:
            rows.append([button("revise", ROUTE, "revise", year), button("top_up", ROUTE, "top", year)])
    ways = []
    if figures.budget_fen is not None and year == talk.today.year:
        ways += [button("why", "balance", "why", "budget_paid", 0)]
    if versions:
        ways.append(button("history", ROUTE, "history", year))
    years = []
    if year > FIRST_YEAR:
        years.append(Button(f"‹ {year - 1}", pack(ROUTE, "open", year - 1)))
    if year <= talk.today.year:
        years.append(Button(f"{year + 1} ›", pack(ROUTE, "open", year + 1)))
    return [*rows, ways, years, fund_card.back(talk)]
