"""The revisit report 回访 after aid: what is asked, as data."""

from __future__ import annotations

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
from bot.forms.model import TODAY, Field, Form, Refusal, When

RETRY_DAYS = 90
# From this amount up a telephone call does not prove that the aid arrived (5,000 yuan).
PHONE_LIMIT_FEN = 500_000

MET = When("met", ("NOBODY",), negate=True)
NOT_MET = When("met", ("NOBODY",))
RECEIVED = When("received", ("FULL", "PART"))
_AFTER = (MET, RECEIVED)

_BASICS = (
    Field("payment", Pick("revisit_payments"), asked=False, carried=False),
    Field("date", Day(past_days=sets.PAST_DAYS, ahead_days=0), asked=False, carried=False, default=TODAY),
    Field(
        "way",
        Choice(sets.WAYS, shared="ways"),
        asked=False,
        carried=False,
        default="HOME",
        refusals=(
            Refusal(
                "phone_not_enough",
                ("PHONE",),
                (When("amount_fen", at_least=PHONE_LIMIT_FEN),),
                {"limit_fen": PHONE_LIMIT_FEN},
            ),
        ),
    ),
    Field("met", Choice(("SELF", "FAMILY", "NOBODY")), asked=False, carried=False, default="SELF"),
)

_RECEIPT = (
    Field("retry_on", Day(past_days=-1, ahead_days=RETRY_DAYS), when=(NOT_MET,), carried=False),
    Field("received", Choice(("FULL", "PART", "NOT")), when=(MET,)),
    Field(
        "received_amount",
        Money(limit_fen=sets.YEARLY_LIMIT_FEN),
        when=(MET, When("received", ("PART",))),
        optional=True,
    ),
    Field("not_received_reason", Text(), when=(MET, When("received", ("NOT",)))),
    Field("received_how", Choice(("TRANSFER", "CASH", "GOODS", "SERVICE")), when=_AFTER, optional=True),
    Field(
        "received_on",
        Day(past_days=sets.PAST_DAYS, ahead_days=0),
        when=_AFTER,
        optional=True,
        asked=False,
    ),
)

_USE = (
    Field(
        "spent_on",
        Choices(("LIVING", "MEDICAL", "STUDY", "HOUSING", "DEBT", "SAVED", "OTHER")),
        when=_AFTER,
        optional=True,
    ),
    Field("purpose", Choice(sets.DEGREES, shared="degrees"), when=_AFTER),
    Field("purpose_reason", Text(), when=(*_AFTER, When("purpose", ("PARTLY", "NO")))),
)

_EFFECT = (
    Field("situation", Choice(("BETTER", "SAME", "WORSE")), when=_AFTER),
    Field("cause_removed", Choice(sets.DEGREES, shared="degrees"), when=_AFTER, optional=True),
    Field("eased", Choice(("MUCH", "SOME", "NONE", "WORSE")), when=_AFTER, optional=True),
    Field(
        "measures_done", Choice((*sets.DEGREES, "NO_MEASURES"), shared="degrees"), when=_AFTER, optional=True
    ),
    Field("satisfaction", Number(least=1, most=5), when=_AFTER),
    Field("relapse_risk", Choice(("LOW", "MIDDLE", "HIGH")), when=_AFTER, optional=True),
    Field("needs", Choices(sets.NEEDS, exclusive=("NONE",), shared="needs"), when=_AFTER, optional=True),
)

_CONCLUSION = (
    Field("remarks", Text(voice=True), when=(MET,), optional=True),
    Field(
        "conclusion",
        Choice(("CLOSE", "AGAIN_30", "AGAIN_60", "AGAIN_90", "MORE_AID", "RECATEGORISE", "EXIT")),
        when=(MET,),
        refusals=(Refusal("not_closed_unreceived", ("CLOSE",), (When("received", ("NOT",)),)),),
    ),
    Field("photos", Photos(), optional=True, asked=False),
    Field("voice", Voice(), optional=True, asked=False),
    Field("place", Place(), optional=True, asked=False),
)

FORM = Form(
    slug="revisit",
    version=1,
    fields=(*_BASICS, *_RECEIPT, *_USE, *_EFFECT, *_CONCLUSION),
    basics=("payment", "date", "way", "met"),
    short=(NOT_MET,),
    quote="remarks",
    repeats=False,
)
