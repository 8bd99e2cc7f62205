"""What a tapped tick wants: in or out, so that it may come late or twice without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.report.form_buttons import ADD, REMOVE
from bot.forms.model import Tapped

if TYPE_CHECKING:
    from bot.forms.engine import Draft
    from bot.forms.model import Form


def is_tick(form: Form, event: Tapped) -> bool:
    """Whether it ticks one thing of several."""
    return event.value[:1] in (ADD, REMOVE) and form.field(event.field).kind.gathers


def to_do(form: Form, draft: Draft, event: Tapped) -> Tapped | None:
    """The tick as the form knows it; None when it is in, or out, already.

    What stands alone (无) is an answer and no tick: it may be given again after 上一步.
    """
    wanted, slug = event.value[:1], event.value[1:]
    if slug in getattr(form.field(event.field).kind, "exclusive", ()):
        return Tapped(event.field, slug)
    return None if (slug in draft.ticks) == (wanted == ADD) else Tapped(event.field, slug)
