"""Aid and the fund as one would keep them on paper: a sheet for each piece of aid, a book for the money.

Written from the rules of the trade alone. It knows no table and no statement: it adds up anew whenever it is
asked, and says no by the names under which the product refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from storage.rulebook.workdays import workdays_after
from tests.money.town import BEGINS_AT, BELOW, HOUSEHOLDS, PEOPLE, SPRING_FEN, TODAY

ZONE = ZoneInfo("Asia/Shanghai")
GIVEN = frozenset({"PAID", "REVISITED", "CLOSED"})
OPEN = frozenset({"TO_REVIEW", "TO_APPROVE", "RETURNED"})
STANDING = OPEN | GIVEN | {"APPROVED"}
BANDS_FEN = (200_000, 500_000)
CAP_FEN = 1_000_000
EXPIRES_WORKDAYS = 15
UNDO = timedelta(minutes=10)
NO_MONEY = frozenset({"JOB", "TRAIN", "LEGAL"})
MAY_BE_NOTHING = NO_MONEY | {"COOL"}


class No(Exception):
    """A rule says no; the name is that of the refusal."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def no(slug: str) -> NoReturn:
    raise No(slug)


@dataclass
class Wish:
    """What a proposal asks for; `why`: the warnings for which it gives a reason."""

    kind: str
    source: str
    fen: int
    why: frozenset[str] = frozenset()


@dataclass
class Payment:
    """One payment on a sheet: PAID, FAILED, REVERSED."""

    fen: int
    day: date
    state: str
    by: int


@dataclass
class Sheet:
    """One piece of aid. `approvals`: who, in whose place, when; of the revision it has now."""

    id: str
    household: int
    wish: Wish
    year: int
    state: str
    author: int
    needed: int
    since: datetime | None
    revision: int = 1
    authors: set[int] = field(default_factory=set)
    approvals: dict[int, tuple[int | None, datetime]] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    # Which acts were done by whom at which revision: done once more they change nothing.
    done: set[tuple[str, int, int]] = field(default_factory=set)
    # The same of a review, and of what was given back or refused: where it was then, and when; and what of
    # that was taken back.
    decided: dict[tuple[str, int, int], tuple[str, datetime]] = field(default_factory=dict)
    undone: set[tuple[str, int, int]] = field(default_factory=set)
    approved_on: date | None = None
    emergency: bool = False
    filed: bool = False
    revisited: list[date] = field(default_factory=list)
    # Of what was paid in part the rest was given up.
    waived: bool = False
    batch: str | None = None

    @property
    def standing(self) -> list[Payment]:
        return [one for one in self.payments.values() if one.state == "PAID"]

    @property
    def paid_fen(self) -> int:
        return sum(one.fen for one in self.standing)

    @property
    def left_fen(self) -> int:
        return self.wish.fen - self.paid_fen

    @property
    def paid_on(self) -> date | None:
        return min((one.day for one in self.standing), default=None)

    @property
    def approvers(self) -> set[int]:
        return set(self.approvals) | {one for one, _ in self.approvals.values() if one is not None}

    def move(self, state: str, now: datetime) -> None:
        if state != self.state:
            self.since = now
        self.state = state


@dataclass
class Leave:
    """Somebody is away from one day to another, and entrusted a colleague with approving."""

    who: int
    other: int
    first: date
    last: date
    may_approve: bool


