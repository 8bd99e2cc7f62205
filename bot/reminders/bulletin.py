"""A bulletin in words: a line of the digest or a message of its own, and its buttons; pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.reminders import wording
from bot.texts import formats
from storage.telling.mornings import ASIDE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from bot.buttons import Keyboard
    from bot.texts.catalogue import Words
    from storage.telling.bulletins import Bulletin

# What a button's name carries in ISO form; everything else goes into the words as it is.
DAYS = ("on", "since", "until")
# As much of a name or a reason as a line of the digest has room for.
LINE_CHARACTERS = 40
# What arose so many days ago is told with its day.
OLD = timedelta(days=2)
FILE = ("chat.buttons.open_file", ("file", "open", "household"))
ITEM = ("acts.buttons.open", ("due", "open", "item"))
# What an officer may decide about an item at once.
DECIDE = (
    ("acts.buttons.assign", ("due", "assign", "item")),
    ("acts.buttons.days_plain", ("due", "days", "item")),
    ("acts.buttons.close", ("due", "close", "item")),
)

MY_LIST = ("bulletins.buttons.my_list", ("due", "list"))
HANDOVER = ("bulletins.buttons.handover", ("handover", "open", "handover"))
ANSWERS = (
    ("bulletins.buttons.accept", ("handover", "accept", "handover")),
    ("bulletins.buttons.decline", ("handover", "decline", "handover")),
)
CASES = ("bulletins.buttons.households", ("handover", "cases", "person"))
GONE = (CASES, ("bulletins.buttons.all_over", ("handover", "all", "person")))

# An office matter opens its own card; of a campaign its name stands on the button.
MATTER = ("matters.buttons.open", ("matter", "open", "matter"))
CAMPAIGN = ("matters.buttons.campaign", ("matter", "open", "matter"))

# Aid opens where whoever is told has something to do with it: to decide, to pay, or to see how it stands.
DECIDE_AID = ("bulletins.buttons.decide", ("approve", "open", "aid"))
PAY_AID = ("bulletins.buttons.pay", ("pay", "open", "aid"))
APPROVE_LIST = ("bulletins.buttons.decide", ("approve", "list"))
PAY_LIST = ("bulletins.buttons.pay", ("pay", "list", "0"))
SEE_AID = ("bulletins.buttons.aid", ("aid", "open", "aid"))
# These ids are long: a button carries them in their short form.
LONG_IDS = frozenset({"aid", "batch"})

# What is counted of a handover that is offered.
LOT = ("due", "aid", "drafts")

# A list of aid, or a year's budget, opens itself.
BATCH = ("bulletins.buttons.batch", ("batch", "open", "batch"))
BUDGET = ("bulletins.buttons.budget", ("budget", "open", "budget"))
DRAFTED = ("bulletins.buttons.budget", ("budget", "waiting", "budget"))

# Slug → its buttons: the key of the label, then the route, the verb, and which details follow them.
# Whatever speaks of a household and is not named here has the button that opens its file.
BUTTONS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "away_substitute": (MY_LIST,),
    "away_substitute_approves": (MY_LIST, APPROVE_LIST),
    "away_begins": (MY_LIST,),
    "away_set": (("bulletins.buttons.i_am_back", ("away", "back")),),
    "away_uncovered": (("bulletins.buttons.other_substitute", ("away", "for", "person")), CASES),
    "handover_offered": (HANDOVER, *ANSWERS),
    "handover_asked": (HANDOVER,),
    "handover_accepted": (HANDOVER,),
    "handover_waiting": (HANDOVER,),
    "handover_unanswered": (HANDOVER,),
    "handover_receiver_gone": (CASES,),
    "gone_removed": GONE,
    "gone_removed_drafts": GONE,
    "gone_blocked": GONE,
    "batch_made": (BATCH,),
    "batch_to_approve": (BATCH,),
    "batch_to_pay": (BATCH,),
    "batch_no_chair": (BATCH,),
    "batch_no_payer": (BATCH,),
    "batch_approved": (BATCH,),
    "batch_approved_but": (BATCH,),
    "batch_returned": (BATCH,),
    "batch_refused": (BATCH,),
    "batch_withdrawn": (BATCH,),
    "batch_taken_back": (BATCH,),
    "batch_not_to_pay": (),
    "batch_paid": (BATCH,),
    "batch_paid_but": (BATCH,),
    "batch_opens": (BATCH,),
    "batch_due": (BATCH,),
    "batch_chair": (BATCH,),
    "batch_households": (MY_LIST,),
    "income_top_up": (BUDGET,),
    "budget_to_adopt": (DRAFTED,),
    "budget_opens": (DRAFTED,),
    "budget_due": (DRAFTED,),
    "budget_chair": (DRAFTED,),
    "budget_adopted": (BUDGET,),
    "budget_returned": (DRAFTED,),
    "budget_refused": (BUDGET,),
    "budget_alarm": (BUDGET,),
    "budget_alarm_full": (BUDGET,),
    "draft_due": (("matters.buttons.resume", ("matter", "resume", "matter")),),
    "third_miss": (ITEM, *DECIDE, FILE),
    "step_assigned": (ITEM, FILE),
    "step_assigned_first": (ITEM, FILE),
    "step_more_days": (ITEM,),
    "step_moved": (ITEM, *DECIDE, FILE),
    "step_declined": (ITEM, *DECIDE, FILE),
    "step_hospital": (ITEM, *DECIDE, FILE),
    "aid_to_review": (DECIDE_AID, FILE),
    "aid_to_approve": (DECIDE_AID, FILE),
    "aid_to_pay": (PAY_AID,),
    "aid_emergency": (PAY_AID,),
    "aid_not_to_pay": (),
    "aid_no_payer": (),
    "aid_none_to_approve": (),
    "aid_none_to_pay": (),
    "aid_unpaid": (PAY_LIST,),
    **{
        f"aid_{one}": (SEE_AID, FILE)
        for one in (
            *("reviewed", "amended", "approved", "taken_back", "returned", "refused", "expired", "withdrawn"),
            *("paid", "pay_failed", "waived", "reversed", "emergency_papers"),
            *("review_taken_back", "return_taken_back", "refusal_taken_back"),
        )
    },
}


def line(bulletin: Bulletin, words: Words, today: date, zone: ZoneInfo) -> str:
    """It as a line of the digest, with the day on which it arose where it is no news any more."""
    values = {name: _short(value) for name, value in _values(bulletin, words, today, zone).items()}
    said = words.say(f"bulletins.{bulletin.slug}.line", **values)
    arose_on = bulletin.created_at.astimezone(zone).date()
    is_old = arose_on < today if bulletin.is_urgent else arose_on <= today - OLD
    if not is_old or bulletin.slug in ASIDE:
        return said
    return words.say("reminders.digest.of_day", day=formats.day(words, arose_on, today)) + said


def _short(value: object) -> object:
    """What somebody wrote at length stands in full where it is told alone: twenty lines share a digest."""
    is_long = isinstance(value, str) and len(value) > LINE_CHARACTERS
    return f"{str(value)[: LINE_CHARACTERS - 1]}…" if is_long else value


def alone(bulletin: Bulletin, words: Words, today: date, zone: ZoneInfo) -> str:
    """It as a message of its own, as HTML."""
    key = f"bulletins.{bulletin.slug}.alone"
    if not words.has(key):
        key = f"bulletins.{bulletin.slug}.line"
    return words.say(key, **_values(bulletin, words, today, zone))


def keyboard(bulletin: Bulletin, words: Words, today: date, zone: ZoneInfo) -> Keyboard:
    """The buttons under the message of its own."""
    values = _values(bulletin, words, today, zone)
    return columns(
        [Button(words.plain(key, **values), _data(bulletin, route)) for key, route in _buttons(bulletin)]
    )


def button(bulletin: Bulletin, words: Words, today: date, zone: ZoneInfo) -> Button | None:
    """The one button of its line in a digest; it is named after the household where there is one."""
    for key, route in _buttons(bulletin):
        name = bulletin.facts.get("name")
        label = (
            wording.short(str(name)) if name else words.plain(key, **_values(bulletin, words, today, zone))
        )
        return Button(label, _data(bulletin, route))
    return None


def _buttons(bulletin: Bulletin) -> tuple[tuple[str, tuple[str, ...]], ...]:
    default = (FILE,) if "household" in bulletin.details else ()
    if "matter" in bulletin.details:
        default = (CAMPAIGN,) if "campaign" in bulletin.details else (MATTER,)
    return BUTTONS.get(bulletin.slug, default)


def _data(bulletin: Bulletin, route: tuple[str, ...]) -> str:
    """What the button carries: a part that names a detail stands for its value."""
    return pack(route[0], *(_part(bulletin, part) for part in route[1:]))


def _part(bulletin: Bulletin, part: str) -> int | str:
    value = bulletin.details.get(part, part)
    return short_id(value) if part in LONG_IDS and isinstance(value, str) and value != part else value


def _lot(values: Mapping[str, object], words: Words) -> str:
    """What comes with the households: only what there is."""
    there = [one for one in LOT if values.get(one) not in (None, "0")]
    return " · ".join(words.plain(f"bulletins.lot.{one}", **values) for one in there or ["none"])


def _sums(bulletin: Bulletin, words: Words) -> dict[str, object]:
    """The kind of aid by its name, and amounts as money: what is told of, and all that was asked for."""
    kind = bulletin.details.get("kind", bulletin.facts.get("kind"))
    whole_fen = bulletin.facts.get("whole_fen")
    fen = bulletin.details.get("fen", whole_fen)
    said: dict[str, object] = {}
    if kind is not None:
        said["kind"] = words.plain(f"codes.aid.{kind}")
    if "income" in bulletin.details:
        said["income"] = words.plain(f"codes.income.{bulletin.details['income']}")
    if fen is not None:
        said["amount"] = formats.money(words, int(fen))
        said["whole"] = formats.money(words, int(whole_fen or fen))
    return said


def _values(bulletin: Bulletin, words: Words, today: date, zone: ZoneInfo) -> dict[str, object]:
    values: dict[str, object] = dict(bulletin.details)
    for name, fact in bulletin.facts.items():
        values[name] = fact or words.plain("bulletins.nothing")
    if "phone" in bulletin.facts:
        phone = bulletin.facts["phone"]
        none = words.plain("bulletins.no_phone")
        values["phone"] = phone or none
        values["contact"] = words.plain("bulletins.phone_is", phone=phone) if phone else none
    if bulletin.slug == "handover_offered":
        values["lot"] = _lot(values, words)
    values |= _sums(bulletin, words)
    if "campaign" in bulletin.details:
        values["campaign"] = words.plain(f"codes.campaign.{bulletin.details['campaign']}")
    if "kind" in bulletin.details:
        values["kind"] = words.plain(f"codes.aid.{bulletin.details['kind']}")
    if "fen" in bulletin.details:
        values["amount"] = formats.money(words, int(bulletin.details["fen"]))
    said_on: date | None = None
    for name in DAYS:
        if name not in bulletin.details:
            continue
        iso = str(bulletin.details[name])
        if "T" not in iso:
            values[name] = formats.day(words, date.fromisoformat(iso), today)
            continue
        local = datetime.fromisoformat(iso).astimezone(zone)
        # The end of a span within one day needs no day of its own.
        same = local.date() == said_on
        values[name] = f"{local:%H:%M}" if same else formats.moment(words, local, zone, today)
        said_on = local.date()
    return values
