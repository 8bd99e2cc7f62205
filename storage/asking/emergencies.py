"""Emergency aid 救急: a chair has it paid first, its papers follow; every rule it goes beyond is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage import errors, numbers, rules
from storage.aid import aid_news, aid_rows, aid_steps
from storage.aid_codes import AidAct, AidKind, AidState, FundSource
from storage.aid_refusals import AidMoved, BadAmount, EmergencySource, FileNotActive
from storage.asking import aid_facts, aid_rules, proposal_words
from storage.asking.aid_rules import Wish
from storage.asking.receipts import AidReceipt, receipt
from storage.codes import Category, Cause, HouseholdState, Role
from storage.due import followups_refresh
from storage.households import filing
from storage.members import offices
from storage.money import fund, ledger
from storage.paying import payers, settling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from storage.aid.aid_rows import AidRow
    from storage.aid_refusals import AidRefused
    from storage.asking.aid_facts import Facts
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# What an emergency is recorded as: it keeps a household alive.
KIND = AidKind.LIVING
NAME_CHARACTERS = 60
# Who may bring its papers.
FILERS = frozenset({Role.CADRE, Role.OFFICER})
# While its papers can still be brought.
UNFILED = frozenset({AidState.APPROVED, AidState.PAID, AidState.REVISITED, AidState.CLOSED})

_FILE_NO = select(aid_rows.HOUSEHOLDS.c.id).where(aid_rows.HOUSEHOLDS.c.file_no == bindparam("file_no"))


@dataclass(frozen=True, slots=True)
class NewLead:
    """Somebody in need who has no file yet: the name, and the branch that will look after them."""

    name: str
    union_id: int


def emergency(
    tx: Transaction,
    person: Person,
    *,
    aid_id: str,
    household_id: int | None,
    new: NewLead | None,
    source: FundSource,
    amount_fen: int,
    reason: str,
) -> AidReceipt:
    """Approve aid at once, by a chair over the household; the treasurers are told that it waits to be paid.

    Afterwards its money is promised, its papers are due in the union's days (`file_by`), and every rule that
    it went beyond is kept with its reason. Whoever has no file yet gets one as a lead, numbered XS-…. Done
    twice under one id it is done once.
    Refuses NotFound, NotAllowed (no chair there), EmergencySource, BadAmount, ReasonMissing, BadReason,
    FileNotActive for a closed file, OverBudget, OverBalance.
    """
    if Role.CHAIR not in person.roles:
        raise errors.NotAllowed
    _hold(tx, household_id, new)
    there = aid_rows.find(tx, aid_id)
    if there is not None:
        if there.proposed_by != person.id or not there.is_emergency:
            raise errors.NotFound(aid_id=aid_id)
        return receipt(there, again=True)
    said = proposal_words.sentence(reason)
    if source not in rules.EMERGENCY_SOURCES:
        raise EmergencySource(source=str(source))
    if not 0 < amount_fen <= aid_rules.AMOUNT_HIGHEST_FEN:
        raise BadAmount(kind=str(KIND))
    facts = _facts(tx, person, _lead(tx, person, new) if new is not None else household_id or 0)
    wish = Wish(facts.home.id, KIND, source, amount_fen, tx.today.year)
    refused = next(aid_rules.money(wish, facts), None)
    if refused is not None:
        raise refused
    row = _approved(tx, person, aid_id, wish, said, tx.today + timedelta(days=facts.policy.aid_file_days))
    for beyond in _beyond(wish, facts):
        _record(tx, row, AidAct.OVERRIDE, person, guard=beyond.slug, reason=said)
    settling.promise(tx, row)
    aid_news.emergency(tx, row, payers.able(tx, row))
    if not payers.able(tx, row):
        payers.tell(tx, row)
    return receipt(row)


def file_papers(tx: Transaction, person: Person, aid_id: str, answers: Mapping[str, object]) -> AidReceipt:
    """Bring the papers of an emergency: why, and pictures, as its form has them.

    Afterwards it is filed on this day and nobody is reminded of it any more; what was given stays as it was.
    A cadre or an officer who sees the household may, but not the chair who decided. Filed twice it is filed
    once. Refuses NotFound, NotAllowed, AidMoved (no emergency, or taken back), ReasonMissing, BadReason.
    """
    row = aid_rows.hold(tx, person, aid_id)
    if not row.is_emergency or row.state not in UNFILED:
        raise AidMoved(number=row.number, state=str(row.state))
    if not may_file(person, row.proposed_by):
        raise errors.NotAllowed
    if row.filed_on is not None:
        return receipt(row, again=True)
    said = proposal_words.sentence(answers.get("reason"))
    before = row.answers
    row = aid_rows.change(tx, row, filed_on=tx.today, reason=said, answers=dict(answers))
    _record(tx, row, AidAct.FILED, person, answers=before)
    return receipt(row)


def may_file(person: Person, decided_by: int | None) -> bool:
    """Whether somebody may bring the papers of an emergency that a chair decided, if they see it at all."""
    return bool(person.roles & FILERS) and person.id != decided_by


def _hold(tx: Transaction, household_id: int | None, new: NewLead | None) -> None:
    """Hold the fund before anything is looked up, so that of two taps the second finds the first's."""
    if new is not None:
        ledger.lock(tx, fund.serving(tx, new.union_id))
        return
    fund_id = aid_facts.fund_of_household(tx, household_id or 0)
    if fund_id is None:
        raise errors.NotFound(household_id=household_id)
    ledger.lock(tx, fund_id)


