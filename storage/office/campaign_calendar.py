"""The days of the union's yearly campaigns; PURE: knows no table, no clock and no union's own rules.

Every day names its source: "common public practice" is what unions do alike, "our default" is ours where
nothing public says. How long before its day a campaign opens is a rule of each union.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from storage.codes import CampaignKind
from storage.rules import REVIEW_UNTIL

# Month and day on which a campaign is to be done. The months are common public practice (relief while it is
# hot, study aid before term, the budget before the year), the days in them our default. The file check ends
# with the yearly check of every file.
DAYS = MappingProxyType(
    {
        CampaignKind.SUMMER_RELIEF: (6, 30),
        CampaignKind.AUTUMN_STUDY: (7, 31),
        CampaignKind.FILE_CHECK: REVIEW_UNTIL,
        CampaignKind.BUDGET_DRAFT: (11, 30),
    }
)
# A campaign is told once more so long before its day, and to the chairs too so long after it. Our default.
SOON_DAYS = 14
CHAIR_DAYS = 7
# So long after its day an unfinished campaign is history, and nobody is shown it any more. Our default.
SHOWN_LATE_DAYS = 30

FIRST_FESTIVAL_YEAR = 2000
# Month and day of the Spring Festival, the first day of the lunisolar year, from 2000 to 2100: the day
# of a new moon in the time of 120° E (GB/T 33661-2017).
_FESTIVALS = (
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 "
    "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 "
    "0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 "
    "0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 "
    "0123 0211 0201 0219 0208 0128 0215 0204 0124 0212 "
    "0202 0121 0209 0129 0217 0205 0126 0214 0203 0123 "
    "0211 0131 0219 0207 0127 0215 0205 0124 0212 0202 "
    "0122 0209 0129 0217 0206 0126 0214 0203 0124 0210 "
    "0130 0218 0207 0127 0215 0205 0125 0212 0201 0121 "
    "0209 "
)
_CHARACTERS = len("MMDD ")
LAST_FESTIVAL_YEAR = FIRST_FESTIVAL_YEAR + len(_FESTIVALS) // _CHARACTERS - 1


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign of one year: from `opens_on` on it is told, by `due_on` it is to be done."""

    kind: CampaignKind
    year: int
    opens_on: date
    due_on: date


def festival_on(year: int) -> date | None:
    """Return the day of the Spring Festival of a year from 2000 to 2100; None beyond them."""
    if not FIRST_FESTIVAL_YEAR <= year <= LAST_FESTIVAL_YEAR:
        return None
    start = (year - FIRST_FESTIVAL_YEAR) * _CHARACTERS
    return date(year, int(_FESTIVALS[start : start + 2]), int(_FESTIVALS[start + 2 : start + 4]))


def due_on(kind: CampaignKind, year: int) -> date | None:
    """Return the day by which a year's campaign is to be done: of the Spring Festival list the festival.

    None where the festival's day is not known.
    """
    return festival_on(year) if kind == CampaignKind.SPRING_LIST else date(year, *DAYS[kind])


def campaign(kind: CampaignKind, year: int, lead_days: int) -> Campaign | None:
    """Return a year's campaign that opens `lead_days` before its day; None when off (0) or not known."""
    day = due_on(kind, year)
    if day is None or lead_days <= 0:
        return None
    return Campaign(kind, year, day - timedelta(days=lead_days), day)


def running(kind: CampaignKind, on: date, lead_days: int) -> Campaign | None:
    """Return the campaign of that kind that is open or late on a day; None when there is none."""
    for year in (on.year, on.year + 1):
        found = campaign(kind, year, lead_days)
        if found is not None and found.opens_on <= on <= found.due_on + timedelta(days=SHOWN_LATE_DAYS):
            return found
    return None
