"""Proposes aid, changes what was proposed, and takes it back; nothing is decided and no money moves here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import errors, numbers
from storage.aid import aid_news, aid_rows, aid_steps
from storage.aid_codes import AidAct, AidState
from storage.aid_refusals import AidMoved
from storage.asking import aid_facts, aid_rules, proposal_words
from storage.asking.emergencies import NewLead, emergency, file_papers
from storage.asking.receipts import AidReceipt, receipt
from storage.codes import Role
from storage.members import offices
from storage.money import ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.aid.aid_rows import AidRow
    from storage.asking.aid_facts import Facts
    from storage.asking.aid_rules import Verdict, Wish
    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["AidReceipt", "NewLead", "amend", "emergency", "file_papers", "propose", "withdraw"]

# Who proposes aid for the households they see; a chair approves, and has the emergency.
PROPOSERS = frozenset({Role.CADRE, Role.OFFICER})
# While it stands so, it can still be changed or taken back.
OPEN = frozenset({AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.RETURNED})


def propose(
    tx: Transaction,
    person: Person,
    *,
    aid_id: str,
    household_id: int,
    answers: Mapping[str, object],
    form_version: int,
) -> AidReceipt:
    """Propose aid under a new number BF-…, for the year of this day.

    Afterwards it waits for an officer's review, or, proposed by an officer of that union, for its approvals;
    whoever has it next is told. `aid_id` is made before the work: proposed twice it is one proposal.
    Refuses NotFound (no such household in sight), NotAllowed, BadReason, and every rule of aid by its name.
    """
    facts = _held(tx, person, household_id)
    there = aid_rows.find(tx, aid_id)
    if there is not None:
        if there.household_id != household_id or there.proposed_by != person.id:
            raise errors.NotFound(aid_id=aid_id)
        return receipt(there, again=True)
    said = proposal_words.read(answers)
    wish = said.wish(household_id, tx.today.year)
    verdict = _allowed(wish, facts)
    state = _next(tx, person, facts.home.union_id)
    number = numbers.next_number(tx, "BF", tx.today.year)
    aid_rows.add(
        tx,
        {
            "id": aid_id,
            "number": number,
            "household_id": household_id,
            "for_year": wish.for_year,
            "state": state,
            "proposed_by": person.id,
            "form_version": form_version,
            "waits_since": tx.now,
            "recorded_at": tx.now,
            "approvals_needed": verdict.approvals_needed,
            **said.columns(answers),
        },
    )
    row = aid_rows.get(tx, person, aid_id)
    _record(tx, row, AidAct.PROPOSED, person)
    _override(tx, row, person, verdict)
    aid_news.waits(tx, row, besides=aid_steps.authors(tx, aid_id=aid_id))
    return receipt(row)


def amend(tx: Transaction, person: Person, aid_id: str, answers: Mapping[str, object]) -> AidReceipt:
    """Let a proposal say something else, of the same number and year, until it is approved or refused.

    Afterwards it is a new revision that begins its way anew: every approval given before is void. Whoever
    proposed it may, and the officers over the household, who then have proposed it too. The same words change
    nothing, but send it on again once it was returned.
    Refuses NotFound, NotAllowed, AidMoved, BadReason, and every rule of aid by its name.
    """
    row = aid_rows.hold(tx, person, aid_id)
    _check_author(tx, person, row)
    _check_open(row)
    if dict(answers) == row.answers and row.state != AidState.RETURNED:
        return receipt(row, again=True)
    said = proposal_words.read(answers)
    facts = aid_facts.read(tx, [row.household_id], row.for_year)[row.household_id]
    verdict = _allowed(said.wish(row.household_id, row.for_year), facts, aid_id)
    _void(tx, row)
    before = row
    state = _next(tx, person, row.union_id)
    row = aid_rows.change(
        tx,
        row,
        state=state,
        revision=row.revision + 1,
        waits_since=tx.now,
        approvals_needed=verdict.approvals_needed,
        **said.columns(answers),
    )
    _record(tx, row, AidAct.AMENDED, person, answers=before.answers)
    _override(tx, row, person, verdict)
    aid_news.told(tx, row, AidAct.AMENDED, actor_id=person.id)
    aid_news.waits(tx, row, besides=aid_steps.authors(tx, aid_id=aid_id))
    return receipt(row)


def withdraw(tx: Transaction, person: Person, aid_id: str, reason: str = "") -> None:
    """Take a proposal back before it is approved, by whoever proposed it or an officer over the household.

    Withdrawn twice it is withdrawn once. Refuses NotFound, NotAllowed, AidMoved, BadReason.
    """
    row = aid_rows.hold(tx, person, aid_id)
    _check_author(tx, person, row)
    if row.state == AidState.WITHDRAWN:
        return
    _check_open(row)
    said = proposal_words.sentence(reason, optional=True)
    row = aid_rows.change(tx, row, state=AidState.WITHDRAWN)
    _record(tx, row, AidAct.WITHDRAWN, person, reason=said)
    aid_news.told(tx, row, AidAct.WITHDRAWN, actor_id=person.id)


def _held(tx: Transaction, person: Person, household_id: int) -> Facts:
    """The facts of a household in the person's sight, with its fund held: what is judged stays as it is.

    Refuses NotFound, NotAllowed.
    """
    fund_id = aid_facts.fund_of_household(tx, household_id)
    if fund_id is not None:
        ledger.lock(tx, fund_id)
    facts = aid_facts.read(tx, [household_id], tx.today.year).get(household_id)
    if facts is None or facts.home.union_id not in person.scope:
        raise errors.NotFound(household_id=household_id)
    if not person.roles & PROPOSERS:
        raise errors.NotAllowed
    return facts


def _allowed(wish: Wish, facts: Facts, aid_id: str | None = None) -> Verdict:
    verdict = aid_rules.verdict(wish, facts, aid_id)
    if verdict.refusal is not None:
        raise verdict.refusal
    return verdict


def _next(tx: Transaction, person: Person, union_id: int) -> AidState:
    """What an officer of that union proposes needs no review by an officer."""
    return AidState.TO_APPROVE if _is_officer(tx, person, union_id) else AidState.TO_REVIEW


def _is_officer(tx: Transaction, person: Person, union_id: int) -> bool:
    return union_id in offices.over(tx, person.id, Role.OFFICER)


def _check_author(tx: Transaction, person: Person, row: AidRow) -> None:
    is_author = row.proposed_by == person.id and bool(person.roles & PROPOSERS)
    if not is_author and not _is_officer(tx, person, row.union_id):
        raise errors.NotAllowed


def _check_open(row: AidRow) -> None:
    """Refuses AidMoved for what is decided, and for what stands on a list: that is changed as a list."""
    if row.state not in OPEN or row.batch_id is not None:
        raise AidMoved(number=row.number, state=str(row.state))


def _void(tx: Transaction, row: AidRow) -> None:
    """Note each approval that was given to what is changed now."""
    for one in aid_steps.approvals(tx, row.revision, aid_id=row.id):
        aid_steps.record(
            tx,
            AidAct.VOIDED,
            number=row.number,
            revision=row.revision,
            person_id=one.person_id,
            for_person_id=one.for_person_id,
            aid_id=row.id,
            amount_fen=row.amount_fen,
        )


def _override(tx: Transaction, row: AidRow, person: Person, verdict: Verdict) -> None:
    """Note each warning that it goes ahead beside, with the reason given for it."""
    for guard, reason in verdict.overrides:
        _record(tx, row, AidAct.OVERRIDE, person, guard=guard, reason=reason)


def _record(tx: Transaction, row: AidRow, act: AidAct, person: Person, **more: Any) -> None:  # noqa: ANN401 - passed on
    aid_steps.record(
        tx,
        act,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        amount_fen=row.amount_fen,
        **more,
    )
