"""Photos, one after another, until 完成."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.forms.model import Invalid, Progress

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

_PARTS = ("file_id", "unique_id")


@dataclass(frozen=True, slots=True)
class Photos:
    """One to `most` photos, each {"file_id", "unique_id"}; the same picture twice counts once."""

    name: ClassVar[str] = "photos"
    most: int = 5

    @property
    def gathers(self) -> bool:
        """Photos are collected until 完成."""
        return True

    def takes(self, sent: SentKind) -> bool:
        """Photos only."""
        return sent == "photo"

    def read(self, given: Given, context: Context) -> Value | Invalid | Progress:
        """One photo more, or the list when it is done. The tap "CLEAR" begins afresh."""
        if given.done:
            return list(context.ticks) if context.ticks else Invalid("photos_none")
        if given.tapped == "CLEAR":
            return Progress()
        if given.sent is None or given.sent.kind != "photo":
            return Invalid("photos_wanted")
        photo: Value = {part: given.sent.payload.get(part, "") for part in _PARTS}
        return self._added(photo, context.ticks) if _is_photo(photo) else Invalid("photos_wanted")

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is a list of different photos, not too many."""
        del context
        if not isinstance(value, list) or not 0 < len(value) <= self.most:
            return False
        return all(map(_is_photo, value)) and len({_unique(one) for one in value}) == len(value)

    def _added(self, photo: Value, held: tuple[Value, ...]) -> Invalid | Progress:
        if any(_unique(one) == _unique(photo) for one in held):
            return Progress(ticks=held)
        if len(held) >= self.most:
            return Invalid("photos_full", {"most": self.most})
        return Progress(ticks=(*held, photo))


def _is_photo(value: Value) -> bool:
    if not isinstance(value, dict) or set(value) != set(_PARTS):
        return False
    return all(isinstance(part, str) and part for part in value.values())


def _unique(photo: Value) -> str:
    return str(photo["unique_id"]) if isinstance(photo, dict) else ""
