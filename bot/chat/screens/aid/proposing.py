"""Asking for aid: from a name, a button or one message; changing it, filing its papers, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.buttons import Button, pack, short_id
from bot.chat.asking import notes
from bot.chat.report import conversation
from bot.chat.report.labels import vocabulary_of
from bot.chat.screens.aid import aid_card, aid_list, aid_words
from bot.chat.screens.aid.aid_words import ROUTE
from bot.chat.screens.parts import finding
from bot.chat.screens.parts.access import require
from bot.forms.registry import FORMS
from bot.forms.shorthand import parse
from storage.aid import aid_rows
from storage.asking import guards, proposals
from storage.casebook import aid_views
from storage.codes import ReportKind
from storage.errors import NotAllowed
from storage.households import dossiers
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from bot.forms.model import Answers
    from storage.casebook.aid_views import AidCard

# What is asked first where an emergency's papers are filed.
PAPERS = "papers"


def named(talk: Talk, text: str) -> None:
    """帮扶 施磊斌, or the whole request in one message; who proposes none sees what the household has had."""
    if not aid_list.may_propose(talk):
        household = finding.find(talk, text, ROUTE, "of")
        if household is not None:
            talk.say(*aid_list.of_household(talk, household.id), protected=True)
        return
    form = FORMS[ReportKind.AID]
    parsed = parse(form, text, today=talk.today, vocabulary=vocabulary_of(form.slug))
    household = finding.find(talk, parsed.household_words or text, ROUTE, "household")
    if household is not None:
        begin(talk, household.id, parsed.answers)


def whose(talk: Talk) -> None:
    """Ask for which household, and offer the person's own."""
    require(talk, proposals.PROPOSERS)
    finding.ask_whose(talk, ROUTE, "household")


def begin(talk: Talk, household_id: int, told: Answers | None = None) -> None:
    """Open the request for a household; where nothing is possible, say why instead. Refuses NotFound."""
    require(talk, proposals.PROPOSERS)
    questions.forget(talk.tx, talk.person.id)
    offers = guards.offers(talk.tx, talk.person, household_id)
    if any(one.refusal is None for one in offers):
        conversation.begin(talk, ReportKind.AID, household_id, told=told)
        return
    household = dossiers.line(talk.tx, talk.person, household_id)
    said = talk.words.say("aid.closed", name=household.name, file_no=household.file_no)
    why = offers[0].refusal
    to_file = Button(talk.words.plain("aid.buttons.file"), pack("file", "open", household.id))
    same = why is not None and all(one.refusal and one.refusal.slug == why.slug for one in offers)
    reason = notes.because(talk.words, why) if same and why else notes.impossible(talk.words, offers)
    talk.say(f"{said}\n{notes.escaped(reason)}", [[to_file]])


def amend(talk: Talk, aid_id: str) -> None:
    """Open what was proposed once more, with why it came back on top. Refuses NotFound, NotAllowed."""
    card = aid_views.card(talk.tx, talk.person, aid_id)
    if "amend" not in aid_card.may(talk, card):
        aid_card.moved(talk, card)
        return
    _mend(talk, card, dict(card.answers))


def file_papers(talk: Talk, aid_id: str) -> None:
    """Ask for the papers of an emergency; what was given stands already. Refuses NotFound."""
    card = aid_views.card(talk.tx, talk.person, aid_id)
    if "file" not in aid_card.may(talk, card):
        aid_card.moved(talk, card)
        return
    given = {"kind": card.kind, "source": card.source, "amount": card.amount_fen, "reason": card.reason}
    _mend(talk, card, {**given, **card.answers}, ask_first=PAPERS)


def ask_withdraw(talk: Talk, aid_id: str) -> None:
    """Withdraw only once asked."""
    card = aid_views.card(talk.tx, talk.person, aid_id)
    if "withdraw" not in aid_card.may(talk, card):
        aid_card.moved(talk, card)
        return
    words, short = talk.words, short_id(aid_id)
    text = words.say(
        "aid.withdraw_really",
        number=card.number,
        name=card.household_name,
        what=aid_words.what(talk, card.kind, card.amount_fen),
    )
    row = [
        Button(words.plain("aid.buttons.withdraw_really"), pack(ROUTE, "withdrawn", short)),
        Button(words.plain("aid.buttons.keep"), pack(ROUTE, "card", short)),
    ]
    talk.replace(text, [row])


def withdraw(talk: Talk, aid_id: str) -> None:
    """Take it back; its card says so. Refuses NotFound, NotAllowed, AidMoved."""
    proposals.withdraw(talk.tx, talk.person, aid_id)
    number = aid_rows.get(talk.tx, talk.person, aid_id).number
    talk.toast(talk.words.plain("aid.withdrawn", number=number))
    talk.replace(*aid_card.draw(talk, aid_id))


def _mend(talk: Talk, card: AidCard, answers: dict[str, object], ask_first: str = "") -> None:
    if not talk.person.roles & proposals.PROPOSERS:
        raise NotAllowed
    conversation.mend(
        talk,
        ReportKind.AID,
        card.household_id,
        cast("Answers", answers),
        amends=card.id,
        aid_id=card.id,
        ask_first=ask_first,
    )
