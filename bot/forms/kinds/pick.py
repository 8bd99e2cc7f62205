"""Somebody or something that the records know: a person, a household, a payment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid, Progress
from bot.forms.wording import clean

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

_LONGEST_SEARCH = 64


@dataclass(frozen=True, slots=True)
class Pick:
    """The id of one option of a lookup; with `most` above 1 a list of ids, ended by 完成.

    Typed text searches: a single match is taken, several stay to be tapped. To any the records may object.
    """

    name: ClassVar[str] = "pick"
    source: str
    most: int = 1

    @property
    def gathers(self) -> bool:
        """Whether several may be picked."""
        return self.most > 1

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is an option."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid | Progress:
        """The id picked, the list when it is done, or a search to choose from."""
        if given.done and self.gathers:
            return list(context.ticks) if context.ticks else Invalid("at_least", {"least": 1})
        named = given.tapped if given.tapped is not None else given.option
        if named is not None:
            said = self._allowed(named, context)
            is_known = isinstance(said, Invalid) or named in self._offered(context)
            return said if is_known else Invalid("no_such_option")
        words = clean(given.typed or "")[:_LONGEST_SEARCH]
        if not words:
            return Invalid("pick_wanted")
        found = context.lookups.search(self.source, words)
        if not found:
            return Invalid("not_found", {"text": words})
        if len(found) == 1:
            return self._allowed(found[0].id, context)
        return Progress(ticks=context.ticks, search=words)

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether the lookup offers it now."""
        offered = self._offered(context)
        if not self.gathers:
            return isinstance(value, str) and value in offered
        if not isinstance(value, list) or not 0 < len(value) <= self.most:
            return False
        return all(one in offered for one in value)

    def _allowed(self, one: str, context: Context) -> Value | Invalid | Progress:
        """It, unless the records object; they may know as well why it is not offered."""
        said = context.lookups.objection(self.source, one, context.answers)
        return Invalid("by_rule", {"said": said}) if said else self._picked(one, context)

    def _offered(self, context: Context) -> set[str]:
        options = [*context.lookups.options(self.source, context.answers)]
        if context.search:
            options += context.lookups.search(self.source, context.search)
        return {option.id for option in options}

    def _picked(self, one: str, context: Context) -> Value | Invalid | Progress:
        if not self.gathers:
            return one
        held = context.ticks
        if one in held:
            return Progress(ticks=tuple(other for other in held if other != one))
        if len(held) >= self.most:
            return Invalid("at_most", {"most": self.most})
        return Progress(ticks=(*held, one))
