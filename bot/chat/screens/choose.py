"""Whom is it about: those due first, then by name, file number or initials; and the one-message report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, long_id, number, pack, short_id
from bot.chat.report import conversation
from bot.chat.report.labels import vocabulary_of
from bot.chat.screens.aid import aid_words, aids, urgent
from bot.chat.screens.approval import approve
from bot.chat.screens.balance import balances
from bot.chat.screens.batch import lists
from bot.chat.screens.budget import plans
from bot.chat.screens.file import dossier
from bot.chat.screens.item import outcomes
from bot.chat.screens.parts.access import REPORTERS, require
from bot.chat.screens.parts.pages import WIDE_CHARACTERS, label, label_of
from bot.chat.screens.paying import income, pay, receipt, slip
from bot.chat.screens.rule import rule_card, rules
from bot.chat.screens.standard import standard_card, standards
from bot.chat.screens.takeover import away, handover
from bot.chat.screens.todo import due
from bot.forms.registry import FORMS
from bot.forms.shorthand import parse
from bot.reminders import wording
from bot.texts import formats
from storage.booking import aid
from storage.codes import FollowupKind, HouseholdState, ReportKind
from storage.due import followups
from storage.households import dossiers
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.chat.talk import Talk
    from bot.forms.shorthand import Parsed
    from storage.booking.aid import PaymentLine
    from storage.households.dossiers import HouseholdLine

OFFERED = 8
OVER = frozenset({HouseholdState.CLOSED, HouseholdState.REJECTED})
# Visits are what a RECHECK, a MONITOR or a RETRY asks for.
VISITED = (FollowupKind.RECHECK, FollowupKind.MONITOR, FollowupKind.RETRY)


def visit(talk: Talk, argument: str = "") -> None:
    """走访: with a name straight to the form, with more the whole report, with nothing whoever is due."""
    require(talk, REPORTERS)
    if argument:
        _named(talk, ReportKind.VISIT, argument)
        return
    seen = {item.household.id: item for item in due.waiting(talk) if item.kind in VISITED}
    buttons = [
        Button(_due_label(talk, item), pack("visit", "due", item.id))
        for item in list(seen.values())[:OFFERED]
    ]
    _ask_who(talk, "visit", buttons)


def revisit(talk: Talk, argument: str = "") -> None:
    """回访: payments that wait for it, or those of the household named."""
    require(talk, REPORTERS)
    if argument:
        _named(talk, ReportKind.REVISIT, argument)
        return
    _offer_payments(talk, aid.to_revisit(talk.tx, talk.person))


def anything(talk: Talk) -> None:
    """A message that belongs to nothing yet: an answer to what was asked, or a household to look at."""
    purpose, _, argument = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    if talk.incoming.kind == "photo" and purpose in _PICTURED:
        _PICTURED[purpose](talk, argument)
        return
    if talk.incoming.kind != "text":
        _wrong_kind(talk, purpose, argument)
        return
    if purpose:
        # What has lapsed may still be taken up.
        questions.forget(talk.tx, talk.person.id)
    if slip.is_idle(argument):
        # A card is open, but nothing of it was asked for: it waits on.
        _glance(talk, talk.incoming.text)
        questions.ask(talk.tx, talk.person.id, f"{purpose}:{argument}")
        return
    if purpose in outcomes.TYPED:
        outcomes.typed(talk, purpose, argument)
        return
    if purpose in _ANSWERED:
        _ANSWERED[purpose](talk, argument)
        return
    if purpose == handover.REASON:
        handover.declined(talk, argument, talk.incoming.text)
        return
    act = _PURPOSES.get(purpose, _glance)
    act(talk, talk.incoming.text)


def visit_tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A household was tapped: from the list of the due, or from a search."""
    require(talk, REPORTERS)
    what, given = (*parts, "", "")[:2]
    questions.forget(talk.tx, talk.person.id)
    if what == "due":
        item = followups.get(talk.tx, talk.person, number(given))
        conversation.begin(talk, ReportKind.VISIT, item.household.id, followup_id=item.id)
    else:
        conversation.begin(talk, ReportKind.VISIT, number(given))


