"""Lists of many and the year's plan, on paper: a roll for each list, its items sheets like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.money.paper import BANDS_FEN, GIVEN, STANDING, UNDO, ZONE, No, Paper, Payment, Sheet, Wish, no
from tests.money.town import BELOW, HOUSEHOLDS, OFFICE, ROOT

if TYPE_CHECKING:
    from datetime import date, datetime

OVER = frozenset({"PAID", "REFUSED", "WITHDRAWN"})
LISTED = frozenset({"SPRING", "ANNUAL", "WARMTH", "COOL", "STUDY", "JINQIU"})


@dataclass
class Roll:
    """One list; `marks`: by household the rules that want a look at it, as they were when it was put on."""

    id: str
    union: int
    kind: str
    source: str
    fen: int
    year: int
    maker: int
    state: str = "BUILDING"
    revision: int = 1
    needed: int = 1
    authors: set[int] = field(default_factory=set)
    approvals: dict[int, tuple[int | None, datetime]] = field(default_factory=dict)
    # Who took an approval back, of which revision: done once more it changes nothing.
    undone: set[tuple[int, int]] = field(default_factory=set)
    marks: dict[int, set[str]] = field(default_factory=dict)
    since: datetime | None = None
    paid_by: int | None = None
    paid_on: date | None = None

    @property
    def approvers(self) -> set[int]:
        return set(self.approvals) | {one for one, _ in self.approvals.values() if one is not None}


@dataclass
class Plan:
    """One version of a year's plan; what stands in no line is `rest_fen`."""

    year: int
    revision: int
    lines_fen: int
    rest_fen: int
    authors: set[int]
    state: str = "DRAFT"
    waits: bool = False
    decided_by: int | None = None

    @property
    def fen(self) -> int:
        return self.lines_fen + self.rest_fen


