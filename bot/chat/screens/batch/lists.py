"""名单: all of them, one being planned, one in full, and every act on it; storage judges each again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, long_id, number, pack
from bot.chat.screens.batch import batch_card, batch_pay, items, making, reasons_asked
from bot.chat.screens.batch import plan as plans
from bot.chat.screens.batch.batch_words import ROUTE, listed, opening
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.access import OFFICES, require
from bot.chat.screens.parts.pages import fitted, label, page_of, told_apart, turning
from bot.chat.screens.paying import entered
from storage.aid_codes import AidKind, FundSource
from storage.batches import batches
from storage.errors import TooLateToUndo
from storage.members import offices, questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.screens.batch.plan import Plan
    from bot.chat.talk import Talk

SHOWN = 6
# What a campaign asks for: the kind of the list that does it.
OF_CAMPAIGN = {
    "spring_list": AidKind.SPRING,
    "summer_relief": AidKind.COOL,
    "autumn_study": AidKind.STUDY,
}


def show(talk: Talk, argument: str = "") -> None:
    """All lists, those that are still worked on first."""
    del argument
    require(talk, OFFICES)
    talk.say(*_listing(talk, 0))


def show_campaign(talk: Talk, campaign: str) -> None:
    """What a campaign's card leads to: its list that is worked on, else the plan of a new one, else all."""
    kind = OF_CAMPAIGN[campaign]
    if not offices.led(talk.tx, talk.person):
        show(talk)
        return
    plan = plans.fresh(kind, talk.today)
    found = batches.listing(talk.tx, talk.person)
    mine = [one for one in found if (one.kind, one.for_year) == (kind, plan.year)]
    if mine:
        talk.say(*batch_card.draw(talk, mine[0].id))
    else:
        talk.say(*making.draw(talk, plans.keep(talk, plan)))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A list, a part of a plan, or an act. Refuses NotFound for none and for others' alike."""
    require(talk, OFFICES)
    verb, (first, *given) = told_apart(parts)
    if verb in _OF_PLAN:
        _OF_PLAN[verb](talk, first, given)
    elif verb in _OF_LIST:
        _OF_LIST[verb](talk, entered.id_of(first), given)
    elif verb in _ASKED_WHY:
        reasons_asked.ask(talk, verb, entered.id_of(first), given[0])
    else:
        talk.replace(*_listing(talk, page_of(first)))


def typed_reason(talk: Talk, argument: str) -> None:
    """Why something is done was typed."""
    batch_id, done = reasons_asked.typed(talk, argument)
    talk.say(*batch_card.draw(talk, batch_id, done=done))


def _listing(talk: Talk, page: int) -> tuple[str, Keyboard]:
    words = talk.words
    found = batches.listing(talk.tx, talk.person, SHOWN + 1, page * SHOWN)
    leads = bool(offices.led(talk.tx, talk.person))
    lines = [words.say("batch.lists")]
    lines += [listed(talk, one) for one in found[:SHOWN]]
    if not found:
        lines.append(words.say("batch.none_yet" if leads else "batch.none"))
    rows = [
        [Button(label(f"{one.number} · {words.plain(f'codes.aid.{one.kind}')}"), opening(one.id))]
        for one in found[:SHOWN]
    ]
    turn = turning(page, more=len(found) > SHOWN, data=lambda to: pack(ROUTE, "list", to))
    make = [
        Button(words.plain("batch.buttons.new_spring"), pack(ROUTE, "new", AidKind.SPRING)),
        Button(words.plain("batch.buttons.new"), pack(ROUTE, "new", AidKind.WARMTH)),
    ]
    return fitted(lines), [*rows, turn, make if leads else []]


def _plan(talk: Talk) -> Plan:
    """The plan that waits; a button of one that is gone begins anew, which is said."""
    plan = plans.held(talk)
    if plan is None:
        talk.toast(talk.words.plain("batch.plan_gone"), alert=True)
        plan = plans.keep(talk, plans.fresh(AidKind.SPRING, talk.today))
    return plan


def _new(talk: Talk, first: str, given: list[str]) -> None:
    del given
    kind = AidKind(first) if first in batches.KINDS else AidKind.SPRING
    talk.replace(*making.draw(talk, plans.keep(talk, plans.fresh(kind, talk.today))))


def _show_plan(talk: Talk, first: str, given: list[str]) -> None:
    del first, given
    talk.replace(*making.draw(talk, _plan(talk)))


def _part(talk: Talk, first: str, given: list[str]) -> None:
    talk.replace(*making.part(talk, _plan(talk), first, given[0]))


def _set(talk: Talk, first: str, given: list[str]) -> None:
    """One part was chosen; where several can be, the choices stay."""
    plan = _plan(talk)
    if first == plans.AMOUNT:
        plan = plans.with_amount(plan, amounts.packed(given[0]))
    else:
        plan = plans.changed(plan, first, given[0], talk.today)
    plan = plans.keep(talk, plan)
    many = first in ("category", "union")
    talk.replace(*(making.part(talk, plan, first, given[1]) if many else making.draw(talk, plan)))


def _start(talk: Talk, first: str, given: list[str]) -> None:
    """Begin it; the id was made with the plan, so that a second tap begins nothing."""
    del given
    plan = plans.held(talk)
    if plan is None or plan.id != long_id(first):
        _again(talk, long_id(first))
        return
    batches.start(
        talk.tx,
        talk.person,
        batch_id=plan.id,
        kind=plan.of,
        year=plan.year,
        source=FundSource(plan.source),
        picked={"categories": plan.categories, "unions": plan.unions},
        amount_fen=plan.amount_fen,
    )
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*batch_card.draw(talk, plan.id))


