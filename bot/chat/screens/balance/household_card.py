"""One household's year: what it had by kind, its room to the cap, what can be given now and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.balance.fund_card import ROUTE
from bot.chat.screens.pages import clipped
from bot.texts import formats
from storage import audit, rules
from storage.codes import HouseholdState
from storage.households import dossiers
from storage.money import fund
from storage.oversight.explain import Figure

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.money.fund import HouseholdFigures


def draw(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
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
    return f"{first}\n{second}", _keyboard(talk, household_id, has_aid=bool(kinds))


def _keyboard(talk: Talk, household_id: int, *, has_aid: bool) -> Keyboard:
    words = talk.words
    ways = [("room", Figure.HOUSEHOLD_ROOM)]
    if has_aid:
        ways.insert(0, ("year", Figure.HOUSEHOLD_PAID))
    why = [
        Button(words.plain(f"balance.buttons.{slug}"), pack(ROUTE, "whyh", figure, 0, "", household_id))
        for slug, figure in ways
    ]
    return [why, [Button(words.plain("balance.buttons.file"), pack("file", "open", household_id))]]


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
