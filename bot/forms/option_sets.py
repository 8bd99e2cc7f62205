"""The options that several fields and forms share, by their slugs."""

from __future__ import annotations

WAYS = ("HOME", "WORKPLACE", "HOSPITAL", "PHONE", "VIDEO")
CAUSES = (
    "NO_CAPACITY",
    "JOBLESS",
    "LAID_OFF",
    "UNINSURED",
    "UNPAID_INSURANCE",
    "ILLNESS",
    "DISASTER",
    "ACCIDENT",
    "SCHOOLING",
    "OTHER",
)
NEEDS = (
    "FUNDS",
    "MEDICAL",
    "STUDY",
    "JOB",
    "TRAINING",
    "LEGAL",
    "MIND",
    "GOODS",
    "HOUSING",
    "POLICY",
    "NONE",
)
CLEARS = ("FAMILY", "CAUSE", "SKILL", "JOB", "MIND")
DEGREES = ("YES", "PARTLY", "NO")

# A person cannot be asked about more than a year ago, nor be promised more than two years ahead.
PAST_DAYS = 366
AHEAD_DAYS = 731
# Amounts above these are a slip of the finger: ten million yuan a year, one million a month.
YEARLY_LIMIT_FEN = 1_000_000_000
MONTHLY_LIMIT_FEN = 100_000_000