def _facts(tx: Transaction, person: Person, household_id: int) -> Facts:
    """The facts of a household of which the person is chair. Refuses NotFound, NotAllowed, FileNotActive."""
    facts = aid_facts.read(tx, [household_id], tx.today.year)[household_id]
    if facts.home.union_id not in person.scope:
        raise errors.NotFound(household_id=household_id)
    _check_chair(tx, person, facts.home.union_id)
    if facts.home.state == HouseholdState.CLOSED:
        raise FileNotActive(name=facts.home.name, state=str(facts.home.state))
    return facts


def _check_chair(tx: Transaction, person: Person, union_id: int) -> None:
    if union_id not in offices.over(tx, person.id, Role.CHAIR):
        raise errors.NotAllowed


def _lead(tx: Transaction, person: Person, new: NewLead) -> int:
    """Open a file for somebody who has none. Refuses NotFound, NotAllowed, BadReason (the name)."""
    if new.union_id not in person.scope:
        raise errors.NotFound(union_id=new.union_id)
    _check_chair(tx, person, new.union_id)
    name = " ".join("".join(one if one.isprintable() else " " for one in new.name).split())
    if not 0 < len(name) <= NAME_CHARACTERS:
        raise errors.BadReason(most=NAME_CHARACTERS)
    household_id = filing.add_household(
        tx,
        file_no=_free_number(tx),
        name=name,
        union_id=new.union_id,
        category=Category.TEMP,
        main_cause=Cause.OTHER,
        opened_on=tx.today,
        state=HouseholdState.LEAD,
    )
    followups_refresh.refresh(tx, household_id)
    return household_id


def _free_number(tx: Transaction) -> str:
    """The next lead's number; one that an import has brought in meanwhile is passed over."""
    while True:
        number = numbers.next_number(tx, "XS", tx.today.year)
        if tx.connection.scalar(_FILE_NO, {"file_no": number}) is None:
            return number


def _approved(tx: Transaction, person: Person, aid_id: str, wish: Wish, reason: str, file_by: date) -> AidRow:
    aid_rows.add(
        tx,
        {
            "id": aid_id,
            "number": numbers.next_number(tx, "BF", tx.today.year),
            "household_id": wish.household_id,
            "kind": str(wish.kind),
            "source": str(wish.source),
            "for_year": wish.for_year,
            "amount_fen": wish.amount_fen,
            "state": AidState.APPROVED,
            "reason": reason,
            "is_emergency": True,
            "file_by": file_by,
            "proposed_by": person.id,
            "waits_since": tx.now,
            "recorded_at": tx.now,
        },
    )
    row = aid_rows.get(tx, person, aid_id)
    _record(tx, row, AidAct.EMERGENCY, person, reason=reason)
    return row


def _beyond(wish: Wish, facts: Facts) -> Iterator[AidRefused]:
    """Every rule that would have said no, or asked for a reason, had it gone the usual way."""
    yield from aid_rules.trade(wish, facts)
    yield from aid_rules.once(wish, facts)
    yield from aid_rules.warnings(facts)


def _record(
    tx: Transaction,
    row: AidRow,
    act: AidAct,
    person: Person,
    *,
    guard: str = "",
    reason: str = "",
    answers: Mapping[str, object] | None = None,
) -> None:
    aid_steps.record(
        tx,
        act,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        amount_fen=row.amount_fen,
        guard=guard,
        reason=reason,
        answers=answers,
    )
