"""余额: the fund in a few lines, and one household's year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from storage import audit
from storage.aid_codes import AidKind, FundSource
from storage.columns import new_id
from storage.errors import NotAllowed, NotFound
from storage.households.dossiers import HOUSEHOLDS
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

FUND = """<b>帮扶资金</b>（9 月 4 日 09:00）
余额 53,345.00 元 · 已批未付 0.00 · 可用 19,500.00
2017 预算 58,500.00，已用 39,000.00（67%），剩 19,500.00"""
FUND_IN_ENGLISH = """<b>Aid fund</b> (4 Sep, 09:00)
Balance ¥53,345.00 · reserved 0.00 · available 19,500.00
2017 budget 58,500.00: spent 39,000.00 (67%), left 19,500.00"""


def pay(tx: Transaction, household_id: int, amount_fen: int, kind: AidKind = AidKind.LIVING) -> None:
    paid.record(
        tx,
        aid_id=new_id(),
        household_id=household_id,
        kind=kind,
        source=FundSource.COMPANY,
        amount_fen=amount_fen,
        paid_on=date(2017, 9, 1),
    )


@pytest.mark.parametrize("who", [ADMIN, ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_everybody_sees_the_same_fund(town: Town, who: int) -> None:
    assert FUND == town.chat(who).ask("余额").text


def test_the_fund_is_told_in_english(town: Town) -> None:
    assert FUND_IN_ENGLISH == town.chat(ZHANG, "en").ask("余额").text


def test_a_year_without_a_budget_says_so(town: Town) -> None:
    town.database.transact(lambda tx: tx.connection.execute(text("DELETE FROM budgets")))
    said = town.chat(ZHANG).ask("余额").text
    assert "余额 53,345.00 元 · 已批未付 0.00 · 可用 53,345.00" == said.splitlines()[1]
    assert "2017 年还没有定预算。" == said.splitlines()[2]
    assert "No budget has been set for 2017 yet." in town.chat(ZHANG, "en").ask("余额").text


def test_a_household_of_the_own_branch_is_told_by_kind_with_what_is_left(town: Town) -> None:
    household_id = town.household_id("K170001")
    town.database.transact(pay, household_id, 1_500_00, AidKind.SPRING)
    assert (
        "<b>施磊斌</b> K170001 · 2017 年已帮扶 1,500.00 元：春节慰问 1,500.00\n"
        "生活救助上限 10,000.00，还可给 10,000.00；现在最多可给 5,000.00（单次上限）\n"
        "现在还可以报：年度慰问、送温暖、医疗救助、助学、金秋助学、送清凉"
    ) == town.chat(ZHANG).ask("余额 施磊斌").text


@pytest.mark.parametrize("said", ["施磊斌", "磊斌", "K170001", "k170001", "slb"])
def test_a_household_is_found_by_part_number_and_initials(town: Town, said: str) -> None:
    assert "<b>施磊斌</b> K170001" in town.chat(ZHANG).ask(f"余额 {said}").text


def test_the_bound_that_holds_is_named(town: Town) -> None:
    household_id = town.household_id("K170001")
    cadre = town.chat(ZHANG)
    town.database.transact(pay, household_id, 5_000_00)
    town.database.transact(pay, household_id, 3_000_00)
    assert "最多可给 2,000.00（受本年上限限制）" in cadre.ask("余额 施磊斌").text
    other = town.household_id("K170036")
    town.database.transact(pay, other, 9_000_00, AidKind.MEDICAL)
    assert "最多可给 2,500.00（受预算剩余限制）" in cadre.ask("余额 K170063").text
    closed = {"state": "MONITOR", "monitor_from": date(2017, 9, 1)}
    town.database.transact(
        lambda tx: tx.connection.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.id == other).values(closed))
    )
    assert "最多可给 0.00（档案不在档）" in cadre.ask("余额 K170036").text


def test_absent_and_foreign_households_get_the_same_words(town: Town) -> None:
    cadre = town.chat(JIANG)
    absent = cadre.ask("余额 无此人")
    foreign = cadre.ask("余额 施磊斌")
    assert "没有找到。" == absent.text
    assert absent == foreign


def test_a_forged_button_finds_neither_absent_nor_foreign(town: Town) -> None:
    foreign = town.household_id("K170001")
    for forged in (foreign, 0, 99_999_999, "x", ""):
        with pytest.raises(NotFound):
            town.chat(JIANG).tap(f"balance:household:{forged}")


def test_several_that_fit_are_offered(town: Town) -> None:
    said = town.chat(OFFICER).ask("余额 静")
    assert "哪一户？" == said.text
    chosen = town.chat(OFFICER).press(said.data("喻静强"))
    assert "<b>喻静强</b> K170002" in chosen.text


def test_too_many_are_cut_short_and_say_so(town: Town) -> None:
    said = town.chat(OFFICER).ask("余额 K17")
    assert "找到的太多，先列 8 户；姓名写全一些更快。" == said.text
    assert 8 == len(said.buttons)


def test_the_last_ten_name_only_households_of_the_own_scope(town: Town) -> None:
    cadre, officer = town.chat(ZHANG), town.chat(OFFICER)
    seen_by_officer = officer.press("balance:last").text
    seen_by_cadre = cadre.press("balance:last").text
    assert "<b>最近 10 笔</b>（元）" == seen_by_officer.splitlines()[0]
    assert 11 == len(seen_by_officer.splitlines())
    assert "*" not in seen_by_officer
    assert "*" in seen_by_cadre
    names = {line.split(" · ")[-1] for line in seen_by_officer.splitlines()[1:]}
    own = {line.split(" · ")[-1] for line in seen_by_cadre.splitlines()[1:] if not line.endswith("*")}
    assert own < names


def test_the_year_by_kind_adds_up_to_all_sources(town: Town) -> None:
    said = town.chat(ZHANG).press("balance:kinds").text
    assert "<b>2017 年按项目</b>（元）" == said.splitlines()[0]
    assert "春节慰问 10 人次 15,000.00 · 公司帮扶资金" in said
    assert "合计 46 人次 150,783.00" == said.splitlines()[-1]


def test_asking_whose_offers_the_own_households_and_waits_for_a_name(town: Town) -> None:
    said = town.chat(ZHANG).press("balance:find")
    assert "查哪一户？写姓名、档号或拼音首字母。" == said.text
    assert any("施磊斌" in label for label in said.buttons)


def test_an_admin_by_that_role_alone_sees_no_household(town: Town) -> None:
    admin = town.chat(ADMIN)
    assert "查一户" not in admin.ask("余额").buttons
    with pytest.raises(NotAllowed):
        admin.write("余额 施磊斌")
    with pytest.raises(NotAllowed):
        admin.tap("balance:household:1")


def test_looking_at_a_household_is_audited(town: Town) -> None:
    household_id = town.household_id("K170001")
    before = town.database.transact(looks, household_id)
    town.chat(ZHANG).ask("余额 施磊斌")
    assert before + 1 == town.database.transact(looks, household_id)


def looks(tx: Transaction, household_id: int) -> int:
    entries = tx.connection.execute(audit.ENTRIES.select()).all()
    told = [one for one in entries if one.act == "household.balance"]
    return len([one for one in told if one.subject == f"household:{household_id}"])


@pytest.mark.parametrize("data", ["balance", "balance:", "balance:x:y:z", "balance:last:9"])
def test_a_forged_button_shows_the_fund_at_most(town: Town, data: str) -> None:
    assert "editMessageText" == town.chat(ZHANG).press(data).method


@pytest.mark.parametrize("who", [ADMIN, ZHANG, OFFICER, TREASURER])
def test_the_pictures_of_the_year_are_a_tap_away(town: Town, who: int) -> None:
    chat = town.chat(who)
    for label in ("图：今年资金", "图：按项目"):
        assert "sendPhoto" == chat.press(chat.ask("余额").data(label)).method
