"""The note beside an entry of the ledger, the same in every workbook; of a household it tells nothing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.texts.catalogue import LANGUAGES
from bot.texts.catalogue import words as words_of

if TYPE_CHECKING:
    from bot.texts.catalogue import Words
    from storage.oversight.entries import EntryRow

# Why a payment is taken back, as far as everybody may read it who reads the ledger.
MONEY_REASONS = (
    *(f"pay.reasons.{slug}" for slug in ("ACCOUNT", "NAME", "RETURNED", "TWICE", "PERSON", "AMOUNT")),
    "pay.correction",
)


def note(words: Words, entry: EntryRow) -> str | None:
    """An emergency as one, a reversal with what it takes back; why, where that is about money alone.

    An entry is named by the number that stands beside it in the workbooks and on its card in the chat.
    """
    said = []
    if entry.is_emergency:
        said.append(words.plain("workbook.month.emergency"))
    undone = entry.undoes
    if undone is not None:
        known = {"number": str(undone.id), "day": f"{undone.happened_on}", "voucher": undone.voucher_no or ""}
        key = "takes_back_voucher" if undone.voucher_no else "takes_back"
        said.append(words.plain(f"workbook.month.{key}", **known))
        if entry.aid_id is not None and undone.reason in _about_money():
            said.append(words.plain(_about_money()[undone.reason]))
    return " · ".join([*said, *([entry.note] if entry.note else [])]) or None


@cache
def _about_money() -> dict[str, str]:
    """The reasons that tell of no household, as they are offered in every language, with their keys."""
    return {words_of(language).plain(key): key for language in LANGUAGES for key in MONEY_REASONS}
