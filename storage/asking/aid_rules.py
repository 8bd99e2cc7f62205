"""The rules of aid, each by its own name and in a fixed order; PURE: knows the facts and asks nobody.

Whoever decides about money judges by the facts as they are while the fund is held.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from storage import aid_refusals, rules
from storage.aid_codes import AidKind, FundSource
from storage.asking.aid_facts import PROMISED
from storage.codes import HouseholdState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.aid_refusals import AidRefused
    from storage.asking.aid_facts import Earlier, Facts
    from storage.rulebook.policy import Policy

# However little is left of the rules: beyond it somebody has mistyped. Our default.
AMOUNT_HIGHEST_FEN = 10_000_000_000
# However many a rule asks for, four chairs are enough. Our default.
APPROVERS_MAX = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be given; `reasons`: why it goes ahead beside a warning, by the warning's slug."""

    household_id: int
    kind: AidKind
    source: FundSource
    amount_fen: int
    for_year: int
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say: no (`refusals`, the first is told), or only with a reason (`warnings`).

    `overrides`: the warnings for which a reason was given, with it.
    """

    refusals: tuple[AidRefused, ...]
    warnings: tuple[AidRefused, ...]
    overrides: tuple[tuple[str, str], ...]
    approvals_needed: int

    @property
    def refusal(self) -> AidRefused | None:
        """Why it cannot go ahead: the first refusal, else the first warning without a reason."""
        given = {slug for slug, _ in self.overrides}
        unanswered = [one for one in self.warnings if one.slug not in given]
        return next(iter([*self.refusals, *unanswered]), None)


def verdict(wish: Wish, facts: Facts, aid_id: str | None = None) -> Verdict:
    """Judge a wish; `aid_id`: the piece of aid that it is itself, which does not count against it."""
    warned = tuple(warnings(facts, aid_id))
    return Verdict(
        refusals=(*trade(wish, facts, aid_id), *money(wish, facts, aid_id), *once(wish, facts, aid_id)),
        warnings=warned,
        overrides=tuple((one.slug, wish.reasons[one.slug]) for one in warned if wish.reasons.get(one.slug)),
        approvals_needed=approvers(
            facts.policy, wish.amount_fen, unrevisited=bool(unrevisited(facts, aid_id))
        ),
    )


def approvers(policy: Policy, amount_fen: int, *, unrevisited: bool = False) -> int:
    """Return how many different people approve so much: by the union's bands, more where aid is unchecked."""
    by_amount = 1 + sum(amount_fen > band for band in policy.approval_bands_fen)
    return min(APPROVERS_MAX, by_amount + (policy.aid_unrevisited if unrevisited else 0))


def trade(wish: Wish, facts: Facts, aid_id: str | None = None) -> Iterator[AidRefused]:
    """What the file, the year's standards and the cap say; an emergency goes beyond it, and says so."""
    if facts.home.state != HouseholdState.ACTIVE:
        yield aid_refusals.FileNotActive(name=facts.home.name, state=str(facts.home.state))
    if wish.kind == AidKind.ANNUAL and facts.home.category not in rules.ANNUAL_FOR:
        yield aid_refusals.KindNotForCategory(kind=str(wish.kind), category=str(facts.home.category))
    if wish.kind in rules.OUTSIDE_MONEY and wish.source == rules.OWN_FUND:
        yield aid_refusals.SourceNotForKind(kind=str(wish.kind), source=str(wish.source))
    yield from _amount(wish, facts)
    room_fen = room(wish.kind, facts, aid_id)
    if wish.source == rules.OWN_FUND and room_fen is not None and wish.amount_fen > room_fen:
        cap_fen = facts.standards.of(wish.kind, facts.home.category).cap_fen
        yield aid_refusals.OverCap(cap_fen=cap_fen, room_fen=room_fen)


def money(wish: Wish, facts: Facts, aid_id: str | None = None) -> Iterator[AidRefused]:
    """What the budget and the fund say; other money than the company's is only recorded."""
    if wish.source != rules.OWN_FUND or wish.amount_fen <= 0:
        return
    own_fen = sum(one.amount_fen for one in facts.earlier if one.id == aid_id and _is_promised(one))
    if own_fen:
        # It is judged again after it was promised: its own promise does not stand in its way.
        return
    left_fen, free_fen = facts.purse.budget_free_fen, facts.purse.free_fen
    if left_fen is not None and wish.amount_fen > left_fen:
        yield aid_refusals.OverBudget(left_fen=left_fen, amount_fen=wish.amount_fen)
    if wish.amount_fen > free_fen:
        yield aid_refusals.OverBalance(free_fen=free_fen, amount_fen=wish.amount_fen)


