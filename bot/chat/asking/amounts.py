"""The amounts of one kind of aid: on buttons, beside its name, and the most there is, with what bounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.forms.model import Option
from bot.texts import formats
from storage.rules import OWN_FUND, WITHOUT_CASH

if TYPE_CHECKING:
    from bot.texts.catalogue import Words
    from storage.aid_codes import FundSource
    from storage.asking.guards import Offer


def exact(offer: Offer) -> int | None:
    """The one amount there is; None when there is a choice."""
    return offer.lowest_fen if offer.lowest_fen == offer.highest_fen else None


def least(offer: Offer) -> int:
    """The least that may be given at a time, in fen."""
    if offer.lowest_fen is not None:
        return offer.lowest_fen
    return 0 if offer.kind in WITHOUT_CASH else 1


def fits(offer: Offer, source: FundSource) -> bool:
    """Whether that money holds enough for the least there is."""
    most_fen = offer.most_of(source)
    return most_fen is None or most_fen >= least(offer)


def buttons(words: Words, offer: Offer, source: FundSource) -> list[Option]:
    """What is worth a tap, each by its fen."""
    return [Option(str(fen), formats.short_money(words, fen)) for fen in offer.amounts_of(source)]


def labelled(words: Words, name: str, offer: Offer) -> str:
    """The kind on its button: with this year's standard, or with the most that may be given."""
    fen = exact(offer)
    if fen:
        return words.plain("aid.kind_exact", kind=name, amount=formats.short_money(words, fen))
    if fen is None and offer.most_fen:
        return words.plain("aid.kind_most", kind=name, amount=formats.short_money(words, offer.most_fen))
    return name


def most(words: Words, offer: Offer, source: FundSource) -> str:
    """最多可给 5,000.00 元（单次上限）; nothing where that money has no bound that we know."""
    most_fen = offer.most_of(source)
    if most_fen is None or exact(offer) is not None:
        return ""
    bound_by = offer.bound_by if source == OWN_FUND else "band"
    because = words.plain(f"aid.because.{bound_by}")
    return words.plain("aid.most", amount=formats.money(words, most_fen), because=because)
