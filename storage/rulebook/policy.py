"""The rules a union may set for itself: their names, their bounds, what holds unless set; PURE.

It knows no table and no union. A value has one plain JSON form: days are an integer, a list of days a list
of them, a time of day "08:30", a zone its IANA name, a switch true or false, money its fen, a part its per
cent. A `Policy` is all that holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from storage import errors, rules
from storage.aid_codes import AidKind
from storage.codes import CampaignKind, Category, Stage
from storage.rulebook import policy_values
from storage.rulebook.policy_values import Rule, minutes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULT", "KEYS", "Policy", "Rule", "check", "check_order", "parse", "with_values"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that holds for one union, days as days and times as times.

    `approval_bands_fen`: up to the first amount one approver, up to the second two, above three.
    `aid_unrevisited`: so many approvers more where earlier aid was not revisited; days of `aid_expires` are
    working days.
    `revisit_since`: for each round of a kind's revisits, since when there has been such a round.
    """

    recheck_days: Mapping[Category, int]
    revisit_days: Mapping[AidKind, tuple[int, ...]]
    monitor_days: tuple[int, ...]
    window_days: int
    late_days: int
    officer_days: int
    chair_days: int
    retry_days: int
    missed_max: int
    more_days: int
    draft_idle_days: int
    approval_days: int
    publicity_days: int
    silence_days: int
    keeps_review: bool
    digest_at: time
    quiet_from: time
    quiet_until: time
    zone: str
    keeps_holidays: bool
    campaign_days: Mapping[CampaignKind, int]
    approval_bands_fen: tuple[int, int]
    aid_visited_days: int
    aid_unrevisited: int
    aid_expires_days: int
    aid_file_days: int
    budget_alarm_percent: int
    complaints_phone: str
    revisit_since: Mapping[AidKind, tuple[date, ...]]
    values: Mapping[str, object]

    def stage_days(self, stage: Stage) -> int:
        """Return how many days from the due day (opening: before it) a stage is reached."""
        return {
            Stage.OPENS: -self.window_days,
            Stage.DUE: 0,
            Stage.LATE: self.late_days,
            Stage.OFFICER: self.officer_days,
            Stage.CHAIR: self.chair_days,
        }[stage]

    def revisit_due_on(self, kind: AidKind | str, paid_on: date) -> list[date]:
        """Return the days on which a payment of this kind is to be revisited, earliest first."""
        start = rules.next_term_start(paid_on) if kind in rules.FROM_TERM_START else paid_on
        return [start + timedelta(days=days) for days in self.revisit_days[AidKind(kind)]]

    def monitor_due_on(self, monitor_from: date) -> list[date]:
        """Return the days on which a household that left is looked at once more, earliest first."""
        return [monitor_from + timedelta(days=days) for days in self.monitor_days]


def _days(lowest: int, highest: int, default: int, *, moves: bool = False) -> Rule:
    return Rule("days", lowest, highest, default, moves)


def _time(earliest: time, latest: time, default: time) -> Rule:
    return Rule("time", minutes_of(earliest), minutes_of(latest), f"{default:%H:%M}")


# The trade unions' own line has five digits: 12351.
PHONE_DIGITS = (5, 18)
# No band of approvals begins above this: somebody has mistyped. Our default.
BAND_HIGHEST_FEN = 100_000_000

KEYS: Mapping[str, Rule] = MappingProxyType(
    {
        **{
            f"recheck.{category}": _days(7, 730, days, moves=True)
            for category, days in rules.RECHECK_DAYS.items()
        },
        **{
            f"revisit.{kind}": Rule("days_list", 1, 730, list(days), moves=True)
            for kind, days in rules.REVISIT_DAYS.items()
        },
        "monitor": Rule("days_list", 7, 730, list(rules.MONITOR_DAYS), moves=True),
        "retry": _days(1, 60, rules.RETRY_DAYS, moves=True),
        "missed": Rule("count", 1, 10, rules.MISSED_VISITS_MAX, moves=True),
        "review": Rule("switch", 0, 1, default=True, moves=True),
        "window": _days(0, 30, rules.WINDOW_DAYS, moves=True),
        "ladder.late": _days(1, 60, rules.STAGE_DAYS[Stage.LATE], moves=True),
        "ladder.officer": _days(1, 90, rules.STAGE_DAYS[Stage.OFFICER], moves=True),
        "ladder.chair": _days(1, 120, rules.STAGE_DAYS[Stage.CHAIR], moves=True),
        "more": _days(1, 14, rules.MORE_DAYS),
        "drafts": _days(1, 30, rules.DRAFT_IDLE_DAYS),
        "approval": _days(1, 30, rules.APPROVAL_WORKDAYS),
        "publicity": _days(rules.PUBLICITY_WORKDAYS, 30, rules.PUBLICITY_WORKDAYS),
        "silence": _days(3, 90, rules.SILENCE_DAYS),
        **{f"campaign.{kind}": _days(0, 120, days) for kind, days in rules.CAMPAIGN_DAYS.items()},
        **{
            f"aid.band{place}": Rule("money", rules.FEN_PER_YUAN, BAND_HIGHEST_FEN, fen)
            for place, fen in enumerate(rules.APPROVAL_BANDS_FEN, start=1)
        },
        "aid.unrevisited": Rule("people", 0, 2, rules.UNREVISITED_APPROVERS),
        "aid.visited": _days(30, 730, rules.VISITED_WITHIN_DAYS),
        "aid.expires": _days(3, 90, rules.APPROVAL_EXPIRES_WORKDAYS),
        "aid.file_by": _days(7, 90, rules.EMERGENCY_FILE_DAYS),
        "budget.alarm": Rule("percent", 10, 99, rules.BUDGET_ALARMS_PERCENT[0]),
        "complaints": Rule("phone", *PHONE_DIGITS, ""),
        "digest_at": _time(time(6), time(12), rules.DIGEST_AT),
        "quiet_from": _time(time(17), time(23, 59), rules.QUIET_FROM),
        "quiet_until": _time(time(5), time(12), rules.QUIET_UNTIL),
        "zone": Rule("zone", 0, 0, ""),
        "holidays": Rule("switch", 0, 1, default=True),
    }
)
# A rule of the left is never below the one it stands with on the right.
IN_ORDER = (
    ("ladder.late", "ladder.officer", errors.BadOrder),
    ("ladder.officer", "ladder.chair", errors.BadOrderAbove),
    ("quiet_until", "digest_at", errors.BadOrderOfHours),
    ("aid.band1", "aid.band2", errors.BadOrderOfBands),
)


