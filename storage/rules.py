"""The figures and intervals of the trade; PURE: knows no table, no clock and no text.

Every figure names its source: "Kaiyuan union, 2017" is what the union of the Kaiyuan power company published
of its own practice, "common public practice" is what public union rules agree on, "our default" is ours where
nothing public says. Money is fen, intervals are calendar days, days are dates of the union's own time zone.
"""

from datetime import date, time
from types import MappingProxyType

from storage.aid_codes import AidKind, AidState, FundSource
from storage.codes import CampaignKind, Category, Stage

FEN_PER_YUAN = 100

# --- what may be given -----------------------------------------------------------------------------------

# Living aid a time, lowest and highest. Kaiyuan union, 2017.
LIVING_BAND_FEN = (100_000, 500_000)
# Living aid a person from the company fund. Kaiyuan union, 2017; that it is per calendar year is our default.
LIVING_CAP_FEN = 1_000_000
# One yearly grant, and to whom alone it goes. Kaiyuan union, 2017.
ANNUAL_FEN = 100_000
ANNUAL_FOR = frozenset({Category.SPECIAL, Category.LONG})
# Spring Festival grant a person, by year. Kaiyuan union, 2016 to 2018.
SPRING_FEN = MappingProxyType({2016: 100_000, 2017: 150_000, 2018: 200_000})
# What a household has once a calendar year. Kaiyuan union, 2017.
ONCE_A_YEAR = frozenset({AidKind.SPRING, AidKind.ANNUAL})
# What never comes from the company fund. Kaiyuan union, 2017.
OUTSIDE_MONEY = frozenset({AidKind.JINQIU})
# What moves no money at all and is only counted. Kaiyuan union, 2017.
COUNTED_ONLY = frozenset({AidKind.JOB, AidKind.TRAIN, AidKind.LEGAL})
# Up to the first amount one approver, up to the second two, above three. Our default.
APPROVAL_BANDS_FEN = (200_000, 500_000)
# Aid to a household that nobody has visited for so long needs a reason. Our default.
VISITED_WITHIN_DAYS = 180
# Approvers more where earlier aid was not revisited yet. Our default.
UNREVISITED_APPROVERS = 1
# Working days after which aid that nobody decides on goes back to whoever proposed it. Our default.
APPROVAL_EXPIRES_WORKDAYS = 15
# An emergency is paid first; its papers are there within so many days. Kaiyuan union, 2017.
EMERGENCY_FILE_DAYS = 30
# Whose money an emergency may take. Kaiyuan union, 2017.
EMERGENCY_SOURCES = frozenset({FundSource.COMPANY, FundSource.DONATION})
# Parts of a budget at which its people are told, in per cent. Our default.
BUDGET_ALARMS_PERCENT = (80, 100)
# What is recorded with no money of a fund behind it. Kaiyuan union, 2017.
WITHOUT_CASH = frozenset({AidKind.COOL, AidKind.JOB, AidKind.TRAIN, AidKind.LEGAL})
# The states of aid in which the household has the money.
GIVEN = (AidState.PAID, AidState.REVISITED, AidState.CLOSED)
# The only money with a balance here; other sources are recorded alone. Kaiyuan union, 2017.
OWN_FUND = FundSource.COMPANY

# --- when somebody goes ----------------------------------------------------------------------------------

