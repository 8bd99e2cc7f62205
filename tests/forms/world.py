"""A small world for forms: a few people, an approved payment or none, and a day that is fixed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.forms import engine
from bot.forms.draft import Draft
from bot.forms.model import Answers, Context, Given, Invalid, Kind, Option, Progress, Value
from bot.forms.results import Ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.forms.model import Event, Form
    from bot.forms.results import Result

TODAY = date(2017, 9, 4)
AID_KINDS = (Option("LIVING", "生活救助 最多 5,000"), Option("SPRING", "春节慰问 2,000"))
AID_AMOUNTS = [Option("100000", "1,000"), Option("300000", "3,000")]
PEOPLE = (Option("p1", "张东"), Option("p2", "昌洋佳"), Option("p3", "张琳"))

LAST: Answers = {
    "date": "2017-06-02",
    "way": "HOSPITAL",
    "kind": "RECHECK",
    "visitors": ["p1", "p2"],
    "met": "SPOUSE",
    "members": "SAME",
    "income": "DOWN",
    "employment": "AT_WORK",
    "health": "GOOD",
    "schooling": "NONE",
    "housing": "OWN",
    "clears": ["SAME"],
    "main_cause": "ILLNESS",
    "other_causes": ["NONE"],
    "mind": "STEADY",
    "policies": ["MEDICAL_AID"],
    "needs": ["MEDICAL"],
    "words": "还好",
    "exclusions": ["NONE"],
    "verified": ["SEEN"],
    "assessment": "WORSE",
    "measure": "KEEP",
    "next_visit": "2017-08-31",
}


@dataclass
class World:
    """Lookups that a test can read at a glance."""

    payments: list[Option] = field(default_factory=list)
    kinds: list[Option] = field(default_factory=lambda: list(AID_KINDS))
    # The guards that want a reason beside what is asked for.
    warns: list[str] = field(default_factory=list)
    most_fen: int = 500_000

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """People and kinds of aid are always offered, payments and warnings when there are any."""
        if source == "aid_sources":
            return [Option("COMPANY", "公司"), Option("CITY_UNION", "市总工会")][: 1 + _is_living(answers)]
        known = {
            "visitors": list(PEOPLE),
            "payments": self.payments,
            "aid_kinds": self.kinds,
            "aid_amounts": AID_AMOUNTS if _is_living(answers) else [],
            "aid_reason": [Option("v1", "孩子考上大学，学费发愁", "用走访里的话")],
            "earlier_not_revisited": [],
            "no_recent_visit": [],
            "no_papers": [],
        }
        known |= {one: [Option("YES", "")] for one in self.warns}
        return known.get(source, [Option("b1", "医疗救助")])

    def search(self, source: str, text: str) -> Sequence[Option]:
        """Whoever's name holds the text."""
        return [one for one in self.options(source, {}) if text in one.label]

    def suggest_next_visit(self, answers: Answers) -> str:
        """Ninety days after the visit."""
        return (date.fromisoformat(str(answers["date"])) + timedelta(days=90)).isoformat()

    def only(self, source: str, answers: Answers) -> Value | None:
        """The Spring Festival grant has one amount and one source."""
        if answers.get("kind") != "SPRING":
            return None
        found: dict[str, Value] = {"aid_sources": "COMPANY", "aid_amounts": 200_000}
        return found.get(source)

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        """No more than the most."""
        del source, answers
        return "太多了" if isinstance(value, int) and value > self.most_fen else ""

    def note(self, source: str, answers: Answers) -> str:
        """Nothing beside the questions."""
        del source, answers
        return ""


def _is_living(answers: Answers) -> bool:
    return answers.get("kind") == "LIVING"


def context(*, ticks: tuple[Value, ...] = (), search: str = "") -> Context:
    """What a kind may know on the fixed day."""
    return Context(today=TODAY, lookups=World(), ticks=ticks, search=search)


def typed(kind: Kind, text: str) -> Value | Invalid | Progress:
    """What a kind says to typed text."""
    return kind.read(Given(typed=text), context())


def tapped(kind: Kind, value: str, *, ticks: tuple[Value, ...] = ()) -> Value | Invalid | Progress:
    """What a kind says to a tap."""
    return kind.read(Given(tapped=value), context(ticks=ticks))


def slip(said: Value | Invalid | Progress) -> str:
    """The slug of a slip; fails when it is none."""
    assert isinstance(said, Invalid), said
    return said.slug


class Talk:
    """A person filling a form; the draft goes through JSON between any two events."""

    def __init__(
        self,
        form: Form,
        *,
        last: Answers | None = None,
        prefilled: Answers | None = None,
        payments: bool = False,
        today: date = TODAY,
    ) -> None:
        self.form = form
        self.today = today
        self.world = World([Option("b1", "医疗救助")] if payments else [])
        self.draft = engine.start(
            form,
            prefilled={"visitors": ["p1", "p2"]} if prefilled is None else prefilled,
            last=last,
            today=today,
            lookups=self.world,
        )
        self.result: Result = engine.show(form, self.draft)

    def do(self, *events: Event) -> Result:
        """Send the events one after another; the last result."""
        for event in events:
            kept = Draft.from_json(json.dumps(self.draft.to_json()))
            assert self.draft == kept
            self.draft, self.result = engine.answer(self.form, kept, event, self.world, self.today)
        return self.result

    @property
    def asked(self) -> str:
        """The field that is asked now; fails when none is."""
        assert isinstance(self.result, Ask), self.result
        return self.result.field

    @property
    def problem(self) -> str:
        """The slip of the last event; "" when there was none."""
        problem = getattr(self.result, "problem", None)
        return problem.slug if problem else ""
