"""Whether aid may be given, and what may be offered: every rule by its own name; reads, and changes nothing.

The rules themselves stand in `aid_rules`, the facts they judge by are read in `aid_facts`. Who decides about
money holds the fund before it asks (`ledger.lock`), so that what is judged stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import errors
from storage.aid_codes import AidKind
from storage.asking import aid_facts, aid_offers, aid_rules
from storage.asking.aid_offers import Offer
from storage.asking.aid_rules import Verdict, Wish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["Offer", "Verdict", "Wish", "allow", "judge", "judge_many", "offers"]


def judge(tx: Transaction, wish: Wish, *, aid_id: str | None = None) -> Verdict:
    """Return what the rules say to a wish; `aid_id`: the piece of aid it is itself, which does not count.

    Six statements. Refuses NotFound where there is no such household.
    """
    return judge_many(tx, [wish], aid_ids={wish.household_id: aid_id} if aid_id else {})[0]


def judge_many(
    tx: Transaction, wishes: Sequence[Wish], *, aid_ids: Mapping[int, str] | None = None
) -> list[Verdict]:
    """Judge many wishes of different households at once, each as if it were alone, in their order.

    Six statements a year however many they are. `aid_ids`: by household the piece of aid that is itself.
    Refuses NotFound where a household does not exist.
    """
    itself = aid_ids or {}
    known = {
        year: aid_facts.read(tx, {one.household_id for one in wishes if one.for_year == year}, year)
        for year in {one.for_year for one in wishes}
    }
    verdicts: list[Verdict] = []
    for wish in wishes:
        facts = known[wish.for_year].get(wish.household_id)
        if facts is None:
            raise errors.NotFound(household_id=wish.household_id)
        verdicts.append(aid_rules.verdict(wish, facts, itself.get(wish.household_id)))
    return verdicts


def allow(tx: Transaction, wish: Wish, *, aid_id: str | None = None) -> Verdict:
    """Let a wish pass and return the verdict with what was overridden, and how many must approve.

    Refuses with the first rule that says no, else with the first warning for which no reason is given.
    """
    verdict = judge(tx, wish, aid_id=aid_id)
    if verdict.refusal is not None:
        raise verdict.refusal
    return verdict


def offers(tx: Transaction, person: Person, household_id: int, for_year: int | None = None) -> list[Offer]:
    """Return what may be offered to a household, kind by kind, also what may not be with the reason why.

    Six statements. Refuses NotFound for none and for a household out of the person's scope alike.
    """
    facts = aid_facts.read(tx, [household_id], for_year or tx.today.year).get(household_id)
    if facts is None or facts.home.union_id not in person.scope:
        raise errors.NotFound(household_id=household_id)
    return [aid_offers.offer(kind, facts) for kind in AidKind]