def revisit_tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A payment, or a household whose payments wait, was tapped."""
    require(talk, REPORTERS)
    what, given = (*parts, "", "")[:2]
    questions.forget(talk.tx, talk.person.id)
    if what == "household":
        _offer_payments(talk, _payments_of(talk, number(given)))
        return
    payment = aid.payment(talk.tx, talk.person, long_id(given))
    conversation.begin(talk, ReportKind.REVISIT, payment.household_id, aid_id=payment.id)


# Inside.


def _wrong_kind(talk: Talk, purpose: str, argument: str) -> None:
    """A sticker, a voice message or the like where words were asked for, or nothing; what was asked waits."""
    if purpose in _PICTURED:
        _ANSWERED[purpose](talk, argument)
    elif purpose and not slip.is_idle(argument):
        talk.say(talk.words.say("chat.words_wanted"))
    else:
        key = "not_now" if talk.person.roles & REPORTERS else "not_needed"
        talk.say(talk.words.say(f"chat.{key}"))


def _ask_who(talk: Talk, purpose: str, buttons: Sequence[Button]) -> None:
    questions.ask(talk.tx, talk.person.id, purpose)
    key = f"chat.who_{purpose}" if buttons else f"chat.who_{purpose}_free"
    talk.say(talk.words.say(key), columns(buttons, 1))


def _due_label(talk: Talk, item: followups.DueItem) -> str:
    when = wording.when(item, talk.words, talk.today)
    return label(f"{when} · {item.household.name} {item.household.file_no}")


def _named(talk: Talk, form: ReportKind, text: str) -> None:
    """A name alone, or a whole report in one message."""
    questions.forget(talk.tx, talk.person.id)
    parsed = parse(FORMS[form], text, today=talk.today, vocabulary=vocabulary_of(form))
    said = parsed.household_words or text
    found = dossiers.search(talk.tx, talk.person, said, limit=OFFERED)
    open_files = [one for one in found if one.state not in OVER]
    exact = [one for one in open_files if said in (one.name, one.file_no)]
    chosen = exact if len(exact) == 1 else open_files
    if not chosen:
        _none_found(talk, form, found)
    elif len(chosen) > 1:
        questions.ask(talk.tx, talk.person.id, form)
        route = "visit" if form == ReportKind.VISIT else "revisit"
        buttons = [Button(_household_label(one), pack(route, "household", one.id)) for one in chosen]
        talk.say(talk.words.say("chat.which_household"), columns(buttons, 1))
    elif form == ReportKind.VISIT:
        _begin_told(talk, chosen[0], parsed)
    else:
        _revisit_told(talk, chosen[0], parsed)


def _begin_told(talk: Talk, household: HouseholdLine, parsed: Parsed, aid_id: str | None = None) -> None:
    """Begin with what the message told; what it named without a value is asked."""
    if parsed.unknown:
        phrases = formats.listed(talk.words, list(parsed.unknown))
        talk.say(talk.words.say("chat.not_understood", phrases=phrases))
    form = ReportKind.VISIT if aid_id is None else ReportKind.REVISIT
    conversation.begin(
        talk, form, household.id, aid_id=aid_id, told=parsed.answers, unchanged=parsed.unchanged
    )


def _revisit_told(talk: Talk, household: HouseholdLine, parsed: Parsed) -> None:
    payments = _payments_of(talk, household.id)
    of_kind = [one for one in payments if one.kind == parsed.payment_kind] or payments
    if len(of_kind) == 1:
        _begin_told(talk, household, parsed, of_kind[0].id)
    else:
        _offer_payments(talk, of_kind)


def _payments_of(talk: Talk, household_id: int) -> list[PaymentLine]:
    return [one for one in aid.to_revisit(talk.tx, talk.person) if one.household_id == household_id]


def _offer_payments(talk: Talk, payments: Sequence[PaymentLine]) -> None:
    if not payments:
        talk.say(talk.words.say("chat.nothing_to_revisit"))
        return
    names = dossiers.lines(talk.tx, {one.household_id for one in payments})
    buttons = [
        Button(
            _payment_label(talk, names[one.household_id], one), pack("revisit", "payment", short_id(one.id))
        )
        for one in payments[:OFFERED]
    ]
    questions.ask(talk.tx, talk.person.id, "revisit")
    talk.say(talk.words.say("chat.who_revisit"), columns(buttons, 1))


def _payment_label(talk: Talk, household: HouseholdLine, one: PaymentLine) -> str:
    """Whose, what, how much and when: two payments to one household are told apart."""
    return label_of(
        household.name,
        lambda name: talk.words.plain(
            "chat.payment_button",
            name=name,
            what=aid_words.short(talk, one.kind, one.amount_fen),
            day=formats.day(talk.words, one.paid_on or talk.today, talk.today),
        ),
        WIDE_CHARACTERS,
    )


def _household_label(household: HouseholdLine) -> str:
    return f"{household.name} {household.file_no} · {household.union_name}"


def _none_found(talk: Talk, form: ReportKind, closed: Sequence[HouseholdLine]) -> None:
    questions.ask(talk.tx, talk.person.id, form)
    if closed:
        talk.say(talk.words.say("chat.file_closed", name=closed[0].name, file_no=closed[0].file_no))
    else:
        talk.say(talk.words.say("chat.not_found"))


def _glance(talk: Talk, text: str) -> None:
    """A bare name: whoever is meant, with what can be done for them."""
    found = dossiers.search(talk.tx, talk.person, text, limit=OFFERED) if len(text) <= 32 else []  # noqa: PLR2004
    if not found:
        if not urgent.taken_up(talk):
            talk.say(talk.words.say("chat.say_what"))
    elif len(found) == 1:
        dossier.show(talk, found[0].file_no)
    else:
        buttons = [Button(_household_label(one), pack("file", "open", one.id)) for one in found]
        talk.say(talk.words.say("chat.which_household"), columns(buttons, 1))


_PURPOSES: dict[str, Callable[[Talk, str], None]] = {
    "visit": visit,
    "revisit": revisit,
    "aid": aids.show,
    "away": away.show,
    "balance": balances.show,
    "file": dossier.show,
}
# Asked of one certain thing: whoever asked reads what is typed; `argument` says of what.
_ANSWERED: dict[str, Callable[[Talk, str], None]] = {
    **approve.TYPED,
    **pay.TYPED,
    **income.TYPED,
    rule_card.ROUTE: rules.typed,
    standard_card.ROUTE: standards.typed,
    **lists.TYPED,
    **plans.TYPED,
    **aids.TYPED,
}
# Where a picture is an answer.
_PICTURED: dict[str, Callable[[Talk, str], None]] = {receipt.PHOTOS: receipt.photo}
