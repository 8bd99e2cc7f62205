"""人员: who is in, by branch; let in by a one-use link, taken out after a question. For admins alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.members import inviting
from bot.chat.screens.parts.access import ADMINS, require
from bot.chat.screens.parts.pages import clipped, fitted, label, page_of, told_apart, turning
from bot.texts.catalogue import LANGUAGES
from bot.texts.catalogue import words as words_of
from storage.members import people, roster
from storage.post import outbox
from storage.takeover import departures, workload

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.members.roster import Member

ROUTE = "people"
BRANCHES_SHOWN = 12
MEMBERS_SHOWN = 10


def show(talk: Talk, argument: str = "") -> None:
    """The branches; with `id`, for anybody, who they themselves are."""
    if argument.casefold() in _self_words():
        talk.say(_myself(talk))
        return
    require(talk, ADMINS)
    talk.say(*_branches(talk, 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A branch, a person, or a step of inviting or removing."""
    require(talk, ADMINS)
    verb, given = told_apart(parts)
    if verb == "branch":
        talk.replace(*_branch(talk, number(given[0]), page_of(given[1])))
    elif verb == "person":
        talk.replace(*_person(talk, number(given[0])))
    elif verb == "remove":
        talk.replace(*_ask_to_remove(talk, number(given[0])))
    elif verb == "removed":
        _remove(talk, number(given[0]))
    elif verb in inviting.STEPS:
        inviting.STEPS[verb](talk, given)
    else:
        talk.replace(*_branches(talk, page_of(given[0])))


def _self_words() -> frozenset[str]:
    told = (words_of(language).plain("people.self_words") for language in LANGUAGES)
    return frozenset(word for line in told for word in line.split())


def _myself(talk: Talk) -> str:
    person = people.get(talk.tx, talk.person.id)
    return talk.words.say(
        "people.myself",
        name=clipped(person.name, 60),
        union=clipped(person.union_name, 60),
        roles=inviting.role_names(talk, person.roles),
        telegram_id=str(person.telegram_id),
    )


def _branches(talk: Talk, page: int) -> tuple[str, Keyboard]:
    found = roster.branches(talk.tx, talk.person, limit=BRANCHES_SHOWN + 1, offset=page * BRANCHES_SHOWN)
    buttons = [
        Button(
            label(talk.words.plain("people.buttons.branch", name=clipped(one.name), count=one.people)),
            pack(ROUTE, "branch", one.id, 0),
        )
        for one in found[:BRANCHES_SHOWN]
    ]
    turn = turning(page, more=len(found) > BRANCHES_SHOWN, data=lambda to: pack(ROUTE, "list", to))
    return talk.words.say("people.title"), [*columns(buttons), turn]


def _branch(talk: Talk, union_id: int, page: int) -> tuple[str, Keyboard]:
    words = talk.words
    branch = roster.branch(talk.tx, talk.person, union_id)
    found = roster.members(
        talk.tx, talk.person, union_id, limit=MEMBERS_SHOWN + 1, offset=page * MEMBERS_SHOWN
    )
    shown = found[:MEMBERS_SHOWN]
    lines = [words.say("people.branch", name=clipped(branch.name, 60), count=branch.people)]
    lines += [_line(talk, one) for one in shown] or [words.say("people.nobody")]
    buttons = [Button(label(one.name), pack(ROUTE, "person", one.id)) for one in shown]
    turn = turning(page, more=len(found) > MEMBERS_SHOWN, data=lambda to: pack(ROUTE, "branch", union_id, to))
    ways = [
        Button(words.plain("people.buttons.invite"), inviting.roles_data(union_id)),
        Button(words.plain("people.buttons.back"), pack(ROUTE, "list", 0)),
    ]
    return fitted(lines), [*columns(buttons), turn, ways]


def _line(talk: Talk, member: Member) -> str:
    return talk.words.say(
        "people.line",
        name=clipped(member.name),
        roles=inviting.role_names(talk, member.roles),
        state=talk.words.plain(f"people.state.{_state(member)}"),
    )


def _state(member: Member) -> str:
    if not member.is_joined:
        return "registered"
    return "blocked" if member.is_blocked else "joined"


def _person(talk: Talk, person_id: int) -> tuple[str, Keyboard]:
    words = talk.words
    member = roster.member(talk.tx, talk.person, person_id)
    text = words.say(
        "people.person",
        name=clipped(member.name, 60),
        union=clipped(member.union_name, 60),
        roles=inviting.role_names(talk, member.roles),
        state=words.plain(f"people.state.{_state(member)}"),
    )
    acts = [Button(words.plain("people.buttons.remove"), pack(ROUTE, "remove", member.id))]
    if not member.is_joined:
        data = inviting.roles_data(member.union_id, inviting.mask_of(member.roles), member.id)
        acts.insert(0, Button(words.plain("people.buttons.invite_this"), data))
    back = Button(words.plain("people.buttons.to_branch"), pack(ROUTE, "branch", member.union_id, 0))
    return text, [acts, [back]]


def _ask_to_remove(talk: Talk, person_id: int) -> tuple[str, Keyboard]:
    words = talk.words
    member = roster.member(talk.tx, talk.person, person_id)
    row = [
        Button(words.plain("people.buttons.remove_really"), pack(ROUTE, "removed", member.id)),
        Button(words.plain("people.buttons.keep"), pack(ROUTE, "person", member.id)),
    ]
    lines = [words.say("people.remove_really", name=clipped(member.name, 60))]
    load = workload.of_people(talk.tx, [member.id])[member.id]
    if load.households:
        lines.append(words.say("people.remove_cases", count=load.households, due=load.open))
    return "\n".join(lines), [row]


def _remove(talk: Talk, person_id: int) -> None:
    """Take somebody out; it acts at their very next word, and one line says so to them, without any data."""
    member = roster.member(talk.tx, talk.person, person_id)
    leaver = people.get(talk.tx, member.id)
    departures.remove(talk.tx, talk.person, member.id)
    back = Button(talk.words.plain("people.buttons.to_branch"), pack(ROUTE, "branch", member.union_id, 0))
    is_self = member.id == talk.person.id
    if leaver.telegram_id is not None and not is_self:
        said = {"text": words_of(leaver.language).plain("people.farewell")}
        outbox.put(talk.tx, chat_id=leaver.telegram_id, method="sendMessage", payload=said)
    talk.replace(
        talk.words.say("people.removed", name=clipped(member.name, 60)), None if is_self else [[back]]
    )
