"""What waits for this person's decision and has a card of its own: lists of aid, and the year's budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.parts.pages import label
from bot.texts import formats
from storage.aid_codes import BatchState
from storage.batches import batches
from storage.budgets import budgets
from storage.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.talk import Talk
    from storage.batches.batch import BatchLine
    from storage.budgets.plan import Plan

# Lists that are worked on come first in their listing.
LISTS = 10


def waiting(talk: Talk) -> list[tuple[str, Button]]:
    """A line each, and the button that opens it."""
    return [
        *((_budget_line(talk, one), _budget_button(talk, one)) for one in _budgets(talk)),
        *((_batch_line(talk, one), _batch_button(talk, one)) for one in _batches(talk)),
    ]


def waited(talk: Talk, since: datetime | None) -> str:
    """For how many days something has waited."""
    days = 0 if since is None else (talk.today - since.astimezone(talk.tx.zone).date()).days
    return talk.words.plain("approve.waits_days" if days > 0 else "approve.waits_today", count=days)


def _batches(talk: Talk) -> list[BatchLine]:
    return [
        one
        for one in batches.listing(talk.tx, talk.person, LISTS)
        if one.state == BatchState.TO_APPROVE and "approve" in batches.card(talk.tx, talk.person, one.id).may
    ]


def _budgets(talk: Talk) -> list[Plan]:
    """This year's, and the next one's, where they wait to be adopted."""
    found = []
    for year in (talk.today.year, talk.today.year + 1):
        try:
            plan = budgets.plan(talk.tx, talk.person, year)
        except NotFound:
            continue
        found += [plan] if "adopt" in plan.may else []
    return found


def _batch_line(talk: Talk, one: BatchLine) -> str:
    words = talk.words
    return words.say(
        "approve.line_batch",
        waits=waited(talk, one.since),
        kind=words.plain(f"codes.aid.{one.kind}"),
        count=one.people,
        amount=formats.amount(one.sum_fen),
        number=one.number,
    )


def _batch_button(talk: Talk, one: BatchLine) -> Button:
    kind = talk.words.plain(f"codes.aid.{one.kind}")
    said = talk.words.plain("approve.buttons.batch", kind=kind, count=one.people)
    return Button(label(said), pack("batch", "open", short_id(one.id)))


def _budget_line(talk: Talk, one: Plan) -> str:
    return talk.words.say(
        "approve.line_budget",
        waits=waited(talk, one.waits_since),
        year=str(one.year),
        amount=formats.amount(one.amount_fen),
    )


def _budget_button(talk: Talk, one: Plan) -> Button:
    said = talk.words.plain("approve.buttons.budget", year=str(one.year))
    return Button(said, pack("budget", "waiting", one.year))
