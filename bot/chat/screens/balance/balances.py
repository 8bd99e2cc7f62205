"""余额: the fund in a few lines, its last movements, the year by kind; and one household's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack
from bot.chat.screens import finding
from bot.chat.screens.access import ANYBODY, READERS, require
from bot.chat.screens.pages import clipped, fitted, told_apart
from bot.texts import formats
from storage import audit, rules, statistics
from storage.codes import EntryKind, HouseholdState
from storage.households import dossiers
from storage.money import fund, fund_views

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.money.fund import HouseholdFigures
    from storage.money.fund_views import Movement

ROUTE = "balance"
ENTRIES_SHOWN = 10


def show(talk: Talk, argument: str = "") -> None:
    """The fund; with words, the household they name."""
    require(talk, ANYBODY)
    if not argument:
        talk.say(_fund_text(talk), _fund_keyboard(talk))
        return
    require(talk, READERS)
    household = finding.find(talk, argument, ROUTE, "household")
    if household is not None:
        text, keyboard = _household(talk, household.id)
        talk.say(text, keyboard)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A button of the fund's card, or a household."""
    require(talk, ANYBODY)
    verb, given = told_apart(parts)
    if verb == "last":
        talk.replace(_last_text(talk), _back(talk))
    elif verb == "kinds":
        talk.replace(_kinds_text(talk), _back(talk))
    elif verb == "find":
        require(talk, READERS)
        finding.ask_whose(talk, ROUTE, "household")
    elif verb == "household":
        require(talk, READERS)
        text, keyboard = _household(talk, number(given[0]))
        talk.say(text, keyboard)
    else:
        talk.replace(_fund_text(talk), _fund_keyboard(talk))


def _fund_text(talk: Talk) -> str:
    words, tx = talk.words, talk.tx
    figures = fund.balance(tx, talk.person.union_id)
    lines = [
        words.say("balance.title", moment=formats.moment(words, tx.now, tx.zone, tx.today)),
        words.say(
            "balance.figures",
            balance=formats.money(words, figures.balance_fen),
            reserved=formats.amount(figures.reserved_fen),
            available=formats.amount(figures.available_fen),
        ),
    ]
    if figures.budget_fen is None or figures.budget_paid_fen is None or figures.budget_left_fen is None:
        lines.append(words.say("balance.no_budget", year=str(talk.today.year)))
    else:
        lines.append(
            words.say(
                "balance.budget",
                year=str(talk.today.year),
                budget=formats.amount(figures.budget_fen),
                paid=formats.amount(figures.budget_paid_fen),
                percent=_percent(figures.budget_paid_fen, figures.budget_fen),
                left=formats.amount(figures.budget_left_fen),
            )
        )
    return "\n".join(lines)


def _percent(part_fen: int, whole_fen: int) -> int:
    """Rounded to the nearest; of a budget of nothing anything spent is all of it."""
    if not whole_fen:
        return 100 if part_fen else 0
    return (200 * part_fen + whole_fen) // (2 * whole_fen)


def _fund_keyboard(talk: Talk) -> Keyboard:
    row = [
        Button(talk.words.plain("balance.buttons.last"), pack(ROUTE, "last")),
        Button(talk.words.plain("balance.buttons.kinds"), pack(ROUTE, "kinds")),
    ]
    if talk.person.roles & READERS:
        row.append(Button(talk.words.plain("balance.buttons.find"), pack(ROUTE, "find")))
    return [row]


def _back(talk: Talk) -> Keyboard:
    return [[Button(talk.words.plain("balance.buttons.back"), pack(ROUTE, "fund"))]]


def _last_text(talk: Talk) -> str:
    entries = fund_views.movements(talk.tx, talk.person, ENTRIES_SHOWN)
    if not entries:
        return talk.words.say("balance.no_entries")
    return fitted(
        [
            talk.words.say("balance.last_title", count=len(entries)),
            *(_entry_line(talk, one) for one in entries),
        ]
    )


def _entry_line(talk: Talk, movement: Movement) -> str:
    words, entry = talk.words, movement.entry
    what = [words.plain(f"codes.entry.{entry.kind}")] if entry.kind != EntryKind.PAYMENT else []
    if entry.income_kind is not None:
        what = [words.plain(f"codes.income.{entry.income_kind}")]
    if entry.aid_kind is not None:
        what.append(words.plain(f"codes.aid.{entry.aid_kind}"))
    if movement.household is not None:
        what.append(clipped(movement.household))
    sign = "+" if entry.amount_fen > 0 else ""
    return words.say(
        "balance.entry",
        day=formats.day(words, entry.happened_on, talk.today),
        amount=f"{sign}{formats.amount(entry.amount_fen)}",
        what=" · ".join(what),
    )


def _kinds_text(talk: Talk) -> str:
    words = talk.words
    year = talk.today.year
    top = fund.serving(talk.tx, talk.person.union_id)
    lines = statistics.year_by_kind_and_source(talk.tx, top, year)
    if not lines:
        return words.say("balance.no_aid", year=str(year))
    told = [words.say("balance.kinds_title", year=str(year))]
    told += [
        words.say(
            "balance.kind",
            kind=words.plain(f"codes.aid.{one.kind}"),
            source=words.plain(f"codes.source.{one.source}"),
            times=words.plain("balance.times", count=one.person_times),
            amount=formats.amount(one.fen),
        )
        for one in lines
    ]
    times = words.plain("balance.times", count=sum(one.person_times for one in lines))
    total = formats.amount(sum(one.fen for one in lines))
    return fitted([*told, words.say("balance.kinds_total", times=times, amount=total)])


def _household(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
    """One household's year; the look is audited. Refuses NotFound."""
    words, tx = talk.words, talk.tx
    household = dossiers.line(tx, talk.person, household_id)
    audit.record(tx, person_id=talk.person.id, act="household.balance", subject=f"household:{household.id}")
    figures = fund.household_year(tx, household.id, talk.today.year)
    kinds = [f"{words.plain(f'codes.aid.{kind}')} {formats.amount(fen)}" for kind, _, fen in figures.by_kind]
    named = {"name": clipped(household.name, 60), "file_no": household.file_no, "year": str(talk.today.year)}
    if kinds:
        paid = formats.money(words, figures.paid_fen)
        first = words.say("balance.household", **named, paid=paid, kinds=formats.listed(words, kinds))
    else:
        first = words.say("balance.household_nothing", **named)
    second = words.say(
        "balance.room",
        cap=formats.amount(rules.LIVING_CAP_FEN),
        room=formats.amount(figures.cap_room_fen),
        most=formats.amount(figures.most_fen),
        because=words.plain(f"balance.because.{_bound_by(figures, household.state)}"),
    )
    to_file = Button(words.plain("balance.buttons.file"), pack("file", "open", household.id))
    return f"{first}\n{second}", [[to_file]]


def _bound_by(figures: HouseholdFigures, state: str) -> str:
    """Which of the rules keeps the most from being more."""
    lowest, highest = rules.LIVING_BAND_FEN
    if state != HouseholdState.ACTIVE:
        return "closed"
    if figures.most_fen == highest:
        return "band"
    if figures.cap_room_fen < lowest or figures.most_fen == figures.cap_room_fen:
        return "cap"
    return "fund"