# The ways of a revisit on which somebody was there, not on the telephone or a screen. Our default.
IN_PERSON = ("HOME", "WORKPLACE", "HOSPITAL")
# Re-check of an open file by its category: half a year is common public practice, the others our default.
RECHECK_DAYS = MappingProxyType({Category.SPECIAL: 90, Category.LONG: 180, Category.TEMP: 60})
# Revisits after a payment, by kind. Our default.
REVISIT_DAYS = MappingProxyType(
    {
        AidKind.SPRING: (15,),
        AidKind.ANNUAL: (15,),
        AidKind.WARMTH: (15,),
        AidKind.COOL: (15,),
        AidKind.LIVING: (30,),
        AidKind.MEDICAL: (30,),
        AidKind.LEGAL: (30,),
        AidKind.STUDY: (45,),
        AidKind.JINQIU: (45,),
        AidKind.JOB: (30, 90),
        AidKind.TRAIN: (30, 90),
    }
)
# Kinds whose days count from the next term's first day, not from the payment. Our default.
FROM_TERM_START = frozenset({AidKind.STUDY, AidKind.JINQIU})
# Month and day on which a school term starts. Common public practice.
TERM_STARTS = ((3, 1), (9, 1))
# Revisits in the half year a household is followed after its exit. Common public practice.
MONITOR_DAYS = (90, 180)
# A due item opens this many days before it is due. Our default.
WINDOW_DAYS = 7
# When nobody was reached and no day was named for the next try. Our default.
RETRY_DAYS = 7
# The yearly check of every file, its first and its last day (month, day). Common public practice.
REVIEW_FROM = (10, 1)
REVIEW_UNTIL = (11, 30)
# When a due item is told to whom: days from the due day, in the order of the ladder. Our default.
STAGE_DAYS = MappingProxyType(
    {Stage.OPENS: -WINDOW_DAYS, Stage.DUE: 0, Stage.LATE: 3, Stage.OFFICER: 7, Stage.CHAIR: 14}
)
# What is known of a household counts as unclear when it was verified longer ago than this. Our default.
CLEAR_STALE_DAYS = 180
# Two go together; one alone is flagged. Common public practice.
VISITORS_EXPECTED = 2
# Attempts without meeting anybody after which the officer gets it. Our default.
MISSED_VISITS_MAX = 3
# What an officer gives somebody who is late for a reason, without more words. Our default.
MORE_DAYS = 3
# A report left unfinished for so long is asked after. Our default.
DRAFT_IDLE_DAYS = 2
# Working days for which aid may wait for its approval. Our default.
APPROVAL_WORKDAYS = 3
# Working days of a publication, which no union may shorten. Common public practice.
PUBLICITY_WORKDAYS = 5
# Work due and nothing done for so long: the officer hears of it. Our default.
SILENCE_DAYS = 14
# How long before its day a campaign is told; 45 for the Spring Festival list is common practice, the file
# check is told as the yearly check begins.
CAMPAIGN_DAYS = MappingProxyType(
    {
        CampaignKind.SPRING_LIST: 45,
        CampaignKind.SUMMER_RELIEF: 30,
        CampaignKind.AUTUMN_STUDY: 30,
        CampaignKind.FILE_CHECK: 60,
        CampaignKind.BUDGET_DRAFT: 30,
    }
)

# --- when people are spoken to ---------------------------------------------------------------------------

# The morning digest, and the hours in which nobody is reminded. Our default.
DIGEST_AT = time(8, 30)
QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(7, 30)


def next_term_start(day: date) -> date:
    """Return the first day of a school term on or after `day`."""
    starts = [date(year, *start) for year in (day.year, day.year + 1) for start in TERM_STARTS]
    return next(start for start in starts if start >= day)


def available_fen(balance_fen: int, budget_left_fen: int | None, reserved_fen: int) -> int:
    """Return what the fund can still promise: never more than it has, nor than the year's budget leaves.

    A year without a budget (None) is bounded by the balance alone; the result is never negative.
    """
    free = balance_fen if budget_left_fen is None else min(balance_fen, budget_left_fen)
    return max(0, free - reserved_fen)


def cap_room_fen(living_paid_fen: int, living_reserved_fen: int, cap_fen: int = LIVING_CAP_FEN) -> int:
    """Return what of the year's living aid cap is left after what was paid and promised; never negative."""
    return max(0, cap_fen - living_paid_fen - living_reserved_fen)


def most_payable(
    room_fen: int | None,
    free_fen: int,
    lowest_fen: int | None = LIVING_BAND_FEN[0],
    highest_fen: int | None = LIVING_BAND_FEN[1],
) -> int:
    """Return the most living aid that can be given at once: within band, cap room and available money.

    None: no such bound. Zero when that is less than the band's lower end.
    """
    most = min(one for one in (highest_fen, room_fen, free_fen) if one is not None)
    return most if most >= (lowest_fen or 0) else 0
