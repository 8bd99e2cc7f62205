"""What storage refuses, by name: every refusal is a child of `Refused` with its own slug and words."""

from typing import ClassVar


class NotSaved(Exception):
    """The storage itself failed (disk full, locked, gone); nothing of the work was kept."""


class Refused(Exception):
    """A rule of the trade says no; nothing was changed.

    `slug` finds the words (`refused.<slug>`), `details` fills their placeholders.
    """

    slug: ClassVar[str] = "refused"

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.slug, details)


class NotFound(Refused):
    """There is no such thing, or it is not yours to see; the two look alike on purpose."""

    slug = "not_found"


class NotAllowed(Refused):
    """The person's roles do not carry this act."""

    slug = "not_allowed"


class InvitationInvalid(Refused):
    """The code is unknown, used or expired; which of these is not said."""

    slug = "invitation_invalid"


class AlreadyJoined(Refused):
    """This Telegram account already belongs to a person."""

    slug = "already_joined"


class HouseholdClosed(Refused):
    """The file is closed; no more reports are taken for it."""

    slug = "household_closed"


class TooLateToUndo(Refused):
    """The ten minutes for an undo have passed; an amendment is the way."""

    slug = "too_late_to_undo"


class TooLateToReopen(Refused):
    """The ten minutes in which a campaign can be taken up again have passed."""

    slug = "too_late_to_reopen"


class DateInFuture(Refused):
    """A visit cannot have happened after today."""

    slug = "date_in_future"


class BeforePayment(Refused):
    """A revisit looks after money that was paid by then: on `details["paid_on"]` or later."""

    slug = "before_payment"


class NotPaid(Refused):
    """A revisit needs a payment that was made."""

    slug = "not_paid"


class SnoozedTooOften(Refused):
    """A reminder may be put off three times; then the officer decides."""

    slug = "snoozed_too_often"


class AlreadyTaken(Refused):
    """Somebody else has taken a due item on: `details["name"]`."""

    slug = "already_taken"


class DayNotOffered(Refused):
    """A due item is put off from tomorrow to at most `details["most"]` days ahead."""

    slug = "day_not_offered"


class BadReason(Refused):
    """A reason is one sentence of at most `details["most"]` characters."""

    slug = "bad_reason"


class ImportRefused(Refused):
    """One or more rows of an import are bad; `details["rows"]` names each."""

    slug = "import_refused"


class Overdrawn(Refused):
    """The fund holds less than this payment."""

    slug = "overdrawn"


class NotReversible(Refused):
    """The entry is a reversal itself, or was taken back before."""

    slug = "not_reversible"


class NameUnknown(Refused):
    """The register knows nobody of that name there."""

    slug = "name_unknown"


class NameAmbiguous(Refused):
    """The register knows several of that name there; `details["count"]` says how many."""

    slug = "name_ambiguous"


class LastAdmin(Refused):
    """Without this person nobody would be left who can invite others."""

    slug = "last_admin"


class SchemaNewer(Refused):
    """The database was brought to a schema that this version does not know: `details["revision"]`."""

    slug = "schema_newer"


class BadRule(Refused):
    """A rule of the union cannot be that; the details say what it may be."""

    slug = "bad_rule"


class BadNumber(BadRule):
    """Not a number of days or times within the rule's bounds."""

    slug = "bad_number"


class BadSum(BadRule):
    """Not an amount within the rule's bounds; details: lowest_fen, highest_fen."""

    slug = "bad_sum"


class BadPhone(BadRule):
    """Not a telephone number of so many digits; details: lowest, highest."""

    slug = "bad_phone"


class BadDaysList(BadRule):
    """Not a rising list of days within the rule's bounds."""

    slug = "bad_days_list"


class BadTime(BadRule):
    """Not a time of day within the rule's bounds."""

    slug = "bad_time"


class BadZone(BadRule):
    """Not the name of a time zone."""

    slug = "bad_zone"


class BadSwitch(BadRule):
    """Neither on nor off."""

    slug = "bad_switch"


class BadOrder(BadRule):
    """Two rules that stand in an order would stand the other way round: the officer before the reminder."""

    slug = "bad_order"


class BadOrderAbove(BadOrder):
    """The chair would be told before the officer."""

    slug = "bad_order_above"


class BadOrderOfHours(BadOrder):
    """The digest would come while it is quiet."""

    slug = "bad_order_of_hours"


class BadOrderOfBands(BadOrder):
    """Two approvers would do for more money than three; details: lower_fen, upper_fen."""

    slug = "bad_order_of_bands"


class LeaveDays(Refused):
    """A leave begins today or later, ends after it begins, and lasts `details["days"]` days at most."""

    slug = "leave_days"


class CannotStandIn(Refused):
    """`details["name"]` cannot stand in: not joined, not to be told, no reporter, or themselves."""

    slug = "cannot_stand_in"


class StandInAway(Refused):
    """`details["name"]` is away on some of these days."""

    slug = "stand_in_away"


class NotAway(Refused):
    """The person is not away, and no leave of theirs lies ahead."""

    slug = "not_away"


class AlreadyOffered(Refused):
    """Some households stand in another open handover: `details["names"]`, to `details["receiver"]`."""

    slug = "already_offered"


class HouseholdsChanged(Refused):
    """These households are no longer the giver's, or their files are over: `details["names"]`."""

    slug = "households_changed"


class ListChanged(Refused):
    """What was ticked belongs to a list that is another by now."""

    slug = "list_changed"


class CannotReceive(Refused):
    """`details["name"]` cannot take households over: gone, not to be told, or no reporter."""

    slug = "cannot_receive"


class OutOfReach(Refused):
    """`details["name"]` does not see the branch `details["union"]` of a household."""

    slug = "out_of_reach"


class AskerGone(Refused):
    """Whoever asked for the handover has left, or leads these branches no more; details: name."""

    slug = "asker_gone"


class HandoverOver(Refused):
    """The handover was answered or withdrawn before."""

    slug = "handover_over"
