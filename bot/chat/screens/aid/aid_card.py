"""One piece of aid: where it stands, why, who did what, what was paid, and what this person may do."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.aid import aid_course, aid_words
from bot.chat.screens.aid.aid_words import ROUTE
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats
from storage.aid_codes import AidAct, AidState, PaymentState
from storage.casebook import aid_views
from storage.deciding import decisions
from storage.rules import GIVEN

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard
    from storage.paying.payment_rows import PaymentView

REASON_CHARACTERS = 500
# What is decided, paid or put right on cards of their own.
DECISIONS = frozenset({"review", "approve", "return", "refuse"})
PAYING = frozenset({"pay", "reverse"})
ALL_STEPS = 40


def draw(talk: Talk, aid_id: str) -> tuple[str, Keyboard]:
    """The card and its buttons; the look is audited. Refuses NotFound."""
    card = aid_views.card(talk.tx, talk.person, aid_id)
    return text(talk, card), keyboard(talk, card)


def moved(talk: Talk, card: AidCard) -> None:
    """An old button: nothing is done, and the card shows how it stands."""
    state = talk.words.plain(f"codes.aid_state.{card.state}")
    talk.toast(talk.words.plain("refused.aid_moved", number=card.number, state=state), alert=True)
    talk.replace(text(talk, card), keyboard(talk, card))


def course(talk: Talk, aid_id: str) -> tuple[str, Keyboard]:
    """Every step, as far as a message holds them. Refuses NotFound."""
    card = aid_views.card(talk.tx, talk.person, aid_id)
    back = Button(talk.words.plain("aid.buttons.card"), pack(ROUTE, "card", short_id(card.id)))
    return fitted([_title(talk, card), *aid_course.lines(talk, card.steps, ALL_STEPS)]), [[back]]


def may(talk: Talk, card: AidCard) -> frozenset[str]:
    """What the person may do with it now; each act checks again."""
    return decisions.may_decide(talk.tx, talk.person, card)


def text(talk: Talk, card: AidCard) -> str:
    """The whole card, escaped, within a message."""
    words = talk.words
    lines = [_title(talk, card), _what(talk, card), _state(talk, card), *_approvals(talk, card)]
    lines += emergency(talk, card)
    if card.reason:
        lines.append(words.say("aid.card.reason", reason=clipped(card.reason, REASON_CHARACTERS)))
    if card.papers:
        lines.append(words.say("aid.card.papers", count=len(card.papers)))
    if card.last_visit_on is not None:
        visited = formats.day(words, card.last_visit_on, talk.today)
        lines.append(words.say("aid.card.visit", day=visited))
    steps = aid_course.lines(talk, card.steps)
    payments = _payments(talk, card)
    return fitted([*lines, *([""] if steps else []), *steps, *([""] if payments else []), *payments])


def keyboard(talk: Talk, card: AidCard) -> Keyboard:
    """What this person may press: first what moves it on, then what there is to look at."""
    words, short, allowed = talk.words, short_id(card.id), may(talk, card)
    acts = []
    if allowed & DECISIONS:
        which = "review" if card.state == AidState.TO_REVIEW else "decide"
        acts.append(Button(words.plain(f"aid.buttons.{which}"), pack("approve", "open", short)))
    elif "take_back" in allowed:
        acts.append(Button(words.plain("aid.buttons.approved"), pack("approve", "open", short)))
    if allowed & PAYING:
        which = "pay" if "pay" in allowed else "paid"
        acts.append(Button(words.plain(f"aid.buttons.{which}"), pack("pay", "open", short)))
    acts += [
        Button(words.plain(f"aid.buttons.{button}"), pack(ROUTE, verb, short))
        for verb, button in _own_acts(talk, card, allowed).items()
    ]
    looks = []
    if card.papers:
        looks.append(Button(words.plain("aid.buttons.papers"), pack("approve", "papers", short)))
    if len(card.steps) > aid_course.ON_CARD:
        looks.append(Button(words.plain("aid.buttons.steps"), pack(ROUTE, "course", short)))
    looks.append(Button(words.plain("aid.buttons.file"), pack("file", "open", card.household_id)))
    return [*columns(acts, 2), looks, [Button(words.plain("aid.buttons.list"), pack(ROUTE, "list"))]]


def _own_acts(talk: Talk, card: AidCard, allowed: frozenset[str]) -> dict[str, str]:
    """Changing it, bringing its papers, taking it back; verb → button.

    An officer who is to decide on another's proposal is offered to return it, not to do it in their place.
    """
    is_author = card.proposed_by == talk.person.id
    returned = card.state == AidState.RETURNED
    named = {}
    if "amend" in allowed and (is_author or returned):
        named["amend"] = "amend_returned" if returned else "amend"
    if "file" in allowed:
        named["file"] = "file_papers"
    if "withdraw" in allowed and (is_author or not allowed & DECISIONS):
        named["withdraw"] = "withdraw"
    return named


def _title(talk: Talk, card: AidCard) -> str:
    return talk.words.say(
        "aid.card.title",
        number=card.number,
        name=clipped(card.household_name, 60),
        union=clipped(card.union_name, 40),
    )


def _what(talk: Talk, card: AidCard) -> str:
    words = talk.words
    kind = words.plain(f"codes.aid.{card.kind}")
    if not card.amount_fen:
        return words.say("aid.card.what_free", kind=kind)
    source, amount = words.plain(f"codes.source.{card.source}"), formats.money(words, card.amount_fen)
    said = words.say("aid.card.what", kind=kind, amount=amount, source=source)
    if card.for_year == talk.today.year:
        return said
    return words.plain("aid.card.year", what=said, year=str(card.for_year))


def _state(talk: Talk, card: AidCard) -> str:
    """Where it stands and since when; of a part paid, how much is left, or was given up."""
    words = talk.words
    said = [words.say("aid.card.state", state=aid_words.state(talk, card))]
    if card.state == AidState.APPROVED and card.paid_fen:
        paid, left = (formats.money(words, fen) for fen in (card.paid_fen, card.left_fen))
        said.append(words.say("aid.card.part_paid", paid=paid, left=left))
    waived = next((one for one in reversed(card.steps) if one.act == AidAct.WAIVED), None)
    if waived is not None and card.state in GIVEN:
        paid, rest = (formats.money(words, fen or 0) for fen in (waived.paid_fen, waived.amount_fen))
        said.append(words.say("aid.card.waived", paid=paid, rest=rest))
    if card.since is not None:
        day = formats.day(words, card.since.astimezone(talk.tx.zone).date(), talk.today)
        said.append(words.say("aid.card.since", day=day))
    return " · ".join(said)


def _approvals(talk: Talk, card: AidCard) -> list[str]:
    """How many must approve and who has; and where there are too few who could."""
    words = talk.words
    if card.state not in {AidState.TO_REVIEW, AidState.TO_APPROVE}:
        return []
    given = len(card.approvals)
    said = words.say("aid.card.approvals", needed=card.approvals_needed, given=given)
    if card.approvals:
        names = [aid_course.person(talk, one.name, one.for_name) for one in card.approvals]
        said = f"{said} · {words.say('aid.card.approved_by', names=formats.listed(words, names))}"
    if card.approvers_possible >= card.approvals_needed:
        return [said]
    have, needed = card.approvers_possible, card.approvals_needed
    return [said, words.say("aid.card.too_few", have=have, needed=needed)]


def emergency(talk: Talk, card: AidCard) -> list[str]:
    """Whether it was one, and how its papers stand; else whether it was given in a list."""
    words = talk.words
    if not card.is_emergency:
        return [words.say("aid.card.in_list")] if card.batch_id else []
    lines = [words.say("aid.card.emergency")]
    if card.filed_on is not None:
        key = "aid.card.filed" if card.papers else "aid.card.filed_bare"
        lines.append(words.say(key, day=formats.day(words, card.filed_on, talk.today)))
    elif card.file_by is not None:
        key = "aid.card.file_late" if card.file_by < talk.today else "aid.card.file_by"
        lines.append(words.say(key, day=formats.day(words, card.file_by, talk.today)))
    return [" · ".join(lines)]


def _payments(talk: Talk, card: AidCard) -> list[str]:
    if not card.payments:
        return []
    return [talk.words.say("aid.card.payments"), *(_payment(talk, one) for one in card.payments)]


def _payment(talk: Talk, one: PaymentView) -> str:
    words = talk.words
    said = words.say(
        "aid.card.payment",
        day=formats.day(words, one.paid_on, talk.today),
        state=words.plain(f"codes.payment_state.{one.state}"),
        amount=formats.money(words, one.amount_fen),
    )
    parts = [] if one.method is None else [words.plain(f"codes.method.{one.method}")]
    if one.voucher_no:
        parts.append(words.plain("aid.card.voucher", voucher=one.voucher_no))
    if one.receipts:
        parts.append(words.plain("aid.card.receipts", count=len(one.receipts)))
    if one.reason and one.state != PaymentState.PAID:
        parts.append(clipped(one.reason, 80))
    return " · ".join([said, *(html.escape(part, quote=False) for part in parts)])
