"""One rule's card: what it does, what holds and since when, what it may be, and what a change would do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import clipped, fitted, label
from bot.chat.screens.rule import rule_words
from bot.chat.screens.rule.rule_values import example, packed, quick
from bot.texts import formats
from storage.due import policies, policy_preview
from storage.rulebook import ruled_unions
from storage.rulebook.policy import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.policies import Setting
    from storage.rulebook.ruled_unions import RuledUnion

ROUTE = "rules"
RULERS = frozenset(policies.RULERS)
HISTORY_SHOWN = 5
# A change can be taken back with one tap for so long. Our default.
UNDO_WITHIN = timedelta(minutes=10)
# So broad a label can still be read where three buttons share a row; and where the narrow letters end.
NARROW = 12
LATIN_END = "\u2e80"


def may_change(talk: Talk) -> bool:
    """Whether the person is shown the buttons that change a rule; storage decides when one is tapped."""
    return bool(talk.person.roles & RULERS)


def require_ruler(talk: Talk) -> None:
    """Let only those pass who may change rules. Refuses NotAllowed."""
    require(talk, RULERS)


def may_undo(talk: Talk, history: Sequence[Setting]) -> bool:
    """Whether the newest change is young enough to be taken back with one tap."""
    return bool(history) and may_change(talk) and talk.tx.now - history[0].set_at <= UNDO_WITHIN


def mark(history: Sequence[Setting]) -> str:
    """Names the newest change, so that an old 撤销 does nothing."""
    return f"{int(history[0].set_at.timestamp())}.{len(history)}" if history else ""


def counting(talk: Talk, union: RuledUnion) -> list[str]:
    """How many households still wait for the union's new rule, in one line; no line when none."""
    left = policy_preview.left(talk.tx, union.id)
    if not left:
        return []
    key = "rules.counting" if left < policy_preview.LEFT_SHOWN else "rules.counting_many"
    return [talk.words.say(key, count=left)]


def card(talk: Talk, union: RuledUnion, key: str, *, done: str = "") -> tuple[str, Keyboard]:
    """The card; `done`: changed or restored, said first when that has just happened."""
    words, values = talk.words, policies.of(talk.tx, union.id).values
    value = values[key]
    history = policies.history(talk.tx, union.id, key)
    rule = rule_words.sentence(words, key, value)
    head = words.say("rules.card.title", rule=rule, union=clipped(union.name, 60))
    lines = [words.say(f"rules.card.{done}", rule=rule), head] if done else [head]
    lines += [rule_words.about(words, key), _now(talk, union, key, value), _default(talk, key)]
    lines += _below(talk, union, key)
    lines += _history(talk, key, history)
    waiting = counting(talk, union)
    keyboard: list[list[Button]] = []
    if may_change(talk):
        keyboard += _changes(talk, union, key, values, history)
    if waiting:
        keyboard.append([_button(talk, "progress", pack(ROUTE, "card", union.id, key))])
    return fitted([*lines, *waiting]), [*keyboard, [_back(talk, union, key)]]


def question(talk: Talk, union: RuledUnion, key: str) -> tuple[str, Keyboard]:
    """Ask for a value in words, with what is allowed."""
    words = talk.words
    asked = "rules.card.ask_zone" if KEYS[key].kind == "zone" else "rules.card.ask"
    lines = [words.say(asked, example=example(key)), rule_words.allowed(words, key)]
    return fitted(lines), [[_button(talk, "keep", pack(ROUTE, "card", union.id, key))]]


