"""做名单: what it is for, of whose households, what that needs; then it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.batch import plan as plans
from bot.chat.screens.batch.batch_words import ROUTE, back_to_lists
from bot.chat.screens.batch.plan import AMOUNT, Plan
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.pages import clipped, fitted, label, page_of, turning
from bot.chat.screens.standard import standard_card
from bot.texts import formats
from storage import rules
from storage.aid_codes import FundSource
from storage.batches.batch import KINDS
from storage.budgets import needs, standard_book
from storage.codes import Category
from storage.errors import NotAllowed
from storage.members import offices
from storage.rulebook import ruled_unions

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk

TICK = "✓ "
BRANCHES_SHOWN = 12
# What is often given where nothing is set, and what goods are often worth. Our default.
OFFERED_FEN = (200_00, 300_00, 500_00, 1_000_00)


def draw(talk: Talk, plan: Plan) -> tuple[str, Keyboard]:
    """The plan, what it needs, and every part of it as a button. Refuses NotAllowed to who leads nothing."""
    led = offices.led(talk.tx, talk.person)
    if not led:
        raise NotAllowed
    words = talk.words
    lines = [
        words.say("batch.make.title", kind=words.plain(f"codes.aid.{plan.kind}"), year=str(plan.year)),
        words.say("batch.make.source", source=words.plain(f"codes.source.{plan.source}")),
        words.say("batch.make.whose", whose=_whose(talk, plan)),
    ]
    book = standard_book.book(talk.tx, talk.person, plan.year)
    found = needs.need(
        talk.tx,
        talk.person,
        plan.of,
        book,
        categories=plan.categories,
        unions=plan.unions,
        amount_fen=plan.amount_fen,
    )
    exact = any(book.of(plan.of, one).standard.amount_fen for one in Category)
    own = plan.source == rules.OWN_FUND
    lines += standard_card.need_lines(talk, found, own_money=own)
    if not found.people:
        lines.append(words.say("batch.make.no_amount" if not exact else "batch.make.nobody"))
    else:
        once = plan.of in rules.ONCE_A_YEAR
        lines.append(words.say("batch.make.then_once" if once else "batch.make.then"))
    go = [Button(words.plain("batch.buttons.make"), pack(ROUTE, "start", short_id(plan.id)))]
    parts = [_part(talk, one) for one in ("kind", "year", "source", "category", "union")]
    amount = [] if exact else [_part(talk, AMOUNT)]
    ready = go if found.people or (plan.of in rules.WITHOUT_CASH and plan.amount_fen == 0) else []
    return fitted(lines), [ready, amount, *columns(parts, 3), [back_to_lists(talk)]]


def part(talk: Talk, plan: Plan, which: str, page: str) -> tuple[str, Keyboard]:
    """The choices of one part."""
    choose = {"kind": _kinds, "year": _years, "source": _sources, "category": _categories}
    if which == "union":
        rows = _branches(talk, plan, page_of(page))
    elif which == AMOUNT:
        return _amounts(talk, plan)
    else:
        rows = choose.get(which, _kinds)(talk, plan)
    asked = talk.words.say(f"batch.ask.{which if which in choose or which == 'union' else 'kind'}")
    done = Button(talk.words.plain("batch.buttons.done"), pack(ROUTE, "plan"))
    return asked, [*rows, [done]]


def typed(talk: Talk, told: str) -> None:
    """The amount was typed."""
    plan = plans.read(told)
    if plan is None or plan.asks != AMOUNT:
        talk.say(talk.words.say("chat.say_what"))
        return
    fen = amounts.typed(talk.incoming.text)
    if fen is None or (fen == 0 and plan.of not in rules.WITHOUT_CASH):
        plans.keep(talk, plan)
        talk.say(f"⚠️ {talk.words.say('refused.bad_standard')}", _amounts(talk, plan)[1])
        return
    talk.say(*draw(talk, plans.keep(talk, replace(plan, amount_fen=fen, asks=""))))


def _amounts(talk: Talk, plan: Plan) -> tuple[str, Keyboard]:
    conversation.put_aside(talk)
    plans.keep(talk, replace(plan, asks=AMOUNT))
    offered = [Button(formats.amount(fen), pack(ROUTE, "set", AMOUNT, fen)) for fen in OFFERED_FEN]
    keep = Button(talk.words.plain("batch.buttons.keep"), pack(ROUTE, "plan"))
    return talk.words.say("batch.ask.amount"), [offered, [keep]]


def _whose(talk: Talk, plan: Plan) -> str:
    """全公司 · 特别困难、长期困难."""
    words = talk.words
    where = words.plain("batch.make.everywhere")
    if plan.unions:
        names = {one.id: one.name for one in _unions(talk)}
        where = formats.listed(words, [clipped(names.get(one, "?")) for one in plan.unions])
    who = words.plain("batch.make.every_category")
    if plan.categories:
        who = formats.listed(words, [words.plain(f"codes.category.{one}") for one in plan.categories])
    return f"{clipped(where, 200)} · {who}"


def _unions(talk: Talk) -> list[ruled_unions.RuledUnion]:
    """The branches the person leads; the whole union stands for itself by none being chosen."""
    led = offices.led(talk.tx, talk.person)
    found = ruled_unions.listing(talk.tx, talk.person, limit=len(talk.person.scope | talk.person.charge))
    return [one for one in found if one.id in led and one.parent_id is not None]


def _kinds(talk: Talk, plan: Plan) -> list[list[Button]]:
    return _choices([(str(one), f"codes.aid.{one}") for one in KINDS], "kind", {plan.kind}, talk)


def _years(talk: Talk, plan: Plan) -> list[list[Button]]:
    years = [talk.today.year, talk.today.year + 1]
    return [
        [Button(f"{TICK if one == plan.year else ''}{one}", pack(ROUTE, "set", "year", one)) for one in years]
    ]


def _sources(talk: Talk, plan: Plan) -> list[list[Button]]:
    may = [one for one in FundSource if plan.of not in rules.OUTSIDE_MONEY or one != rules.OWN_FUND]
    return _choices([(str(one), f"codes.source.{one}") for one in may], "source", {plan.source}, talk)


def _categories(talk: Talk, plan: Plan) -> list[list[Button]]:
    chosen = set(plan.categories)
    return _choices([(str(one), f"codes.category.{one}") for one in Category], "category", chosen, talk)


def _choices(named: list[tuple[str, str]], which: str, chosen: set[str], talk: Talk) -> list[list[Button]]:
    return columns(
        [
            Button(f"{TICK if one in chosen else ''}{talk.words.plain(key)}", pack(ROUTE, "set", which, one))
            for one, key in named
        ]
    )


def _branches(talk: Talk, plan: Plan, page: int) -> list[list[Button]]:
    found = _unions(talk)
    shown = found[page * BRANCHES_SHOWN : (page + 1) * BRANCHES_SHOWN]
    buttons = [
        Button(
            label(f"{TICK if one.id in plan.unions else ''}{one.name}"),
            pack(ROUTE, "set", "union", one.id, page),
        )
        for one in shown
    ]
    more = len(found) > (page + 1) * BRANCHES_SHOWN
    everybody = Button(talk.words.plain("batch.buttons.everybody"), pack(ROUTE, "set", "everybody", 1))
    turn = turning(page, more=more, data=lambda to: pack(ROUTE, "part", "union", to))
    return [*columns(buttons), turn, [everybody]]


def _part(talk: Talk, which: str) -> Button:
    return Button(talk.words.plain(f"batch.parts.{which}"), pack(ROUTE, "part", which))
