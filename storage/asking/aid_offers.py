"""What may be offered to a household: of every kind its money, amounts as buttons, and the most; PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import rules
from storage.asking import aid_rules
from storage.asking.aid_rules import Wish

if TYPE_CHECKING:
    from storage.aid_codes import AidKind, FundSource
    from storage.aid_refusals import AidRefused
    from storage.asking.aid_facts import Facts
    from storage.money.standards import Standard

# As many amounts as fit under a question; a band is cut into steps of whole hundreds of yuan.
STEPS = 4
STEP_UNIT_FEN = 100 * rules.FEN_PER_YUAN
# What is often given where nothing is set, in fen: money, and the value of goods. Our default.
COMMON_FEN = (50_000, 100_000, 200_000, 300_000, 500_000)
GOODS_FEN = (0, 10_000, 20_000, 30_000)


@dataclass(frozen=True, slots=True)
class Offer:
    """What of one kind can be given to one household now; amounts are fen.

    `amounts_fen`: to be chosen by a button: the exact standard, or steps of the band within `most_fen`.
    `most_fen`: the most of company money that can be given at a time (最多可给); None: only the fund's own
    bound, `available_fen`. `lowest_fen` and `highest_fen` are what is given at a time of any money.
    `room_fen`: what the year's cap leaves of company money. `bound_by` says what holds `most_fen` down:
    standard, band, cap, budget, balance; empty: nothing. `refusal`: why nothing of this kind can be given.
    """

    kind: AidKind
    sources: tuple[FundSource, ...]
    amounts_fen: tuple[int, ...]
    most_fen: int | None
    lowest_fen: int | None
    highest_fen: int | None
    room_fen: int | None
    available_fen: int
    bound_by: str
    refusal: AidRefused | None

    def most_of(self, source: FundSource) -> int | None:
        """The most that can be given of that money at a time; None: no bound but whoever's money it is."""
        if source != rules.OWN_FUND:
            return self.highest_fen
        return self.available_fen if self.most_fen is None else self.most_fen

    def amounts_of(self, source: FundSource) -> tuple[int, ...]:
        """The amounts to choose from, of that money."""
        most_fen = self.most_of(source)
        return tuple(one for one in self.amounts_fen if most_fen is None or one <= most_fen)


def offer(kind: AidKind, facts: Facts) -> Offer:
    """Return what of this kind can be given to the household."""
    norm = facts.standards.of(kind, facts.home.category)
    lowest_fen, highest_fen = _at_a_time(kind, norm)
    room_fen = aid_rules.room(kind, facts)
    sources = aid_rules.sources(kind)
    most_fen, bound_by = _most(kind, facts, highest_fen, room_fen)
    return Offer(
        kind=kind,
        sources=sources,
        amounts_fen=_amounts(kind, norm),
        most_fen=most_fen,
        lowest_fen=lowest_fen,
        highest_fen=highest_fen,
        room_fen=room_fen,
        available_fen=facts.purse.available_fen,
        bound_by=bound_by,
        refusal=_refusal(kind, facts, norm),
    )


def _at_a_time(kind: AidKind, norm: Standard) -> tuple[int | None, int | None]:
    if kind in rules.COUNTED_ONLY:
        return 0, 0
    if norm.amount_fen is not None:
        return norm.amount_fen, norm.amount_fen
    return norm.lowest_fen, norm.highest_fen


def _most(
    kind: AidKind, facts: Facts, highest_fen: int | None, room_fen: int | None
) -> tuple[int | None, str]:
    """The least of all bounds and its name; nothing where that is less than what is given at a time."""
    norm = facts.standards.of(kind, facts.home.category)
    if kind in rules.COUNTED_ONLY or rules.OWN_FUND not in aid_rules.sources(kind):
        return highest_fen, ""
    bounds = {
        "standard" if norm.amount_fen is not None else "band": highest_fen,
        "cap": room_fen,
        "budget": facts.purse.budget_free_fen,
        "balance": facts.purse.free_fen,
    }
    known = {name: fen for name, fen in bounds.items() if fen is not None}
    bound_by = min(known, key=lambda name: known[name])
    if highest_fen is None and room_fen is None:
        return None, bound_by
    lowest_fen = norm.amount_fen or norm.lowest_fen or 0
    return (known[bound_by] if known[bound_by] >= lowest_fen else 0), bound_by


def _amounts(kind: AidKind, norm: Standard) -> tuple[int, ...]:
    """Amounts for buttons by the standard alone; what is too much now is left out by `Offer.amounts_of`."""
    if kind in rules.COUNTED_ONLY:
        return (0,)
    if norm.amount_fen is not None:
        return (norm.amount_fen,)
    lowest_fen, highest_fen = norm.lowest_fen, norm.highest_fen
    if highest_fen is None or highest_fen <= (lowest_fen or 0):
        common = GOODS_FEN if kind in rules.WITHOUT_CASH else COMMON_FEN
        return tuple(one for one in common if (lowest_fen or 0) <= one <= (highest_fen or one))
    first_fen = lowest_fen or min(highest_fen, STEP_UNIT_FEN)
    units = max(1, round((highest_fen - first_fen) / STEPS / STEP_UNIT_FEN))
    steps = range(first_fen, highest_fen, units * STEP_UNIT_FEN)
    return (*steps[: STEPS + 1], highest_fen)


def _refusal(kind: AidKind, facts: Facts, norm: Standard) -> AidRefused | None:
    """Why nothing of this kind can be given, whoever's money it were."""
    amount_fen = norm.amount_fen or norm.lowest_fen or (0 if kind in rules.WITHOUT_CASH else 1)
    # Of all the money it may be, the one with the fewest bounds.
    wish = Wish(facts.home.id, kind, aid_rules.sources(kind)[-1], amount_fen, facts.year)
    return next(iter([*aid_rules.trade(wish, facts), *aid_rules.once(wish, facts)]), None)
