"""Everything a report's card is drawn from, laid out on one desk."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.report.values import field_label, value_text
from bot.texts import formats

if TYPE_CHECKING:
    from datetime import date

    from bot.chat.report.form_buttons import FormButtons
    from bot.forms.engine import Draft
    from bot.forms.model import Field, Form, Lookups, Value
    from bot.texts.catalogue import Words
    from storage.households.dossiers import HouseholdLine


@dataclass(frozen=True, slots=True)
class Desk:
    """What a card is drawn from."""

    words: Words
    form: Form
    draft: Draft
    buttons: FormButtons
    lookups: Lookups
    household: HouseholdLine
    last_on: date | None
    today: date

    def value(self, field: Field, value: Value) -> str:
        """The answer in words, escaped for HTML."""
        plain = value_text(self.words, self.form, field, value, self.lookups, self.today)
        return html.escape(plain, quote=False)

    def label(self, slug: str) -> str:
        """The field's short name."""
        return field_label(self.words, self.form, slug)

    def day(self, when: date) -> str:
        """A day as it is written in a sentence."""
        return formats.day(self.words, when, self.today)
