"""A place on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

_LIMITS = {"latitude": 90.0, "longitude": 180.0}


@dataclass(frozen=True, slots=True)
class Place:
    """A location that was sent: {"latitude", "longitude"} in degrees."""

    name: ClassVar[str] = "place"

    @property
    def gathers(self) -> bool:
        """One location ends it."""
        return False

    def takes(self, sent: SentKind) -> bool:
        """Locations only."""
        return sent == "place"

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The location that was sent."""
        if given.sent is None or given.sent.kind != "place":
            return Invalid("place_wanted")
        value: Value = {name: given.sent.payload.get(name, "") for name in _LIMITS}
        return value if self.accepts(value, context) else Invalid("place_wanted")

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether both degrees are on the globe."""
        del context
        if not isinstance(value, dict) or set(value) != set(_LIMITS):
            return False
        return all(_within(value[name], limit) for name, limit in _LIMITS.items())


def _within(degrees: Value, limit: float) -> bool:
    return isinstance(degrees, (int, float)) and -limit <= degrees <= limit
