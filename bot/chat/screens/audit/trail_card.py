"""One entry's card: proposal, decisions, payments, revisits and who looked, each with names and times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack, short_id
from bot.chat.screens.aid import aid_card, aid_course
from bot.chat.screens.audit.months import ROUTE, signed, what
from bot.chat.screens.parts.pages import clipped, fitted, turning
from bot.texts import formats
from storage.oversight import trails

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard
    from storage.oversight.entries import EntryRow
    from storage.oversight.trails import Look, Trail, WentBack
    from storage.paying.payment_rows import PaymentView

STEPS = 12
REASON_CHARACTERS = 300
LOOKS_A_PAGE = 15


def of_entry(talk: Talk, entry_id: int, month: str, page: str) -> tuple[str, Keyboard]:
    """The trail of a ledger entry, and the way back to its month. Refuses NotFound, NotAllowed."""
    found = trails.of_entry(talk.tx, talk.person, entry_id)
    back = Button(talk.words.plain("audit.buttons.back"), pack(ROUTE, "month", number(month), number(page)))
    return _text(talk, found), [*_ways(talk, found), [back]]


def of_aid(talk: Talk, aid_id: str, year: str) -> tuple[str, Keyboard]:
    """The trail of a piece of aid from the list of exceptions. Refuses NotFound, NotAllowed."""
    found = trails.of_aid(talk.tx, talk.person, aid_id)
    back = Button(talk.words.plain("audit.buttons.to_exceptions"), pack(ROUTE, "exceptions", number(year), 0))
    return _text(talk, found), [*_ways(talk, found), [back]]


def looks(talk: Talk, aid_id: str, page: int) -> tuple[str, Keyboard]:
    """Everybody who looked at a piece of aid or its household, the newest first."""
    found = trails.of_aid(talk.tx, talk.person, aid_id, limit=LOOKS_A_PAGE, offset=page * LOOKS_A_PAGE)
    head = talk.words.say("audit.looks", count=found.looks_count)
    named = found.card.number if found.card else ""
    lines = [talk.words.say("audit.looks_of", number=named), head, *(_look(talk, one) for one in found.looks)]
    more = (page + 1) * LOOKS_A_PAGE < found.looks_count
    turns = turning(page, more=more, data=lambda to: pack(ROUTE, "looks", short_id(aid_id), to))
    back = Button(talk.words.plain("audit.buttons.to_aid"), pack(ROUTE, "aid", short_id(aid_id), 0))
    return fitted(lines), [turns, [back]]


def pictures(talk: Talk, aid_id: str) -> None:
    """The papers of the proposal and the receipts of its payments; neither can be forwarded."""
    card = trails.of_aid(talk.tx, talk.person, aid_id).card
    if card is None:
        return
    receipts = [kept for payment in card.payments for kept in payment.receipts]
    for key, kept in (("aid.card.paper_caption", card.papers), ("aid.card.receipt_caption", receipts)):
        for place, one in enumerate(kept, start=1):
            talk.photo(one["file_id"], talk.words.say(key, number=card.number, index=place, count=len(kept)))


def _text(talk: Talk, found: Trail) -> str:
    lines = [] if found.entry is None else _entry(talk, found.entry, names=found.card is None)
    if found.card is not None:
        lines += _card(talk, found.card)
    elif found.entry is not None and found.entry.aid_id is not None:
        lines += [talk.words.say("audit.out_of_scope")]
    if found.card is not None:
        lines += _revisits(talk, found.revisits)
    if found.looks:
        lines += ["", talk.words.say("audit.looks", count=found.looks_count)]
        lines += [_look(talk, one) for one in found.looks]
    return fitted(lines)


def _entry(talk: Talk, one: EntryRow, *, names: bool) -> list[str]:
    """The entry itself; `names`: whose it is, where no card of the aid follows."""
    words = talk.words
    lines = [
        words.say(
            "audit.entry.title",
            number=str(one.id),
            amount=signed(one.amount_fen),
            what=what(talk, one),
            day=formats.day(words, one.happened_on, talk.today),
        ),
        words.say(
            "audit.entry.by",
            voucher=clipped(one.voucher_no or words.plain("audit.nothing"), 40),
            person=clipped(one.recorded_by or words.plain("audit.nobody")),
        ),
    ]
    if one.undoes is not None:
        undone = formats.day(words, one.undoes.happened_on, talk.today)
        lines.append(words.say("audit.entry.takes_back", number=str(one.undoes.id), day=undone))
    if one.note:
        lines.append(words.say("audit.entry.note", note=clipped(one.note, REASON_CHARACTERS)))
    if names and one.household is not None and one.union_name is not None:
        lines.append(
            words.say("audit.entry.whose", name=clipped(one.household, 60), union=clipped(one.union_name, 40))
        )
    return lines


def _card(talk: Talk, card: AidCard) -> list[str]:
    words = talk.words
    lines = [
        "",
        words.say(
            "audit.aid.title",
            number=card.number,
            name=clipped(card.household_name, 60),
            union=clipped(card.union_name, 40),
            kind=words.plain(f"codes.aid.{card.kind}"),
            amount=formats.money(words, card.amount_fen),
            source=words.plain(f"codes.source.{card.source}"),
            state=words.plain(f"codes.aid_state.{card.state}"),
        ),
        words.say("audit.aid.proposed", name=clipped(card.proposer_name or words.plain("audit.nobody"))),
    ]
    lines += aid_card.emergency(talk, card)
    if card.reason:
        lines.append(words.say("audit.aid.reason", reason=clipped(card.reason, REASON_CHARACTERS)))
    if not card.steps:
        # Of what was taken over from earlier records nobody knows who decided.
        lines.append(words.say("audit.aid.taken_over"))
    else:
        lines.append(
            words.say("audit.aid.approvals", needed=card.approvals_needed, given=len(card.approvals))
        )
    lines += [
        words.say(
            "audit.aid.approval",
            at=formats.moment(words, one.at, talk.tx.zone, talk.today),
            person=aid_course.person(talk, one.name, one.for_name),
        )
        for one in card.approvals
    ]
    if card.payments:
        lines += ["", words.say("aid.card.payments"), *(_payment(talk, one) for one in card.payments)]
    steps = aid_course.lines(talk, card.steps, STEPS)
    return [*lines, "", *steps] if steps else lines


def _payment(talk: Talk, one: PaymentView) -> str:
    words = talk.words
    told = words.say(
        "audit.aid.payment",
        day=formats.day(words, one.paid_on, talk.today),
        state=words.plain(f"codes.payment_state.{one.state}"),
        amount=formats.amount(one.amount_fen),
        how=words.plain(f"codes.method.{one.method}") if one.method else words.plain("audit.nothing"),
        voucher=clipped(one.voucher_no or words.plain("audit.nothing"), 40),
        person=clipped(one.paid_by_name or words.plain("audit.nobody")),
    )
    return f"{told}{words.say('audit.aid.receipts', count=len(one.receipts))}" if one.receipts else told


def _revisits(talk: Talk, found: tuple[WentBack, ...]) -> list[str]:
    words = talk.words
    if not found:
        return ["", words.say("audit.no_revisit")]
    return ["", words.say("audit.revisits"), *(_went_back(talk, one) for one in found)]


def _went_back(talk: Talk, one: WentBack) -> str:
    words = talk.words
    codes = (("met", one.met), ("received", one.received), ("conclusion", one.conclusion))
    keys = [f"forms.revisit.{field}.options.{code}" for field, code in codes if code]
    outcome = " · ".join(words.plain(key) for key in keys if words.has(key))
    return words.say(
        "audit.revisit",
        day=formats.day(words, one.visited_on, talk.today),
        number=one.number,
        person=clipped(one.reported_by or words.plain("audit.nobody")),
        outcome=outcome,
    )


def _look(talk: Talk, one: Look) -> str:
    words = talk.words
    return words.say(
        "audit.look",
        at=formats.moment(words, one.at, talk.tx.zone, talk.today),
        person=clipped(one.person or words.plain("audit.nobody")),
        act=words.plain(f"audit.looked.{one.act.replace('.', '_')}"),
    )


def _ways(talk: Talk, found: Trail) -> list[list[Button]]:
    """The pictures and everybody who looked, where there is more than fits the card."""
    card = found.card
    if card is None:
        return []
    count = len(card.papers) + sum(len(one.receipts) for one in card.payments)
    ways = []
    if count:
        said = talk.words.plain("audit.buttons.pictures", count=count)
        ways.append(Button(said, pack(ROUTE, "pictures", short_id(card.id))))
    if found.looks_count > len(found.looks):
        said = talk.words.plain("audit.buttons.looks", count=found.looks_count)
        ways.append(Button(said, pack(ROUTE, "looks", short_id(card.id), 0)))
    return [
        ways,
        [Button(talk.words.plain("chat.buttons.open_file"), pack("file", "open", card.household_id))],
    ]
