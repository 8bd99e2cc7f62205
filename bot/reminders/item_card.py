"""One due item opened: what happened last and until when, and on wish why it came at all; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.reminders import step_words, wording
from bot.texts import formats
from storage.aid_codes import AidKind
from storage.codes import FollowupKind, Stage
from storage.due import ladder
from storage.rulebook import workdays
from storage.rules import FROM_TERM_START
from storage.steps.steps import SNOOZES_MAX

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.texts.catalogue import Words
    from storage.due.followups import DueItem, Explanation

TOLD_SHOWN = 5
STEPS_SHOWN = 5
# Where there is no interval, somebody named the day.
NAMED_DAYS = frozenset({FollowupKind.RECHECK, FollowupKind.REVISIT})


def item_card(item: DueItem, words: Words, today: date) -> str:
    """The card of one item as HTML: who, what happened last, and until when."""
    household = item.household
    head = words.say(
        "reminders.card.head",
        name=household.name,
        file_no=household.file_no,
        union=household.union_name,
        category=wording.category(item, words),
        cause=words.plain(f"forms.options.causes.{household.main_cause}"),
    )
    lines = [head, _last(item, words, today), _until(item, words, today)]
    if item.snoozes and item.snoozed_until is not None and item.snoozed_until > today:
        lines.append(words.say("reminders.card.snoozed", day=formats.day(words, item.snoozed_until, today)))
    if item.snoozes:
        lines.append(snoozes(item, words))
    return "\n".join(lines)


def snoozes(item: DueItem, words: Words) -> str:
    """How often it was put off, and how often it still may be before the officer decides."""
    left = SNOOZES_MAX - item.snoozes
    return words.say("acts.snoozes" if left > 0 else "acts.snoozes_over", count=item.snoozes, left=left)


def explain(why: Explanation, words: Words, today: date, zone: ZoneInfo) -> str:
    """Why this item came, as HTML: rule, paper it follows from, days, what was sent, what stops it."""
    item = why.item
    lines = [
        words.say("reminders.why.title", name=item.household.name, file_no=item.household.file_no),
        _rule(why, words, today, zone),
        _source(why, words, today),
        words.say(
            "reminders.why.days",
            **{one: formats.day(words, _heard_on(one, on), today) for one, on in why.days.items()},
        ),
        _told(why, words, today, zone),
        _next(why, words, today),
    ]
    if item.snoozes and item.snoozed_until is not None:
        until = formats.day(words, item.snoozed_until, today)
        lines.append(words.say("reminders.why.snoozed", count=item.snoozes, day=until))
    report = "revisit" if item.kind == FollowupKind.REVISIT else "visit"
    lines.append(words.say(f"reminders.why.stops_{report}"))
    if why.steps:
        done = step_words.lines(why.steps[:STEPS_SHOWN], words, today, zone)
        lines += [words.say("acts.steps_title"), *done]
    return "\n".join(lines)


def _heard_on(stage: Stage, reached_on: date) -> date:
    """The day on which a stage is told: on working days, but for the days of the item itself."""
    return reached_on if stage in (Stage.OPENS, Stage.DUE) else workdays.workday_from(reached_on)


def _last(item: DueItem, words: Words, today: date) -> str:
    if item.kind == FollowupKind.REVISIT:
        return words.say("reminders.card.paid", **wording.payment(item, words, today))
    if item.last_visit_on is None:
        missed = "missed_only" if item.missed_visits else "never"
        return words.say(f"reminders.card.{missed}", count=item.missed_visits)
    day = formats.day(words, item.last_visit_on, today)
    said = wording.last_said(item, words)
    line = words.say("reminders.card.last" if said else "reminders.card.last_bare", day=day, said=said)
    if not item.missed_visits:
        return line
    return line + words.say("reminders.card.missed", day=day, count=item.missed_visits)


def _until(item: DueItem, words: Words, today: date) -> str:
    days = {
        "opens": formats.day(words, item.opens_on, today),
        "due": formats.day(words, item.due_on, today),
    }
    if today < item.opens_on:
        return words.say("reminders.card.ahead", **days) + _why(item, words)
    state = "waiting" if wording.never_for_long(item, item.days_late(today)) else item.state
    return words.say(f"reminders.card.{state}", **days, count=item.days_late(today)) + _why(item, words)


def _why(item: DueItem, words: Words) -> str:
    """Why at all, in a few words behind the days."""
    kind = str(item.kind)
    if item.kind in NAMED_DAYS and item.interval_days is None:
        kind = f"{item.kind}_named"
    return words.say(f"reminders.card.why_{kind}", days=item.interval_days or 0, round=item.round)


def _rule(why: Explanation, words: Words, today: date, zone: ZoneInfo) -> str:
    item = why.item
    rule = words.say(
        f"reminders.why.rule_{_rule_name(why)}",
        category=wording.category(item, words),
        days=item.interval_days or 0,
        round=item.round,
        due=formats.day(words, item.due_on, today),
        kind=words.plain(f"codes.aid.{item.aid_kind}") if item.aid_kind else "",
    )
    return rule + _set_by(why, words, today, zone)


def _set_by(why: Explanation, words: Words, today: date, zone: ZoneInfo) -> str:
    """Who set the rule and when; nothing where somebody named the day for this household alone."""
    if why.rule is None:
        return ""
    if why.rule_set is None:
        return words.say("reminders.why.set_by_nobody")
    return words.say(
        "reminders.why.set_by",
        person=why.rule_set.set_by_name or why.rule_set.union_name,
        day=formats.day(words, why.rule_set.set_at.astimezone(zone).date(), today),
    )


def _rule_name(why: Explanation) -> str:
    item = why.item
    if item.kind == FollowupKind.RECHECK:
        return "recheck" if item.interval_days else "named"
    if item.kind != FollowupKind.REVISIT:
        return str(item.kind)
    if why.source == "revisit":
        return "again" if item.interval_days else "unreached"
    return "term" if item.aid_kind and AidKind(item.aid_kind) in FROM_TERM_START else "revisit"


def _source(why: Explanation, words: Words, today: date) -> str:
    return words.say(
        f"reminders.why.source_{why.source}",
        day=formats.day(words, why.source_on, today) if why.source_on else "",
        number=why.source_no or "",
        due=formats.day(words, why.item.due_on, today),
    )


def _told(why: Explanation, words: Words, today: date, zone: ZoneInfo) -> str:
    if not why.told:
        return words.say("reminders.why.never_told")
    told = [
        words.plain(
            "reminders.why.told_one",
            day=formats.day(words, one.told_at.astimezone(zone).date(), today),
            who=one.person_name,
        )
        for one in why.told[-TOLD_SHOWN:]
    ]
    return words.say("reminders.why.told", told=formats.listed(words, told))


def _next(why: Explanation, words: Words, today: date) -> str:
    if why.next_stage is None or why.next_stage_on is None:
        return words.say("reminders.why.next_none")
    who = why.next_stage if why.next_stage in ladder.UPWARD else "cadre"
    return words.say(
        f"reminders.why.next_{who}",
        day=formats.day(words, workdays.workday_from(max(why.next_stage_on, today)), today),
    )
