"""The card of a file: who, how they are, the five clears, the last visits, the year's aid, what is due.

It must not say an ID or card number, an address, a member's name, or more of an illness than the cause.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.asking import asking
from bot.chat.screens.file import dossier_steps
from bot.chat.screens.parts.access import REPORTERS
from bot.chat.screens.parts.pages import clipped, fitted
from bot.forms.keys import option_key
from bot.forms.registry import FORMS
from bot.reminders import wording
from bot.texts import formats
from storage.casebook import aid_views
from storage.codes import FollowupKind, HouseholdState, ReportKind
from storage.due import followups
from storage.households import dossiers
from storage.takeover import leave_views

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem
    from storage.households.dossiers import ClearLine, Dossier, VisitLine

VISITS_SHOWN = 3
DUE_SHOWN = 6
# Far enough to hold whatever a household still has before it: every interval is shorter.
AHEAD = timedelta(days=400)
CLEAR_CHARACTERS = 200
NO_NEED = "NONE"
OVER = frozenset({HouseholdState.CLOSED, HouseholdState.REJECTED})


def draw(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
    """The card and its buttons; the look is audited. Refuses NotFound."""
    file = dossiers.dossier(talk.tx, talk.person, household_id)
    coming = followups.due(talk.tx, talk.today + AHEAD, household_id=household_id, limit=DUE_SHOWN)
    words = talk.words
    done = dossier_steps.on_card(talk, household_id)
    lines = [
        *_who(talk, file),
        "",
        *_clears(talk, file.clears),
        "",
        words.say("dossier.visits"),
        *([_visit(talk, one) for one in file.visits[:VISITS_SHOWN]] or [words.say("dossier.no_visits")]),
        "",
        *_aid(talk, file),
        "",
        words.say("dossier.due"),
        *([_due(talk, one) for one in coming] or [words.say("dossier.nothing_due")]),
        *done,
    ]
    keyboard = _keyboard(talk, file, coming)
    return fitted(lines), [*keyboard, [dossier_steps.button(talk, household_id)]] if done else keyboard


def _who(talk: Talk, file: Dossier) -> list[str]:
    words, line = talk.words, file.line
    named = words.say(
        "dossier.title",
        name=clipped(line.name, 60),
        file_no=line.file_no,
        union=clipped(line.union_name, 40),
    )
    degrees = [words.plain(f"codes.category.{line.category}")]
    if file.system_category is not None:
        degrees.append(words.plain(f"codes.system_category.{file.system_category}"))
    hardship = words.say(
        "dossier.hardship",
        category=" · ".join(degrees),
        cause=words.plain(f"forms.options.causes.{line.main_cause}"),
        state=words.plain(f"codes.household_state.{line.state}"),
    )
    return [named, hardship, *_household(talk, file), *_dates(talk, file)]


def _household(talk: Talk, file: Dossier) -> list[str]:
    words = talk.words
    said = []
    if file.members_count is not None:
        said.append(words.plain("dossier.members", count=file.members_count))
    if file.income_per_head_fen is not None:
        said.append(words.plain("dossier.income", amount=formats.money(words, file.income_per_head_fen)))
    return [formats.listed(words, said)] if said else []


def _dates(talk: Talk, file: Dossier) -> list[str]:
    words = talk.words
    liaison = _liaison(talk, file)
    opened = formats.day(words, file.opened_on, talk.today)
    lines = [words.say("dossier.opened", day=opened, liaison=liaison)]
    if file.closed_on is not None:
        reason = words.plain(f"codes.exit_reason.{file.close_reason}") if file.close_reason else "—"
        closed = formats.day(words, file.closed_on, talk.today)
        lines.append(words.say("dossier.closed", day=closed, reason=reason))
    return lines


def _liaison(talk: Talk, file: Dossier) -> str:
    """Who looks after them, and who does so while that one is away."""
    words, line = talk.words, file.line
    if file.liaison_name is None or line.liaison_id is None:
        return words.plain("dossier.no_liaison")
    name = clipped(file.liaison_name)
    leave = leave_views.now(talk.tx, line.liaison_id)
    if leave is None:
        return name
    until = formats.day(words, leave.leave.until_on, talk.today)
    if leave.instead is None:
        return words.plain("dossier.liaison_away_alone", name=name, until=until)
    return words.plain("dossier.liaison_away", name=name, until=until, other=clipped(leave.instead))


def _clears(talk: Talk, clears: Sequence[ClearLine]) -> list[str]:
    """The five, each with its day; a day that all five share is said once, above them."""
    words = talk.words
    days = {one.verified_on for one in clears}
    shared = days.pop() if len(days) == 1 else None
    if shared is None:
        return [words.say("dossier.clears"), *(_clear(talk, one) for one in clears)]
    key = "clears_stale" if clears[0].is_stale else "clears_same"
    title = words.say(f"dossier.{key}", day=formats.day(words, shared, talk.today))
    return [title, *(_clear(talk, one, dated=False) for one in clears)]


def _clear(talk: Talk, clear: ClearLine, *, dated: bool = True) -> str:
    words = talk.words
    if not dated:
        return words.say("dossier.clear_bare", **_clear_words(talk, clear))
    key = "clear_stale" if clear.is_stale else "clear"
    day = formats.day(words, clear.verified_on, talk.today) if clear.verified_on is not None else ""
    return words.say(f"dossier.{key}" if day else "dossier.clear_never", day=day, **_clear_words(talk, clear))


def _clear_words(talk: Talk, clear: ClearLine) -> dict[str, str]:
    text = clipped(clear.text, CLEAR_CHARACTERS) or talk.words.plain("dossier.unknown")
    return {"clear": talk.words.plain(f"codes.clear.{clear.clear}"), "text": text}


def _visit(talk: Talk, visit: VisitLine) -> str:
    words = talk.words
    said = [formats.day(words, visit.visited_on, talk.today), *_labels(talk, "way", [visit.way])]
    said += _labels(talk, "met", [visit.met])
    said += _labels(talk, "assessment", [visit.assessment] if visit.assessment else [])
    needs = _labels(talk, "needs", [need for need in visit.needs if need != NO_NEED])
    if needs:
        said.append(words.plain("dossier.needs", needs=formats.listed(words, needs)))
    return words.say("dossier.line", parts=" · ".join(said))


def _labels(talk: Talk, slug: str, codes: Iterable[str]) -> list[str]:
    """The form's own labels; a code it no longer has stands as it is."""
    form = FORMS[ReportKind.VISIT]
    keys = {code: option_key(form, form.field(slug), code) for code in codes}
    return [talk.words.plain(key) if talk.words.has(key) else code for code, key in keys.items()]


