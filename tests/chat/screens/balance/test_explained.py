"""Where a figure comes from: its terms, the entries under each page by page, for everybody's own eyes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from storage.aid_codes import AidKind, FundSource
from storage.columns import new_id
from storage.errors import NotAllowed, NotFound
from storage.money import ledger, standards
from tests.chat.screens.conftest import ADMIN, AUDITOR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

FIGURES = ("balance", "reserved", "available", "budget_paid", "budget_left")


def paid_and_taken_back(tx: Transaction, household_id: int) -> None:
    aid_id = new_id()
    paid.record(
        tx,
        aid_id=aid_id,
        household_id=household_id,
        kind=AidKind.LIVING,
        source=FundSource.COMPANY,
        amount_fen=1_000_00,
        paid_on=date(2017, 9, 1),
    )
    paid.take_back(tx, aid_id, happened_on=date(2017, 9, 4), reason="x")


def nothing_set(tx: Transaction, years: list[int]) -> None:
    for year in years:
        standards.record(tx, union_id=1, year=year, kind=AidKind.SPRING)


def fen(line: str) -> int:
    return round(float(line.split("　", maxsplit=1)[0].replace(",", "")) * 100)


def test_the_balance_is_told_by_what_came_in_and_what_was_paid_and_adds_up(town: Town) -> None:
    town.database.transact(paid_and_taken_back, town.household_id("K170001"))
    said = town.chat(OFFICER).press("balance:why:balance:0")
    terms = [line for line in said.text.splitlines() if "笔）" in line]
    assert "<b>余额 53,345.00 元是怎么来的</b>" == said.text.splitlines()[0]
    assert 53_345_00 == sum(fen(one) for one in terms)
    assert "+1,000.00　冲销（1 笔）" in terms
    assert "= 53,345.00 元，和账上一致。" in said.text
    assert "逐笔，第 1–10 笔，共 " in said.text


def test_each_term_opens_its_own_entries_page_by_page(town: Town) -> None:
    officer = town.chat(OFFICER)
    first = officer.press(officer.press("balance:why:balance:0").data("医疗救助"))
    assert "医疗救助，第 1–" in first.text
    entries = [line for line in first.text.splitlines() if "BF-2017" in line]
    assert entries
    assert all("医疗救助" in line for line in entries)
    grant = officer.press("balance:why:balance:0")
    second = officer.press(grant.data("›"))
    assert "第 11–20 笔" in second.text
    assert "第 1–10 笔" in officer.press(second.buttons["‹"]).text
    assert "逐笔，第 1–10 笔" in officer.press(first.data("全部")).text


def test_what_is_available_names_the_smaller_and_leads_on(town: Town) -> None:
    officer = town.chat(OFFICER)
    said = officer.press("balance:why:available:0")
    assert "= 19,500.00 元：预算剩余比余额少，按预算剩余算，再减已批未付。" in said.text
    assert "还剩 19,500.00 元是怎么来的" in officer.press(said.data("预算剩余")).text
    assert "余额 53,345.00 元是怎么来的" in officer.press(said.buttons["余额"]).text


def test_a_fund_that_is_overspent_is_no_mistake_in_the_books(town: Town) -> None:
    town.database.transact(
        lambda tx: tx.connection.execute(update(ledger.budgets).values(amount_fen=30_000_00))
    )
    said = town.chat(OFFICER).press("balance:why:available:0").text
    assert "= 0.00 元：预算剩余比余额少" in said


def test_books_that_do_not_agree_are_said_plainly(town: Town) -> None:
    town.database.transact(lambda tx: tx.connection.execute(update(ledger.balances).values(balance_fen=1_00)))
    said = town.chat(TREASURER).press("balance:why:balance:0").text
    assert "⚠️ 逐笔加起来是 53,345.00 元，账上是 1.00 元，对不上，请马上告诉管理员。" in said
    assert "Tell an admin at once" in town.chat(TREASURER, "en").press("balance:why:balance:0").text


def test_nothing_reserved_and_no_budget_say_so(town: Town) -> None:
    said = town.chat(ZHANG).press("balance:why:reserved:0").text
    assert "<b>已批未付 0.00 元</b>\n一笔也没有。" == said
    town.database.transact(lambda tx: tx.connection.execute(text("DELETE FROM budgets")))
    assert "2017 年还没有定预算。" == town.chat(ZHANG).press("balance:why:budget_left:0").text


def test_names_beyond_the_own_scope_are_masked(town: Town) -> None:
    seen = town.chat(ZHANG).press("balance:why:balance:0:aid.MEDICAL").text
    assert "*" in seen
    assert "*" not in town.chat(OFFICER).press("balance:why:balance:0:aid.MEDICAL").text


def test_a_households_year_is_told_by_its_payments(town: Town) -> None:
    cadre = town.chat(ZHANG)
    said = cadre.press(cadre.ask("余额 K170063").data("今年各笔"))
    assert "<b>袁静</b> K170063 · 2017 年已帮扶 1,800.00 元" in said.text
    assert "1,800.00　医疗救助 · " in said.text
    room = cadre.press(cadre.ask("余额 K170063").data("还可给怎么算"))
    assert "生活救助还可给 10,000.00 元" in room.text
    assert "<b>袁静</b> K170063 · 2017 年已帮扶" in cadre.press(room.data("这一户")).text


def test_the_most_of_each_kind_is_told_with_its_reason(town: Town) -> None:
    household_id = town.household_id("K170001")
    said = town.chat(ZHANG).press(f"balance:most:{household_id}").text
    assert "生活救助：5,000.00 元（单次上限）" in said
    assert "医疗救助：19,500.00 元（受预算剩余限制）" in said
    assert "金秋助学：不用公司资金，照实登记。" in said
    assert (
        "Living aid: ¥5,000.00 (the most at one time)"
        in town.chat(ZHANG, "en").press(f"balance:most:{household_id}").text
    )


@pytest.mark.parametrize("who", [ADMIN, ZHANG, OFFICER, TREASURER, AUDITOR])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_may_take_the_funds_figures_apart(town: Town, who: int, language: str) -> None:
    for figure in FIGURES:
        assert town.chat(who, language).press(f"balance:why:{figure}:0").text


def test_the_festival_that_comes_needs_so_much(town: Town) -> None:
    said = town.chat(OFFICER).press("balance:need").text
    assert said.splitlines() == [
        "<b>2018 年春节慰问要多少</b>",
        "2018 年 2 月 16 日春节。",
        "在册 60 人 × 2,000.00 = 120,000.00 元",
        "资金可用 53,345.00 元，还差 66,655.00 元。2018 年还没有定预算。",
    ]
    town.database.transact(nothing_set, [2018])
    assert "先按 2017 年的算：\n在册 60 人 × 1,500.00" in town.chat(OFFICER).press("balance:need").text
    town.database.transact(nothing_set, [2016, 2017])
    assert "2018 年的标准还没有定。" in town.chat(OFFICER).press("balance:need").text


def test_nobody_elses_household_and_no_other_figure_is_told(town: Town) -> None:
    foreign = town.household_id("K170001")
    for forged in (
        f"whyh:household_paid:0::{foreign}",
        f"whyh:household_paid:0::{0}",
        f"most:{foreign}",
        f"again:{foreign}",
        "why:household_paid:0",
        "why:nothing:0",
        "why:",
        f"whyh:balance:0::{foreign}",
    ):
        with pytest.raises(NotFound):
            town.chat(JIANG).tap(f"balance:{forged}")
    with pytest.raises(NotAllowed):
        town.chat(ADMIN).tap(f"balance:most:{foreign}")
    with pytest.raises(NotAllowed):
        town.chat(TREASURER).tap("balance:own")


def test_a_cadre_who_proposed_nothing_is_told_so(town: Town) -> None:
    assert "2017 年您还没有报过帮扶。" == town.chat(ZHANG).press("balance:own").text
