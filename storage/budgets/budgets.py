"""The year's plan of a fund, all there is to do with it; every act returns the plan as it stands afterwards.

The plan is that of the fund that serves the person. Amounts are fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage import errors
from storage.aid import approvers
from storage.aid_codes import AidKind, BudgetState
from storage.budgets import adopting, drafting, plan_rows, spending
from storage.budgets.plan import Plan, PlanLine
from storage.codes import Role
from storage.members import offices, people
from storage.money import budget, fund
from storage.money.fund import unions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storage.aid_codes import FundSource
    from storage.budgets.plan_rows import PlanRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Who sees the plan of a fund.
_READERS = frozenset({Role.OFFICER, Role.CHAIR, Role.TREASURER, Role.AUDITOR})

_NAME = select(unions.c.name).where(unions.c.id == bindparam("fund"))


def plan(tx: Transaction, person: Person, year: int, revision: int | None = None) -> Plan:
    """Return the draft of a year's plan, else the version that holds; or a certain version.

    Refuses NotFound: there is none, or it is not theirs to see.
    """
    for one in history(tx, person, year):
        wanted = one.state != BudgetState.REFUSED if revision is None else one.revision == revision
        if wanted:
            return one
    raise errors.NotFound(year=year)


def history(tx: Transaction, person: Person, year: int) -> list[Plan]:
    """Return every version of a year's plan, the newest first. Refuses NotFound: not theirs to see."""
    fund_id = fund.serving(tx, person.union_id)
    ways = approvers.chairs(tx, person.id).ways(fund_id)
    if not ways and not (fund_id in person.scope and person.roles & _READERS):
        raise errors.NotFound(year=year)
    rows = plan_rows.versions(tx, fund_id, year)
    if not rows:
        return []
    frame = _Frame(
        union_name=tx.connection.scalar(_NAME, {"fund": fund_id}) or "",
        needs=spending.needs(tx, fund_id, year),
        before_fen=budget.amount_of(tx, fund_id, year),
        promised_fen=budget.promised(tx, fund_id, year),
        chairs=frozenset(one.id for one in people.holders(tx, Role.CHAIR, fund_id)),
        leads=fund_id in offices.led(tx, person),
        ways=ways,
    )
    return [_plan(row, frame, person) for row in rows]


def draft(tx: Transaction, person: Person, year: int) -> Plan:
    """Draft a year's plan (`drafting.draft`)."""
    drafting.draft(tx, person, year)
    return plan(tx, person, year)


def revise(tx: Transaction, person: Person, year: int, *, reason: str) -> Plan:
    """Draft a change of what holds (`drafting.revise`)."""
    drafting.revise(tx, person, year, reason)
    return plan(tx, person, year)


def top_up(
    tx: Transaction, person: Person, year: int, *, source: FundSource, amount_fen: int, reason: str
) -> Plan:
    """Ask for more from some source (`drafting.top_up`)."""
    drafting.top_up(tx, person, year, source=source, amount_fen=amount_fen, reason=reason)
    return plan(tx, person, year)


def set_line(
    tx: Transaction, person: Person, year: int, revision: int, kind: AidKind, amount_fen: int
) -> Plan:
    """Plan so much for a kind (`drafting.set_line`)."""
    drafting.set_line(tx, person, year, revision, kind, amount_fen)
    return plan(tx, person, year)


def set_rest(tx: Transaction, person: Person, year: int, revision: int, amount_fen: int) -> Plan:
    """Plan so much for what stands in no line (`drafting.set_rest`)."""
    drafting.set_rest(tx, person, year, revision, amount_fen)
    return plan(tx, person, year)


def submit(tx: Transaction, person: Person, year: int, revision: int) -> Plan:
    """Hand the draft in (`drafting.submit`)."""
    drafting.submit(tx, person, year, revision)
    return plan(tx, person, year)


def withdraw(tx: Transaction, person: Person, year: int, revision: int) -> None:
    """Drop the draft (`drafting.withdraw`)."""
    drafting.withdraw(tx, person, year, revision)


def adopt(tx: Transaction, person: Person, year: int, revision: int) -> Plan:
    """Let it hold (`adopting.adopt`)."""
    adopting.adopt(tx, person, year, revision)
    return plan(tx, person, year)


def give_back(tx: Transaction, person: Person, year: int, revision: int, reason: str) -> Plan:
    """Return it to whoever drafted it (`adopting.give_back`)."""
    adopting.give_back(tx, person, year, revision, reason)
    return plan(tx, person, year)


def refuse(tx: Transaction, person: Person, year: int, revision: int, reason: str) -> Plan:
    """Refuse it for good (`adopting.refuse`)."""
    adopting.refuse(tx, person, year, revision, reason)
    return plan(tx, person, year, revision)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every version of a year's plan is shown with."""

    union_name: str
    needs: Mapping[AidKind, int]
    before_fen: int | None
    promised_fen: int
    chairs: frozenset[int]
    leads: bool
    ways: list[int | None]


def _plan(row: PlanRow, frame: _Frame, person: Person) -> Plan:
    lines = tuple(_lines(row, frame.needs))
    authors = plan_rows.authors(row)
    return Plan(
        union_id=row.union_id,
        union_name=frame.union_name,
        year=row.year,
        revision=row.revision,
        state=row.state,
        amount_fen=row.amount_fen,
        rest_fen=row.rest_fen,
        lines=lines,
        basis_year=row.basis.get("year"),
        basis_fen=sum(line.actual_fen for line in lines),
        before_fen=frame.before_fen,
        promised_fen=frame.promised_fen,
        reason=row.reason,
        decision=row.basis.get("decision", ""),
        source=row.source,
        drafted_by=row.drafted_by,
        drafted_by_name=row.drafted_by_name,
        drafted_at=row.drafted_at,
        is_waiting=row.waits_since is not None,
        waits_since=row.waits_since,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
        approvers=len(frame.chairs - authors),
        may=frozenset(_may(row, frame, person)),
    )


def _lines(row: PlanRow, needs: Mapping[AidKind, int]) -> Iterator[PlanLine]:
    """Every kind the fund is spent on, and what else was spent on or planned."""
    actual = row.basis.get("lines", {})
    for kind in AidKind:
        if kind in spending.KINDS or kind in actual or kind in row.lines:
            was = actual.get(str(kind), {})
            yield PlanLine(
                kind=kind,
                times=was.get("times", 0),
                households=was.get("households", 0),
                actual_fen=was.get("fen", 0),
                planned_fen=row.lines.get(str(kind)),
                need_fen=needs.get(kind),
            )


def _may(row: PlanRow, frame: _Frame, person: Person) -> set[str]:
    if row.state != BudgetState.DRAFT:
        return set()
    if row.waits_since is None:
        return {"edit", "submit", "withdraw"} if frame.leads else set()
    if approvers.may_place(person.id, frame.ways, authors=plan_rows.authors(row), given=()):
        # Dropping it as well would be refusing it without a reason.
        return {"adopt", "return", "refuse"}
    return {"withdraw"} if frame.leads else set()
