"""The households of a list that want a look, were struck, left out or held: page by page, then one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.batch.batch_words import ROUTE, back_to, title
from bot.chat.screens.parts import finding
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.aid_codes import AidState
from storage.batches import batch_branches, batches
from storage.batches.batch import Part
from storage.errors import NotFound
from storage.households import dossiers
from storage.members import questions

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.batches.batch import BatchCard, BatchItem

SHOWN = 8
FOUND_SHOWN = 8
NAME_CHARACTERS = 64
# The purpose of the question whose name it is.
FIND = "batch_find"
# What is struck for without many words.
REASONS = ("unrevisited", "unseen", "away", "better")


def page(talk: Talk, batch_id: str, part: str, number: int) -> tuple[str, Keyboard]:
    """A page of one part of the list; each household opens its own card. Refuses NotFound."""
    if part not in get_args(Part):
        raise NotFound(part=part)
    card = batches.card(talk.tx, talk.person, batch_id)
    start = number * SHOWN
    found = _items(talk, batch_id, part, start, SHOWN + 1)
    words = talk.words
    lines = [title(talk, card.line), words.say(f"batch.part.{part}")]
    told = [_line(talk, one, start + place + 1) for place, one in enumerate(found[:SHOWN])]
    lines += told or [words.say("batch.part.none")]
    bid = short_id(batch_id)
    names = [
        Button(
            label(f"{start + place + 1} {clipped(one.household_name, 12)}"),
            _opening(bid, part, start + place, one),
        )
        for place, one in enumerate(found[:SHOWN])
    ]
    turn = turning(number, more=len(found) > SHOWN, data=lambda to: pack(ROUTE, "items", bid, part, to))
    many = _many(talk, card) if part == "exceptions" else []
    return fitted(lines), [*columns(names), turn, many, [back_to(talk, batch_id)]]


def one(talk: Talk, batch_id: str, part: str, place: int) -> tuple[str, Keyboard]:
    """One household of a part, with what can be done; past the last of them the list itself."""
    if part not in get_args(Part):
        raise NotFound(part=part)
    card = batches.card(talk.tx, talk.person, batch_id)
    found = _items(talk, batch_id, part, place, 2)
    if not found:
        return page(talk, batch_id, part, 0)
    return _card(talk, card, found[0], part, place, more=len(found) > 1)


def found_one(talk: Talk, batch_id: str, aid_id: str) -> tuple[str, Keyboard]:
    """One household by its aid, wherever it stands. Refuses NotFound."""
    card = batches.card(talk.tx, talk.person, batch_id)
    return _card(talk, card, batch_branches.item(talk.tx, talk.person, batch_id, aid_id), "", 0, more=False)


def ask_whom(talk: Talk, batch_id: str) -> None:
    """查一人: the next words are a name, a number or initials."""
    batches.card(talk.tx, talk.person, batch_id)
    questions.ask(talk.tx, talk.person.id, f"{FIND}:{batch_id}")
    talk.say(talk.words.say("batch.find_whom"), [[back_to(talk, batch_id)]])


def typed(talk: Talk, batch_id: str) -> None:
    """A name was typed: whoever it is of those on the list, struck or not."""
    said = talk.incoming.text.strip()[:NAME_CHARACTERS]
    homes = dossiers.search(talk.tx, talk.person, said, limit=finding.FOUND_SHOWN)
    ids = batch_branches.of_households(talk.tx, talk.person, batch_id, [one.id for one in homes])
    if len(ids) == 1:
        talk.say(*found_one(talk, batch_id, ids[0]))
        return
    questions.ask(talk.tx, talk.person.id, f"{FIND}:{batch_id}")
    if not ids:
        key = "batch.not_on_it" if homes else "refused.not_found"
        talk.say(talk.words.say(key), [[back_to(talk, batch_id)]])
        return
    bid = short_id(batch_id)
    items = [batch_branches.item(talk.tx, talk.person, batch_id, each) for each in ids[:FOUND_SHOWN]]
    buttons = [
        Button(
            label(f"{clipped(each.household_name, 12)} {each.file_no}"),
            pack(ROUTE, "who", bid, short_id(each.aid_id)),
        )
        for each in items
    ]
    talk.say(talk.words.say("batch.which"), [*columns(buttons, 1), [back_to(talk, batch_id)]])


def _items(talk: Talk, batch_id: str, part: str, start: int, limit: int) -> list[BatchItem]:
    only: Part = next(known for known in get_args(Part) if known == part)
    return batches.items(talk.tx, talk.person, batch_id, start, limit, only)


def _line(talk: Talk, item: BatchItem, place: int) -> str:
    words = talk.words
    return words.say(
        "batch.item_line",
        place=place,
        name=clipped(item.household_name),
        union=clipped(item.union_name),
        amount=formats.amount(item.amount_fen),
        why=_why(talk, item),
    )


def _why(talk: Talk, item: BatchItem) -> str:
    words = talk.words
    told = [words.plain(f"batch.why.{slug}") for slug in item.guards]
    if item.other_number:
        told.append(item.other_number)
    if item.reason:
        told.append(clipped(item.reason, 40))
    return formats.listed(words, told)


def _card(
    talk: Talk, card: BatchCard, item: BatchItem, part: str, place: int, *, more: bool
) -> tuple[str, Keyboard]:
    words, bid = talk.words, short_id(card.line.id)
    state = words.plain(f"codes.aid_state.{item.state}") if item.state is not None else ""
    lines = [
        title(talk, card.line),
        words.say(
            "batch.item",
            name=clipped(item.household_name, 60),
            file_no=item.file_no,
            union=clipped(item.union_name, 40),
            category=words.plain(f"codes.category.{item.category}"),
            amount=formats.money(words, item.amount_fen),
        ),
    ]
    why = _why(talk, item)
    if why:
        lines.append(words.say("batch.item_why", why=why))
    elif state:
        lines.append(words.say("batch.item_state", state=state))
    row: list[Button] = []
    if item.aid_id and item.state == AidState.DRAFT and "strike" in card.may:
        row.append(Button(words.plain("batch.buttons.strike"), pack(ROUTE, "x", bid, short_id(item.aid_id))))
    if item.aid_id and item.state == AidState.WITHDRAWN and "restore" in card.may:
        row.append(Button(words.plain("batch.buttons.restore"), pack(ROUTE, "y", bid, short_id(item.aid_id))))
    if part and more:
        slug = "keep_next" if part == "exceptions" and "strike" in card.may else "next"
        row.append(Button(words.plain(f"batch.buttons.{slug}"), pack(ROUTE, "item", bid, part, place + 1)))
    to_file = Button(words.plain("chat.buttons.open_file"), pack("file", "open", item.household_id))
    way = (
        Button(words.plain("batch.buttons.page"), pack(ROUTE, "items", bid, part, place // SHOWN))
        if part
        else None
    )
    return fitted(lines), [row, [to_file, way or back_to(talk, card.line.id)]]


def _opening(bid: str, part: str, place: int, item: BatchItem) -> str:
    """Who was left out has no place of their own here: their file is opened."""
    if not item.aid_id:
        return pack("file", "open", item.household_id)
    return pack(ROUTE, "item", bid, part, place)


def _many(talk: Talk, card: BatchCard) -> list[Button]:
    """Everybody whom one rule marked, struck at once."""
    if "strike" not in card.may or card.exceptions <= SHOWN:
        return []
    bid = short_id(card.line.id)
    guards = [("unrevisited", "r", card.unrevisited), ("unseen", "v", card.exceptions - card.unrevisited)]
    return [
        Button(talk.words.plain(f"batch.buttons.strike_{slug}"), pack(ROUTE, "many", bid, mark))
        for slug, mark, count in guards
        if count
    ]
