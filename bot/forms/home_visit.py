"""The home visit report 走访: what is asked, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.forms import option_sets as sets
from bot.forms.kinds.choice import Choice
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.day import Day
from bot.forms.kinds.money import Money
from bot.forms.kinds.number import Number
from bot.forms.kinds.photos import Photos
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.place import Place
from bot.forms.kinds.text import Text
from bot.forms.kinds.voice import Voice
from bot.forms.model import ANY, SUGGESTED, TODAY, Field, Form, When

if TYPE_CHECKING:
    from bot.forms.model import Answers

RETRY_DAYS = 90
MOST_MEMBERS = 30
# The value of a comparison when there is nothing earlier to compare with.
NEW = "NEW"

MET = When("met", ("NOBODY",), negate=True)
NOT_MET = When("met", ("NOBODY",))


def _told(clear: str) -> tuple[When, ...]:
    """Asked only when that one of the five clears is new or has changed."""
    return (When("clears", (clear,)),)


_BASICS = (
    Field("date", Day(past_days=sets.PAST_DAYS, ahead_days=0), asked=False, carried=False, default=TODAY),
    Field("way", Choice(sets.WAYS, shared="ways"), asked=False, carried=False, default="HOME"),
    Field(
        "kind",
        Choice(("FIRST", "RECHECK", "RANDOM", "HOLIDAY", "INCIDENT", "EXIT_CHECK")),
        asked=False,
        carried=False,
        default="RECHECK",
        first="FIRST",
    ),
    Field("visitors", Pick("visitors", most=5), asked=False),
    Field(
        "met",
        Choice(("SELF", "SPOUSE", "CHILD", "PARENT", "NOBODY")),
        asked=False,
        carried=False,
        default="SELF",
    ),
)

_NOT_MET = (
    Field(
        "not_met_reason",
        Choice(("NOT_HOME", "REFUSED", "MOVED", "IN_HOSPITAL", "OTHER")),
        when=(NOT_MET,),
        carried=False,
    ),
    Field("retry_on", Day(past_days=-1, ahead_days=RETRY_DAYS), when=(NOT_MET,), carried=False),
)

_HOUSEHOLD = (
    Field(
        "members",
        Choice(("SAME", "MORE", "FEWER"), unoffered=(NEW,)),
        when=(MET,),
        unchanged="SAME",
        first=NEW,
    ),
    Field(
        "members_count",
        Number(least=1, most=MOST_MEMBERS),
        when=(MET, When("members", ("MORE", "FEWER", NEW))),
        optional=True,
        carried=False,
    ),
    Field(
        "income",
        Choice(("SAME", "UP", "DOWN"), unoffered=(NEW,)),
        when=(MET,),
        unchanged="SAME",
        first=NEW,
    ),
    Field(
        "income_amount",
        Money(limit_fen=sets.MONTHLY_LIMIT_FEN),
        when=(MET, When("income", ("UP", "DOWN", NEW))),
        optional=True,
        carried=False,
    ),
    Field(
        "employment",
        Choice(("AT_WORK", "ON_SICK_LEAVE", "INTERNAL_RETIRED", "LAID_OFF", "JOBLESS", "RETIRED")),
        when=(MET,),
        optional=True,
    ),
    Field("health", Choice(("GOOD", "CHRONIC", "SERIOUS", "DISABLED")), when=(MET,), optional=True),
    Field(
        "medical_costs",
        Money(limit_fen=sets.YEARLY_LIMIT_FEN),
        when=(MET, When("health", ("CHRONIC", "SERIOUS", "DISABLED"))),
        optional=True,
    ),
    Field(
        "schooling",
        Choice(("NONE", "SCHOOL", "HIGH_SCHOOL", "COLLEGE", "GRADUATED")),
        when=(MET,),
        optional=True,
    ),
    Field(
        "housing", Choice(("OWN", "COMPANY", "RENTED", "WITH_FAMILY", "UNSAFE")), when=(MET,), optional=True
    ),
)

_CLEARS = (
    Field(
        "clears",
        Choices(("SAME", *sets.CLEARS), exclusive=("SAME",)),
        when=(MET,),
        unchanged=["SAME"],
        carried=False,
        first=[*sets.CLEARS],
    ),
    *(
        Field(
            f"clear_{clear.lower()}",
            Text(buttons=("UNKNOWN",), shared="unknown"),
            when=(MET, *_told(clear)),
            carried=False,
        )
        for clear in sets.CLEARS
    ),
    Field("main_cause", Choice(sets.CAUSES, shared="causes"), when=(MET,), ask_when=_told("CAUSE")),
    Field(
        "other_causes",
        Choices((*sets.CAUSES, "NONE"), exclusive=("NONE",), at_most=3, shared="causes"),
        when=(MET,),
        ask_when=_told("CAUSE"),
        optional=True,
        preticked=True,
    ),
    Field("mind", Choice(("STEADY", "ANXIOUS", "LOW", "UPSET", "CRISIS")), when=(MET,), optional=True),
    Field(
        "job_wish",
        Choice(("NONE", "ANY_JOB", "NEAR_HOME", "TRAINING", "OWN_TRADE", "UNABLE")),
        when=(MET,),
        ask_when=_told("JOB"),
        optional=True,
    ),
)

_HELP = (
    Field(
        "policies",
        Choices(
            (
                "NONE",
                "ALLOWANCE",
                "MEDICAL_AID",
                "SPECIAL_POOR",
                "DISABILITY",
                "STUDY_AID",
                "HOUSING",
                "MUTUAL_AID",
            ),
            exclusive=("NONE",),
        ),
        when=(MET,),
        optional=True,
        preticked=True,
    ),
    Field("needs", Choices(sets.NEEDS, exclusive=("NONE",), shared="needs"), when=(MET,), preticked=True),
    Field("words", Text(voice=True), when=(MET,), optional=True, carried=False),
    Field(
        "exclusions",
        Choices(("NONE", "TWO_HOMES", "BUSINESS", "PRIVATE_SCHOOL", "CAR", "DOUBT"), exclusive=("NONE",)),
        when=(MET,),
        optional=True,
    ),
    Field(
        "verified",
        Choices(("SEEN", "PAPERS", "NEIGHBOURS", "UNIT", "TOLD")),
        when=(MET,),
        optional=True,
        preticked=True,
    ),
    Field(
        "aid_given",
        Pick("payments"),
        when=(MET, When("@payments", ANY)),
        optional=True,
        carried=False,
    ),
)

_CONCLUSION = (
    Field(
        "assessment",
        Choice(("SAME", "BETTER", "WORSE", "EXIT")),
        when=(MET,),
        unchanged="SAME",
        assumed=False,
    ),
    Field("measure", Choice(("KEEP", "UP", "DOWN", "APPLY", "REFER", "EXIT")), when=(MET,), unchanged="KEEP"),
    Field("photos", Photos(), optional=True, asked=False, carried=False),
    Field("voice", Voice(), optional=True, asked=False, carried=False),
    Field("place", Place(), optional=True, asked=False, carried=False),
    Field(
        "next_visit",
        Day(past_days=-1, ahead_days=sets.AHEAD_DAYS),
        when=(MET,),
        asked=False,
        carried=False,
        default=SUGGESTED,
    ),
)

FORM = Form(
    slug="visit",
    version=1,
    fields=(*_BASICS, *_NOT_MET, *_HOUSEHOLD, *_CLEARS, *_HELP, *_CONCLUSION),
    basics=("date", "way", "kind", "visitors", "met"),
    short=(NOT_MET,),
    quote="words",
)


@dataclass(frozen=True, slots=True)
class Clear:
    """What a visit says of one of the five clears: SAME, CHANGED (with the new text) or UNKNOWN."""

    state: str
    text: str = ""


def five_clears(answers: Answers) -> dict[str, Clear]:
    """The five clears of a finished visit, by slug; empty when nobody was met."""
    marked = answers.get("clears")
    if not isinstance(marked, list):
        return {}
    return {clear: _clear(answers, clear) if clear in marked else Clear("SAME") for clear in sets.CLEARS}


def _clear(answers: Answers, clear: str) -> Clear:
    said = answers.get(f"clear_{clear.lower()}", "")
    if isinstance(said, Mapping):
        return Clear("UNKNOWN")
    return Clear("CHANGED", str(said))
