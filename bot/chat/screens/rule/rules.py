"""规则: what holds for a union, in words; officers change it here, and see what that does before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.access import OVERSEERS, RULE_READERS, require
from bot.chat.screens.parts.pages import clipped, fitted, label, page_of, told_apart, turning
from bot.chat.screens.rule import rule_card, rule_words
from bot.chat.screens.rule.rule_card import ROUTE
from bot.chat.screens.rule.rule_values import RESET, ZONE_CHARACTERS, unpacked
from bot.texts import refusals
from storage.due import policies
from storage.errors import BadRule, BadZone, NotFound
from storage.households import caseload
from storage.members import questions
from storage.rulebook import policy, ruled_unions
from storage.rulebook.policy import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.rulebook.ruled_unions import RuledUnion

# What a cadre reads.
OF_CADRES = ("visits",)
UNIONS_SHOWN = 12


def show(talk: Talk, argument: str = "") -> None:
    """The rules of visits in the person's uppermost union, and the way to the others."""
    del argument
    require(talk, RULE_READERS)
    union_id = caseload.widest(talk.tx, talk.person)
    talk.say(*_list(talk, ruled_unions.get(talk.tx, talk.person, union_id), "visits"))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """Another group or union, one rule, or a step of changing it. Refuses NotFound for what is not theirs."""
    require(talk, RULE_READERS)
    verb, (first, second, *more) = told_apart(parts)
    questions.forget(talk.tx, talk.person.id)
    if verb == "unions":
        talk.replace(*_unions(talk, page_of(first), second))
        return
    union = ruled_unions.get(talk.tx, talk.person, number(first))
    if verb in _STEPS:
        _STEPS[verb](talk, union, _key(talk, second), more[0])
    else:
        talk.replace(*_list(talk, union, second))


def typed(talk: Talk, argument: str) -> None:
    """A value was typed where one was asked for; `argument`: the union, then the rule."""
    first, _, second = argument.partition(":")
    union, key = ruled_unions.get(talk.tx, talk.person, number(first)), _key(talk, second)
    try:
        value = policy.parse(key, talk.incoming.text)
        if KEYS[key].kind == "zone" and len(str(value)) > ZONE_CHARACTERS:
            raise BadZone
        text, keyboard = rule_card.preview(talk, union, key, value)
    except BadRule as refusal:
        _ask(talk, union, key, "", notice=refusals.said(talk.words, refusal.slug, refusal.details))
        return
    talk.say(text, keyboard)


def _key(talk: Talk, key: str) -> str:
    if key not in KEYS or rule_words.group_of(key) not in _groups(talk):
        raise NotFound(key=key)
    return key


def _groups(talk: Talk) -> tuple[str, ...]:
    return tuple(rule_words.GROUPS) if talk.person.roles & OVERSEERS else OF_CADRES


def _list(talk: Talk, union: RuledUnion, group: str) -> tuple[str, Keyboard]:
    words = talk.words
    groups = _groups(talk)
    shown = group if group in groups else groups[0]
    rules, settings = policies.of(talk.tx, union.id), policies.settings(talk.tx, union.id)
    keys = rule_words.GROUPS[shown]
    named = words.plain(f"rules.group.{shown}")
    lines = [words.say("rules.title", union=clipped(union.name, 60), group=named)]
    lines += [
        words.say(
            "rules.line_set",
            rule=rule_words.sentence(words, key, rules.values[key]),
            set_by=rule_words.set_by(words, settings.get(key), talk.today, talk.tx.zone),
        )
        for key in keys
    ]
    lines += rule_card.counting(talk, union)
    if not rule_card.may_change(talk):
        lines.append(words.say("rules.read_only"))
    buttons = [Button(label(rule_words.name(words, key)), pack(ROUTE, "card", union.id, key)) for key in keys]
    others = [
        Button(words.plain(f"rules.group.{one}"), pack(ROUTE, "list", union.id, one))
        for one in groups
        if one != shown
    ]
    return fitted(lines), [*rule_card.rows(buttons), *rule_card.rows(others), _other_unions(talk, shown)]


def _other_unions(talk: Talk, group: str) -> list[Button]:
    if len(talk.person.scope | talk.person.charge) < 2:  # noqa: PLR2004 - the one shown, and another
        return []
    return [Button(talk.words.plain("rules.buttons.unions"), pack(ROUTE, "unions", 0, group))]


def _unions(talk: Talk, page: int, group: str) -> tuple[str, Keyboard]:
    found = ruled_unions.listing(talk.tx, talk.person, limit=UNIONS_SHOWN + 1, offset=page * UNIONS_SHOWN)
    shown = group if group in _groups(talk) else "visits"
    buttons = [
        Button(
            label(talk.words.plain("rules.union_line", name=clipped(one.name), count=one.own))
            if one.own
            else label(one.name),
            pack(ROUTE, "list", one.id, shown),
        )
        for one in found[:UNIONS_SHOWN]
    ]
    more = len(found) > UNIONS_SHOWN
    turn = turning(page, more=more, data=lambda to: pack(ROUTE, "unions", to, shown))
    return talk.words.say("rules.which_union"), [*columns(buttons), turn]


def _card(talk: Talk, union: RuledUnion, key: str, given: str) -> None:
    del given
    talk.replace(*rule_card.card(talk, union, key))


def _ask(talk: Talk, union: RuledUnion, key: str, given: str, *, notice: str = "") -> None:
    """Ask for a value in words; the answer comes to `typed`. `notice`: why the last one would not do."""
    del given
    rule_card.require_ruler(talk)
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{ROUTE}:{union.id}:{key}")
    text, keyboard = rule_card.question(talk, union, key)
    talk.say(f"{text}\n⚠️ {notice}" if notice else text, keyboard)


def _try(talk: Talk, union: RuledUnion, key: str, given: str) -> None:
    rule_card.require_ruler(talk)
    talk.replace(*rule_card.preview(talk, union, key, unpacked(key, given)))


def _set(talk: Talk, union: RuledUnion, key: str, given: str) -> None:
    if given == RESET:
        policies.reset(talk.tx, talk.person, union.id, key)
    else:
        policies.change(talk.tx, talk.person, union.id, key, unpacked(key, given))
    talk.replace(*rule_card.card(talk, union, key, done="changed"))


def _undo(talk: Talk, union: RuledUnion, key: str, given: str) -> None:
    """Back to what the union had before its newest change, if that is the one the button speaks of."""
    history = policies.history(talk.tx, union.id, key)
    if not rule_card.may_undo(talk, history) or given != rule_card.mark(history):
        talk.toast(talk.words.plain("chat.gone"))
        return
    before = history[1].value if len(history) > 1 else None
    _set_back(talk, union, key, before)
    talk.replace(*rule_card.card(talk, union, key, done="restored"))


def _set_back(talk: Talk, union: RuledUnion, key: str, value: object) -> None:
    if value is None:
        policies.reset(talk.tx, talk.person, union.id, key)
    else:
        policies.change(talk.tx, talk.person, union.id, key, value)


_STEPS: dict[str, Callable[[Talk, RuledUnion, str, str], None]] = {
    "card": _card,
    "type": _ask,
    "try": _try,
    "set": _set,
    "undo": _undo,
}
