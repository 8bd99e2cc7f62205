"""The card of one due item: what stands on it, and a button for whatever may come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.parts.access import REPORTERS
from bot.reminders import item_card, step_words
from bot.texts import formats
from storage.codes import StepAct
from storage.due import ladder, step_log
from storage.rulebook import policies_read
from storage.steps import step_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem
    from storage.due.step_log import Step

ROUTE = "due"
ROW = 3
CHANGES_HANDS = frozenset({StepAct.TAKE, StepAct.REASSIGN})


def draw(talk: Talk, item: DueItem) -> tuple[str, Keyboard]:
    """The card and its buttons: a report first, then other outcomes, then what only officer and chair see."""
    rows: list[list[Button]] = []
    if talk.person.roles & REPORTERS:
        rows.append(_outcomes(talk, item, ("now", "visited", "missed")))
        # What an office has is not a cadre's to put off, nor to set aside.
        may_wait = item.for_role is None or decides(talk, item)
        second = _outcomes(talk, item, ("later", "why") if may_wait else ("why",))
        rows.append([*second, button(talk, item, "more")] if may_wait else second)
    else:
        rows.append(_outcomes(talk, item, ("why",)))
    last = [Button(talk.words.plain("chat.buttons.open_file"), pack("file", "open", item.household.id))]
    if decides(talk, item) and needs_decision(item):
        rows += columns([*ladder_buttons(talk, item), *last], ROW)
    else:
        rows.append(last)
    return text(talk, item), rows


def text(talk: Talk, item: DueItem, *asked: str) -> str:
    """The card's words, the last thing that was done about it, and what is asked now."""
    lines = [item_card.item_card(item, talk.words, talk.today)]
    lines += _whose(talk, item)
    lines += [
        talk.words.plain("acts.last", step=step_words.line(step, talk.words, talk.today, talk.tx.zone))
        for step in _newest(talk, item)
    ]
    return "\n".join([*lines, *([""] if asked else []), *asked])


def show(talk: Talk, item: DueItem) -> None:
    """The card in place of the message whose button was tapped."""
    talk.replace(*draw(talk, item))


def decides(talk: Talk, item: DueItem) -> bool:
    """Whether the person is shown the ladder's buttons of this item."""
    return step_rows.decides_over(talk.tx, talk.person, item.household.union_id)


def needs_decision(item: DueItem) -> bool:
    """Whether it is late, has climbed the ladder, or is nobody's: then its card asks for a decision."""
    return item.state == "late" or item.stage in ladder.UPWARD or not _is_somebodys(item)


def _whose(talk: Talk, item: DueItem) -> list[str]:
    """Whose it is, where the reader may not know: an office's, or for who decides, somebody else's."""
    if item.for_role is not None:
        role = formats.within(talk.words, talk.words.plain(f"codes.role.{item.for_role}"))
        return [talk.words.say("acts.for_role", role=role)]
    if not decides(talk, item) or item.assignee_id == talk.person.id:
        return []
    if item.assignee_name is None:
        return [talk.words.say("acts.nobodys")]
    return [talk.words.say("acts.theirs", name=item.assignee_name)]


def _newest(talk: Talk, item: DueItem) -> list[Step]:
    """The last thing done; of one that changed hands also what came before: the new one must know that."""
    done = step_log.of_item(talk.tx, item.id, limit=2)
    if done and done[0].act not in CHANGES_HANDS:
        # The card says already how often its own people put it off.
        done = [] if done[0].act == StepAct.SNOOZE and item.snoozes else done[:1]
    return done


def _is_somebodys(item: DueItem) -> bool:
    return item.assignee_id is not None and item.for_role is None


def ladder_buttons(talk: Talk, item: DueItem) -> list[Button]:
    """我来处理 (unless it is theirs) · 改派 · 再给 3 天 · 关闭."""
    mine = item.assignee_id == talk.person.id
    return [
        *([] if mine else [button(talk, item, "take")]),
        button(talk, item, "assign"),
        Button(
            talk.words.plain("acts.buttons.days", count=more_days(talk, item)), pack(ROUTE, "days", item.id)
        ),
        button(talk, item, "close"),
    ]


def more_days(talk: Talk, item: DueItem) -> int:
    """How many days 再给 gives in this household's union."""
    return policies_read.of(talk.tx, item.household.union_id).more_days


def button(talk: Talk, item: DueItem, verb: str) -> Button:
    """One button of `acts.buttons` that carries its own name."""
    return Button(talk.words.plain(f"acts.buttons.{verb}"), pack(ROUTE, verb, item.id))


def back(talk: Talk, item: DueItem) -> Button:
    """返回 to the card."""
    return Button(talk.words.plain("due.buttons.back"), pack(ROUTE, "card", item.id))


def _outcomes(talk: Talk, item: DueItem, verbs: Sequence[str]) -> list[Button]:
    return [Button(talk.words.plain(f"due.buttons.{verb}"), pack(ROUTE, verb, item.id)) for verb in verbs]
