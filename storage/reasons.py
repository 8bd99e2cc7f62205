"""A reason as a person typed it, and as it is kept; PURE."""

from __future__ import annotations

from storage import errors

REASON_CHARACTERS = 200


def sentence(text: str, *, optional: bool = False) -> str:
    """A reason as it is kept: one line, nothing invisible. Refuses BadReason: empty or too long."""
    said = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    if len(said) > REASON_CHARACTERS or not (said or optional):
        raise errors.BadReason(most=REASON_CHARACTERS)
    return said
