"""Long things kept within a message: clipped words, fitted lines, and the buttons that turn pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Below what Talk cuts off: a cut inside a tag or an entity would make Telegram refuse the message.
TEXT_CHARACTERS = 3_900
LABEL_CHARACTERS = 28
# On a button that has a row of its own.
WIDE_CHARACTERS = 40
# So much of a name stays, whatever stands beside it.
NAME_LEAST = 4
NAME_CHARACTERS = 20
PAGES_MAX = 1_000
PARTS_MAX = 5
ELLIPSIS = "…"


def clipped(text: str, limit: int = NAME_CHARACTERS) -> str:
    """The text on one line, with an ellipsis where it was too long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}{ELLIPSIS}"


def label(text: str) -> str:
    """A text as it fits on a button."""
    return clipped(text, LABEL_CHARACTERS)


def label_of(name: str, said: Callable[[str], str], limit: int = LABEL_CHARACTERS) -> str:
    """What `said` makes of the name, on a button: the name gives way, so that what sets it apart is seen."""
    room = max(NAME_LEAST, limit - len(said("")))
    return clipped(said(clipped(name, room)), limit)


def fitted(lines: Iterable[str]) -> str:
    """As many whole lines as a message holds; an ellipsis stands for the rest."""
    kept: list[str] = []
    room = TEXT_CHARACTERS
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept.append(ELLIPSIS)
            break
        kept.append(line)
    return "\n".join(kept).strip()


def told_apart(parts: tuple[str, ...]) -> tuple[str, list[str]]:
    """What a button wants, and what it carries: empty texts stand for what a forged one left out."""
    padded = [*parts, *[""] * PARTS_MAX]
    return padded[0], padded[1:]


def page_of(part: str) -> int:
    """The page a button carried; the first when it is none."""
    return min(number(part), PAGES_MAX)


def turning(page: int, *, more: bool, data: Callable[[int], str]) -> list[Button]:
    """‹ and ›, as far as there is something to turn to."""
    buttons = [Button("‹", data(page - 1))] if page else []
    return [*buttons, Button("›", data(page + 1))] if more else buttons