def with_values(values: Mapping[str, object], since: Mapping[str, tuple[date, ...]] | None = None) -> Policy:
    """Return what holds where these rules are set, each in its JSON form, and the rest is as it comes.

    `since`: for a rule that is a list, since when there has been a first, a second, … entry; else ever.
    """
    began = since or {}
    all_values = {key: values.get(key, rule.default) for key, rule in KEYS.items()}
    known = cast("dict[str, Any]", all_values)
    return Policy(
        recheck_days=MappingProxyType({one: known[f"recheck.{one}"] for one in Category}),
        revisit_days=MappingProxyType({one: tuple(known[f"revisit.{one}"]) for one in AidKind}),
        monitor_days=tuple(known["monitor"]),
        window_days=known["window"],
        late_days=known["ladder.late"],
        officer_days=known["ladder.officer"],
        chair_days=known["ladder.chair"],
        retry_days=known["retry"],
        missed_max=known["missed"],
        more_days=known["more"],
        draft_idle_days=known["drafts"],
        approval_days=known["approval"],
        publicity_days=known["publicity"],
        silence_days=known["silence"],
        keeps_review=known["review"],
        approval_bands_fen=_bands(known["aid.band1"], known["aid.band2"]),
        aid_visited_days=known["aid.visited"],
        aid_unrevisited=known["aid.unrevisited"],
        aid_expires_days=known["aid.expires"],
        aid_file_days=known["aid.file_by"],
        budget_alarm_percent=known["budget.alarm"],
        complaints_phone=known["complaints"],
        # A rule from above may have come to reach past a branch's own hour: it stays quiet until then.
        digest_at=time.fromisoformat(max(known["digest_at"], known["quiet_until"])),
        quiet_from=time.fromisoformat(known["quiet_from"]),
        quiet_until=time.fromisoformat(known["quiet_until"]),
        zone=known["zone"],
        keeps_holidays=known["holidays"],
        campaign_days=MappingProxyType({one: known[f"campaign.{one}"] for one in CampaignKind}),
        revisit_since=MappingProxyType(
            {one: began.get(f"revisit.{one}", (date.min,) * len(known[f"revisit.{one}"])) for one in AidKind}
        ),
        values=MappingProxyType(all_values),
    )


def _bands(first_fen: int, second_fen: int) -> tuple[int, int]:
    """A rule from above may have come below a branch's own: the one that asks more approvers holds."""
    return min(first_fen, second_fen), second_fen


DEFAULT: Policy = with_values({})


def parse(key: str, text: str) -> object:
    """Return a typed value in its JSON form: "90 天", "30, 90", "8:30", "Asia/Urumqi", "关".

    Refuses NotFound (no such rule) and children of BadRule (not of its kind, or out of bounds).
    """
    return policy_values.parse(_rule(key), text)


def check(key: str, value: object) -> None:
    """Let a value in its JSON form pass. Refuses as `parse` does."""
    policy_values.check(_rule(key), value)


def check_order(policy: Policy) -> None:
    """Let rules pass that are to hold together. Refuses BadOrder (say, the chair before the officer)."""
    for lower, upper, refusal in IN_ORDER:
        one, other = policy.values[lower], policy.values[upper]
        # Times of day in their JSON form compare as times do.
        if cast("Any", one) > cast("Any", other):
            unit = "_fen" if KEYS[lower].kind == "money" else ""
            raise refusal(**{f"lower{unit}": one, f"upper{unit}": other})


def _rule(key: str) -> Rule:
    if key not in KEYS:
        raise errors.NotFound(key=key)
    return KEYS[key]