def _again(talk: Talk, batch_id: str) -> None:
    """The button of a plan that is a list by now shows the list; of one that is gone, the lists."""
    known = [one.id for one in batches.listing(talk.tx, talk.person)]
    if batch_id in known:
        talk.replace(*batch_card.draw(talk, batch_id))
        return
    talk.toast(talk.words.plain("batch.plan_gone"), alert=True)
    talk.replace(*_listing(talk, 0))


def _open(talk: Talk, batch_id: str, given: list[str]) -> None:
    del given
    talk.replace(*batch_card.draw(talk, batch_id))


def _items(talk: Talk, batch_id: str, given: list[str]) -> None:
    talk.replace(*items.page(talk, batch_id, given[0], page_of(given[1])))


def _item(talk: Talk, batch_id: str, given: list[str]) -> None:
    talk.replace(*items.one(talk, batch_id, given[0], number(given[1])))


def _who(talk: Talk, batch_id: str, given: list[str]) -> None:
    talk.replace(*items.found_one(talk, batch_id, long_id(given[0])))


def _find(talk: Talk, batch_id: str, given: list[str]) -> None:
    del given
    items.ask_whom(talk, batch_id)


def _strike(talk: Talk, batch_id: str, given: list[str]) -> None:
    reasons_asked.ask(talk, "strike", batch_id, long_id(given[0]))


def _restore(talk: Talk, batch_id: str, given: list[str]) -> None:
    batches.restore(talk.tx, talk.person, batch_id, long_id(given[0]))
    talk.toast(talk.words.plain("batch.done.restored"))
    talk.replace(*items.found_one(talk, batch_id, long_id(given[0])))


def _because(talk: Talk, batch_id: str, given: list[str]) -> None:
    """A reason was tapped; after striking one the next one is shown."""
    done = reasons_asked.tapped(talk, batch_id, number(given[0]), given[1])
    if done is None:
        talk.toast(talk.words.plain("chat.gone"))
        talk.replace(*batch_card.draw(talk, batch_id))
    elif done == "strike":
        talk.toast(talk.words.plain("batch.done.strike"))
        talk.replace(*items.page(talk, batch_id, "exceptions", 0))
    else:
        talk.replace(*batch_card.draw(talk, batch_id, done=done))


def _submit(talk: Talk, batch_id: str, given: list[str]) -> None:
    """Hand it in; where somebody on it wants a look, why they stay is asked first."""
    card = batches.card(talk.tx, talk.person, batch_id)
    if card.exceptions and "submit" in card.may and card.line.revision == number(given[0]):
        reasons_asked.ask(talk, "submit", batch_id, given[0])
        return
    batches.submit(talk.tx, talk.person, batch_id, number(given[0]))
    talk.replace(*batch_card.draw(talk, batch_id, done="submit"))


def _approve(talk: Talk, batch_id: str, given: list[str]) -> None:
    batches.approve(talk.tx, talk.person, batch_id, number(given[0]))
    talk.replace(*batch_card.draw(talk, batch_id, done="approve"))


def _undo(talk: Talk, batch_id: str, given: list[str]) -> None:
    """撤销批准: the card waits for this person's decision again; too late, it stays as it is."""
    del given
    try:
        batches.take_back(talk.tx, talk.person, batch_id)
    except TooLateToUndo:
        talk.toast(talk.words.plain("approve.toast.too_late"), alert=True)
        talk.replace(*batch_card.draw(talk, batch_id))
        return
    talk.replace(*batch_card.draw(talk, batch_id, done="undo"))


def _reprice(talk: Talk, batch_id: str, given: list[str]) -> None:
    batches.reprice(talk.tx, talk.person, batch_id, number(given[0]))
    talk.replace(*batch_card.draw(talk, batch_id, done="reprice"))


def _sheet(talk: Talk, batch_id: str, given: list[str]) -> None:
    """名单表格: the workbook, made when it is sent."""
    del given
    line = batches.card(talk.tx, talk.person, batch_id).line
    named = {"number": line.number, "count": line.people, "kind": talk.words.plain(f"codes.aid.{line.kind}")}
    caption = talk.words.say("batch.sheet", **named, year=str(line.for_year))
    talk.document("batch", {"batch_id": batch_id}, caption)


_OF_PLAN: dict[str, Callable[[Talk, str, list[str]], None]] = {
    "new": _new,
    "plan": _show_plan,
    "part": _part,
    "set": _set,
    "start": _start,
}
_OF_LIST: dict[str, Callable[[Talk, str, list[str]], None]] = {
    "open": _open,
    "fresh": _open,
    "items": _items,
    "item": _item,
    "who": _who,
    "find": _find,
    "x": _strike,
    "y": _restore,
    "because": _because,
    "submit": _submit,
    "approve": _approve,
    "undo": _undo,
    "reprice": _reprice,
    "sheet": _sheet,
    "pay": batch_pay.begin,
    "way": batch_pay.way,
    "day": batch_pay.day,
    "cal": batch_pay.calendar,
    "voucher": batch_pay.ask_voucher,
    "go": batch_pay.go,
}
# Acts that need a reason; the button carries the revision, or which rule is struck.
_ASKED_WHY = frozenset({"many", "return", "refuse", "withdraw"})
# What is typed answers these.
TYPED: dict[str, Callable[[Talk, str], None]] = {
    plans.MAKE: making.typed,
    reasons_asked.WHY: typed_reason,
    items.FIND: items.typed,
    batch_pay.PAY: batch_pay.typed,
}
