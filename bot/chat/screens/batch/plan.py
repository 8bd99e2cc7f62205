"""A list before it is made: its kind, year, money, households; it waits with the question that is asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from storage import json_text, rules
from storage.aid_codes import AidKind, FundSource
from storage.batches.batch import KINDS
from storage.codes import Category
from storage.columns import new_id
from storage.members import questions
from storage.office.campaign_calendar import festival_on

if TYPE_CHECKING:
    from datetime import date

    from bot.chat.talk import Talk

# The purpose under which it waits.
MAKE = "batch_make"
# What is typed next is the amount.
AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made. `id` is the list's, made before the work; empty `categories` and `unions` are all.

    `amount_fen`: what each gets where the year has no exact standard. `asks`: what a typed word answers.
    """

    id: str
    kind: str
    year: int
    source: str
    categories: tuple[str, ...] = ()
    unions: tuple[int, ...] = ()
    amount_fen: int | None = None
    asks: str = ""

    @property
    def of(self) -> AidKind:
        """Its kind."""
        return AidKind(self.kind)


def fresh(kind: AidKind, today: date) -> Plan:
    """A plan with what is most likely meant: the festival that comes, the company's own money."""
    year = today.year
    if kind == AidKind.SPRING:
        festival = festival_on(year)
        year += festival is not None and today > festival
    source = FundSource.GROUP if kind in rules.OUTSIDE_MONEY else rules.OWN_FUND
    return Plan(new_id(), str(kind), year, str(source))


def changed(plan: Plan, part: str, given: str, today: date) -> Plan:
    """The plan with another kind, year, money, category or branch; as it was for a forged button."""
    if part == "kind" and given in KINDS:
        return replace(fresh(AidKind(given), today), id=plan.id, unions=plan.unions)
    if part == "year" and given in {str(today.year), str(today.year + 1)}:
        return replace(plan, year=int(given))
    if part == "source" and given in set(FundSource) and _goes(plan.of, FundSource(given)):
        return replace(plan, source=given)
    if part == "category" and given in set(Category):
        return replace(plan, categories=_toggled(plan.categories, given))
    if part == "union" and given.isascii() and given.isdigit():
        return replace(plan, unions=_toggled(plan.unions, int(given)))
    if part == "everybody":
        return replace(plan, categories=(), unions=())
    return plan


def with_amount(plan: Plan, fen: int | None) -> Plan:
    """The plan with what each gets; nothing is only what a thing may be worth."""
    if fen is None or (fen == 0 and plan.of not in rules.WITHOUT_CASH):
        return plan
    return replace(plan, amount_fen=fen, asks="")


def keep(talk: Talk, plan: Plan) -> Plan:
    """Put it down; it replaces whatever was asked before."""
    questions.ask(talk.tx, talk.person.id, f"{MAKE}:{json_text.packed(asdict(plan))}")
    return plan


def held(talk: Talk) -> Plan | None:
    """The plan that waits; None when it is gone, or something else was asked since."""
    purpose, _, told = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    return read(told) if purpose == MAKE else None


def read(told: str) -> Plan | None:
    """The plan as a question carries it; None when that is none."""
    try:
        values = json_text.unpacked(told)
    except ValueError:
        return None
    if not isinstance(values, dict) or set(values) != {one.name for one in fields(Plan)}:
        return None
    lists = {name: tuple(values[name]) for name in ("categories", "unions")}
    return Plan(**{**values, **lists})


def _goes(kind: AidKind, source: FundSource) -> bool:
    return kind not in rules.OUTSIDE_MONEY or source != rules.OWN_FUND


def _toggled(chosen: tuple[Any, ...], one: object) -> tuple[Any, ...]:
    return tuple(each for each in chosen if each != one) if one in chosen else (*chosen, one)
