"""What a request for aid asks of the records: kinds, sources and amounts, and why some are not possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.asking import amounts, notes, suggestion
from bot.forms.aid_request import AMOUNTS, KINDS, NO_PAPERS, NO_VISIT, REASON, SOURCES, UNREVISITED
from bot.forms.model import Option
from bot.texts import refusals
from storage.aid import approvers
from storage.aid_codes import AidKind, AidState, FundSource
from storage.asking import aid_facts, aid_offers, aid_rules
from storage.asking.aid_rules import Wish
from storage.casebook import aid_views
from storage.codes import Role
from storage.members import offices
from storage.rules import OWN_FUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.forms.model import Answers, Value
    from bot.texts.catalogue import Words
    from storage.aid.aid_rows import AidRow
    from storage.asking.aid_facts import Facts
    from storage.asking.aid_offers import Offer
    from storage.asking.aid_rules import Verdict
    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person

# What a household is still to get; of its newest so many are looked at.
ON_THE_WAY = frozenset({AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.APPROVED, AidState.RETURNED})
THERE_READ = 12
# The question for the reason that a warning wants.
REASONS = {UNREVISITED: "unrevisited_reason", NO_VISIT: "no_visit_reason"}


class AidLookups:
    """Answers the request's questions about one household, from storage, in the update's transaction.

    `card`: the piece of aid that is changed, or whose papers are filed; it does not count against itself.
    """

    def __init__(
        self,
        tx: Transaction,
        person: Person,
        household: HouseholdLine,
        words: Words,
        card: AidRow | None = None,
    ) -> None:
        self._tx = tx
        self._person = person
        self._household = household
        self._words = words
        self._card = card
        self._known: Facts | None = None
        self._offers: list[Offer] | None = None
        self._suggestion: suggestion.Suggestion | None = None

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """The options offered at once, best first."""
        if source == KINDS:
            return [self._kind(one) for one in self._possible()]
        if source == SOURCES:
            return [self._source(one) for one in self._sources(answers)]
        if source == AMOUNTS:
            offer, money = self._offer(answers), _money(answers)
            return [] if offer is None or money is None else amounts.buttons(self._words, offer, money)
        if source == REASON:
            return self._suggested().sentences
        if source == NO_PAPERS:
            return [Option(source, source)] if self._is_filed() and not answers.get("papers") else []
        if source in REASONS:
            verdict = None if self._is_filed() else self._verdict(answers)
            slugs = [] if verdict is None else [one.slug for one in verdict.warnings]
            return [Option(source, source)] if source in slugs else []
        return []

    def search(self, source: str, text: str) -> Sequence[Option]:
        """The options whose label holds what was typed."""
        folded = text.casefold()
        return [option for option in self.options(source, {}) if folded in option.label.casefold()]

    def suggest_next_visit(self, answers: Answers) -> str:
        """A request leads to no visit of its own."""
        del answers
        return ""

    def only(self, source: str, answers: Answers) -> Value | None:
        """The only source, the exact standard; of an emergency that is filed, what was given already."""
        if self._is_filed():
            return self._given(source)
        if source == SOURCES:
            found = self._sources(answers)
            return str(found[0]) if len(found) == 1 and answers.get("kind") else None
        offer = self._offer(answers) if source == AMOUNTS else None
        return None if offer is None else amounts.exact(offer)

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        """The first rule that says no to this amount, in its own words; why that money is not possible."""
        if source == SOURCES:
            return self._not_from(value, answers)
        if source != AMOUNTS or not isinstance(value, int) or self._is_filed():
            return ""
        verdict = self._verdict({**answers, "amount": value})
        if verdict is None or not verdict.refusals:
            return ""
        refusal = verdict.refusals[0]
        return refusals.plain(self._words, refusal.slug, refusal.details)

    def note(self, source: str, answers: Answers) -> str:
        """What is not possible and why; the most that may be given; what the request comes to."""
        if source == KINDS:
            return self._beside_kinds()
        if source == AMOUNTS:
            offer, money = self._offer(answers), _money(answers)
            return "" if offer is None or money is None else amounts.most(self._words, offer, money)
        if source == SOURCES:
            offer = self._offer(answers)
            might = offer is not None and OWN_FUND in offer.sources
            return self._not_from(OWN_FUND, answers) if might else ""
        if source == REASON:
            return self._suggested().note
        if source == REASONS[UNREVISITED]:
            return self._how_many(answers)
        if source == notes.BEFORE:
            return self._before()
        if source == notes.AFTER:
            return self._comes_to(answers)
        return ""

    def possible(self) -> bool:
        """Whether there is anything at all that may be asked for."""
        return bool(self._possible())

    # Inside.

    def _facts(self) -> Facts:
        """By what everything here is judged, read once: for this year, or the year of what is changed."""
        if self._known is None:
            home_id = self._household.id
            self._known = aid_facts.read(self._tx, [home_id], self._year())[home_id]
        return self._known

    def _year(self) -> int:
        return self._tx.today.year if self._card is None else self._card.for_year

    def _read(self) -> list[Offer]:
        if self._offers is None:
            self._offers = [aid_offers.offer(kind, self._facts()) for kind in AidKind]
        return self._offers

    def _possible(self) -> list[Offer]:
        """What may be asked for, what the last visit speaks of first."""
        wanted = self._suggested().kinds
        found = [one for one in self._read() if one.refusal is None or self._is_this(one.kind)]
        return sorted(found, key=lambda one: wanted.index(one.kind) if one.kind in wanted else len(wanted))

    def _is_this(self, kind: AidKind) -> bool:
        """Whether it is what was asked for before; that is judged by itself when it is handed in."""
        return self._card is not None and self._card.kind == kind

    def _offer(self, answers: Answers) -> Offer | None:
        kind = answers.get("kind")
        return next((one for one in self._read() if one.kind == kind), None)

    def _sources(self, answers: Answers) -> list[FundSource]:
        """Of the kind asked for; without one, all that any kind may be paid from."""
        offer = self._offer(answers)
        if offer is None:
            return list(FundSource)
        return [one for one in offer.sources if amounts.fits(offer, one)]

    def _kind(self, offer: Offer) -> Option:
        name = self._words.plain(f"codes.aid.{offer.kind}")
        return Option(str(offer.kind), amounts.labelled(self._words, name, offer), name)

    def _source(self, source: FundSource) -> Option:
        return Option(str(source), self._words.plain(f"codes.source.{source}"))

    def _given(self, source: str) -> Value | None:
        """What an emergency was: its papers explain it, they do not change it."""
        card = self._card
        if card is None:
            return None
        known: dict[str, Value] = {KINDS: card.kind, SOURCES: card.source, AMOUNTS: card.amount_fen}
        return known.get(source)

    def _suggested(self) -> suggestion.Suggestion:
        if self._suggestion is None:
            self._suggestion = suggestion.of(self._tx, self._household, self._words)
        return self._suggestion

    def _wish(self, answers: Answers) -> Wish | None:
        kind, money, fen = answers.get("kind"), _money(answers), answers.get("amount")
        if kind not in set(AidKind) or money is None or not isinstance(fen, int):
            return None
        return Wish(self._household.id, AidKind(str(kind)), money, fen, self._year())

    def _verdict(self, answers: Answers) -> Verdict | None:
        wish = self._wish(answers)
        aid_id = None if self._card is None else self._card.id
        return None if wish is None else aid_rules.verdict(wish, self._facts(), aid_id)

    def _beside_kinds(self) -> str:
        """What is on its way for the household already, and what is not possible."""
        refused = [one for one in self._read() if one.refusal is not None]
        own = None if self._card is None else self._card.id
        there = aid_views.of_household(self._tx, self._person, self._household.id, THERE_READ)
        open_ones = [one for one in there if one.state in ON_THE_WAY and one.id != own]
        said = [notes.on_the_way(self._words, open_ones), notes.impossible(self._words, refused)]
        return "\n".join(filter(None, said))

    def _not_from(self, source: Value, answers: Answers) -> str:
        """Why this money is not offered for the kind."""
        offer = self._offer(answers)
        if offer is None or source in self._sources(answers):
            return ""
        least = {**answers, "source": str(source), "amount": amounts.least(offer)}
        verdict = self._verdict(least)
        if verdict is None or not verdict.refusals:
            return ""
        why = refusals.plain(self._words, verdict.refusals[0].slug, verdict.refusals[0].details)
        return self._words.plain("aid.not_from", source=self._words.plain(f"codes.source.{source}"), why=why)

    def _how_many(self, answers: Answers) -> str:
        """How many approve it, and how many of them because earlier aid was not revisited."""
        verdict, wish = self._verdict(answers), self._wish(answers)
        if verdict is None or wish is None:
            return ""
        without = aid_rules.approvers(self._facts().policy, wish.amount_fen, unrevisited=False)
        needed = verdict.approvals_needed
        if needed == without:
            return self._words.plain("aid.as_many", count=needed)
        return self._words.plain("aid.more_approve", count=needed, more=needed - without)

    def _comes_to(self, answers: Answers) -> str:
        verdict, wish = self._verdict(answers), self._wish(answers)
        if verdict is None or wish is None or self._is_filed():
            return ""
        union_id, offer = self._household.union_id, self._offer(answers)
        return notes.comes_to(
            self._words,
            wish,
            None if offer is None else offer.room_fen,
            needed=verdict.approvals_needed,
            have=len(approvers.possible(self._tx, union_id, {self._person.id})),
            is_reviewed=union_id not in offices.over(self._tx, self._person.id, Role.OFFICER),
        )

    def _is_filed(self) -> bool:
        """Whether these are the papers of an emergency: what was given is judged no more."""
        return self._card is not None and self._card.is_emergency

    def _before(self) -> str:
        """What it is filled for: what came back and why, or the papers of an emergency."""
        if self._card is not None and self._is_filed():
            return self._words.plain("aid.filing", number=self._card.number)
        if self._card is None or self._card.state != AidState.RETURNED:
            return ""
        steps = aid_views.card(self._tx, self._person, self._card.id).steps
        return notes.returned(self._words, steps)


def _money(answers: Answers) -> FundSource | None:
    """Whose money was chosen."""
    said = answers.get("source")
    return FundSource(str(said)) if said in set(FundSource) else None
