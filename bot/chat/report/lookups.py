"""What a form may ask of the records while it is filled: companions, payments, the next day by the rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.forms.model import Option
from bot.texts import formats
from storage.booking import aid
from storage.codes import Category
from storage.members import people
from storage.rulebook import policies_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.forms.model import Answers, Value
    from bot.texts.catalogue import Words
    from storage.booking.aid import PaymentLine
    from storage.database import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person


# The day that is proposed for another try.
RETRY_DAY = "retry_day"


class RecordLookups:
    """Answers a form's questions about one household, from storage, in the update's transaction."""

    def __init__(
        self, tx: Transaction, person: Person, household: HouseholdLine, words: Words, aid_id: str | None
    ) -> None:
        self._tx = tx
        self._person = person
        self._household = household
        self._words = words
        self._aid_id = aid_id
        self._known: dict[str, Sequence[Option]] = {}

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """The options offered at once, best first; read at most once per update."""
        del answers
        if source not in self._known:
            self._known[source] = self._read(source)
        return self._known[source]

    def search(self, source: str, text: str) -> Sequence[Option]:
        """The options whose label holds what was typed."""
        folded = text.casefold()
        return [option for option in self.options(source, {}) if folded in option.label.casefold()]

    def suggest_next_visit(self, answers: Answers) -> str:
        """The day of the visit plus the interval of the household's category."""
        visited_on = date.fromisoformat(str(answers.get("date", self._tx.today.isoformat())))
        policy = policies_read.of(self._tx, self._household.union_id)
        days = policy.recheck_days[Category(self._household.category)]
        return (visited_on + timedelta(days=days)).isoformat()

    def only(self, source: str, answers: Answers) -> Value | None:
        """Nothing here leaves one answer only."""
        del source, answers
        return None

    def objection(self, source: str, value: Value, answers: Answers) -> str:
        """The records allow whatever the form does."""
        del source, value, answers
        return ""

    def note(self, source: str, answers: Answers) -> str:
        """The form's own words are enough."""
        del source, answers
        return ""

    def _read(self, source: str) -> Sequence[Option]:
        if source == "visitors":
            others = people.colleagues(self._tx, self._person)
            return [Option(str(one.id), one.name) for one in (self._person, *others)]
        if source == "payments":
            return [
                self._payment(payment) for payment in aid.handed_over_candidates(self._tx, self._household.id)
            ]
        if source == RETRY_DAY:
            return [self._retry_day()]
        if source == "revisit_payments" and self._aid_id is not None:
            return [self._payment(aid.payment(self._tx, self._person, self._aid_id))]
        return []

    def _retry_day(self) -> Option:
        """When to go again where nobody was met, by the rules of the household's union."""
        policy = policies_read.of(self._tx, self._household.union_id)
        day = self._tx.today + timedelta(days=policy.retry_days)
        said = formats.day(self._words, day, self._tx.today)
        return Option(day.isoformat(), self._words.plain("chat.retry_day", day=said))

    def _payment(self, payment: PaymentLine) -> Option:
        label = self._words.plain(
            "chat.payment_short",
            kind=self._words.plain(f"codes.aid.{payment.kind}"),
            amount=formats.money(self._words, payment.amount_fen),
        )
        return Option(payment.id, label)
