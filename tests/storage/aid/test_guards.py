"""Each rule of aid says no by its own name, at its own bound, and to nobody whom it does not concern."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert

from storage import aid_refusals, errors
from storage.aid_codes import AidKind, AidState, FundSource
from storage.asking import guards
from storage.asking.guards import Wish
from storage.columns import table_of
from storage.due import followups_refresh, policies
from storage.money import budget, ledger, reserve, standards
from storage.rulebook import policies_read
from storage.tables.aid import HouseholdYear
from storage.tables.reports import Revisit
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import ELSEWHERE, HOME, TODAY, YEAR, now, stands, who

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storage.asking.guards import Offer, Verdict
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

LIVING, SPRING, ANNUAL, MEDICAL = AidKind.LIVING, AidKind.SPRING, AidKind.ANNUAL, AidKind.MEDICAL
COMPANY, DONATION = FundSource.COMPANY, FundSource.DONATION


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(asking.found)
    return sqlite_database


def wish(
    kind: AidKind = LIVING,
    amount_fen: int = 200_000,
    source: FundSource = COMPANY,
    *,
    household_id: int = HOME,
    for_year: int = YEAR,
    reasons: Mapping[str, str] | None = None,
) -> Wish:
    return Wish(household_id, kind, source, amount_fen, for_year, reasons or {})


def judged(union: Database, asked: Wish, aid_id: str | None = None) -> Verdict:
    return union.view(lambda tx: guards.judge(tx, asked, aid_id=aid_id))


def said(union: Database, asked: Wish, aid_id: str | None = None) -> list[tuple[str, dict[str, object]]]:
    """Every rule that says no, with what it says."""
    return [(one.slug, one.details) for one in judged(union, asked, aid_id).refusals]


def no(refusal: type[errors.Refused], **details: object) -> list[tuple[str, dict[str, object]]]:
    return [(refusal.slug, details)]


def had(tx: Transaction, paid_fen: int = 0, reserved_fen: int = 0, year: int = YEAR) -> None:
    row = {"household_id": HOME, "year": year, "kind": "LIVING", "source": "COMPANY", "payments": 1}
    row |= {"paid_fen": paid_fen, "reserved_fen": reserved_fen}
    tx.connection.execute(insert(table_of(HouseholdYear)).values(**row))


def test_what_no_rule_speaks_against_may_be_given(union: Database) -> None:
    verdict = judged(union, wish())
    assert ((), (), (), 1) == (
        verdict.refusals,
        verdict.warnings,
        verdict.overrides,
        verdict.approvals_needed,
    )


@pytest.mark.parametrize("state", ["LEAD", "TO_VISIT", "TO_REVIEW", "PUBLIC", "EXIT_PROPOSED", "MONITOR"])
def test_the_file_is_open(union: Database, state: str) -> None:
    union.transact(now, state=state)
    assert no(aid_refusals.FileNotActive, name="凤芳", state=state) == said(union, wish())


def test_the_yearly_grant_is_for_special_and_long_hardship_alone(union: Database) -> None:
    union.transact(now, category="TEMP")
    expected = no(aid_refusals.KindNotForCategory, kind="ANNUAL", category="TEMP")
    assert expected == said(union, wish(ANNUAL, 100_000))
    union.transact(now, category="LONG")
    assert [] == said(union, wish(ANNUAL, 100_000))


def test_autumn_study_aid_is_never_the_companys_money(union: Database) -> None:
    expected = no(aid_refusals.SourceNotForKind, kind="JINQIU", source="COMPANY")
    assert expected == said(union, wish(AidKind.JINQIU, 300_000))
    assert [] == said(union, wish(AidKind.JINQIU, 300_000, FundSource.CITY_UNION))


def test_without_a_standard_there_is_no_spring_grant(union: Database) -> None:
    expected = no(aid_refusals.NoStandard, kind="SPRING", year=2015)
    assert expected == said(union, wish(SPRING, 150_000, for_year=2015))


@pytest.mark.parametrize("amount_fen", [149_999, 150_001, 0, -150_000])
def test_the_spring_grant_is_the_years_amount_to_the_fen(union: Database, amount_fen: int) -> None:
    expected = (aid_refusals.NotTheStandard.slug, {"amount_fen": 150_000, "year": YEAR})
    assert expected == said(union, wish(SPRING, amount_fen))[0]
    assert [] == said(union, wish(SPRING, 150_000))


@pytest.mark.parametrize(
    ("amount_fen", "refused"),
    [
        (99_999, no(aid_refusals.BelowBand, lowest_fen=100_000)),
        (100_000, []),
        (500_000, []),
        (500_001, no(aid_refusals.AboveBand, highest_fen=500_000)),
    ],
)
def test_living_aid_is_within_its_band(
    union: Database, amount_fen: int, refused: list[tuple[str, dict[str, object]]]
) -> None:
    assert refused == said(union, wish(LIVING, amount_fen))


@pytest.mark.parametrize(
    ("kind", "amount_fen"),
    [
        (MEDICAL, 0),
        (MEDICAL, -1),
        (AidKind.COOL, -1),
        (AidKind.JOB, 1),
        (AidKind.LEGAL, -1),
        (AidKind.STUDY, 10**30),
    ],
)
def test_an_amount_that_is_none(union: Database, kind: AidKind, amount_fen: int) -> None:
    assert aid_refusals.BadAmount.slug in [slug for slug, _ in said(union, wish(kind, amount_fen))]


@pytest.mark.parametrize(
    ("kind", "amount_fen"), [(MEDICAL, 1), (AidKind.COOL, 0), (AidKind.JOB, 0), (AidKind.WARMTH, 5)]
)
def test_the_least_that_may_be(union: Database, kind: AidKind, amount_fen: int) -> None:
    assert [] == said(union, wish(kind, amount_fen))


@pytest.mark.parametrize(("paid_fen", "reserved_fen"), [(800_000, 0), (500_000, 300_000), (0, 800_000)])
def test_the_years_cap_holds_to_the_fen_and_counts_what_is_promised(
    union: Database, paid_fen: int, reserved_fen: int
) -> None:
    union.transact(had, paid_fen, reserved_fen)
    assert [] == said(union, wish(LIVING, 200_000))
    expected = no(aid_refusals.OverCap, cap_fen=1_000_000, room_fen=200_000)
    assert expected == said(union, wish(LIVING, 200_001))


def test_the_cap_is_the_companys_moneys_and_this_kinds_alone(union: Database) -> None:
    union.transact(had, 1_000_000)
    assert [] == said(union, wish(LIVING, 200_000, DONATION))
    assert [] == said(union, wish(MEDICAL, 200_000))


def test_aid_of_last_year_that_is_paid_in_this_one_frees_no_room_in_either(
    union: Database, clock: FakeClock
) -> None:
    """Eight thousand of December paid in January; the cap is ten thousand a calendar year."""
    clock.set(datetime(2018, 1, 15, 2, tzinfo=UTC))
    union.transact(now, last_visit_on=date(2018, 1, 10))
    union.transact(stands, "old", amount_fen=800_000, paid_on=date(2018, 1, 5), state=AidState.REVISITED)
    union.transact(had, 800_000, year=2018)
    for year in (2017, 2018):
        expected = no(aid_refusals.OverCap, cap_fen=1_000_000, room_fen=200_000)
        assert expected == said(union, wish(LIVING, 200_001, for_year=year)), year


def test_the_years_budget_holds_what_is_not_promised(union: Database) -> None:
    union.transact(budget.set_budget, union_id=1, year=YEAR, amount_fen=500_000)
    union.transact(reserve.reserve, 1, 200_000, YEAR)
    assert [] == said(union, wish(LIVING, 300_000))
    expected = no(aid_refusals.OverBudget, left_fen=300_000, amount_fen=300_001)
    assert expected == said(union, wish(LIVING, 300_001))


def test_the_fund_holds_what_is_not_promised(union: Database) -> None:
    union.transact(reserve.reserve, 1, 3_900_000, YEAR)
    union.transact(budget.set_budget, union_id=1, year=YEAR, amount_fen=9_000_000)
    union.transact(reserve.reserve, 1, 1_000_000, YEAR)
    assert [] == said(union, wish(LIVING, 100_000))
    expected = no(aid_refusals.OverBalance, free_fen=100_000, amount_fen=100_001)
    assert expected == said(union, wish(LIVING, 100_001))


def test_other_money_and_no_money_ask_nothing_of_the_fund(union: Database) -> None:
    union.transact(reserve.reserve, 1, 4_000_000, YEAR)
    assert [] == said(union, wish(LIVING, 500_000, DONATION))
    assert [] == said(union, wish(AidKind.JOB, 0))


def test_last_years_aid_that_is_decided_in_this_one_counts_in_this_ones_budget(
    union: Database, clock: FakeClock
) -> None:
    clock.set(datetime(2018, 1, 15, 2, tzinfo=UTC))
    union.transact(budget.set_budget, union_id=1, year=2018, amount_fen=100_000)
    slugs = [slug for slug, _ in said(union, wish(LIVING, 200_000, for_year=2017))]
    assert [aid_refusals.OverBudget.slug] == slugs


@pytest.mark.parametrize(
    "state",
    [
        AidState.TO_REVIEW,
        AidState.TO_APPROVE,
        AidState.APPROVED,
        AidState.PAID,
        AidState.REVISITED,
        AidState.CLOSED,
        AidState.RETURNED,
    ],
)
def test_once_a_year_be_it_only_asked_for(union: Database, state: AidState) -> None:
    union.transact(stands, "s1", SPRING, state, amount_fen=150_000)
    expected = no(aid_refusals.OnceAYear, kind="SPRING", year=YEAR, number="BF-2017-s1")
    assert expected == said(union, wish(SPRING, 150_000))
    assert [] == said(union, wish(SPRING, 150_000), "s1")


@pytest.mark.parametrize("state", [AidState.REFUSED, AidState.WITHDRAWN, AidState.REVERSED, AidState.DRAFT])
def test_what_came_to_nothing_may_be_asked_for_again(union: Database, state: AidState) -> None:
    union.transact(stands, "s1", SPRING, state, amount_fen=150_000)
    assert [] == said(union, wish(SPRING, 150_000))


def test_once_a_year_is_of_that_year_and_kind(union: Database) -> None:
    union.transact(stands, "s0", SPRING, AidState.REVISITED, for_year=2016)
    union.transact(stands, "s1", ANNUAL, AidState.REVISITED)
    assert [] == said(union, wish(SPRING, 150_000))


def revisit_open(tx: Transaction, aid_id: str = "old") -> None:
    stands(tx, aid_id, MEDICAL, paid_on=TODAY - timedelta(days=40))
    followups_refresh.refresh(tx, HOME)


def test_earlier_aid_that_nobody_has_looked_after_asks_for_a_reason_and_one_approver_more(
    union: Database,
) -> None:
    union.transact(revisit_open)
    verdict = judged(union, wish())
    expected = no(aid_refusals.EarlierNotRevisited, number="BF-2017-old", count=1)
    assert expected == [(one.slug, one.details) for one in verdict.warnings]
    assert 2 == verdict.approvals_needed
    with pytest.raises(aid_refusals.EarlierNotRevisited):
        union.view(lambda tx: guards.allow(tx, wish()))
    given = judged(union, wish(reasons={"earlier_not_revisited": "家在外地，回访约在下周"}))
    assert (("earlier_not_revisited", "家在外地，回访约在下周"),) == given.overrides
    assert (None, 2) == (given.refusal, given.approvals_needed)


def test_an_empty_reason_is_none(union: Database) -> None:
    union.transact(revisit_open)
    verdict = judged(union, wish(reasons={"earlier_not_revisited": ""}))
    assert ((), True) == (verdict.overrides, verdict.refusal is not None)


def test_a_reason_for_one_warning_is_none_for_another(union: Database) -> None:
    union.transact(revisit_open)
    union.transact(now, last_visit_on=None)
    verdict = judged(union, wish(reasons={"no_recent_visit": "住院在外地"}))
    assert isinstance(verdict.refusal, aid_refusals.EarlierNotRevisited)


def test_what_was_looked_after_or_never_asked_for_it_warns_of_nothing(union: Database) -> None:
    union.transact(stands, "r", MEDICAL, AidState.REVISITED)
    # Imported as paid, and its revisit is history: nothing is open.
    union.transact(stands, "p", MEDICAL, AidState.PAID)
    assert () == judged(union, wish()).warnings


@pytest.mark.parametrize(("days", "warned"), [(180, False), (181, True)])
def test_a_household_not_visited_for_long_asks_for_a_reason(union: Database, days: int, warned: bool) -> None:  # noqa: FBT001 - a case
    union.transact(now, last_visit_on=TODAY - timedelta(days=days))
    slugs = [(one.slug, one.details) for one in judged(union, wish()).warnings]
    assert (no(aid_refusals.NoRecentVisit, days=180) if warned else []) == slugs


@pytest.mark.parametrize(
    ("days", "how", "warned"),
    [
        (180, {"way": "HOME"}, False),
        (180, {"way": "WORKPLACE"}, False),
        (180, {"way": "HOSPITAL", "met": "FAMILY"}, False),
        (181, {"way": "HOME"}, True),
        (1, {"way": "PHONE"}, True),
        (1, {"way": "VIDEO"}, True),
        (1, {"way": "HOME", "met": "NOBODY"}, True),
        (1, {"way": "HOME", "state": "UNDONE"}, True),
    ],
)
def test_a_revisit_in_person_is_a_visit_by_telephone_it_is_none(
    union: Database,
    days: int,
    how: dict[str, str],
    warned: bool,  # noqa: FBT001 - a case
) -> None:
    def went_back(tx: Transaction) -> None:
        stands(tx, "r", MEDICAL, AidState.REVISITED)
        now(tx, last_visit_on=TODAY - timedelta(days=400))
        row = {
            "id": "h1",
            "number": "HF-1",
            "household_id": HOME,
            "aid_id": "r",
            "met": "SELF",
            "answers": {},
        }
        row |= {"visited_on": TODAY - timedelta(days=days), "form_version": 1, "reported_at": tx.now}
        tx.connection.execute(insert(table_of(Revisit)).values({**row, **how}))

    union.transact(went_back)
    assert warned == bool(judged(union, wish()).warnings)


def test_a_household_that_was_never_visited_asks_for_a_reason(union: Database) -> None:
    union.transact(now, last_visit_on=None)
    assert ["no_recent_visit"] == [one.slug for one in judged(union, wish()).warnings]


def test_the_rules_speak_in_their_order_and_the_first_is_told(union: Database) -> None:
    union.transact(now, state="MONITOR", last_visit_on=None)
    union.transact(had, 1_000_000)
    union.transact(budget.set_budget, union_id=1, year=YEAR, amount_fen=1)
    slugs = [slug for slug, _ in said(union, wish(LIVING, 600_000))]
    assert ["file_not_active", "above_band", "over_cap", "over_budget"] == slugs
    with pytest.raises(aid_refusals.FileNotActive):
        union.view(lambda tx: guards.allow(tx, wish(LIVING, 600_000)))


@pytest.mark.parametrize(
    ("amount_fen", "needed"),
    [(0, 1), (200_000, 1), (200_001, 2), (500_000, 2), (500_001, 3), (5_000_000, 3)],
)
def test_more_money_takes_more_approvers(union: Database, amount_fen: int, needed: int) -> None:
    assert needed == judged(union, wish(AidKind.COOL, amount_fen, DONATION)).approvals_needed


def test_never_more_than_four_approve(union: Database) -> None:
    def two_more(tx: Transaction) -> None:
        revisit_open(tx)
        policies.change(tx, who(tx, casework.WANG), 1, "aid.unrevisited", 2)

    union.transact(two_more)
    assert 4 == judged(union, wish(MEDICAL, 600_000)).approvals_needed


def test_a_union_sets_its_own_bands_and_days(union: Database) -> None:
    def own(tx: Transaction) -> None:
        policies.change(tx, who(tx, casework.CHEN), casework.BRANCH, "aid.band1", 100_000)
        policies.change(tx, who(tx, casework.CHEN), casework.BRANCH, "aid.visited", 30)
        now(tx, last_visit_on=TODAY - timedelta(days=31))

    union.transact(own)
    verdict = judged(union, wish())
    assert (2, [{"days": 30}]) == (verdict.approvals_needed, [one.details for one in verdict.warnings])
    assert 1 == judged(union, wish(household_id=ELSEWHERE)).approvals_needed


def test_a_band_from_above_that_ends_below_a_branchs_own_asks_for_more_approvers(union: Database) -> None:
    def cross(tx: Transaction) -> None:
        policies.change(tx, who(tx, casework.CHEN), casework.BRANCH, "aid.band1", 400_000)
        policies.change(tx, who(tx, casework.CHEN), casework.ROOT, "aid.band2", 300_000)

    union.transact(cross)
    bands = union.view(lambda tx: policies_read.of(tx, casework.BRANCH)).approval_bands_fen
    assert (300_000, 300_000) == bands


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("aid.band1", 500_001, errors.BadOrderOfBands),
        ("aid.band1", 99, errors.BadSum),
        ("aid.band2", 10**12, errors.BadSum),
        ("aid.unrevisited", 3, errors.BadNumber),
        ("budget.alarm", 100, errors.BadNumber),
    ],
)
def test_rules_of_aid_have_their_bounds(
    union: Database, key: str, value: object, refusal: type[errors.BadRule]
) -> None:
    with pytest.raises(refusal):
        union.transact(lambda tx: policies.change(tx, who(tx, casework.WANG), 1, key, value))


def test_last_years_rule_judges_last_years_aid(union: Database, clock: FakeClock) -> None:
    def of_2018(tx: Transaction) -> None:
        standards.record(tx, union_id=1, year=2018, kind=SPRING, amount_fen=200_000)
        standards.record(tx, union_id=1, year=2018, kind=LIVING, lowest_fen=1, highest_fen=9, cap_fen=9)

    union.transact(of_2018)
    clock.set(datetime(2018, 1, 2, 2, tzinfo=UTC))
    assert [] == said(union, wish(SPRING, 150_000, for_year=2017))
    assert [] == said(union, wish(LIVING, 500_000, for_year=2017))
    assert [] == said(union, wish(SPRING, 200_000, for_year=2018))
    refused = [slug for slug, _ in said(union, wish(LIVING, 500_000, for_year=2018))]
    assert ["above_band", "over_cap"] == refused


def test_what_a_category_has_of_its_own_goes_before_what_all_have(union: Database) -> None:
    union.transact(
        standards.record, union_id=1, year=YEAR, kind=SPRING, category="SPECIAL", amount_fen=250_000
    )
    assert [] == said(union, wish(SPRING, 250_000))
    union.transact(now, category="LONG")
    assert [] == said(union, wish(SPRING, 150_000))


def test_a_household_that_does_not_exist(union: Database) -> None:
    with pytest.raises(errors.NotFound):
        judged(union, wish(household_id=999))


def test_many_are_judged_in_as_many_statements_as_one(union: Database) -> None:
    def counted(work: Callable[[Transaction], object]) -> int:
        seen: list[str] = []
        note = lambda _c, _cur, text, *_rest: seen.append(text)  # noqa: E731 - a listener of one line
        event.listen(union.engine, "before_cursor_execute", note)
        union.transact(work)
        event.remove(union.engine, "before_cursor_execute", note)
        return sum(one.startswith(("SELECT", "WITH")) for one in seen)

    union.transact(lambda tx: [casework.household(tx, number, name="户") for number in range(200, 300)])
    one = counted(lambda tx: guards.judge(tx, wish()))
    many = counted(
        lambda tx: guards.judge_many(tx, [wish(household_id=number) for number in range(200, 300)])
    )
    zhang = union.view(lambda tx: who(tx, casework.ZHANG))
    offered = counted(lambda tx: guards.offers(tx, zhang, HOME))
    assert (6, 6, 6) == (one, many, offered)


def offered(union: Database, kind: AidKind, person: int = casework.ZHANG) -> Offer:
    offers = union.view(lambda tx: guards.offers(tx, who(tx, person), HOME))
    assert list(AidKind) == [one.kind for one in offers]
    return next(one for one in offers if one.kind == kind)


def test_living_aid_is_offered_in_steps_up_to_the_most_that_can_be_given(union: Database) -> None:
    union.transact(had, 700_000)
    found = offered(union, LIVING)
    assert (300_000, 300_000, "cap") == (found.most_fen, found.room_fen, found.bound_by)
    assert (100_000, 200_000, 300_000) == found.amounts_of(COMPANY)
    assert (100_000, 200_000, 300_000, 400_000, 500_000) == found.amounts_of(DONATION)
    assert (300_000, 500_000) == (found.most_of(COMPANY), found.most_of(DONATION))


def test_with_less_left_than_the_band_begins_with_nothing_of_the_companys_is_offered(union: Database) -> None:
    union.transact(had, 900_001)
    found = offered(union, LIVING)
    assert (0, (), None) == (found.most_fen, found.amounts_of(COMPANY), found.refusal)
    assert 500_000 == found.most_of(DONATION)


def test_what_cannot_be_given_says_why(union: Database) -> None:
    union.transact(stands, "s1", SPRING, AidState.PAID)
    union.transact(now, category="TEMP")
    assert isinstance(offered(union, SPRING).refusal, aid_refusals.OnceAYear)
    assert isinstance(offered(union, ANNUAL).refusal, aid_refusals.KindNotForCategory)
    assert offered(union, MEDICAL).refusal is None
    union.transact(now, state="MONITOR")
    assert isinstance(offered(union, MEDICAL).refusal, aid_refusals.FileNotActive)


def test_every_amount_that_is_offered_may_be_asked_for(union: Database) -> None:
    for one in union.view(lambda tx: guards.offers(tx, who(tx, casework.ZHANG), HOME)):
        for source in one.sources:
            for amount_fen in one.amounts_of(source):
                assert [] == said(union, wish(one.kind, amount_fen, source)), (one.kind, source, amount_fen)


def test_nothing_is_offered_to_who_does_not_see_the_household(union: Database) -> None:
    for person, household_id in ((asking.HE, HOME), (casework.ZHANG, ELSEWHERE), (casework.ZHANG, 999)):
        with pytest.raises(errors.NotFound):
            union.view(offers_of, person, household_id)


def offers_of(tx: Transaction, person: int, household_id: int) -> list[Offer]:
    return guards.offers(tx, who(tx, person), household_id)


def test_what_is_promised_of_itself_does_not_stand_in_its_own_way(union: Database) -> None:
    def promised(tx: Transaction) -> None:
        stands(tx, "own", LIVING, AidState.APPROVED, amount_fen=500_000)
        had(tx, paid_fen=400_000, reserved_fen=500_000)
        ledger.lock(tx, 1)
        reserve.reserve(tx, 1, 4_000_000, YEAR)

    union.transact(promised)
    assert [] == said(union, wish(LIVING, 500_000), "own")
    assert ["over_cap", "over_budget"] == [slug for slug, _ in said(union, wish(LIVING, 500_000))]
