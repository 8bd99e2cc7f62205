"""批准, 退回, 驳回 and 撤销: each once, and afterwards one line in place of the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.approval import folded
from bot.chat.screens.approval.card import ROUTE
from bot.chat.screens.paying import entered
from storage import reasons
from storage.aid_codes import AidAct
from storage.aid_refusals import AidMoved, ApprovedAlready
from storage.casebook import aid_views
from storage.deciding import approvals, decisions, taking_back
from storage.errors import TooLateToUndo
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard

# What is done for a reason → the common ones.
REASONS = {
    "return": ("PAPERS", "AMOUNT", "VISIT", "WORDING"),
    "refuse": ("UNFIT", "HAD", "ELSEWHERE", "TWICE"),
}
# What the bot asked for when it waits for a reason: `purpose:act:aid:revision`.
WHY = "approve_why"


def decided(talk: Talk, act: str, given: list[str]) -> None:
    """批准, or 审核通过; what was decided or changed meanwhile shows its card as it is now."""
    aid_id, revision = entered.id_of(given[0]), number(given[1])
    before = aid_views.card(talk.tx, talk.person, aid_id)
    if act not in decisions.may_decide(talk.tx, talk.person, before) or before.revision != revision:
        _moved(talk, before)
        return
    try:
        if act == "approve":
            approvals.approve(talk.tx, talk.person, aid_id, revision)
        else:
            approvals.review(talk.tx, talk.person, aid_id, revision)
    except (AidMoved, ApprovedAlready):
        _moved(talk, before)
        return
    questions.forget(talk.tx, talk.person.id)
    talk.toast(talk.words.plain(f"approve.toast.{act}"))
    folded.show(talk, aid_views.card(talk.tx, talk.person, aid_id))


def ask(talk: Talk, act: str, given: list[str]) -> None:
    """退回 or 驳回: why?"""
    aid_id, revision = entered.id_of(given[0]), number(given[1])
    one = aid_views.card(talk.tx, talk.person, aid_id)
    if act not in decisions.may_decide(talk.tx, talk.person, one) or one.revision != revision:
        _moved(talk, one)
        return
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{WHY}:{act}:{one.id}:{revision}")
    words, short = talk.words, short_id(one.id)
    common = [
        Button(words.plain(f"approve.reasons.{slug}"), pack(ROUTE, "because", short, revision, act, slug))
        for slug in REASONS[act]
    ]
    back = Button(words.plain("approve.buttons.back"), pack(ROUTE, "card", short))
    asked = words.say(f"approve.why.{act}", what=folded.what(talk, one))
    talk.replace(asked, [*columns(common), [back]])


def because(talk: Talk, given: list[str]) -> None:
    """A common reason was tapped."""
    act, slug = given[2], given[3]
    if slug in REASONS.get(act, ()):
        said = talk.words.plain(f"approve.reasons.{slug}")
        _end(talk, act, entered.id_of(given[0]), number(given[1]), said)
    else:
        show_card(talk, given)


def typed(talk: Talk, argument: str) -> None:
    """The reason was typed: it is done at once."""
    act, aid_id, revision = (*argument.split(":"), "", "", "")[:3]
    _end(talk, act, aid_id, number(revision), reasons.sentence(talk.incoming.text))


def take_back(talk: Talk, given: list[str]) -> None:
    """撤销: what the button names is theirs to decide again; an approval where it names nothing.

    An old button, or one pressed again, does nothing and shows the card. Refuses AlreadyPaid.
    """
    aid_id = entered.id_of(given[0])
    act = AidAct(given[1]) if given[1] in folded.DECIDED else AidAct.APPROVED
    try:
        taking_back.take_back(talk.tx, talk.person, aid_id, act)
    except AidMoved:
        _moved(talk, aid_views.card(talk.tx, talk.person, aid_id))
        return
    except TooLateToUndo:
        talk.toast(talk.words.plain("approve.toast.too_late"), alert=True)
        show_card(talk, given)
        return
    talk.toast(talk.words.plain("approve.toast.undone"))
    show_card(talk, given)


def show_card(talk: Talk, given: list[str]) -> None:
    """The card in place of the message whose button was tapped."""
    questions.forget(talk.tx, talk.person.id)
    folded.show(talk, aid_views.card(talk.tx, talk.person, entered.id_of(given[0])))


def _end(talk: Talk, act: str, aid_id: str, revision: int, reason: str) -> None:
    before = aid_views.card(talk.tx, talk.person, aid_id)
    if act not in decisions.may_decide(talk.tx, talk.person, before) or before.revision != revision:
        _moved(talk, before)
        return
    do = approvals.give_back if act == "return" else approvals.refuse
    do(talk.tx, talk.person, aid_id, revision, reason)
    questions.forget(talk.tx, talk.person.id)
    talk.toast(talk.words.plain(f"approve.toast.{act}"))
    folded.show(talk, aid_views.card(talk.tx, talk.person, aid_id))


def _moved(talk: Talk, one: AidCard) -> None:
    """An old or a second tap: nothing is done, and the card shows how it stands."""
    talk.toast(
        talk.words.plain("approve.toast.moved", state=talk.words.plain(f"codes.aid_state.{one.state}"))
    )
    folded.show(talk, one)
