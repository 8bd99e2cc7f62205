"""The vocabulary of forms: fields, conditions, what a person gave, and what a kind says of it.

Nothing here knows how a question is shown, where a draft is kept or what day it is.
Values are plain JSON: a day is "YYYY-MM-DD", money an integer of fen, choices a list of slugs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    from datetime import date

Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"]
Answers = dict[str, Value]

ANY: tuple[str, ...] = ("*",)
TODAY = "@today"
SUGGESTED = "@suggested"
EARLIER = "@earlier"


@dataclass(frozen=True, slots=True)
class Invalid:
    """A slip of the person's; its words stand in the texts under `forms.invalid.<slug>`."""

    slug: str
    details: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be picked: a person, a payment, a sentence.

    `name`: what it is called where the label says more, or more shortly than the label.
    """

    id: str
    label: str
    name: str = ""


class Lookups(Protocol):
    """What a form may ask of the world; answered by the chat layer from storage."""

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """The options offered at once, best first."""

    def search(self, source: str, text: str) -> Sequence[Option]:
        """The options that match what was typed."""

    def suggest_next_visit(self, answers: Answers) -> str:
        """The day of the next visit by the rule, as an ISO date."""

    def only(self, source: str, answers: Answers) -> Value | None:
        """The one answer that is possible; None when there is a choice."""

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        """Why the records do not allow this answer, in words; empty when they do."""

    def note(self, source: str, answers: Answers) -> str:
        """What the records say beside a question or a summary, in words for a person; mostly nothing."""


# What a person does.

SentKind = Literal["photo", "voice", "place", "contact", "document", "sticker", "other"]


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button under a question; it carries the question it belongs to."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed message; `option` and `options` hold the slugs whose labels were typed, if any were."""

    text: str
    option: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is no text.

    Payloads: photo {"file_id", "unique_id"}, voice the same and "duration", place {"latitude", "longitude"}.
    """

    kind: SentKind
    payload: dict[str, Value] = field(default_factory=dict)


class Command(Enum):
    """A button that belongs to the form and not to one question."""

    BACK = "BACK"
    SKIP = "SKIP"
    DONE = "DONE"
    CANCEL = "CANCEL"
    KEEP = "KEEP"
    SUBMIT = "SUBMIT"
    UNCHANGED = "UNCHANGED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Edit:
    """The wish to change one field, from the opening card or from the summary."""

    field: str


Event = Tapped | Typed | Sent | Command | Edit


# What a kind is given, and what it says.


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave for the current question; exactly one of its members is set, or `done`."""

    tapped: str | None = None
    typed: str | None = None
    option: str | None = None
    options: tuple[str, ...] = ()
    sent: Sent | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a kind may know while it reads: the day, the world, and what was ticked so far."""

    today: date
    lookups: Lookups
    answers: Answers = field(default_factory=dict)
    ticks: tuple[Value, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The question is not answered yet, but something moved: a tick, a photo, a calendar page, a search."""

    ticks: tuple[Value, ...] = ()
    month: str = ""
    search: str = ""


class Kind(Protocol):
    """One kind of answer. `gathers` says that it collects several things until 完成."""

    name: ClassVar[str]

    @property
    def gathers(self) -> bool:
        """Whether several things are collected before the question is answered."""

    def takes(self, sent: SentKind) -> bool:
        """Whether such a message can be an answer."""

    def read(self, given: Given, context: Context) -> Value | Invalid | Progress:
        """The value given, or why there is none yet."""

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether a value kept from elsewhere could be an answer today."""


# What a form is.


@dataclass(frozen=True, slots=True)
class When:
    """A condition as data: the field's answer is (or with `negate` is not) among the values.

    `values=ANY` means answered at all; `at_least` compares a number instead. A field's name may be a
    fact of the draft: "@earlier" (there is an earlier report), "@<source>" (a lookup offers something),
    or any prefilled name.
    """

    field: str
    values: tuple[str, ...] = ANY
    negate: bool = False
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that may not be given while the conditions hold."""

    slug: str
    values: tuple[str, ...]
    when: tuple[When, ...]
    details: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a report says.

    Attributes:
        slug: Its name in the answers and the texts.
        kind: What an answer looks like.
        when: All must hold, or the field is not part of the report.
        ask_when: All must hold, or it is not asked in the run (but stays changeable on the summary).
        optional: It may be skipped.
        asked: False: never asked in the run; prefilled, or offered on the cards.
        unchanged: The value 一切如前 gives; None copies the earlier report's.
        carried: Whether the earlier report's value may be used again.
        assumed: A report in one message that does not mention it means it as before; False for a
            judgement that nobody may guess.
        preticked: The earlier report's choices are ticked when the question is asked.
        default: The value it starts with; TODAY and SUGGESTED are worked out.
        first: The value when there is no earlier report; such a field is then not asked.
        refusals: Values forbidden by other answers.
        follows: The lookup on which the answer depends: where that leaves one value only, it is taken and not
            asked; an answer that is no longer allowed beside the others is asked again.
    """

    slug: str
    kind: Kind
    when: tuple[When, ...] = ()
    ask_when: tuple[When, ...] = ()
    optional: bool = False
    asked: bool = True
    unchanged: Value | None = None
    carried: bool = True
    assumed: bool = True
    preticked: bool = False
    default: Value | None = None
    first: Value | None = None
    refusals: tuple[Refusal, ...] = ()
    follows: str = ""

    @property
    def required(self) -> bool:
        """A report cannot be handed in without it, while its conditions hold."""
        return not self.optional


@dataclass(frozen=True, slots=True)
class Form:
    """One report: its fields in the order they are asked. Conditions look only backwards.

    `basics` are shown on the opening card. `short` names the conditions under which the opening
    question falls away and the run begins at once. `quote` is the field for their words. `repeats`
    says whether 一切如前 is offered.
    """

    slug: str
    version: int
    fields: tuple[Field, ...]
    basics: tuple[str, ...] = ()
    short: tuple[When, ...] = ()
    quote: str = ""
    repeats: bool = True

    def field(self, slug: str) -> Field:
        """The field of that name; KeyError when the form has none."""
        for one in self.fields:
            if one.slug == slug:
                return one
        raise KeyError(slug)

    def has(self, slug: str) -> bool:
        """Whether the form has a field of that name."""
        return any(one.slug == slug for one in self.fields)
