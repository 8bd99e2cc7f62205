"""The codes of aid and its money, as they are stored. PURE; their words stand in the texts by these slugs."""

from enum import StrEnum


class AidKind(StrEnum):
    """What is given."""

    SPRING = "SPRING"
    ANNUAL = "ANNUAL"
    WARMTH = "WARMTH"
    LIVING = "LIVING"
    MEDICAL = "MEDICAL"
    STUDY = "STUDY"
    JINQIU = "JINQIU"
    COOL = "COOL"
    JOB = "JOB"
    TRAIN = "TRAIN"
    LEGAL = "LEGAL"


class FundSource(StrEnum):
    """Whose money it is; only COMPANY has a balance here."""

    COMPANY = "COMPANY"
    GROUP = "GROUP"
    PROVINCE_COMPANY = "PROVINCE_COMPANY"
    PROVINCE_UNION = "PROVINCE_UNION"
    CITY_UNION = "CITY_UNION"
    DONATION = "DONATION"


class AidState(StrEnum):
    """From proposal to revisit."""

    DRAFT = "DRAFT"
    TO_REVIEW = "TO_REVIEW"
    TO_APPROVE = "TO_APPROVE"
    APPROVED = "APPROVED"
    PAID = "PAID"
    REVISITED = "REVISITED"
    CLOSED = "CLOSED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    REVERSED = "REVERSED"


class AidAct(StrEnum):
    """What was done about a piece of aid, or a list of it.

    VOIDED: an approval that a changed amount made void. TAKEN_BACK: by whoever gave it. STRUCK and RESTORED:
    one household of a list. PAY_FAILED: the money did not arrive. CORRECTED: a payment's day, voucher or way
    was entered wrong. EXPIRED: nobody decided in time. WAIVED: of what was paid in part the rest is not paid.
    """

    PROPOSED = "PROPOSED"
    AMENDED = "AMENDED"
    REVIEWED = "REVIEWED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    APPROVED = "APPROVED"
    VOIDED = "VOIDED"
    TAKEN_BACK = "TAKEN_BACK"
    EXPIRED = "EXPIRED"
    EMERGENCY = "EMERGENCY"
    FILED = "FILED"
    OVERRIDE = "OVERRIDE"
    STRUCK = "STRUCK"
    RESTORED = "RESTORED"
    PAID = "PAID"
    PAY_FAILED = "PAY_FAILED"
    CORRECTED = "CORRECTED"
    RECEIPT = "RECEIPT"
    REVERSED = "REVERSED"
    CLOSED = "CLOSED"
    WAIVED = "WAIVED"


class BatchState(StrEnum):
    """A list of aid: BUILDING while it is made, PAYING while it is paid, household by household."""

    BUILDING = "BUILDING"
    DRAFT = "DRAFT"
    TO_APPROVE = "TO_APPROVE"
    APPROVED = "APPROVED"
    PAYING = "PAYING"
    PAID = "PAID"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class PaymentState(StrEnum):
    """FAILED: no money moved, or it came back and may be paid again; REVERSED: it should not have been."""

    PAID = "PAID"
    FAILED = "FAILED"
    REVERSED = "REVERSED"


class BudgetState(StrEnum):
    """One version of a year's plan."""

    DRAFT = "DRAFT"
    ADOPTED = "ADOPTED"
    REFUSED = "REFUSED"


class PayMethod(StrEnum):
    """How the money reached the household."""

    TRANSFER = "TRANSFER"
    CASH = "CASH"
    GOODS = "GOODS"


class EntryKind(StrEnum):
    """What a ledger entry records; the amount's sign follows from it."""

    OPENING = "OPENING"
    INCOME = "INCOME"
    PAYMENT = "PAYMENT"
    REVERSAL = "REVERSAL"


class IncomeKind(StrEnum):
    """Where an income comes from."""

    CARRY_OVER = "CARRY_OVER"
    ADMINISTRATION = "ADMINISTRATION"
    UNION_DUES = "UNION_DUES"
    UPPER = "UPPER"
    DONATION = "DONATION"
    INTEREST = "INTEREST"
    OTHER = "OTHER"
