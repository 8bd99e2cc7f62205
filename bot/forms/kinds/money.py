"""An amount of yuan, kept as whole fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid
from bot.forms.numerals import read_fen

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value


@dataclass(frozen=True, slots=True)
class Money:
    """An amount from `least_fen` to `limit_fen`, both allowed. `offered_fen` are worth a button."""

    name: ClassVar[str] = "money"
    limit_fen: int
    least_fen: int = 0
    offered_fen: tuple[int, ...] = ()

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
        del context
        if given.tapped is not None:
            known = {str(fen): fen for fen in self.offered_fen}
            return known.get(given.tapped, Invalid("no_such_option"))
        fen = None if given.typed is None else read_fen(given.typed)
        if fen is None:
            return Invalid("money_wanted")
        if not self.least_fen <= fen <= self.limit_fen:
            return Invalid("money_range", {"least_fen": self.least_fen, "limit_fen": self.limit_fen})
        return int(fen) if fen == int(fen) else Invalid("too_exact")

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is whole fen in the range."""
        del context
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and self.least_fen <= int(str(value)) <= self.limit_fen
