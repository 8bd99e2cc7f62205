"""Where a request for aid has got to is told to whoever has it next, and to its proposer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from bot.buttons import short_id
from bot.reminders import bulletin
from bot.texts.catalogue import LANGUAGES, words
from storage.aid import aid_news, aid_rows
from storage.aid_codes import AidAct, AidState, FundSource, PayMethod
from storage.asking import proposals
from storage.codes import Role
from storage.columns import new_id, table_of
from storage.deciding import approvals
from storage.paying import payments
from storage.tables.people import PersonRow, RoleRow
from storage.telling import bulletins
from tests.reminders.telling import TODAY, at, beat, letters, run, said_to
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import HOME, said, who

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG, CHEN, QIAN = casework.ZHANG, casework.WANG, casework.CHEN, casework.QIAN
AID = new_id()


@pytest.fixture
def union(sqlite_database: Database, clock: FakeClock) -> Database:
    sqlite_database.transact(asking.found)
    at(clock, TODAY)
    return sqlite_database


def ask(tx: Transaction, number: int = ZHANG) -> None:
    asking.ask(tx, number, AID)


def give_back(tx: Transaction, reason: str = "请附 <住院> 证明") -> None:
    approvals.give_back(tx, who(tx, WANG), AID, 1, reason)


def on_to_the_treasurer(tx: Transaction) -> None:
    ask(tx)
    approvals.review(tx, who(tx, WANG), AID, 1)
    approvals.approve(tx, who(tx, CHEN), AID, 1)


def pay(tx: Transaction) -> None:
    payments.pay(
        tx,
        who(tx, QIAN),
        payment_id=new_id(),
        aid_id=AID,
        method=PayMethod.TRANSFER,
        voucher_no="2017-000001",
        paid_on=tx.today,
    )


def row(union: Database) -> AidRow:
    found = union.view(aid_rows.find, AID)
    assert found is not None
    return found


def last(union: Database, number: int) -> str:
    beat(union)
    return said_to(union, number)[-1]


def test_the_officer_is_asked_to_review_it_at_once_with_the_button_that_opens_it(union: Database) -> None:
    union.transact(ask)
    expected = "📝 <b>生活救助 2,000.00 元，等您审核</b>\n凤芳 K000101 · 机关分会（BF-2017-000001）"
    assert expected == last(union, WANG)
    (letter,) = (one for one in union.view(letters) if one.chat_id == 1000 + WANG)
    tapped = [button["callback_data"] for line in letter.buttons for button in line]
    assert [f"approve:open:{short_id(AID)}", f"file:open:{HOME}"] == tapped


def test_nobody_is_told_why_it_is_asked_for(union: Database) -> None:
    union.transact(on_to_the_treasurer)
    beat(union)
    assert not any("住院" in one.text for one in union.view(letters))


def test_from_the_review_to_the_payment_each_is_told_what_is_theirs(union: Database) -> None:
    union.transact(on_to_the_treasurer)
    assert "💰 <b>生活救助 2,000.00 元 已批准，等您发放</b>" in last(union, QIAN)
    assert "✅ <b>生活救助 2,000.00 元 已批准</b>，等财务发放" in last(union, ZHANG)
    union.transact(pay)
    beat(union)
    assert any("💰 <b>生活救助 2,000.00 元 已发放</b>" in one for one in said_to(union, ZHANG))


def test_given_back_the_proposer_reads_why(union: Database) -> None:
    union.transact(ask)
    beat(union)
    union.transact(give_back)
    told = last(union, ZHANG)
    assert told.startswith("↩️ <b>生活救助 2,000.00 元 退回给您</b>\n凤芳 K000101（BF-2017-000001）\n王芳：")
    assert "请附 &lt;住院&gt; 证明" in told


def test_what_has_moved_on_by_the_morning_is_not_told_any_more(union: Database, clock: FakeClock) -> None:
    at(clock, TODAY, 22)
    union.transact(ask)
    union.transact(give_back)
    union.transact(lambda tx: proposals.withdraw(tx, who(tx, ZHANG), AID))
    at(clock, TODAY + timedelta(days=1), 10)
    beat(union)
    assert [] == [one.text for one in union.view(letters) if "BF-2017-000001" in one.text]


def test_what_was_told_at_once_does_not_open_the_next_digest_again(union: Database, clock: FakeClock) -> None:
    union.transact(ask)
    beat(union)
    at(clock, TODAY + timedelta(days=1), 9)
    beat(union)
    assert 1 == sum("K000101" in one for one in said_to(union, WANG))


def test_sent_on_again_the_same_day_the_officer_is_told_again(union: Database) -> None:
    union.transact(ask)
    beat(union)
    union.transact(give_back)
    union.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), AID, said(amount_fen=300_000)))
    beat(union)
    told = [one for one in said_to(union, WANG) if "等您审核" in one]
    assert 2 == len(told)
    assert "3,000.00 元" in told[-1]


def test_who_has_lost_the_branch_hears_no_more_of_its_aid(union: Database, clock: FakeClock) -> None:
    at(clock, TODAY, 22)
    union.transact(ask)
    union.transact(give_back)
    roles = table_of(RoleRow)
    union.transact(run, delete(roles).where(roles.c.person_id == ZHANG))
    union.transact(asking.also, ZHANG, casework.OTHER_BRANCH, Role.CADRE)
    at(clock, TODAY + timedelta(days=1), 10)
    beat(union)
    assert not any("凤芳" in one for one in said_to(union, ZHANG))


def test_an_emergency_wakes_the_treasurer_and_says_until_when_its_papers_are_due(union: Database) -> None:
    def save(tx: Transaction) -> None:
        proposals.emergency(
            tx,
            who(tx, CHEN),
            aid_id=AID,
            household_id=HOME,
            new=None,
            source=FundSource.COMPANY,
            amount_fen=800_000,
            reason="失火",
        )

    union.transact(save)
    told = last(union, QIAN)
    assert told.startswith("🚨 <b>救急 8,000.00 元，请马上发放</b>")
    assert "材料在 10 月 4 日前补" in told


def test_when_the_proposer_has_left_the_officer_hears_what_became_of_it(union: Database) -> None:
    union.transact(ask)
    people = table_of(PersonRow)
    union.transact(run, update(people).where(people.c.id == ZHANG).values(state="REMOVED"))
    union.transact(lambda tx: approvals.review(tx, who(tx, WANG), AID, 1))
    union.transact(lambda tx: approvals.refuse(tx, who(tx, CHEN), AID, 1, "已有别的救助"))
    beat(union)
    assert any("没有批" in one and "已有别的救助" in one for one in said_to(union, WANG))
    assert [] == said_to(union, ZHANG)


def test_in_english_as_well(union: Database) -> None:
    people = table_of(PersonRow)
    union.transact(run, update(people).where(people.c.id == WANG).values(language="en"))
    union.transact(ask)
    assert last(union, WANG).startswith("📝 <b>Living aid, ¥2,000.00: for your review</b>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_told_has_words_and_a_button(union: Database, language: str) -> None:
    def tell(tx: Transaction) -> None:
        ask(tx)
        known = aid_rows.find(tx, AID)
        assert known is not None
        for state in (AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.APPROVED):
            changed = aid_rows.change(tx, known, state=state, file_by=TODAY)
            aid_news.waits(tx, changed)
        aid_news.emergency(tx, changed, [QIAN])
        for act in AidAct:
            if act in aid_news.BACK:
                aid_news.told(tx, changed, act, actor_id=CHEN, people=[asking.ZHOU], fen=100)
        bulletins.post(tx, [asking.ZHOU], "aid_no_payer", key="n", urgent=True, aid=AID)

    union.transact(tell)
    speech = words(language)
    for number in (ZHANG, WANG, CHEN, QIAN, asking.ZHOU):
        for one in union.transact(bulletins.waiting, number):
            line = bulletin.line(one, speech, TODAY, union.zone)
            alone = bulletin.alone(one, speech, TODAY, union.zone)
            assert "BF-2017-000001" in line
            assert "{" not in line + alone
            assert not any(code in line + alone for code in ("LIVING", "APPROVED", "None"))
            shown = bulletin.keyboard(one, speech, TODAY, union.zone)
            assert (one.slug == "aid_no_payer") != bool(shown), one.slug
