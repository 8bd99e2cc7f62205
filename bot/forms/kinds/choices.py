"""Several of many: taps tick and untick, 完成 ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid, Progress

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value


@dataclass(frozen=True, slots=True)
class Choices:
    """Any options between `at_least` and `at_most` of them, kept in the order of the options.

    An exclusive option (无) clears the others and answers the question at once.
    """

    name: ClassVar[str] = "choices"
    options: tuple[str, ...]
    exclusive: tuple[str, ...] = ()
    at_least: int = 1
    at_most: int = 99
    shared: str = ""

    @property
    def gathers(self) -> bool:
        """Ticks are collected until 完成."""
        return True

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is an option."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid | Progress:
        """A tick more or less, or the list when it is done; typed labels answer at once."""
        if given.done:
            return self._counted(list(context.ticks))
        typed = given.options or ((given.option,) if given.option else ())
        if typed:
            return self._typed(typed)
        if given.tapped is None:
            return Invalid("choices_wanted")
        return self._toggled(given.tapped, context.ticks)

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is a list of known options, none twice, as many as allowed."""
        del context
        if not isinstance(value, list) or any(one not in self.options for one in value):
            return False
        alone = len(value) == 1 or not set(self.exclusive) & set(value)
        return alone and len(set(value)) == len(value) and not isinstance(self._counted(value), Invalid)

    def _toggled(self, slug: str, ticks: tuple[Value, ...]) -> Value | Invalid | Progress:
        if slug not in self.options:
            return Invalid("no_such_option")
        if slug in self.exclusive:
            return [slug]
        kept = [one for one in ticks if one not in self.exclusive]
        after = [one for one in kept if one != slug] if slug in kept else [*kept, slug]
        if len(after) > self.at_most:
            return Invalid("at_most", {"most": self.at_most})
        return Progress(ticks=tuple(self._ordered(after)))

    def _typed(self, slugs: tuple[str, ...]) -> Value | Invalid:
        if any(slug not in self.options for slug in slugs):
            return Invalid("no_such_option")
        alone = [slug for slug in slugs if slug in self.exclusive]
        if alone and len(set(slugs)) > 1:
            return Invalid("not_together")
        return self._counted(list(dict.fromkeys(slugs)))

    def _counted(self, ticks: list[Value]) -> Value | Invalid:
        if len(ticks) < self.at_least:
            return Invalid("at_least", {"least": self.at_least})
        if len(ticks) > self.at_most:
            return Invalid("at_most", {"most": self.at_most})
        return self._ordered(ticks)

    def _ordered(self, ticks: list[Value]) -> list[Value]:
        return [slug for slug in self.options if slug in ticks]