def preview(talk: Talk, union: RuledUnion, key: str, value: object) -> tuple[str, Keyboard]:
    """What would hold and what that would do; None is what the union above has.

    Nothing is changed yet. Refuses as the change itself would.
    """
    words, before = talk.words, policies.of(talk.tx, union.id).values[key]
    effect = policy_preview.preview(talk.tx, talk.person, union.id, key, value)
    after = words.plain("rules.preview.reset")
    if value is not None:
        after = rule_words.sentence(words, key, value)
    lines = [
        words.say(
            "rules.preview.title",
            union=clipped(union.name, 60),
            before=rule_words.sentence(words, key, before),
            after=after,
        )
    ]
    if effect is not None:
        kind = "same" if effect.before == effect.after else "moves"
        lines.append(
            words.say(
                f"rules.preview.{kind}",
                before=effect.before.to_do,
                after=effect.after.to_do,
                late=effect.before.late,
                late_before=effect.before.late,
                late_after=effect.after.late,
            )
        )
        lines += [words.say("rules.preview.part")] if effect.is_part else []
    lines += _below(talk, union, key)
    row = [
        _button(talk, "confirm", pack(ROUTE, "set", union.id, key, packed(value))),
        _button(talk, "keep", pack(ROUTE, "card", union.id, key)),
    ]
    return fitted(lines), [row]


def rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Three in a row where their labels are short enough to be read, else two."""
    widest = max((_width(one.text) for one in buttons), default=0)
    return columns(buttons, 3 if widest <= NARROW else 2)


def _width(text: str) -> int:
    """How broad a label is: a Chinese character takes the room of two letters."""
    return sum(2 if one > LATIN_END else 1 for one in text)


def _now(talk: Talk, union: RuledUnion, key: str, value: object) -> str:
    words = talk.words
    setting = policies.settings(talk.tx, union.id).get(key)
    above = setting is not None and setting.union_id != union.id
    return words.say(
        "rules.card.now_from" if above else "rules.card.now",
        value=rule_words.told(words, key, value),
        set_by=rule_words.set_by(words, setting, talk.today, talk.tx.zone),
        union=clipped(setting.union_name, 60) if setting else "",
    )


def _default(talk: Talk, key: str) -> str:
    words = talk.words
    allowed = rule_words.allowed(words, key)
    return words.say(
        "rules.card.default_allowed" if allowed else "rules.card.default",
        value=rule_words.told(words, key, KEYS[key].default),
        allowed=allowed,
    )


def _below(talk: Talk, union: RuledUnion, key: str) -> list[str]:
    """How many unions below have this rule of their own, in one line; no line when none."""
    count = ruled_unions.with_own(talk.tx, union.id, key)
    return [talk.words.say("rules.card.own_below", count=count)] if count else []


def _history(talk: Talk, key: str, history: Sequence[Setting]) -> list[str]:
    words, zone = talk.words, talk.tx.zone
    shown = [
        words.say(
            "rules.card.history_reset" if one.value is None else "rules.card.history_line",
            day=formats.day(words, one.set_at.astimezone(zone).date(), talk.today),
            name=clipped(one.set_by_name or words.plain("rules.nobody")),
            value="" if one.value is None else rule_words.told(words, key, one.value),
        )
        for one in history[:HISTORY_SHOWN]
    ]
    return [words.say("rules.card.history"), *shown] if shown else []


def _changes(
    talk: Talk, union: RuledUnion, key: str, now: Mapping[str, object], history: Sequence[Setting]
) -> list[list[Button]]:
    words = talk.words
    values = [
        Button(label(rule_words.told(words, key, one)), pack(ROUTE, "try", union.id, key, packed(one)))
        for one in quick(key, now)
    ]
    ways = []
    if KEYS[key].kind != "switch":
        ways.append(_button(talk, "other", pack(ROUTE, "type", union.id, key)))
    if history and history[0].value is not None:
        back = "reset" if union.parent_id is None else "reset_above"
        ways.append(_button(talk, back, pack(ROUTE, "try", union.id, key, packed(None))))
    if may_undo(talk, history):
        ways.append(_button(talk, "undo", pack(ROUTE, "undo", union.id, key, mark(history))))
    return [*rows(values), ways]


def _back(talk: Talk, union: RuledUnion, key: str) -> Button:
    group = rule_words.group_of(key)
    said = talk.words.plain("rules.buttons.back", group=talk.words.plain(f"rules.group.{group}"))
    return Button(said, pack(ROUTE, "list", union.id, group))


def _button(talk: Talk, slug: str, data: str) -> Button:
    return Button(talk.words.plain(f"rules.buttons.{slug}"), data)