def _aid(talk: Talk, file: Dossier) -> list[str]:
    words = talk.words
    year = str(talk.today.year)
    if not file.aid:
        return [words.say("dossier.no_aid", year=year)]
    told = [
        words.say(
            "dossier.aid_line",
            kind=words.plain(f"codes.aid.{one.kind}"),
            amount=formats.money(words, one.paid_fen),
            source=words.plain(f"codes.source.{one.source}"),
        )
        for one in file.aid
    ]
    return [words.say("dossier.aid", year=year), *told]


def _due(talk: Talk, item: DueItem) -> str:
    words = talk.words
    what = [words.plain(f"codes.followup.{item.kind}")]
    if item.aid_kind is not None and item.amount_fen is not None:
        what.append(f"{words.plain(f'codes.aid.{item.aid_kind}')} {formats.money(words, item.amount_fen)}")
    when = wording.when(item, words, talk.today)
    return words.say("dossier.due_line", what=" · ".join(what), when=when)


def _keyboard(talk: Talk, file: Dossier, coming: list[DueItem]) -> Keyboard:
    words, household_id = talk.words, file.line.id
    reports = []
    if talk.person.roles & REPORTERS and file.line.state not in OVER:
        reports.append(Button(words.plain("dossier.buttons.visit"), pack("visit", "household", household_id)))
        if any(one.kind == FollowupKind.REVISIT for one in coming):
            revisit = pack("revisit", "household", household_id)
            reports.append(Button(words.plain("dossier.buttons.revisit"), revisit))
    if asking.may_propose(talk, file.line.state):
        reports.append(asking.button(talk, household_id))
    looks = [
        Button(words.plain("dossier.buttons.balance"), pack("balance", "household", household_id)),
        Button(words.plain("dossier.buttons.history"), pack("file", "history", household_id, 0)),
    ]
    if file.aid or aid_views.of_household(talk.tx, talk.person, household_id, limit=1):
        looks.append(Button(words.plain("dossier.buttons.aid"), pack("aid", "of", household_id)))
    if file.phone_tail is not None:
        looks.append(Button(words.plain("dossier.buttons.phone"), pack("file", "phone", household_id)))
    return [reports, looks]