def once(wish: Wish, facts: Facts, aid_id: str | None = None) -> Iterator[AidRefused]:
    """What is given once a year, and is there or on its way already."""
    if wish.kind not in rules.ONCE_A_YEAR:
        return
    for one in facts.earlier:
        if one.id != aid_id and (one.kind, one.for_year) == (wish.kind, wish.for_year):
            yield aid_refusals.OnceAYear(kind=str(wish.kind), year=wish.for_year, number=one.number)
            return


def warnings(facts: Facts, aid_id: str | None = None) -> Iterator[AidRefused]:
    """What goes ahead only with a reason: earlier aid not looked after, a household not visited for long.

    No visit within 180 days wants a reason (our default, a union's rule): what is asked is whether anybody
    was there. Whoever revisited in person after aid was; by telephone or video nobody is (our reading).
    """
    unchecked = unrevisited(facts, aid_id)
    if unchecked:
        yield aid_refusals.EarlierNotRevisited(number=unchecked[0].number, count=len(unchecked))
    days = facts.policy.aid_visited_days
    seen_on = facts.home.seen_on
    if seen_on is None or seen_on < facts.today - timedelta(days=days):
        yield aid_refusals.NoRecentVisit(days=days)


def unrevisited(facts: Facts, aid_id: str | None = None) -> list[Earlier]:
    """Return the household's earlier aid that was paid and whose revisit is still open, the oldest first."""
    return [one for one in facts.earlier if one.is_unrevisited and one.id != aid_id]


def sources(kind: AidKind) -> tuple[FundSource, ...]:
    """Return whose money a kind is offered from: what comes from outside never the company's.

    Where no money is given it is nobody's question.
    """
    if kind in rules.COUNTED_ONLY:
        return (rules.OWN_FUND,)
    if kind in rules.OUTSIDE_MONEY:
        return tuple(one for one in FundSource if one != rules.OWN_FUND)
    return tuple(FundSource)


def room(kind: AidKind, facts: Facts, aid_id: str | None = None) -> int | None:
    """Return what the year's cap leaves of company money for a kind, None where there is no cap; in fen.

    Counted is what was promised or given for that year, or what was paid in it, whichever is more: aid of
    December that is paid in January frees no room in either year.
    """
    cap_fen = facts.standards.of(kind, facts.home.category).cap_fen
    if cap_fen is None:
        return None
    promised = [one for one in facts.earlier if (one.kind, one.source) == (kind, rules.OWN_FUND)]
    promised = [one for one in promised if _is_promised(one) and one.for_year == facts.year]
    own_fen = sum(one.amount_fen for one in promised if one.id == aid_id)
    for_year_fen = sum(one.amount_fen for one in promised)
    return max(0, cap_fen - (max(for_year_fen, facts.had.get(kind, 0)) - own_fen))


def _amount(wish: Wish, facts: Facts) -> Iterator[AidRefused]:
    """Whether it is what is given of this kind in that year."""
    norm = facts.standards.of(wish.kind, facts.home.category)
    is_counted = wish.kind in rules.COUNTED_ONLY
    if wish.kind == AidKind.SPRING and norm.amount_fen is None:
        yield aid_refusals.NoStandard(kind=str(wish.kind), year=wish.for_year)
    if norm.amount_fen is not None and not is_counted and wish.amount_fen != norm.amount_fen:
        yield aid_refusals.NotTheStandard(amount_fen=norm.amount_fen, year=wish.for_year)
    if norm.lowest_fen is not None and wish.amount_fen < norm.lowest_fen:
        yield aid_refusals.BelowBand(lowest_fen=norm.lowest_fen)
    if norm.highest_fen is not None and wish.amount_fen > norm.highest_fen:
        yield aid_refusals.AboveBand(highest_fen=norm.highest_fen)
    lowest_fen = 0 if wish.kind in rules.WITHOUT_CASH else 1
    highest_fen = 0 if is_counted else AMOUNT_HIGHEST_FEN
    if not lowest_fen <= wish.amount_fen <= highest_fen:
        yield aid_refusals.BadAmount(kind=str(wish.kind))


def _is_promised(one: Earlier) -> bool:
    return one.state in PROMISED
