"""An amount of yuan that the records offer and bound, kept as whole fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid
from bot.forms.numerals import read_fen

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of at most `limit_fen`. The lookup `source` offers some by their fen; it may object."""

    name: ClassVar[str] = "amount"
    source: str
    limit_fen: int

    @property
    def gathers(self) -> bool:
        """One answer ends it."""
        return False

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is an amount."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The amount: a button holds fen, typed text means yuan."""
        if given.tapped is not None:
            offered = {one.id for one in context.lookups.options(self.source, context.answers)}
            return self._allowed(int(given.tapped), context) if given.tapped in offered else _NOT_OFFERED
        fen = None if given.typed is None else read_fen(given.typed)
        if fen is None:
            return Invalid("money_wanted")
        if fen > self.limit_fen:
            return Invalid("money_range", {"least_fen": 0, "limit_fen": self.limit_fen})
        return self._allowed(int(fen), context) if fen == int(fen) else Invalid("too_exact")

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is whole fen to which the records do not object."""
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= self.limit_fen
        return whole and not context.lookups.objection(self.source, value, context.answers)

    def _allowed(self, fen: int, context: Context) -> Value | Invalid:
        said = context.lookups.objection(self.source, fen, context.answers)
        return Invalid("by_rule", {"said": said}) if said else fen


_NOT_OFFERED = Invalid("no_such_option")