class Office(Paper):
    """The page with its lists and plans."""

    def __init__(self) -> None:
        super().__init__()
        self.rolls: dict[str, Roll] = {}
        self.plans: list[Plan] = []

    # Lists.

    def items(self, roll: Roll, *states: str) -> list[Sheet]:
        of_roll = [one for one in self.sheets.values() if one.batch == roll.id]
        return [one for one in of_roll if not states or one.state in states]

    def roll(self, who: int, batch_id: str) -> Roll:
        """A list that somebody may see: where they lead or read, or act for a chair who is away."""
        roll = self.rolls.get(batch_id)
        if roll is None or not (roll.union in self.scope(who) or self.ways(who, roll.union)):
            no("not_found")
        return roll

    def led(self, who: int) -> set[int]:
        return self.over(who, "officer") | self.over(who, "chair")

    def _led_roll(self, who: int, batch_id: str) -> Roll:
        roll = self.roll(who, batch_id)
        if roll.union not in self.led(who):
            no("not_allowed")
        return roll

    @staticmethod
    def _stands(roll: Roll, *states: str, revision: int | None = None) -> None:
        if roll.state not in states:
            no("batch_not_ready")
        if revision is not None and revision != roll.revision:
            no("batch_moved")

    def list_start(self, who: int, batch_id: str, kind: str, source: str, fen: int | None) -> None:
        if batch_id in self.rolls:
            return
        led = self.led(who)
        if not led:
            no("not_allowed")
        if kind not in LISTED:
            no("kind_not_listed")
        if kind == "JINQIU" and source == "COMPANY":
            no("source_not_for_kind")
        amount = {"SPRING": self.spring[max(self.spring_years())], "ANNUAL": 100_000}.get(kind, fen)
        if amount is None:
            no("no_standard")
        if fen is not None and fen != amount:
            no("not_the_standard")
        if amount <= 0 and kind != "COOL":
            no("bad_amount")
        union = ROOT if ROOT in led else OFFICE
        for other in self.rolls.values():
            same = (other.kind, other.year) == (kind, self.today.year) and other.state not in OVER
            if same and (other.union in BELOW[union] or union in BELOW[other.union]):
                no("batch_there")
        self.rolls[batch_id] = Roll(
            batch_id, union, kind, source, amount, self.today.year, who, authors={who}
        )

    def spring_years(self) -> list[int]:
        return [year for year in self.spring if year <= self.today.year]

    def list_work(self) -> None:
        """The beat: whatever is being made is made, whatever is being paid is paid."""
        for roll in self.rolls.values():
            if roll.state == "BUILDING":
                for household, (branch, *_) in HOUSEHOLDS.items():
                    if branch in BELOW[roll.union]:
                        self._put_on(roll, household)
                roll.state, roll.since = "DRAFT", self.now
        for roll in self.rolls.values():
            if roll.state == "PAYING":
                self._pay_out(roll)

    def _put_on(self, roll: Roll, household: int) -> None:
        wish = Wish(roll.kind, roll.source, roll.fen)
        try:
            self._judge_item(roll, wish, household)
        except No:
            return
        key = f"{roll.id}:{household}"
        self.sheets[key] = Sheet(
            key, household, wish, roll.year, "DRAFT", roll.maker, 1, None, authors=set(), batch=roll.id
        )
        roll.marks[household] = self._marks(household)

    def _judge_item(self, roll: Roll, wish: Wish, household: int) -> None:
        """As if it were proposed for this one alone; the money is asked for when it is approved."""
        self.judge(
            Wish(wish.kind, "DONATION" if wish.kind != "JINQIU" else wish.source, wish.fen),
            household,
            roll.year,
        )

    def _marks(self, household: int) -> set[str]:
        marks = {"unrevisited"} if self.unrevisited(household) else set()
        seen = self.visited[household]
        if seen is None or seen < self.today - timedelta(days=180):
            marks.add("unseen")
        return marks

    def list_strike(self, who: int, batch_id: str, household: int) -> None:
        roll = self._led_roll(who, batch_id)
        self._stands(roll, "DRAFT")
        item = self._item(roll, household)
        if item.state == "DRAFT":
            item.state = "WITHDRAWN"
            roll.revision += 1

    def list_restore(self, who: int, batch_id: str, household: int) -> None:
        roll = self._led_roll(who, batch_id)
        self._stands(roll, "DRAFT")
        item = self._item(roll, household)
        if item.state != "WITHDRAWN":
            return
        self._judge_item(roll, item.wish, household)
        item.state = "DRAFT"
        roll.marks[household] = self._marks(household)
        roll.revision += 1

    def _item(self, roll: Roll, household: int) -> Sheet:
        item = self.sheets.get(f"{roll.id}:{household}")
        if item is None:
            no("not_found")
        return item

    def list_submit(self, who: int, batch_id: str, revision: int, reason: str) -> None:
        roll = self._led_roll(who, batch_id)
        if roll.state == "TO_APPROVE" and roll.revision == revision:
            return
        self._stands(roll, "DRAFT", revision=revision)
        items = self.items(roll, "DRAFT")
        if not items:
            no("batch_empty")
        marked = [roll.marks[one.household] for one in items if roll.marks[one.household]]
        if marked and not reason:
            no("exceptions_kept")
        sum_fen = sum(one.wish.fen for one in items)
        bands = 1 + sum(sum_fen > band for band in BANDS_FEN)
        roll.needed = min(1 + len(BANDS_FEN), bands + any("unrevisited" in one for one in marked))
        roll.state, roll.since = "TO_APPROVE", self.now
        roll.authors.add(who)

    def list_approve(self, who: int, batch_id: str, revision: int) -> None:
        roll = self.roll(who, batch_id)
        if roll.revision == revision and who in roll.approvals:
            return
        self._stands(roll, "TO_APPROVE", revision=revision)
        place = self._place(who, self.ways(who, roll.union), roll.authors, set(), roll.approvers)
        if len(roll.approvals) + 1 >= roll.needed:
            self._settle_roll(roll)
        roll.approvals[who] = (place, self.now)

    def list_take_back(self, who: int, batch_id: str) -> None:
        """A chair's approval of a list is as if it had not been; who fell off by it stays off."""
        roll = self.roll(who, batch_id)
        if who not in roll.approvals:
            if (who, roll.revision) in roll.undone:
                return
            no("batch_moved")
        self._stands(roll, "TO_APPROVE", "APPROVED")
        if roll.state == "APPROVED" and self.items(roll, "REVERSED"):
            no("batch_moved")
        if self.now - roll.approvals[who][1] > UNDO:
            no("too_late_to_undo")
        del roll.approvals[who]
        roll.undone.add((who, roll.revision))
        if roll.state == "APPROVED":
            roll.state, roll.since = "TO_APPROVE", self.now
            for one in self.items(roll, "APPROVED"):
                one.state, one.approved_on = "DRAFT", None

    def _settle_roll(self, roll: Roll) -> None:
        items = self.items(roll, "DRAFT")
        falling = [one for one in items if self._has_other(one, STANDING)]
        left = [one for one in items if one not in falling]
        if not left:
            no("batch_empty")
        sum_fen = sum(one.wish.fen for one in left)
        if roll.source == "COMPANY" and sum_fen:
            self.judge_money(sum_fen, max(roll.year, self.today.year))
        for one in falling:
            one.state = "WITHDRAWN"
        for one in left:
            one.move("APPROVED", self.now)
            one.approved_on = self.today
        roll.state, roll.since = "APPROVED", self.now

    def _has_other(self, item: Sheet, states: frozenset[str]) -> bool:
        return item.wish.kind in {"SPRING", "ANNUAL"} and any(
            (one.household, one.wish.kind, one.year) == (item.household, item.wish.kind, item.year)
            and one is not item
            and one.state in states
            for one in self.sheets.values()
        )

    def list_end(self, who: int, batch_id: str, revision: int, act: str, reason: str) -> None:
        roll = self.roll(who, batch_id)
        self._place(who, self.ways(who, roll.union), roll.authors, set(), set())
        self._stands(roll, "TO_APPROVE", revision=revision)
        if not reason.strip():
            no("reason_missing")
        if act == "RETURNED":
            roll.state, roll.revision = "DRAFT", roll.revision + 1
            roll.approvals.clear()
            return
        roll.state = "REFUSED"
        for one in self.items(roll, "DRAFT"):
            one.state = "REFUSED"

    def list_withdraw(self, who: int, batch_id: str) -> None:
        roll = self._led_roll(who, batch_id)
        if roll.state == "WITHDRAWN":
            return
        self._stands(roll, "BUILDING", "DRAFT", "TO_APPROVE", "APPROVED")
        roll.state = "WITHDRAWN"
        for one in self.items(roll, "DRAFT", "APPROVED"):
            one.state = "WITHDRAWN"

    def list_confirm(self, who: int, batch_id: str, day: date) -> None:
        roll = self.roll(who, batch_id)
        if roll.union not in self.over(who, "treasurer"):
            no("not_allowed")
        if roll.paid_by == who:
            return
        self._stands(roll, "APPROVED")
        if who in roll.authors:
            no("own_proposal")
        if who in roll.approvers:
            no("own_approval")
        if day > self.today:
            no("date_in_future")
        assert roll.since is not None
        if day < roll.since.astimezone(ZONE).date():
            no("day_too_early")
        roll.state, roll.paid_by, roll.paid_on = "PAYING", who, day

    def _pay_out(self, roll: Roll) -> None:
        assert roll.paid_on is not None
        assert roll.paid_by is not None
        for one in self.items(roll, "APPROVED"):
            if not self._has_other(one, GIVEN):
                one.payments[one.id] = Payment(one.left_fen, roll.paid_on, "PAID", roll.paid_by)
                one.move("PAID", self.now)
                self.settle(one)
        roll.state = "PAID"

    # What of a list binds each of its items.

    def authors_of(self, one: Sheet) -> set[int]:
        return one.authors | (self.rolls[one.batch].authors if one.batch else set())

    def approvers_of(self, one: Sheet) -> set[int]:
        return one.approvers | (self.rolls[one.batch].approvers if one.batch else set())

    def is_paid_as_a_list(self, one: Sheet) -> bool:
        return one.batch is not None and self.rolls[one.batch].state in {"APPROVED", "PAYING"}

    # The year's plan.

    def _year_led(self, who: int, year: int) -> None:
        if ROOT not in self.led(who):
            no("not_allowed")
        if not self.today.year <= year <= self.today.year + 1:
            no("budget_year")

    def drafted(self, year: int) -> Plan | None:
        return next((one for one in self.plans if (one.year, one.state) == (year, "DRAFT")), None)

    def holding(self, year: int) -> Plan | None:
        held = [one for one in self.plans if (one.year, one.state) == (year, "ADOPTED")]
        return max(held, key=lambda one: one.revision, default=None)

    def _next(self, year: int) -> int:
        return 1 + max((one.revision for one in self.plans if one.year == year), default=0)

    def _held(self, year: int, revision: int) -> Plan:
        plan = self.drafted(year)
        if plan is None or plan.revision != revision:
            no("budget_moved")
        return plan

    def plan_draft(self, who: int, year: int) -> None:
        self._year_led(who, year)
        if self.drafted(year) is not None:
            return
        if self.holding(year) is not None:
            no("budget_holds")
        self.plans.append(Plan(year, self._next(year), self.budget_paid_fen(year - 1), 0, {who}))

    def plan_revise(self, who: int, year: int) -> None:
        self._year_led(who, year)
        if self.drafted(year) is not None:
            no("budget_drafted")
        held = self.holding(year)
        if held is None:
            no("not_found")
        self.plans.append(Plan(year, self._next(year), held.lines_fen, held.rest_fen, {who}))

    def plan_rest(self, who: int, year: int, revision: int, fen: int) -> None:
        self._year_led(who, year)
        plan = self._held(year, revision)
        if plan.waits:
            no("budget_moved")
        if fen < 0:
            no("bad_sum")
        plan.rest_fen = fen
        plan.authors.add(who)

    def _promised(self, year: int) -> int:
        return self.budget_paid_fen(year) + (self.reserved_fen if year == self.today.year else 0)

    def plan_submit(self, who: int, year: int, revision: int) -> None:
        self._year_led(who, year)
        plan = self._held(year, revision)
        if plan.waits:
            return
        if plan.fen < self._promised(year):
            no("budget_below_promised")
        plan.waits = True

    def _judged(self, who: int, year: int, revision: int) -> Plan:
        ways = self.ways(who, ROOT)
        if not ways:
            no("not_allowed")
        plan = self.drafted(year)
        if plan is None or plan.revision != revision or not plan.waits:
            no("budget_moved")
        self._place(who, ways, plan.authors, set(), set())
        return plan

    def plan_adopt(self, who: int, year: int, revision: int) -> None:
        held = self.holding(year)
        if held is not None and (held.revision, held.decided_by) == (revision, who):
            return
        plan = self._judged(who, year, revision)
        if plan.fen < self._promised(year):
            no("budget_below_promised")
        plan.state, plan.waits, plan.decided_by = "ADOPTED", False, who
        self.budgets[year] = plan.fen

    def plan_refuse(self, who: int, year: int, revision: int) -> None:
        plan = self._judged(who, year, revision)
        plan.state, plan.waits = "REFUSED", False
