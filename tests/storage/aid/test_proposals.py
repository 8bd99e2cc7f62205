"""Aid is proposed, changed and taken back: by whom, to whom it goes next, and what a second tap does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select

from storage import aid_refusals, audit, errors
from storage.aid import aid_rows, aid_steps
from storage.aid_codes import AidAct, AidKind, AidState
from storage.asking import proposals
from storage.casebook import aid_views
from storage.codes import Role
from storage.columns import table_of
from storage.deciding import approvals
from storage.members import membership
from storage.money import fund
from storage.tables.aid import AidBatch
from storage.tables.audit import AuditEntry
from storage.tables.office import Bulletin
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import ELSEWHERE, HOME, TODAY, ask, now, said, stands, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.aid.aid_rows import AidRow
    from storage.asking.proposals import AidReceipt
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, LI, WANG, CHEN, QIAN, SUN = (
    getattr(casework, one) for one in ("ZHANG", "LI", "WANG", "CHEN", "QIAN", "SUN")
)
EMOJI = "👨‍👩‍👧‍👦"


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(asking.found)
    return sqlite_database


def row(union: Database, aid_id: str = "a1") -> AidRow:
    found = union.view(aid_rows.find, aid_id)
    assert found is not None
    return found


def amend(tx: Transaction, /, number: int = ZHANG, aid_id: str = "a1", **answers: object) -> AidReceipt:
    return proposals.amend(tx, who(tx, number), aid_id, {**said(), **answers})


def withdraw(tx: Transaction, number: int = ZHANG, reason: str = "") -> None:
    proposals.withdraw(tx, who(tx, number), "a1", reason)


def reviewed(tx: Transaction) -> None:
    approvals.review(tx, who(tx, WANG), "a1", 1)


def approved(tx: Transaction, number: int = CHEN, revision: int = 1) -> approvals.Approval:
    return approvals.approve(tx, who(tx, number), "a1", revision)


def acts(union: Database, aid_id: str = "a1") -> list[AidAct]:
    card = union.transact(lambda tx: aid_views.card(tx, who(tx, WANG), aid_id))
    return [one.act for one in card.steps]


def news(union: Database) -> list[tuple[int, str]]:
    rows = table_of(Bulletin)
    asked = select(rows.c.person_id, rows.c.slug).order_by(rows.c.id)
    return [(one.person_id, one.slug) for one in union.view(lambda tx: tx.connection.execute(asked).all())]


def tables_of_aid(union: Database) -> tuple[int, int, int]:
    """How many pieces of aid, acts and bulletins there are."""

    def counted(tx: Transaction) -> tuple[int, int, int]:
        tables = (aid_rows.AID, aid_steps.STEPS, table_of(Bulletin))
        one, two, three = (
            tx.connection.scalar(select(func.count()).select_from(each)) or 0 for each in tables
        )
        return one, two, three

    return union.view(counted)


def test_what_a_cadre_proposes_waits_for_its_review_and_the_officer_is_told(database: Database) -> None:
    database.transact(asking.found)
    receipt = database.transact(ask)
    assert ("BF-2017-000001", "a1", AidState.TO_REVIEW, 1) == (
        receipt.number,
        receipt.id,
        receipt.state,
        receipt.needed,
    )
    found = row(database)
    assert (200_000, 2017, ZHANG, 1, "住院，家里没有收入") == (
        found.amount_fen,
        found.for_year,
        found.proposed_by,
        found.revision,
        found.reason,
    )
    assert found.waits_since == found.recorded_at
    assert [(WANG, "aid_to_review")] == news(database)
    assert 0 == database.view(fund.balance, 1).reserved_fen


def test_what_an_officer_of_that_union_proposes_goes_straight_to_the_chairs(union: Database) -> None:
    assert AidState.TO_APPROVE == union.transact(ask, WANG).state
    assert [(CHEN, "aid_to_approve"), (asking.ZHOU, "aid_to_approve"), (asking.WU, "aid_to_approve")] == news(
        union
    )


def test_an_officer_of_another_branch_who_is_cadre_here_is_reviewed_like_any_cadre(union: Database) -> None:
    union.transact(asking.also, ZHANG, casework.OTHER_BRANCH, Role.OFFICER)
    assert AidState.TO_REVIEW == union.transact(ask).state


def test_the_same_proposal_twice_is_one(database: Database) -> None:
    database.transact(asking.found)
    first = database.transact(ask)
    before = tables_of_aid(database)
    again = database.transact(ask)
    assert (first, True, before) == (again, again.again, tables_of_aid(database))


def test_the_same_proposal_answers_the_same_once_it_has_gone_on(union: Database) -> None:
    union.transact(ask)
    union.transact(reviewed)
    assert AidState.TO_APPROVE == union.transact(ask).state


async def test_tapped_at_the_same_moment_it_is_still_one(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(asking.found)
    twin = open_again()
    receipts = await asyncio.gather(*(one.run(ask) for one in (database, twin, database, twin)))
    assert 1 == len({one.number for one in receipts})
    assert 1 == tables_of_aid(database)[0]


async def test_of_two_cadres_who_ask_for_the_yearly_grant_at_once_one_is_told_of_the_other(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(asking.found)
    grant = said("ANNUAL", 100_000)
    twin = open_again()
    answered = await asyncio.gather(
        database.run(ask, ZHANG, "a1", HOME, grant),
        twin.run(ask, LI, "a2", HOME, grant),
        return_exceptions=True,
    )
    (refused,) = [one for one in answered if isinstance(one, Exception)]
    assert isinstance(refused, aid_refusals.OnceAYear)


def test_somebody_elses_id_opens_nothing(union: Database) -> None:
    union.transact(ask)
    for number, household_id in ((LI, HOME), (WANG, HOME)):
        with pytest.raises(errors.NotFound):
            union.transact(ask, number, "a1", household_id)
    with pytest.raises(errors.NotFound):
        union.transact(ask, asking.HE, "a1", ELSEWHERE)


@pytest.mark.parametrize("household_id", [ELSEWHERE, 999, 0, -1])
def test_a_household_of_another_branch_looks_like_none(union: Database, household_id: int) -> None:
    with pytest.raises(errors.NotFound) as refused:
        union.transact(ask, ZHANG, "a1", household_id)
    assert {"household_id": household_id} == refused.value.details


@pytest.mark.parametrize("number", [CHEN, QIAN, SUN])
def test_who_approves_pays_or_audits_proposes_nothing_by_that_role(union: Database, number: int) -> None:
    with pytest.raises(errors.NotAllowed):
        union.transact(ask, number)


def test_a_file_that_was_closed_while_the_form_was_filled_gets_nothing(union: Database) -> None:
    union.transact(now, state="CLOSED", closed_on=TODAY)
    with pytest.raises(aid_refusals.FileNotActive):
        union.transact(ask)
    assert (0, 0, 0) == tables_of_aid(union)


def test_what_a_rule_refuses_takes_no_number(union: Database) -> None:
    with pytest.raises(aid_refusals.AboveBand):
        union.transact(ask, ZHANG, "a1", HOME, said(amount_fen=500_001))
    assert "BF-2017-000001" == union.transact(ask).number


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"kind": "GOLD"}, errors.NotFound),
        ({"source": "BANK"}, errors.NotFound),
        ({"kind": None}, errors.NotFound),
        ({"amount": "200000"}, aid_refusals.BadAmount),
        ({"amount": 1.5}, aid_refusals.BadAmount),
        ({"amount": True}, aid_refusals.BadAmount),
        ({"amount": 10**30}, aid_refusals.AboveBand),
        ({"reason": ""}, aid_refusals.ReasonMissing),
        ({"reason": " \u200b\u202e\n "}, aid_refusals.ReasonMissing),
        ({"reason": None}, aid_refusals.ReasonMissing),
        ({"reason": ["x"]}, aid_refusals.ReasonMissing),
        ({"reason": EMOJI * 600}, errors.BadReason),
        ({"reason": "😀" * 4096}, errors.BadReason),
    ],
)
def test_forged_or_hostile_answers_are_refused_by_name(
    union: Database, answers: dict[str, object], refusal: type[errors.Refused]
) -> None:
    with pytest.raises(refusal):
        union.transact(ask, ZHANG, "a1", HOME, {**said(), **answers})
    assert (0, 0, 0) == tables_of_aid(union)


def test_a_reason_keeps_its_pictures_and_lines_and_loses_what_cannot_be_seen(union: Database) -> None:
    union.transact(ask, ZHANG, "a1", HOME, said(reason=f"  房子\n漏水\u202e{EMOJI}\u200b "))
    assert f"房子\n漏水{EMOJI}" == row(union).reason


def test_going_on_beside_a_warning_keeps_which_and_why(union: Database) -> None:
    union.transact(now, last_visit_on=TODAY - timedelta(days=400))
    with pytest.raises(aid_refusals.NoRecentVisit):
        union.transact(ask)
    union.transact(ask, ZHANG, "a1", HOME, said(no_visit_reason="人在昆明住院"))
    card = union.transact(lambda tx: aid_views.card(tx, who(tx, CHEN), "a1"))
    told = [(one.act, one.guard, one.reason) for one in card.steps]
    assert [(AidAct.PROPOSED, "", ""), (AidAct.OVERRIDE, "no_recent_visit", "人在昆明住院")] == told


def test_a_reason_for_a_warning_that_does_not_hold_overrides_nothing(union: Database) -> None:
    union.transact(ask, ZHANG, "a1", HOME, said(no_visit_reason="多写的"))
    assert [AidAct.PROPOSED] == acts(union)


def test_the_audit_names_the_act_and_no_reason(union: Database) -> None:
    union.transact(ask)
    entries = table_of(AuditEntry)
    kept = union.view(lambda tx: tx.connection.execute(select(entries)).all())
    assert ["aid.proposed"] == [one.act for one in kept if one.subject == "BF-2017-000001"]
    assert not any("住院" in str(one) or "凤芳" in str(one) for one in kept)
    assert [] == union.view(audit.check)


def test_amended_it_begins_anew_and_every_approval_is_void(union: Database) -> None:
    union.transact(ask, ZHANG, "a1", HOME, said(amount_fen=300_000))
    union.transact(reviewed)
    assert 1 == union.transact(approved).given
    receipt = union.transact(amend, amount=310_000)
    assert ("BF-2017-000001", AidState.TO_REVIEW, 2) == (receipt.number, receipt.state, receipt.needed)
    found = row(union)
    assert (2, 310_000) == (found.revision, found.amount_fen)
    assert [] == union.view(lambda tx: aid_steps.approvals(tx, 2, aid_id="a1"))
    assert [AidAct.PROPOSED, AidAct.REVIEWED, AidAct.APPROVED, AidAct.VOIDED, AidAct.AMENDED] == acts(union)
    with pytest.raises(aid_refusals.AidMoved):
        union.transact(approved, asking.ZHOU, 1)


def test_what_it_said_before_it_was_amended_is_kept(union: Database) -> None:
    union.transact(ask)
    union.transact(amend, amount=310_000, reason="又查出一种病")
    steps = aid_steps.STEPS
    kept = union.view(lambda tx: tx.connection.execute(select(steps.c.act, steps.c.answers)).all())
    assert [("PROPOSED", None), ("AMENDED", said())] == [tuple(one) for one in kept]


def test_amended_to_the_same_words_nothing_happens(union: Database) -> None:
    union.transact(ask)
    before = tables_of_aid(union)
    receipt = union.transact(amend)
    assert (True, 1, before) == (receipt.again, row(union).revision, tables_of_aid(union))


def test_given_back_it_is_sent_on_again_even_with_the_same_words(union: Database) -> None:
    union.transact(ask)
    union.transact(lambda tx: approvals.give_back(tx, who(tx, WANG), "a1", 1, "请附住院证明"))
    assert (ZHANG, "aid_returned") in news(union)
    assert AidState.TO_REVIEW == union.transact(amend).state
    assert 2 == row(union).revision


def test_a_second_tap_on_an_amendment_does_nothing_more(union: Database) -> None:
    union.transact(ask)
    union.transact(amend, amount=300_000)
    before = tables_of_aid(union)
    assert union.transact(amend, amount=300_000).again
    assert before == tables_of_aid(union)


def test_an_amendment_is_judged_like_a_proposal_and_not_against_itself(union: Database) -> None:
    union.transact(ask, ZHANG, "a1", HOME, said("ANNUAL", 100_000))
    union.transact(amend, kind="ANNUAL", amount=100_000, reason="补充说明")
    with pytest.raises(aid_refusals.AboveBand):
        union.transact(amend, amount=500_001)


@pytest.mark.parametrize("state", [AidState.APPROVED, AidState.PAID, AidState.REFUSED, AidState.WITHDRAWN])
def test_what_is_decided_is_neither_amended_nor_withdrawn(union: Database, state: AidState) -> None:
    union.transact(stands, "a1", AidKind.LIVING, state, proposed_by=ZHANG, answers=said(), paid_on=TODAY)
    with pytest.raises(aid_refusals.AidMoved) as refused:
        union.transact(amend, amount=300_000)
    assert {"number": "BF-2017-a1", "state": str(state)} == refused.value.details
    if state != AidState.WITHDRAWN:
        with pytest.raises(aid_refusals.AidMoved):
            union.transact(withdraw)


def test_what_stands_on_a_list_is_changed_with_the_list(union: Database) -> None:
    union.transact(batch)
    union.transact(stands, "a1", AidKind.LIVING, AidState.TO_APPROVE, proposed_by=ZHANG, batch_id="b1")
    with pytest.raises(aid_refusals.AidMoved):
        union.transact(withdraw)


def batch(tx: Transaction) -> None:
    known = {"id": "b1", "number": "PL-2017-0001", "union_id": 1, "kind": "SPRING", "source": "COMPANY"}
    known |= {
        "for_year": 2017,
        "state": "DRAFT",
        "made_by": WANG,
        "made_at": tx.now,
        "picked": {},
        "left_out": {},
    }
    tx.connection.execute(insert(table_of(AidBatch)).values(**known))


def test_only_the_proposer_and_the_officers_over_it_change_or_withdraw_it(union: Database) -> None:
    union.transact(ask)
    for number in (LI, CHEN, QIAN, SUN):
        with pytest.raises(errors.NotAllowed):
            union.transact(amend, number, amount=300_000)
        with pytest.raises(errors.NotAllowed):
            union.transact(withdraw, number)
    with pytest.raises(errors.NotFound):
        union.transact(amend, asking.HE, amount=300_000)


def test_when_the_cadre_has_left_the_officer_goes_on_and_has_proposed_it_too(union: Database) -> None:
    union.transact(ask)
    union.transact(lambda tx: approvals.give_back(tx, who(tx, WANG), "a1", 1, "请附证明"))
    union.transact(asking.also, WANG, casework.ROOT, Role.CHAIR)
    union.transact(asking.also, casework.SUN, casework.ROOT, Role.ADMIN)
    union.transact(lambda tx: membership.remove(tx, who(tx, SUN), ZHANG))
    with pytest.raises(errors.NotFound):
        union.transact(amend)
    assert AidState.TO_APPROVE == union.transact(amend, WANG, reason="证明已附").state
    assert {ZHANG, WANG} == union.view(lambda tx: aid_steps.authors(tx, aid_id="a1"))
    with pytest.raises(aid_refusals.OwnProposal):
        union.transact(approved, WANG, 2)


def test_nobody_approves_their_own_through_a_second_role(union: Database) -> None:
    union.transact(ask, asking.WU)
    union.transact(reviewed)
    with pytest.raises(aid_refusals.OwnProposal):
        union.transact(approved, asking.WU)
    assert AidState.APPROVED == union.transact(approved).state


def test_withdrawn_it_is_over_and_withdrawn_twice_it_is_withdrawn_once(union: Database) -> None:
    union.transact(ask)
    union.transact(withdraw, ZHANG, "家里已经解决")
    before = tables_of_aid(union)
    union.transact(withdraw)
    assert (AidState.WITHDRAWN, None, before) == (
        row(union).state,
        row(union).waits_since,
        tables_of_aid(union),
    )
    assert [AidAct.PROPOSED, AidAct.WITHDRAWN] == acts(union)


def test_when_an_officer_withdraws_it_the_proposer_is_told(union: Database) -> None:
    union.transact(ask)
    union.transact(withdraw, WANG, "重复了")
    assert [(WANG, "aid_to_review"), (ZHANG, "aid_withdrawn")] == news(union)


def test_asked_for_in_december_it_stays_that_years(union: Database, clock: FakeClock) -> None:
    clock.set(clock.now.replace(month=12, day=31))
    union.transact(now, last_visit_on=TODAY)
    assert "BF-2017-000001" == union.transact(ask).number
    clock.advance(days=2)
    receipt = union.transact(amend, amount=300_000)
    assert ("BF-2017-000001", 2017) == (receipt.number, row(union).for_year)
    assert "BF-2018-000001" == union.transact(ask, ZHANG, "a2").number
    assert 2018 == row(union, "a2").for_year
