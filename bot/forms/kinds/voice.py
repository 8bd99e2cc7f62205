"""A voice message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, Sent, SentKind, Value

LONGEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice message of at most five minutes: {"file_id", "unique_id", "duration"}."""

    name: ClassVar[str] = "voice"

    @property
    def gathers(self) -> bool:
        """One message ends it."""
        return False

    def takes(self, sent: SentKind) -> bool:
        """Voice messages only."""
        return sent == "voice"

    def read(self, given: Given, context: Context) -> Value | Invalid:
        """The recording that was sent."""
        del context
        if given.sent is None or given.sent.kind != "voice":
            return Invalid("voice_wanted")
        return recording(given.sent)

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is a recording."""
        del context
        return is_recording(value)


def recording(sent: Sent) -> Value | Invalid:
    """The recording as it is kept; refused when it is damaged or too long."""
    value: Value = {name: sent.payload.get(name, 0 if name == "duration" else "") for name in _PARTS}
    if not is_recording(value):
        return Invalid("voice_wanted")
    if int(str(sent.payload.get("duration", 0))) > LONGEST_SECONDS:
        return Invalid("voice_too_long", {"limit": LONGEST_SECONDS})
    return value


_PARTS = ("file_id", "unique_id", "duration")


def is_recording(value: Value) -> bool:
    """Whether the value names a stored voice message."""
    if not isinstance(value, dict) or set(value) != set(_PARTS):
        return False
    named = all(isinstance(value[part], str) and value[part] for part in _PARTS[:2])
    return named and isinstance(value["duration"], int)
