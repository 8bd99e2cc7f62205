"""A whole number: years, members, marks from 1 to 5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid
from bot.forms.numerals import read_number

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

_COUNTERS = ("个人", "口人", "人", "口", "个", "分", "次", "天", "岁")
_MOST_BUTTONS = 10


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between `least` and `most`, both allowed."""

    name: ClassVar[str] = "number"
    least: int
    most: int

    @property
    def gathers(self) -> bool:
        """One answer ends it."""
        return False

    def offered(self) -> tuple[int, ...]:
        """The numbers worth a button each; none when there are too many."""
        numbers = range(self.least, self.most + 1)
        return tuple(numbers) if len(numbers) <= _MOST_BUTTONS else ()

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is a number."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The number tapped or typed."""
        del context
        text = given.tapped if given.tapped is not None else given.typed
        number = None if text is None else read_number(_uncounted(text.strip()))
        if number is None or number != int(number):
            return Invalid("number_wanted", {"least": self.least, "most": self.most})
        if not self.least <= number <= self.most:
            return Invalid("number_range", {"least": self.least, "most": self.most})
        return int(number)

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is a whole number in the range."""
        del context
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most


def _uncounted(text: str) -> str:
    for counter in _COUNTERS:
        if text.endswith(counter) and text != counter:
            return text.removesuffix(counter)
    return text
