"""How one due item is put into words, wherever it is shown; pure, every word from the texts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.texts import formats
from storage.codes import FollowupKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.texts.catalogue import Words
    from storage.due.followups import DueItem

NO_NEEDS = "NONE"
SAID_NEEDS = 3
NAME_CHARACTERS = 20


def short(name: str) -> str:
    """As much of a name as a third of a telephone's width can show."""
    return name if len(name) <= NAME_CHARACTERS else name[: NAME_CHARACTERS - 1] + "…"


def category(item: DueItem, words: Words) -> str:
    """特别困难."""
    return words.plain(f"codes.category.{item.household.category}")


def last_said(item: DueItem, words: Words) -> str:
    """What the last visit found, in a few words; empty when it said nothing."""
    assessment = (
        formats.within(words, words.plain(f"forms.visit.assessment.options.{item.last_assessment}"))
        if item.last_assessment
        else ""
    )
    needs = [
        formats.within(words, words.plain(f"forms.options.needs.{need}"))
        for need in item.last_needs[:SAID_NEEDS]
        if need != NO_NEEDS and words.has(f"forms.options.needs.{need}")
    ]
    if not assessment or not needs:
        return assessment or formats.listed(words, needs)
    return words.plain("reminders.digest.needs", assessment=assessment, needs=formats.listed(words, needs))


def payment(item: DueItem, words: Words, today: date) -> dict[str, str]:
    """The payment's placeholders: kind, amount, day and number."""
    return {
        "kind": words.plain(f"codes.aid.{item.aid_kind}"),
        "amount": formats.money(words, item.amount_fen or 0),
        "day": formats.day(words, item.paid_on, today) if item.paid_on else "",
        "number": item.payment_no or "",
    }


def apart(items: Iterable[DueItem], words: Words, today: date) -> dict[int, str]:
    """Of a household with several revisits here: by item what sets it apart from its others.

    That is the payment, how much and when; where one payment is revisited twice, the day it is due.
    """
    revisits = [one for one in items if one.kind == FollowupKind.REVISIT]
    households = Counter(one.household.id for one in revisits)
    payments = Counter(one.aid_id for one in revisits)
    told = {}
    for one in revisits:
        if households[one.household.id] == 1:
            continue
        money = (
            formats.short_money(words, one.amount_fen)
            if one.amount_fen
            else payment(one, words, today)["kind"]
        )
        of_day = one.due_on if payments[one.aid_id] > 1 else one.paid_on
        told[one.id] = f"{money} {formats.day(words, of_day, today)}" if of_day else money
    return told


def why(item: DueItem, words: Words) -> str:
    """Why somebody is to go there, in a few words: the household's category, or what came before."""
    if item.kind == FollowupKind.REVISIT:
        return words.plain(
            "reminders.digest.revisit_of",
            kind=words.plain(f"codes.aid.{item.aid_kind}"),
            amount=formats.money(words, item.amount_fen or 0),
        )
    if item.kind == FollowupKind.MONITOR:
        return words.plain("reminders.digest.monitor", round=item.round)
    known = {"category": category(item, words)}
    if item.kind == FollowupKind.RETRY:
        return words.plain("reminders.digest.retry", **known)
    if item.kind == FollowupKind.REVIEW:
        return words.plain("reminders.digest.review", **known)
    return known["category"]


def last(item: DueItem, words: Words, today: date) -> str:
    """What happened there last: the payment, or the last visit and what it found."""
    if item.kind == FollowupKind.REVISIT:
        day = formats.day(words, item.paid_on, today) if item.paid_on else ""
        return words.plain("reminders.digest.paid", day=day) if day else ""
    if item.last_visit_on is None:
        return words.plain("reminders.digest.never")
    known = {"day": formats.day(words, item.last_visit_on, today)}
    said = last_said(item, words)
    if not said:
        return words.plain("reminders.digest.last_bare", **known)
    return words.plain("reminders.digest.last", **known, said=said)


def what(item: DueItem, words: Words, today: date) -> str:
    """What is to be done there and what happened last, on the rest of a line."""
    if item.kind == FollowupKind.REVISIT:
        return words.plain("reminders.digest.revisit", **payment(item, words, today))
    return " · ".join([why(item, words), last(item, words, today)])


def until(item: DueItem, words: Words, today: date) -> str:
    """Until when, in words: how late, today, or the day with its weekday.

    A household that was never visited is not called three years late: after a whole interval the days say
    nothing more.
    """
    days = item.days_late(today)
    due = formats.day(words, item.due_on, today)
    if never_for_long(item, days):
        return words.plain("reminders.digest.first_visit")
    if days > 0:
        return words.plain("reminders.digest.until_late", due=due, count=days)
    if days == 0:
        return words.plain("reminders.digest.until_today")
    return words.plain("reminders.digest.until", due=due, weekday=formats.weekday(words, item.due_on))


def when(item: DueItem, words: Words, today: date) -> str:
    """迟 2 天, 今天, 本周, or the day."""
    days = item.days_late(today)
    if never_for_long(item, days):
        return words.plain("reminders.digest.first_visit")
    if days > 0:
        return words.plain("reminders.digest.late", count=days)
    if days == 0:
        return words.plain("reminders.digest.today")
    if item.due_on.isocalendar()[:2] == today.isocalendar()[:2]:
        return words.plain("reminders.digest.this_week")
    return words.plain("reminders.digest.by_day", day=formats.day(words, item.due_on, today))


def never_for_long(item: DueItem, days_late: int) -> bool:
    """Whether nobody has ever been there, for so long that the days late say nothing more."""
    never = item.kind == FollowupKind.RECHECK and item.last_visit_on is None
    return never and days_late > (item.interval_days or 0)
