"""One of a few: a button each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of several. `shared` names a set of texts used by several fields.

    `unoffered` are values that a field may hold but that no person is offered.
    """

    name: ClassVar[str] = "choice"
    options: tuple[str, ...]
    shared: str = ""
    unoffered: tuple[str, ...] = ()

    @property
    def gathers(self) -> bool:
        """One tap ends it."""
        return False

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is an option."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The slug of the option tapped, or of the one whose label was typed."""
        del context
        picked = given.tapped or given.option or next(iter(given.options), None)
        if picked is None:
            return Invalid("choice_wanted")
        return picked if picked in self.options else Invalid("no_such_option")

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is one of the options, offered or not."""
        del context
        return isinstance(value, str) and value in self.options + self.unoffered