class Paper:
    """All that has happened, and what follows from it."""

    def __init__(self) -> None:
        self.now = BEGINS_AT
        self.offices: dict[int, set[tuple[str, int]]] = {who: set(roles) for who, roles in PEOPLE.items()}
        self.gone: set[int] = set()
        self.leaves: list[Leave] = []
        self.sheets: dict[str, Sheet] = {}
        self.household_states = {number: one[1] for number, one in HOUSEHOLDS.items()}
        self.visited: dict[int, date | None] = {
            number: None if one[3] is None else TODAY - timedelta(days=one[3])
            for number, one in HOUSEHOLDS.items()
        }
        self.spring = dict(SPRING_FEN)
        self.incomes: dict[str, int] = {}
        self.taken_back: set[str] = set()
        self.budgets: dict[int, int] = {}

    # What the figures are.

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def paid_fen(self) -> int:
        return sum(one.paid_fen for one in self._company())

    @property
    def balance_fen(self) -> int:
        return sum(fen for key, fen in self.incomes.items() if key not in self.taken_back) - self.paid_fen

    @property
    def reserved_fen(self) -> int:
        return sum(one.left_fen for one in self._company() if one.state == "APPROVED")

    def budget_paid_fen(self, year: int) -> int:
        return sum(pay.fen for one in self._company() for pay in one.standing if pay.day.year == year)

    def household_years(self) -> dict[tuple[int, int, str, str], tuple[int, int, int]]:
        """By household, year, kind and source: pieces of aid, fen paid, fen promised."""
        years: dict[tuple[int, int, str, str], list[int]] = {}
        for one in self.sheets.values():

            def at(year: int, one: Sheet = one) -> list[int]:
                return years.setdefault((one.household, year, one.wish.kind, one.wish.source), [0, 0, 0])

            if one.paid_on is not None:
                at(one.paid_on.year)[0] += 1
            for pay in one.standing:
                at(pay.day.year)[1] += pay.fen
            if one.state == "APPROVED" and one.left_fen:
                at(one.year)[2] += one.left_fen
        return {key: (sums[0], sums[1], sums[2]) for key, sums in years.items() if any(sums)}

    def _company(self) -> list[Sheet]:
        return [one for one in self.sheets.values() if one.wish.source == "COMPANY"]

    # Who may what.

    def over(self, who: int, role: str) -> set[int]:
        held = self.offices[who] if who not in self.gone else set()
        return {one for name, union in held if name == role for one in BELOW[union]}

    def scope(self, who: int) -> set[int]:
        seen: set[int] = set()
        for role, union in self.offices[who]:
            if role == "cadre":
                seen.add(union)
            elif role != "admin":
                seen |= BELOW[union]
        return seen

    def has(self, who: int, *roles: str) -> bool:
        return any(role in roles for role, _ in self.offices[who])

    def branch(self, household: int) -> int:
        return HOUSEHOLDS[household][0]

    def ways(self, who: int, union: int) -> list[int | None]:
        """As whom somebody approves there: themselves first, then in the place of a chair who is away."""
        ways: list[int | None] = [None] if union in self.over(who, "chair") else []
        entrusted = {
            leave.who
            for leave in self.leaves
            if leave.other == who and leave.may_approve and leave.first <= self.today <= leave.last
        }
        return ways + sorted(one for one in entrusted if union in self.over(one, "chair"))

    def sheet(self, who: int, aid_id: str) -> Sheet:
        """A sheet that somebody may see: one of none and one of others are alike."""
        one = self.sheets.get(aid_id)
        if one is None or self.branch(one.household) not in self.scope(who):
            no("not_found")
        return one

    # The rules of aid.

    def judge(self, wish: Wish, household: int, year: int, itself: Sheet | None = None) -> None:
        """Say no by the first rule that does; what needs no more than a reason is not asked here."""
        category = HOUSEHOLDS[household][2]
        own = wish.source == "COMPANY"
        if self.household_states[household] != "ACTIVE":
            no("file_not_active")
        if wish.kind == "ANNUAL" and category == "TEMP":
            no("kind_not_for_category")
        if wish.kind == "JINQIU" and own:
            no("source_not_for_kind")
        self._judge_amount(wish, year)
        if wish.kind == "LIVING" and own:
            others = [
                one
                for one in self._company()
                if one is not itself and (one.household, one.wish.kind) == (household, "LIVING")
            ]
            promised = sum(
                one.wish.fen for one in others if one.year == year and one.state in GIVEN | {"APPROVED"}
            )
            # What was paid in the year counts in it too, and whichever is more stands.
            had = sum(pay.fen for one in others for pay in one.standing if pay.day.year == year)
            had += sum(one.left_fen for one in others if one.year == year and one.state == "APPROVED")
            if wish.fen > CAP_FEN - max(promised, had):
                no("over_cap")
        if own and wish.fen > 0:
            self.judge_money(wish.fen, max(year, self.today.year))
        if wish.kind in {"SPRING", "ANNUAL"}:
            for one in self.sheets.values():
                same = (one.household, one.wish.kind, one.year) == (household, wish.kind, year)
                if same and one is not itself and one.state in STANDING:
                    no("once_a_year")

    def _judge_amount(self, wish: Wish, year: int) -> None:
        if wish.kind == "SPRING":
            known = [one for one in self.spring if one <= year]
            if not known:
                no("no_standard")
            if wish.fen != self.spring[max(known)]:
                no("not_the_standard")
        if wish.kind == "ANNUAL" and wish.fen != 100_000:
            no("not_the_standard")
        if wish.kind == "LIVING" and wish.fen < 100_000:
            no("below_band")
        if wish.kind == "LIVING" and wish.fen > 500_000:
            no("above_band")
        lowest = 0 if wish.kind in MAY_BE_NOTHING else 1
        if wish.fen < lowest or (wish.kind in NO_MONEY and wish.fen):
            no("bad_amount")

    def judge_money(self, fen: int, year: int) -> None:
        if year in self.budgets and fen > self.budgets[year] - self.budget_paid_fen(year) - self.reserved_fen:
            no("over_budget")
        if fen > self.balance_fen - self.reserved_fen:
            no("over_balance")

    def unrevisited(self, household: int, itself: Sheet | None = None) -> bool:
        """Whether earlier aid was paid and nobody looked after it; a file that is over asks for nothing."""
        return self.household_states[household] == "ACTIVE" and any(
            one.household == household and one.state == "PAID" and one is not itself
            for one in self.sheets.values()
        )

    def warn(self, wish: Wish, household: int, itself: Sheet | None = None) -> None:
        if self.unrevisited(household, itself) and "unrevisited" not in wish.why:
            no("earlier_not_revisited")
        seen = self.visited[household]
        if (seen is None or seen < self.today - timedelta(days=180)) and "no_visit" not in wish.why:
            no("no_recent_visit")

    def needed(self, wish: Wish, household: int, itself: Sheet | None = None) -> int:
        bands = 1 + sum(wish.fen > band for band in BANDS_FEN)
        return min(4, bands + self.unrevisited(household, itself))

    # The way of one piece of aid.

    def propose(self, who: int, aid_id: str, household: int, wish: Wish) -> tuple[str, int]:
        if self.branch(household) not in self.scope(who):
            no("not_found")
        if not self.has(who, "cadre", "officer"):
            no("not_allowed")
        if aid_id in self.sheets:
            one = self.sheets[aid_id]
            if (one.household, one.author) != (household, who):
                no("not_found")
            return one.state, one.needed
        self.judge(wish, household, self.today.year)
        self.warn(wish, household)
        one = Sheet(
            aid_id,
            household,
            wish,
            self.today.year,
            self._first_state(who, household),
            who,
            self.needed(wish, household),
            self.now,
            authors={who},
        )
        self.sheets[aid_id] = one
        return one.state, one.needed

    def _first_state(self, who: int, household: int) -> str:
        return "TO_APPROVE" if self.branch(household) in self.over(who, "officer") else "TO_REVIEW"

    def _author(self, who: int, aid_id: str) -> Sheet:
        one = self.sheet(who, aid_id)
        is_author = who == one.author and self.has(who, "cadre", "officer")
        if not is_author and self.branch(one.household) not in self.over(who, "officer"):
            no("not_allowed")
        return one

    def amend(self, who: int, aid_id: str, wish: Wish) -> tuple[str, int]:
        one = self._author(who, aid_id)
        if one.state not in OPEN or one.batch:
            no("aid_moved")
        if wish == one.wish and one.state != "RETURNED":
            return one.state, one.needed
        self.judge(wish, one.household, one.year, one)
        self.warn(wish, one.household, one)
        one.wish = wish
        one.revision += 1
        one.approvals.clear()
        one.authors.add(who)
        one.state, one.since = self._first_state(who, one.household), self.now
        one.needed = self.needed(wish, one.household, one)
        return one.state, one.needed

    def withdraw(self, who: int, aid_id: str) -> None:
        one = self._author(who, aid_id)
        if one.state == "WITHDRAWN":
            return
        if one.state not in OPEN or one.batch:
            no("aid_moved")
        one.move("WITHDRAWN", self.now)

    def review(self, who: int, aid_id: str, revision: int) -> None:
        one = self.sheet(who, aid_id)
        if self.branch(one.household) not in self.over(who, "officer"):
            no("not_allowed")
        if ("REVIEWED", who, revision) in one.decided:
            return
        if one.revision != revision or one.state != "TO_REVIEW":
            no("aid_moved")
        if who in one.authors:
            no("own_proposal")
        one.needed = self.needed(one.wish, one.household, one)
        one.decided["REVIEWED", who, revision] = (one.state, self.now)
        one.move("TO_APPROVE", self.now)

    def end(self, who: int, aid_id: str, revision: int, act: str, reason: str) -> None:
        """Given back, or refused: by the officer while it is reviewed, by a chair while it is approved."""
        one = self.sheet(who, aid_id)
        union = self.branch(one.household)
        reviews, ways = union in self.over(who, "officer"), self.ways(who, union)
        if not reviews and not ways:
            no("not_allowed")
        if (act, who, revision) in one.decided:
            return
        if one.revision != revision or one.state not in {"TO_REVIEW", "TO_APPROVE"}:
            no("aid_moved")
        if one.state == "TO_APPROVE" or not reviews:
            self._place(who, ways, one.authors, set(), set())
        elif who in one.authors:
            no("own_proposal")
        if not reason.strip():
            no("reason_missing")
        one.decided[act, who, revision] = (one.state, self.now)
        one.move(act, self.now)

    def _place(
        self, who: int, ways: list[int | None], authors: set[int], payers: set[int], given: set[int]
    ) -> int | None:
        why = "not_allowed"
        for way in ways:
            acting = {who} | ({way} if way is not None else set())
            if acting & authors:
                why = "own_proposal"
            elif acting & payers:
                why = "own_approval"
            elif acting & given:
                why = "approved_already"
            else:
                return way
        no(why)

    def approve(self, who: int, aid_id: str, revision: int) -> tuple[str, int, int]:
        one = self.sheet(who, aid_id)
        if one.revision == revision and who in one.approvals:
            return one.state, len(one.approvals), one.needed
        ways = self.ways(who, self.branch(one.household))
        if not ways:
            no("not_allowed")
        if one.revision != revision or one.state != "TO_APPROVE":
            no("aid_moved")
        payers = {pay.by for pay in one.payments.values()}
        place = self._place(who, ways, one.authors, payers, one.approvers)
        self.judge(one.wish, one.household, one.year, one)
        one.approvals[who] = (place, self.now)
        if len(one.approvals) >= one.needed:
            one.move("APPROVED", self.now)
            one.approved_on = self.today
        return one.state, len(one.approvals), one.needed

    def take_back(self, who: int, aid_id: str, act: str = "APPROVED") -> None:
        one = self.sheet(who, aid_id)
        if act != "APPROVED":
            self._undo(who, one, act)
            return
        if one.emergency:
            no("aid_moved")
        if who not in one.approvals:
            if ("TAKEN_BACK", who, one.revision) in one.done:
                return
            no("aid_moved")
        if one.state in GIVEN or one.paid_fen or one.waived:
            no("already_paid")
        if one.state not in {"TO_APPROVE", "APPROVED"}:
            no("aid_moved")
        if self.now - one.approvals[who][1] > UNDO:
            no("too_late_to_undo")
        del one.approvals[who]
        one.move("TO_APPROVE", self.now)
        one.done.add(("TAKEN_BACK", who, one.revision))

    def _undo(self, who: int, one: Sheet, act: str) -> None:
        """A review, or that it was given back or refused, is as if it had not been."""
        key = (act, who, one.revision)
        if key not in one.decided:
            if key in one.undone:
                return
            no("aid_moved")
        before, at = one.decided[key]
        if one.state in GIVEN or one.paid_fen or one.waived:
            no("already_paid")
        if one.state != {"REVIEWED": "TO_APPROVE"}.get(act, act) or (act == "REVIEWED" and one.approvals):
            no("aid_moved")
        if self.now - at > UNDO:
            no("too_late_to_undo")
        del one.decided[key]
        one.undone.add(key)
        one.move(before, self.now)

    def expire(self) -> int:
        """What nobody has decided on for so many working days goes back to whoever proposed it."""
        count = 0
        for one in self.sheets.values():
            if one.state in {"TO_REVIEW", "TO_APPROVE"} and one.since is not None:
                begun = one.since.astimezone(ZONE).date()
                if self.today > workdays_after(begun, EXPIRES_WORKDAYS):
                    one.move("RETURNED", self.now)
                    count += 1
        return count

    # Money.

    def treasurer(self, who: int, one: Sheet) -> None:
        if self.branch(one.household) not in self.over(who, "treasurer"):
            no("not_allowed")

    def _payable(self, who: int, one: Sheet) -> None:
        if one.state in GIVEN:
            no("already_paid")
        if one.state != "APPROVED":
            no("aid_moved")
        if self.is_paid_as_a_list(one):
            no("batch_not_ready")
        self._apart(who, one)

    def _apart(self, who: int, one: Sheet) -> None:
        if who in self.authors_of(one):
            no("own_proposal")
        if who in self.approvers_of(one):
            no("own_approval")

    def authors_of(self, one: Sheet) -> set[int]:
        return one.authors

    def approvers_of(self, one: Sheet) -> set[int]:
        return one.approvers

    def is_paid_as_a_list(self, one: Sheet) -> bool:
        return one.batch is not None

    def pay(self, who: int, payment_id: str, aid_id: str, fen: int | None, day: date) -> tuple[str, int]:
        one = self.sheet(who, aid_id)
        self.treasurer(who, one)
        for other in self.sheets.values():
            if payment_id in other.payments:
                if other is not one:
                    no("not_found")
                return other.payments[payment_id].state, other.payments[payment_id].fen
        self._payable(who, one)
        if fen is None:
            fen = one.left_fen
        elif fen > one.left_fen:
            no("more_than_left")
        elif fen < 0 or (fen == 0 and one.wish.fen > 0):
            no("bad_amount")
        if day > self.today:
            no("date_in_future")
        self._not_too_early(one, day)
        one.payments[payment_id] = Payment(fen, day, "PAID", who)
        if one.left_fen == 0:
            one.move("PAID", self.now)
            self.settle(one)
        return "PAID", fen

    def fail(self, who: int, payment_id: str, aid_id: str, reason: str) -> None:
        owner = next((one for one in self.sheets.values() if payment_id in one.payments), None)
        if owner is not None and owner.id != aid_id:
            no("not_found")
        one = self.sheet(who, aid_id)
        self.treasurer(who, one)
        if not reason.strip():
            no("reason_missing")
        known = one.payments.get(payment_id)
        if known is None:
            self._payable(who, one)
            one.payments[payment_id] = Payment(one.left_fen, self.today, "FAILED", who)
        elif known.state == "REVERSED":
            no("aid_moved")
        elif known.state == "PAID":
            known.state = "FAILED"
            one.move("APPROVED", self.now)

    def waive(self, who: int, aid_id: str, fen: int, reason: str) -> None:
        """Of what was paid in part the rest is not paid: it was meant to be that much."""
        one = self.sheet(who, aid_id)
        self.treasurer(who, one)
        if one.state in GIVEN and one.waived:
            return
        self._payable(who, one)
        if not one.paid_fen:
            no("nothing_paid")
        if fen != one.left_fen:
            no("aid_moved")
        if not reason.strip():
            no("reason_missing")
        one.wish = replace(one.wish, fen=one.paid_fen)
        one.waived = True
        one.move("PAID", self.now)
        self.settle(one)

    def correct(self, who: int, payment_id: str, new_id: str, day: date) -> tuple[str, int]:
        """The day of a payment was entered wrong: it is entered anew."""
        one = next((each for each in self.sheets.values() if payment_id in each.payments), None)
        if one is None:
            no("not_found")
        self.sheet(who, one.id)
        self.treasurer(who, one)
        self._apart(who, one)
        if new_id in one.payments:
            return one.payments[new_id].state, one.payments[new_id].fen
        old = one.payments[payment_id]
        if old.state != "PAID" or any(new_id in each.payments for each in self.sheets.values()):
            no("aid_moved")
        if old.day != day:
            if day > self.today:
                no("date_in_future")
            if day < old.day:
                self._not_too_early(one, day)
            old.state = "REVERSED"
            one.payments[new_id] = Payment(old.fen, day, "PAID", who)
            self.settle(one)
        return "PAID", old.fen

    def _not_too_early(self, one: Sheet, day: date) -> None:
        # An emergency may have been paid before the chair came to write it down.
        if one.approved_on is not None and day < one.approved_on - timedelta(days=7 * one.emergency):
            no("day_too_early")

    def reverse(self, who: int, aid_id: str, reason: str, day: date) -> None:
        one = self.sheet(who, aid_id)
        self.treasurer(who, one)
        if one.state == "REVERSED":
            return
        if one.state not in GIVEN | {"APPROVED"}:
            no("aid_moved")
        if day > self.today:
            no("date_in_future")
        if any(day < pay.day for pay in one.standing):
            no("day_too_early")
        if not reason.strip():
            no("reason_missing")
        for pay in one.standing:
            pay.state = "REVERSED"
        one.move("REVERSED", self.now)

    def emergency(
        self, who: int, aid_id: str, household: int, source: str, fen: int, reason: str
    ) -> tuple[str, int]:
        if not self.has(who, "chair"):
            no("not_allowed")
        known = self.sheets.get(aid_id)
        if known is not None:
            if known.author != who or not known.emergency:
                no("not_found")
            return known.state, known.needed
        self._judge_emergency(source, fen, reason)
        if self.branch(household) not in self.scope(who):
            no("not_found")
        if self.branch(household) not in self.over(who, "chair"):
            no("not_allowed")
        if self.household_states[household] == "CLOSED":
            no("file_not_active")
        if source == "COMPANY":
            self.judge_money(fen, self.today.year)
        wish = Wish("LIVING", source, fen)
        one = Sheet(aid_id, household, wish, self.today.year, "APPROVED", who, 1, self.now, authors={who})
        one.approvals[who] = (None, self.now)
        one.approved_on, one.emergency = self.today, True
        self.sheets[aid_id] = one
        return one.state, one.needed

    def _judge_emergency(self, source: str, fen: int, reason: str) -> None:
        if not reason.strip():
            no("reason_missing")
        if source not in {"COMPANY", "DONATION"}:
            no("emergency_source")
        if fen <= 0:
            no("bad_amount")

    def file_papers(self, who: int, aid_id: str) -> None:
        one = self.sheet(who, aid_id)
        if not one.emergency or one.state not in GIVEN | {"APPROVED"}:
            no("aid_moved")
        if not self.has(who, "cadre", "officer") or who == one.author:
            no("not_allowed")
        one.filed = True

    # What the fund is given, and the year's plan.

    def income(self, who: int, request: str, fen: int, day: date) -> None:
        if not self.over(who, "treasurer"):
            no("not_allowed")
        if request in self.incomes:
            return
        if fen <= 0:
            no("bad_sum")
        if day > self.today:
            no("date_in_future")
        self.incomes[request] = fen

    def income_back(self, who: int, request: str, reason: str) -> None:
        if not self.over(who, "treasurer"):
            no("not_allowed")
        if request in self.taken_back:
            return
        if not reason.strip():
            no("reason_missing")
        if self.incomes[request] > self.balance_fen:
            no("overdrawn")
        if self.incomes[request] > self.balance_fen - self.reserved_fen:
            no("promised_money")
        self.taken_back.add(request)

    # What else happens.

    def revisit(self, aid_id: str) -> None:
        """The family was met after the payment and nothing more is to be done: it has been looked after."""
        one = self.sheets[aid_id]
        one.revisited.append(self.today)
        self.visited[one.household] = self.today
        self.settle(one)

    def settle(self, one: Sheet) -> None:
        """What is paid has been looked after if somebody went since."""
        if one.state in GIVEN:
            assert one.paid_on is not None
            one.state = "REVISITED" if any(day >= one.paid_on for day in one.revisited) else "PAID"

    def visit(self, household: int) -> None:
        self.visited[household] = self.today

    def leave(self, who: int, other: int, first: date, last: date, *, may_approve: bool) -> None:
        self.leaves.append(Leave(who, other, first, last, may_approve))

    def remove(self, who: int) -> None:
        self.gone.add(who)

    def standard(self, year: int, fen: int) -> None:
        self.spring[year] = fen

    def pass_time(self, now: datetime) -> None:
        self.now = now
