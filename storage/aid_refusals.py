"""What is refused about aid and the fund, each rule by its own name, in the order in which they are judged.

Amounts in the details are fen.
"""

from storage.errors import NotAllowed, Refused


class AidRefused(Refused):
    """A rule of aid says no."""

    slug = "aid_refused"


# --- what may be proposed ---


class FileNotActive(AidRefused):
    """The household's file is not open; details: name, state."""

    slug = "file_not_active"


class KindNotForCategory(AidRefused):
    """This kind is not for households of this category; details: kind, category."""

    slug = "kind_not_for_category"


class SourceNotForKind(AidRefused):
    """This kind is not given from this money; details: kind, source."""

    slug = "source_not_for_kind"


class NoStandard(AidRefused):
    """The union has set no amount for this kind and year; details: kind, year."""

    slug = "no_standard"


class NotTheStandard(AidRefused):
    """This kind has one exact amount in that year; details: amount_fen, year."""

    slug = "not_the_standard"


class BelowBand(AidRefused):
    """Less than is given at a time; details: lowest_fen."""

    slug = "below_band"


class AboveBand(AidRefused):
    """More than is given at a time; details: highest_fen."""

    slug = "above_band"


class BadAmount(AidRefused):
    """No amount, or one where no money is given; details: kind."""

    slug = "bad_amount"


class OverCap(AidRefused):
    """The household would have more than the year's cap; details: cap_fen, room_fen."""

    slug = "over_cap"


class OverBudget(AidRefused):
    """The year's budget does not hold so much; details: left_fen, amount_fen."""

    slug = "over_budget"


class OverBalance(AidRefused):
    """The fund does not hold so much that is not promised yet; details: free_fen, amount_fen."""

    slug = "over_balance"


class OnceAYear(AidRefused):
    """The household has this kind in that year already; details: kind, year, number."""

    slug = "once_a_year"


class EarlierNotRevisited(AidRefused):
    """Earlier aid was not revisited, and no reason was given; details: number, count."""

    slug = "earlier_not_revisited"


class NoRecentVisit(AidRefused):
    """Nobody has visited for long, and no reason was given; details: days."""

    slug = "no_recent_visit"


class EmergencySource(AidRefused):
    """The emergency is the chair's alone, of the company's or of donated money; details: source."""

    slug = "emergency_source"


# --- two persons ---


class OwnProposal(NotAllowed):
    """Nobody decides on what they proposed themselves, nor pays it."""

    slug = "own_proposal"


class OwnApproval(NotAllowed):
    """Nobody pays what they approved, and nobody approves what they paid."""

    slug = "own_approval"


class ApprovedAlready(AidRefused):
    """This person has approved it already, for themselves or in another's place."""

    slug = "approved_already"


# --- the way of one piece of aid ---


class AidMoved(AidRefused):
    """It was changed, decided or withdrawn since the button was drawn; details: number, state."""

    slug = "aid_moved"


class ReasonMissing(AidRefused):
    """This needs a reason in a sentence."""

    slug = "reason_missing"


class MoreThanLeft(AidRefused):
    """More than is still to be paid; details: left_fen."""

    slug = "more_than_left"


class NothingPaid(AidRefused):
    """None of it is paid yet: it is not paid at all, or taken back as a whole; details: number."""

    slug = "nothing_paid"


class AlreadyPaid(AidRefused):
    """It is paid already; a mistake is reversed; details: number."""

    slug = "already_paid"


class DayTooEarly(AidRefused):
    """Nothing is paid before it was approved, nor taken back before it was paid; details: earliest_on."""

    slug = "day_too_early"


class TooManyReceipts(AidRefused):
    """So many pictures of one payment's receipt are enough; details: most."""

    slug = "too_many_receipts"


class PromisedMoney(AidRefused):
    """The money taken back is promised to somebody; details: free_fen."""

    slug = "promised_money"


# --- lists of many, and the year's plan ---


class KindNotListed(AidRefused):
    """This kind is judged household by household, never as a list; details: kind."""

    slug = "kind_not_listed"


class BatchYear(AidRefused):
    """A list is made for this year or the next; details: year."""

    slug = "batch_year"


class BatchNotReady(AidRefused):
    """The list is not where this is possible; details: number, state."""

    slug = "batch_not_ready"


class BatchMoved(AidMoved):
    """The list was changed since the button was drawn; details: number, state."""

    slug = "batch_moved"


class BatchEmpty(AidRefused):
    """Nobody stands on the list."""

    slug = "batch_empty"


class BatchThere(AidRefused):
    """Such a list is being made or decided on already; details: number."""

    slug = "batch_there"


class ExceptionsKept(ReasonMissing):
    """Some on the list want a look, and no reason was given for keeping them; details: number, count."""

    slug = "exceptions_kept"


class BatchOutdated(AidRefused):
    """A standard has changed since the list was made, its amounts are not right any more; details: number."""

    slug = "batch_outdated"


class BudgetBelowPromised(AidRefused):
    """A budget cannot be less than what is paid and promised; details: promised_fen."""

    slug = "budget_below_promised"


class BudgetDrafted(AidRefused):
    """A draft of that year's budget waits already; details: year."""

    slug = "budget_drafted"


class BudgetHolds(AidRefused):
    """A budget of that year holds: it is revised, with a reason; details: year."""

    slug = "budget_holds"


class BudgetMoved(AidRefused):
    """The plan was changed or decided on since the button was drawn; details: year."""

    slug = "budget_moved"


class BudgetYear(AidRefused):
    """A plan is made for this year or the next; details: year."""

    slug = "budget_year"


# --- the book of standards ---


class StandardPast(AidRefused):
    """A year that is over keeps its standards; details: year."""

    slug = "standard_past"


class BadStandard(AidRefused):
    """No amount, band or cap that could be set for this kind."""

    slug = "bad_standard"
