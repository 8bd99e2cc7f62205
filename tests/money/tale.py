"""What happens next in a random story: mostly what somebody of the union would do, often what nobody should.

Chooses from the page alone, by a seed; performs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.money.paper import GIVEN, OPEN, UNDO, Wish
from tests.money.town import GO_ON_LEAVE, HOUSEHOLDS, MAY_LEAVE, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.money.paper import Sheet
    from tests.money.rolls import Office, Roll

LEAVE_DAYS = 5
# What a second tap can do once more, and how often it does.
ONCE = frozenset({"time", "leave", "remove", "revisit", "visit"})
AGAIN = 0.07


@dataclass(frozen=True)
class Act:
    """One act by its name on the page and its arguments."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)


class Tale:
    """A story that goes on and on."""

    def __init__(self, random: Random, paper: Office) -> None:
        self.random = random
        self.paper = paper
        self.made = 0
        self.before: Act | None = None
        self._acts: dict[str, tuple[int, Callable[[], Act | None]]] = {
            "propose": (16, self._propose),
            "amend": (5, self._amend),
            "withdraw": (3, self._withdraw),
            "review": (10, self._review),
            "end": (5, self._end),
            "approve": (24, self._approve),
            "take_back": (4, self._take_back),
            "pay": (13, self._pay),
            "fail": (4, self._fail),
            "waive": (7, self._waive),
            "reverse": (2, self._reverse),
            "correct": (2, self._correct),
            "emergency": (3, self._emergency),
            "file_papers": (2, self._file_papers),
            "income": (4, self._income),
            "income_back": (3, self._income_back),
            "revisit": (5, self._revisit),
            "visit": (2, self._visit),
            "leave": (2, self._leave),
            "remove": (1, self._remove),
            "time": (9, self._time),
            "list_start": (3, self._list_start),
            "list_work": (6, lambda: Act("list_work")),
            "list_strike": (2, self._list_strike),
            "list_submit": (4, self._list_submit),
            "list_approve": (11, self._list_approve),
            "list_take_back": (4, self._list_take_back),
            "list_end": (1, self._list_end),
            "list_withdraw": (1, self._list_withdraw),
            "list_confirm": (5, self._list_confirm),
            "plan": (5, self._plan),
        }

    def next(self) -> Act:
        """Return what happens next; now and then the very same act again, as a second tap would be."""
        if self.before is not None and self.before.name not in ONCE and self.random.random() < AGAIN:
            return self.before
        names, weights = list(self._acts), [weight for weight, _ in self._acts.values()]
        while True:
            act = self._acts[self.random.choices(names, weights)[0]][1]()
            if act is not None:
                self.before = act
                return act

    def name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    # Who and what.

    def somebody(self, *roles: str) -> int:
        """Somebody with one of these offices, mostly; anybody at all now and then."""
        fit = [who for who, held in PEOPLE.items() if any(role in roles for role, _ in held)]
        return self.random.choice(fit if self.random.random() < 0.85 else list(PEOPLE))

    def sheet(self, *states: str) -> Sheet | None:
        """A sheet in one of these states, mostly."""
        sheets = list(self.paper.sheets.values())
        fit = [one for one in sheets if one.state in states]
        chosen = fit if fit and self.random.random() < 0.9 else sheets
        return self.random.choice(chosen) if chosen else None

    def revision(self, one: Sheet) -> int:
        """The revision that a button carries; an old one now and then."""
        return one.revision + self.random.choices((0, -1, 1), (92, 6, 2))[0]

    def wish(self) -> Wish:
        kind = self.random.choices(
            ("LIVING", "MEDICAL", "SPRING", "ANNUAL", "WARMTH", "STUDY", "JINQIU", "COOL", "JOB"),
            (34, 18, 14, 8, 8, 6, 5, 4, 3),
        )[0]
        likely = {"JINQIU": ("CITY_UNION", "COMPANY"), "JOB": ("COMPANY", "GROUP")}
        sources = likely.get(kind, ("COMPANY", self.random.choice(("DONATION", "CITY_UNION", "GROUP"))))
        source = sources[0] if self.random.random() < 0.8 else sources[1]
        why = {one for one in ("unrevisited", "no_visit") if self.random.random() < 0.7}
        return Wish(kind, source, self._amount(kind), frozenset(why))

    def _amount(self, kind: str) -> int:
        odd = self.random.random() < 0.08
        if odd:
            return self.random.choice((-1, 0, 1, 99_999, 100_001, 500_001, 200_001, 30_000_000))
        spring = [fen for year, fen in self.paper.spring.items() if year <= self.paper.today.year] or [1]
        return {
            "LIVING": self.random.choice((100_000, 150_000, 200_000, 250_000, 300_000, 500_000)),
            "MEDICAL": self.random.choice((30_000, 200_000, 200_100, 500_000, 700_000)),
            "SPRING": self.random.choice((spring[-1], max(spring), min(spring))),
            "ANNUAL": 100_000,
            "JOB": 0,
            "COOL": self.random.choice((0, 5_000)),
        }.get(kind, self.random.choice((50_000, 120_000, 300_000)))

    # The acts.

    def _propose(self) -> Act:
        household = self.random.choice(list(HOUSEHOLDS))
        who = self.somebody("cadre", "officer")
        if self.random.random() < 0.8:
            # Somebody who sees it.
            branch = HOUSEHOLDS[household][0]
            fit = [one for one in PEOPLE if self.paper.has(one, "cadre", "officer")]
            fit = [one for one in fit if branch in self.paper.scope(one)]
            who = self.random.choice(fit)
        known = list(self.paper.sheets)
        again = known and self.random.random() < 0.03
        aid_id = self.random.choice(known) if again else self.name("a")
        return Act("propose", {"who": who, "aid_id": aid_id, "household": household, "wish": self.wish()})

    def _amend(self) -> Act | None:
        one = self.sheet(*OPEN)
        if one is None:
            return None
        wish = one.wish if self.random.random() < 0.2 else self.wish()
        if self.random.random() < 0.4:
            wish = Wish(one.wish.kind, one.wish.source, self._amount(one.wish.kind), wish.why)
        who = one.author if self.random.random() < 0.8 else self.somebody("officer", "cadre")
        return Act("amend", {"who": who, "aid_id": one.id, "wish": wish})

    def _withdraw(self) -> Act | None:
        one = self.sheet(*OPEN)
        if one is None:
            return None
        who = one.author if self.random.random() < 0.6 else self.somebody("officer")
        return Act("withdraw", {"who": who, "aid_id": one.id})

    def _review(self) -> Act | None:
        one = self.sheet("TO_REVIEW")
        if one is None:
            return None
        who = self.somebody("officer")
        return Act("review", {"who": who, "aid_id": one.id, "revision": self.revision(one)})

    def _end(self) -> Act | None:
        one = self.sheet("TO_REVIEW", "TO_APPROVE")
        if one is None:
            return None
        args = {"who": self.somebody("officer", "chair"), "aid_id": one.id, "revision": self.revision(one)}
        act = self.random.choice(("RETURNED", "RETURNED", "REFUSED"))
        return Act("end", {**args, "act": act, "reason": self._reason()})

    def _reason(self) -> str:
        return "票据不全" if self.random.random() < 0.93 else "  "

    def _approve(self) -> Act | None:
        one = self.sheet("TO_APPROVE")
        if one is None:
            return None
        who = self.somebody("chair")
        entrusted = [leave.other for leave in self.paper.leaves if leave.may_approve]
        if entrusted and self.random.random() < 0.25:
            who = self.random.choice(entrusted)
        return Act("approve", {"who": who, "aid_id": one.id, "revision": self.revision(one)})

    def _take_back(self) -> Act | None:
        decided = [one for one in self.paper.sheets.values() if one.decided]
        if decided and self.random.random() < 0.5:
            done = self.random.choice(decided[-12:])
            act, who, _ = self.random.choice([*done.decided, *done.undone])
            if self.random.random() < 0.1:
                who = self.somebody("chair")
            return Act("take_back", {"who": who, "aid_id": done.id, "act": act})
        given = [one for one in self.paper.sheets.values() if one.approvals and not one.payments]
        one = self.random.choice(given) if given else self.sheet("APPROVED")
        if one is None:
            return None
        own = list(one.approvals)
        who = self.random.choice(own) if own and self.random.random() < 0.8 else self.somebody("chair")
        return Act("take_back", {"who": who, "aid_id": one.id})

    def _pay(self) -> Act | None:
        one = self.sheet("APPROVED")
        if one is None:
            return None
        some = self.random.choice((1, max(1, one.left_fen // 2), one.left_fen + 1, 0, -1))
        days = self.random.choices((0, -1, -3, 1), (80, 8, 6, 6))[0]
        args = {"who": self.somebody("treasurer"), "payment_id": self._payment(one), "aid_id": one.id}
        fen = None if self.random.random() < 0.75 else some
        return Act("pay", {**args, "fen": fen, "day": self.paper.today + timedelta(days=days)})

    def _payment(self, one: Sheet) -> str:
        """A payment's id: a new one, mostly; else one that is known, of this sheet or of another."""
        known = [key for each in self.paper.sheets.values() for key in each.payments]
        chance = self.random.random()
        if chance < 0.05 and one.payments:
            return self.random.choice(list(one.payments))
        return self.random.choice(known) if known and chance < 0.07 else self.name("p")

    def _fail(self) -> Act | None:
        paid = [one for one in self.paper.sheets.values() if one.payments]
        one = self.random.choice(paid) if paid and self.random.random() < 0.6 else self.sheet("APPROVED")
        if one is None:
            return None
        known = list(one.payments)
        key = self.random.choice(known) if known and self.random.random() < 0.8 else self._payment(one)
        args = {"who": self.somebody("treasurer"), "payment_id": key, "aid_id": one.id}
        return Act("fail", {**args, "reason": self._reason()})

    def _reverse(self) -> Act | None:
        one = self.sheet(*GIVEN, "APPROVED")
        if one is None:
            return None
        days = self.random.choices((0, -1, 1), (86, 8, 6))[0]
        args = {"who": self.somebody("treasurer"), "aid_id": one.id, "reason": self._reason()}
        return Act("reverse", {**args, "day": self.paper.today + timedelta(days=days)})

    def _waive(self) -> Act | None:
        """Of what is paid in part, mostly; of what is paid in full or not at all now and then."""
        part = [one for one in self.paper.sheets.values() if one.state == "APPROVED" and one.paid_fen]
        if not part and self.random.random() < 0.85:
            return None
        one = self.random.choice(part) if part and self.random.random() < 0.9 else self.sheet("APPROVED")
        if one is None:
            return None
        fen = one.left_fen + self.random.choices((0, 1), (93, 7))[0]
        args = {"who": self.somebody("treasurer"), "aid_id": one.id, "fen": fen}
        return Act("waive", {**args, "reason": self._reason()})

    def _correct(self) -> Act | None:
        known = [(one, key) for one in self.paper.sheets.values() for key in one.payments]
        if not known:
            return None
        one, key = self.random.choice(known)
        days = self.random.choice((0, -1, -2, 1))
        day = one.payments[key].day + timedelta(days=days)
        args = {"who": self.somebody("treasurer"), "payment_id": key, "new_id": self._payment(one)}
        return Act("correct", {**args, "day": day})

    def _emergency(self) -> Act:
        known = list(self.paper.sheets)
        again = known and self.random.random() < 0.05
        return Act(
            "emergency",
            {
                "who": self.somebody("chair"),
                "aid_id": self.random.choice(known) if again else self.name("e"),
                "household": self.random.choice(list(HOUSEHOLDS)),
                "source": self.random.choices(("COMPANY", "DONATION", "GROUP"), (80, 12, 8))[0],
                "fen": self.random.choices((300_000, 650_000, 0, 20_000_000), (50, 36, 7, 7))[0],
                "reason": self._reason(),
            },
        )

    def _file_papers(self) -> Act | None:
        urgent = [one for one in self.paper.sheets.values() if one.emergency]
        one = self.random.choice(urgent) if urgent and self.random.random() < 0.9 else self.sheet("PAID")
        if one is None:
            return None
        return Act("file_papers", {"who": self.somebody("cadre", "officer"), "aid_id": one.id})

    def _income(self) -> Act:
        known = list(self.paper.incomes)
        again = known and self.random.random() < 0.06
        days = self.random.choices((0, -20, 1), (75, 18, 7))[0]
        return Act(
            "income",
            {
                "who": self.somebody("treasurer"),
                "request": self.random.choice(known) if again else self.name("i"),
                "fen": self.random.choices((800_000, 2_000_000, 50_001, 0, -5), (50, 30, 12, 4, 4))[0],
                "day": self.paper.today + timedelta(days=days),
            },
        )

    def _income_back(self) -> Act | None:
        known = list(self.paper.incomes)
        if not known:
            return None
        args = {"who": self.somebody("treasurer"), "request": self.random.choice(known)}
        return Act("income_back", {**args, "reason": self._reason()})

    def _revisit(self) -> Act | None:
        paid = [one for one in self.paper.sheets.values() if self._can_be_revisited(one)]
        return Act("revisit", {"aid_id": self.random.choice(paid).id}) if paid else None

    def _can_be_revisited(self, one: Sheet) -> bool:
        open_file = self.paper.household_states[one.household] == "ACTIVE"
        # What is only counted is looked after twice: it is left alone here.
        return open_file and one.state == "PAID" and one.wish.kind != "JOB"

    def _visit(self) -> Act:
        return Act("visit", {"household": self.random.choice(list(HOUSEHOLDS))})

    def _leave(self) -> Act | None:
        today = self.paper.today
        there = [one for one in GO_ON_LEAVE if one not in self.paper.gone]
        there = [
            one for one in there if all(leave.who != one or leave.last < today for leave in self.paper.leaves)
        ]
        if not there:
            return None
        who = self.random.choice(there)
        other = self.random.choice([one for one in PEOPLE if one != who and one not in self.paper.gone])
        first = today + timedelta(days=self.random.choice((0, 0, 0, 1)))
        last = first + timedelta(days=self.random.randrange(LEAVE_DAYS))
        days = {"first": first, "last": last, "may_approve": self.random.random() < 0.8}
        return Act("leave", {"who": who, "other": other, **days})

    def _remove(self) -> Act | None:
        there = [one for one in MAY_LEAVE if one not in self.paper.gone]
        return (
            Act("remove", {"who": self.random.choice(there)})
            if there and self.random.random() < 0.3
            else None
        )

    # Lists and plans.

    def _list_start(self) -> Act:
        kind = self.random.choices(("SPRING", "ANNUAL", "WARMTH", "JINQIU", "LIVING"), (36, 24, 26, 8, 6))[0]
        fixed = kind in {"SPRING", "ANNUAL"}
        fen = None if fixed and self.random.random() < 0.9 else self.random.choice((30_000, 50_000, 0))
        source = self.random.choices(("COMPANY", "CITY_UNION"), (75, 25))[0]
        args = {"who": self.somebody("officer", "chair"), "batch_id": self.name("b"), "kind": kind}
        return Act("list_start", {**args, "source": source, "fen": fen})

    def roll(self, *states: str) -> Roll | None:
        rolls = list(self.paper.rolls.values())
        fit = [one for one in rolls if one.state in states]
        chosen = fit if fit and self.random.random() < 0.9 else rolls
        return self.random.choice(chosen) if chosen else None

    def _roll_revision(self, roll: Roll) -> int:
        return roll.revision + self.random.choices((0, -1), (93, 7))[0]

    def _list_strike(self) -> Act | None:
        roll = self.roll("DRAFT")
        if roll is None:
            return None
        name = self.random.choice(("list_strike", "list_strike", "list_restore"))
        household = self.random.choice(list(HOUSEHOLDS))
        who = self.somebody("officer", "chair")
        return Act(name, {"who": who, "batch_id": roll.id, "household": household})

    def _list_submit(self) -> Act | None:
        roll = self.roll("DRAFT")
        if roll is None:
            return None
        args = {"who": self.somebody("officer", "chair"), "batch_id": roll.id}
        reason = "逐户核过" if self.random.random() < 0.8 else ""
        return Act("list_submit", {**args, "revision": self._roll_revision(roll), "reason": reason})

    def _list_approve(self) -> Act | None:
        roll = self.roll("TO_APPROVE")
        if roll is None:
            return None
        args = {"who": self.somebody("chair"), "batch_id": roll.id}
        return Act("list_approve", {**args, "revision": self._roll_revision(roll)})

    def _list_take_back(self) -> Act | None:
        just = [
            one
            for one in self.paper.rolls.values()
            if any(self.paper.now - at <= UNDO for _, at in one.approvals.values())
        ]
        roll = self.random.choice(just) if just else self.roll("TO_APPROVE", "APPROVED")
        if roll is None or (not just and self.random.random() < 0.7):
            return None
        given = list(roll.approvals)
        who = self.random.choice(given) if given and self.random.random() < 0.85 else self.somebody("chair")
        return Act("list_take_back", {"who": who, "batch_id": roll.id})

    def _list_end(self) -> Act | None:
        roll = self.roll("TO_APPROVE")
        if roll is None:
            return None
        args = {"who": self.somebody("chair"), "batch_id": roll.id, "revision": self._roll_revision(roll)}
        act = self.random.choice(("RETURNED", "RETURNED", "REFUSED"))
        return Act("list_end", {**args, "act": act, "reason": self._reason()})

    def _list_withdraw(self) -> Act | None:
        roll = self.roll("BUILDING", "DRAFT", "TO_APPROVE", "APPROVED", "PAID")
        if roll is None or self.random.random() < 0.8:
            return None
        return Act("list_withdraw", {"who": self.somebody("officer"), "batch_id": roll.id})

    def _list_confirm(self) -> Act | None:
        roll = self.roll("APPROVED")
        if roll is None:
            return None
        days = self.random.choices((0, -1, 1), (84, 8, 8))[0]
        args = {"who": self.somebody("treasurer"), "batch_id": roll.id}
        return Act("list_confirm", {**args, "day": self.paper.today + timedelta(days=days)})

    def _plan(self) -> Act:
        year = self.paper.today.year + self.random.choices((0, 1, 2), (75, 20, 5))[0]
        drafted = self.paper.drafted(year)
        if drafted is None:
            name = self.random.choice(("plan_draft", "plan_revise"))
            return Act(name, {"who": self.somebody("officer", "chair"), "year": year})
        args = {"year": year, "revision": drafted.revision + self.random.choices((0, 1), (93, 7))[0]}
        names = ("plan_adopt", "plan_adopt", "plan_refuse") if drafted.waits else ("plan_rest", "plan_submit")
        name = self.random.choice(names)
        if name == "plan_rest":
            args["fen"] = self.random.choice((5_000_000, 2_000_000, 500_000, 0, -1))
        office = "chair" if drafted.waits else "officer"
        return Act(name, {"who": self.somebody(office), **args})

    def _time(self) -> Act:
        """Minutes, days with their mornings, and at times a year's end is passed."""
        now = self.paper.now
        chance = self.random.random()
        if chance < 0.5:
            return Act("time", {"now": now + timedelta(minutes=self.random.choice((1, 4, 9, 11)))})
        if chance < 0.97 or now.month != 12:
            return Act("time", {"now": now + timedelta(days=self.random.choice((1, 1, 2, 4)))})
        return Act("time", {"now": datetime(now.year + 1, 1, 3, 1, 30, tzinfo=UTC)})
