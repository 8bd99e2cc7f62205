"""The names under which a form's words stand in the texts; the words themselves are elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.forms.kinds.choice import Choice
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.text import Text

if TYPE_CHECKING:
    from bot.forms.model import Field, Form


def field_key(form: Form, field: str, part: str) -> str:
    """The key of a field's question ("ask"), its short name ("label") or its help line ("help")."""
    return f"forms.{form.slug}.{field}.{part}"


def option_key(form: Form, field: Field, slug: str) -> str:
    """The key of an option's label; sets that several fields share stand once."""
    shared = field.kind.shared if isinstance(field.kind, (Choice, Choices, Text)) else ""
    return f"forms.options.{shared}.{slug}" if shared else field_key(form, field.slug, f"options.{slug}")


def labelled(field: Field) -> tuple[str, ...]:
    """The slugs of a field that have a label each, also those that are never offered."""
    kind = field.kind
    if isinstance(kind, Choice):
        return kind.options + kind.unoffered
    if isinstance(kind, Choices):
        return kind.options
    return kind.buttons if isinstance(kind, Text) else ()


def invalid_key(slug: str) -> str:
    """The key of the words for a slip."""
    return f"forms.invalid.{slug}"
