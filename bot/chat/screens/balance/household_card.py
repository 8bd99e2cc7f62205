"""One household's year: what it had by kind, its room to the cap, what can be given now and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.balance.fund_card import ROUTE
from bot.chat.screens.parts.access import REPORTERS
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats, refusals
from storage import audit
from storage.aid_codes import AidKind
from storage.aid_refusals import FileNotActive
from storage.asking import guards
from storage.households import dossiers
from storage.money import fund, household_sums, standards
from storage.oversight.explain import Figure
from storage.rules import COUNTED_ONLY, OWN_FUND

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.asking.guards import Offer
    from storage.households.dossiers import HouseholdLine


def draw(talk: Talk, household: HouseholdLine) -> tuple[str, Keyboard]:
    """One household's year; the look is audited. Refuses NotFound."""
    words, tx = talk.words, talk.tx
    audit.record(tx, person_id=talk.person.id, act="household.balance", subject=f"household:{household.id}")
    had = _had(talk, household.id)
    offers = {one.kind: one for one in guards.offers(tx, talk.person, household.id)}
    kinds = [f"{words.plain(f'codes.aid.{kind}')} {formats.amount(fen)}" for kind, fen in had.items()]
    named = {"name": clipped(household.name, 60), "file_no": household.file_no, "year": str(talk.today.year)}
    if kinds:
        paid = formats.money(words, sum(had.values()))
        lines = [words.say("balance.household", **named, paid=paid, kinds=formats.listed(words, kinds))]
    else:
        lines = [words.say("balance.household_nothing", **named)]
    lines.append(_living(talk, offers[AidKind.LIVING], household.category))
    others = [one for one in offers.values() if one.kind != AidKind.LIVING and _is_possible(one)]
    if others:
        names = [words.plain(f"codes.aid.{one.kind}") for one in others]
        lines.append(words.say("balance.possible", kinds=formats.listed(words, names)))
    return "\n".join(lines), _keyboard(talk, household.id, has_aid=bool(kinds))


def most(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
    """What of every kind can be given at most, and which rule holds it there. Refuses NotFound."""
    words = talk.words
    household = dossiers.line(talk.tx, talk.person, household_id)
    offers = guards.offers(talk.tx, talk.person, household_id)
    name = clipped(household.name, 60)
    lines = [words.say("balance.most.title", name=name, file_no=household.file_no, year=str(talk.today.year))]
    lines += [_most_line(talk, one) for one in offers if one.kind not in COUNTED_ONLY]
    back = Button(words.plain("balance.buttons.back_household"), pack(ROUTE, "again", household_id))
    return fitted(lines), [[back]]


def _had(talk: Talk, household_id: int) -> dict[AidKind, int]:
    """What was paid to it this year by kind, of every money, in the order of the kinds."""
    sums = household_sums.of(talk.tx, household_id, talk.today.year, None)
    found: dict[AidKind, int] = {}
    for kind in AidKind:
        mine = [(payments, paid_fen) for of, _, payments, paid_fen, _ in sums if of == kind]
        if any(any(one) for one in mine):
            found[kind] = sum(paid_fen for _, paid_fen in mine)
    return found


def _most_line(talk: Talk, offer: Offer) -> str:
    words, kind = talk.words, talk.words.plain(f"codes.aid.{offer.kind}")
    if offer.refusal is not None:
        why = refusals.plain(words, offer.refusal.slug, offer.refusal.details)
        return words.say("balance.most.refused", kind=kind, why=why)
    if OWN_FUND not in offer.sources:
        return words.say("balance.most.outside", kind=kind)
    most_fen = offer.most_of(OWN_FUND) or 0
    because = words.plain(f"balance.because.{offer.bound_by or 'fund'}")
    key = "up_to" if most_fen else "nothing"
    return words.say(f"balance.most.{key}", kind=kind, most=formats.money(words, most_fen), because=because)


def _living(talk: Talk, offer: Offer, category: str) -> str:
    words = talk.words
    is_open = not isinstance(offer.refusal, FileNotActive)
    most_fen = (offer.most_of(OWN_FUND) or 0) if is_open else 0
    because = words.plain(f"balance.because.{(offer.bound_by or 'fund') if is_open else 'closed'}")
    said = {"most": formats.amount(most_fen), "because": because}
    if offer.room_fen is None:
        return words.say("balance.room_no_cap", **said)
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    norm = standards.of(talk.tx, fund_id, talk.today.year, AidKind.LIVING, category)
    cap, room = formats.amount(norm.cap_fen or 0), formats.amount(offer.room_fen)
    return words.say("balance.room", cap=cap, room=room, **said)


def _is_possible(offer: Offer) -> bool:
    """Whether some money for it is there now."""
    if offer.kind in COUNTED_ONLY or offer.refusal is not None:
        return False
    return OWN_FUND not in offer.sources or bool(offer.most_of(OWN_FUND))


def _keyboard(talk: Talk, household_id: int, *, has_aid: bool) -> Keyboard:
    words = talk.words
    ways = [("room", Figure.HOUSEHOLD_ROOM)]
    if has_aid:
        ways.insert(0, ("year", Figure.HOUSEHOLD_PAID))
    why = [
        Button(words.plain(f"balance.buttons.{slug}"), pack(ROUTE, "whyh", figure, 0, "", household_id))
        for slug, figure in ways
    ]
    acts: list[Button] = []
    if talk.person.roles & REPORTERS:
        acts.append(Button(words.plain("balance.buttons.propose"), pack("aid", "household", household_id)))
    most_ = Button(words.plain("balance.buttons.most"), pack(ROUTE, "most", household_id))
    return [
        why,
        [most_, *acts],
        [Button(words.plain("balance.buttons.file"), pack("file", "open", household_id))],
    ]
