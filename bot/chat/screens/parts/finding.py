"""Whose? Finds one household by what was typed, or offers those that may be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.parts.pages import clipped, label
from storage.households import caseload, dossiers
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.households.dossiers import HouseholdLine

MINE_OFFERED = 6
FOUND_SHOWN = 8
SEARCH_CHARACTERS = 64


def ask_whose(talk: Talk, route: str, verb: str) -> None:
    """Ask whose household is meant, and offer the person's own; the next bare name answers it."""
    questions.ask(talk.tx, talk.person.id, route)
    own = caseload.mine(talk.tx, talk.person, MINE_OFFERED)
    talk.say(talk.words.say(f"{route_words(route)}.whose"), columns(_buttons(own, route, verb)))


def find(talk: Talk, said: str, route: str, verb: str) -> HouseholdLine | None:
    """The one household that is meant; None when nothing or a choice was shown instead.

    One that is absent and one out of scope are told with the same words.
    """
    found = dossiers.search(talk.tx, talk.person, said[:SEARCH_CHARACTERS], limit=FOUND_SHOWN + 1)
    exact = [one for one in found if said.strip() in {one.name, one.file_no}]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        questions.forget(talk.tx, talk.person.id)
        return chosen[0]
    questions.ask(talk.tx, talk.person.id, route)
    if not chosen:
        talk.say(talk.words.say("refused.not_found"))
        return None
    key = "which_of_many" if len(chosen) > FOUND_SHOWN else "which"
    text = talk.words.say(f"{route_words(route)}.{key}", count=FOUND_SHOWN)
    talk.say(text, columns(_buttons(chosen[:FOUND_SHOWN], route, verb), 1))
    return None


def route_words(route: str) -> str:
    """The topic under which a route's words stand."""
    return "dossier" if route == "file" else route


def _buttons(households: list[HouseholdLine], route: str, verb: str) -> list[Button]:
    return [
        Button(label(f"{clipped(one.name, 12)} {one.file_no} · {one.union_name}"), pack(route, verb, one.id))
        for one in households
    ]
