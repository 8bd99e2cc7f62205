"""The codes of the trade, as they are stored. PURE; their words stand in the texts, under the same slugs."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    CADRE = "cadre"
    OFFICER = "officer"
    CHAIR = "chair"
    TREASURER = "treasurer"
    AUDITOR = "auditor"
    ADMIN = "admin"


class PersonState(StrEnum):
    """REGISTERED: known from the register, not in Telegram yet."""

    REGISTERED = "REGISTERED"
    ACTIVE = "ACTIVE"
    REMOVED = "REMOVED"


class HouseholdState(StrEnum):
    """The life cycle of a file."""

    LEAD = "LEAD"
    TO_VISIT = "TO_VISIT"
    TO_REVIEW = "TO_REVIEW"
    PUBLIC = "PUBLIC"
    ACTIVE = "ACTIVE"
    EXIT_PROPOSED = "EXIT_PROPOSED"
    EXIT_PUBLIC = "EXIT_PUBLIC"
    MONITOR = "MONITOR"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"


class Category(StrEnum):
    """The company's own degrees of hardship."""

    SPECIAL = "SPECIAL"
    LONG = "LONG"
    TEMP = "TEMP"


class SystemCategory(StrEnum):
    """The union system's degrees of hardship."""

    DEEP = "DEEP"
    RELATIVE = "RELATIVE"
    ACCIDENT = "ACCIDENT"


class Cause(StrEnum):
    """Why a household is in hardship: exactly one main cause, up to three others."""

    NO_CAPACITY = "NO_CAPACITY"
    JOBLESS = "JOBLESS"
    LAID_OFF = "LAID_OFF"
    UNINSURED = "UNINSURED"
    UNPAID_INSURANCE = "UNPAID_INSURANCE"
    ILLNESS = "ILLNESS"
    DISASTER = "DISASTER"
    ACCIDENT = "ACCIDENT"
    SCHOOLING = "SCHOOLING"
    OTHER = "OTHER"


class ExitReason(StrEnum):
    """Why a file is closed."""

    RECOVERED = "RECOVERED"
    DEATH = "DEATH"
    TRANSFER = "TRANSFER"
    RETIRED = "RETIRED"
    FAMILY_CHANGED = "FAMILY_CHANGED"
    GAVE_UP = "GAVE_UP"
    DUPLICATE = "DUPLICATE"
    LOST = "LOST"


class Clear(StrEnum):
    """The five things of a household that must be clear 五清."""

    FAMILY = "FAMILY"
    CAUSE = "CAUSE"
    SKILL = "SKILL"
    JOB = "JOB"
    MIND = "MIND"


# Whom a report says was met, when it was an attempt: nobody.
NOBODY = "NOBODY"


class ReportKind(StrEnum):
    """What is filled as a form, by the form's slug: the two reports, and a request for aid."""

    VISIT = "visit"
    REVISIT = "revisit"
    AID = "aid"


# The forms that report of a household, and are counted.
REPORTS = (ReportKind.VISIT, ReportKind.REVISIT)


class ReportState(StrEnum):
    """UNDONE: taken back within ten minutes; it stays readable and counts nowhere."""

    SUBMITTED = "SUBMITTED"
    UNDONE = "UNDONE"


class FollowupKind(StrEnum):
    """What falls due."""

    RECHECK = "recheck"
    REVISIT = "revisit"
    MONITOR = "monitor"
    RETRY = "retry"
    REVIEW = "review"


class FollowupState(StrEnum):
    """OPEN until a report answers it, the household no longer needs it, or somebody closes it by hand."""

    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    DISMISSED = "DISMISSED"


class StepAct(StrEnum):
    """What somebody did about a due item without a report; each is kept and shown in the dossier."""

    SNOOZE = "snooze"
    TAKE = "take"
    REASSIGN = "reassign"
    MORE_DAYS = "more_days"
    CLOSE = "close"
    MOVED = "moved"
    DECLINED = "declined"
    HOSPITAL = "hospital"


class HandoverState(StrEnum):
    """OFFERED until the receiver answers; until then the giver stays responsible."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class CampaignKind(StrEnum):
    """The union's own yearly work, told to its officers."""

    SPRING_LIST = "spring_list"
    SUMMER_RELIEF = "summer_relief"
    AUTUMN_STUDY = "autumn_study"
    FILE_CHECK = "file_check"
    BUDGET_DRAFT = "budget_draft"


class Stage(StrEnum):
    """How far a due item has been told: to the cadre thrice, then up the ladder."""

    OPENS = "opens"
    DUE = "due"
    LATE = "late"
    OFFICER = "officer"
    CHAIR = "chair"


class NoticeReason(StrEnum):
    """Why a due item is told to this person: as its liaison, by the ladder, or in the liaison's place."""

    LIAISON = "liaison"
    ASSIGNED = "assigned"
    SUBSTITUTE = "substitute"
    MISSED = "missed"
    OFFICER = "officer"
    CHAIR = "chair"
    NO_LIAISON = "no_liaison"
    NOT_JOINED = "not_joined"
    REMOVED = "removed"
    BLOCKED = "blocked"


class DraftState(StrEnum):
    """ACTIVE: being filled now (one a person); KEPT: put aside; the rest are over."""

    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    SUBMITTED = "SUBMITTED"
    CANCELLED = "CANCELLED"
