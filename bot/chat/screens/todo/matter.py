"""One office matter opened: what it is, since when and until when, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack, short_id
from bot.chat.screens import statistics
from bot.chat.screens.approval import approve
from bot.chat.screens.batch import lists
from bot.chat.screens.budget import plans
from bot.chat.screens.own import drafts
from bot.chat.screens.parts.pages import told_apart
from bot.chat.screens.todo import due, matter_card
from storage.codes import CampaignKind
from storage.errors import NotFound
from storage.office import campaigns, matters

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.office.campaigns import CampaignCard
    from storage.office.matters import Matter

ROUTE = "matter"
# Where a campaign's work is done, or where its figures stand.
PLACES = {
    CampaignKind.SPRING_LIST: "batch",
    CampaignKind.SUMMER_RELIEF: "batch",
    CampaignKind.AUTUMN_STUDY: "batch",
    CampaignKind.FILE_CHECK: "due",
    CampaignKind.BUDGET_DRAFT: "budget",
}
# What has a card of its own, on a route of that name.
OWN_CARDS = frozenset({"batch", "budget"})


def opening(matter: Matter) -> str:
    """What the button carries that opens a matter's card."""
    return pack(ROUTE, "open", matter.key)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A matter was opened, or one of its buttons tapped; `parts`: the verb, then the matter's key.

    What is over, was never there or is not theirs is answered with the same words.
    """
    verb, (kind, subject, *_) = told_apart(parts)
    try:
        if kind == "campaign":
            _campaign(talk, verb, subject)
        else:
            _matter(talk, verb, matters.get(talk.tx, talk.person, f"{kind}:{subject}"))
    except NotFound:
        talk.toast(talk.words.plain("matters.over"), alert=True)


def _matter(talk: Talk, verb: str, matter: Matter) -> None:
    if verb == "resume":
        drafts.tapped(talk, ("resume", short_id(matter.subject)))
    elif verb == "why":
        talk.say(matter_card.why(talk, matter))
    elif matter.kind == "approval":
        approve.opened(talk, matter.subject, [_why(talk, matter)])
    else:
        talk.say(matter_card.text(talk, matter), _buttons(talk, matter))


def _buttons(talk: Talk, matter: Matter) -> Keyboard:
    words = talk.words
    first = []
    if matter.kind == "draft" and matter.assignee_id == talk.person.id:
        first.append(Button(words.plain("matters.buttons.resume"), pack(ROUTE, "resume", matter.key)))
    if matter.kind in OWN_CARDS:
        named = matter.payment_no if matter.kind == "budget" else short_id(matter.subject)
        opens = pack(matter.kind, "open", named or "")
        first.append(Button(words.plain("matters.buttons.open"), opens))
    if matter.kind == "papers":
        opens = pack("aid", "open", short_id(matter.subject))
        first.append(Button(words.plain("matters.buttons.papers"), opens))
    if matter.household is not None and matter.union_id in talk.person.scope:
        opens = pack("file", "open", matter.household.id)
        first.append(Button(words.plain("chat.buttons.open_file"), opens))
    return [first, [_why(talk, matter)]]


def _why(talk: Talk, matter: Matter) -> Button:
    return Button(talk.words.plain("matters.buttons.why"), pack(ROUTE, "why", matter.key))


def _campaign(talk: Talk, verb: str, subject: str) -> None:
    """A campaign's card stays what it is when it is done: with who said so, and for a while an undo."""
    named, kind, year = (*subject.split("."), "", "")[:3]
    this = (number(named), kind, number(year))
    if verb == "done":
        campaigns.finish(talk.tx, talk.person, *this)
        talk.toast(talk.words.plain("matters.done"))
    elif verb == "undo":
        campaigns.undo(talk.tx, talk.person, *this)
        talk.toast(talk.words.plain("matters.undone"))
    card = campaigns.card(talk.tx, talk.person, *this)
    if verb == "why":
        talk.say(matter_card.why_campaign(talk, card))
    elif verb == "place":
        _SHOWN[PLACES[card.campaign.kind]](talk, card)
    elif verb == "before":
        statistics.show(talk, str(card.campaign.year - 1))
    else:
        show = talk.say if verb == "open" else talk.replace
        show(matter_card.campaign_text(talk, card), _campaign_buttons(talk, card, subject))


def _campaign_buttons(talk: Talk, card: CampaignCard, subject: str) -> Keyboard:
    words, key = talk.words, f"campaign:{subject}"
    place = PLACES[card.campaign.kind]
    acts = [("done", card.may_finish), ("undo", card.may_undo)]
    first = [
        Button(words.plain(f"matters.buttons.{verb}"), pack(ROUTE, verb, key)) for verb, may in acts if may
    ]
    first.insert(0, Button(words.plain(f"matters.buttons.{place}"), pack(ROUTE, "place", key)))
    second = [Button(words.plain("matters.buttons.why"), pack(ROUTE, "why", key))]
    if place == "batch":
        second.insert(0, Button(words.plain("matters.buttons.stats"), pack(ROUTE, "before", key)))
    return [first, second]


def _show_list(talk: Talk, card: CampaignCard) -> None:
    lists.show_campaign(talk, card.campaign.kind)


def _show_due(talk: Talk, card: CampaignCard) -> None:
    del card
    due.show(talk)


def _show_budget(talk: Talk, card: CampaignCard) -> None:
    plans.show(talk, str(card.campaign.year + 1))


_SHOWN: dict[str, Callable[[Talk, CampaignCard], None]] = {
    "batch": _show_list,
    "due": _show_due,
    "budget": _show_budget,
}
