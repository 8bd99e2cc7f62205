"""档案: the card, the reports behind it, and who may look."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from storage import audit
from storage.aid_codes import AidKind, FundSource
from storage.codes import Category, Cause, Clear
from storage.columns import new_id
from storage.due import followups_refresh
from storage.errors import NotAllowed, NotFound
from storage.households import dossiers, filing
from storage.households.dossiers import HOUSEHOLDS
from storage.members import people, questions
from storage.reporting import visits
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

CARD = """<b>施磊斌</b> K170001 · 机关分会
长期困难（遭受意外事故） · 在档
家庭 6 人、人均月收入 2,231.00 元
2015 年 11 月 16 日建档 · 联系人 张东

<b>五清</b>（⚠️ 2015 年 11 月 16 日核实，已过 180 天）
家庭状况：单亲，一子就读
致困原因：遭受意外事故
技术特长：无
就业要求：希望调整岗位
思想状况：低落

<b>最近走访</b>
6 月 24 日 · 医院 · 本人 · 持平
6 月 5 日 · 入户 · 子女 · 持平 · 需要政策咨询

<b>2017 年帮扶</b>：还没有

<b>接下来</b>
年度清查：11 月 30 日前
走访：12 月 21 日前"""
NASTY = "<b>" + "龙😀" * 28 + "</b>"


def test_the_card_says_what_a_visitor_needs(town: Town) -> None:
    said = town.chat(ZHANG).ask("档案 施磊斌")
    assert CARD == said.text
    assert said.protected
    assert ["走访", "申请帮扶", "余额", "历史", "电话"] == list(said.buttons)


def test_the_card_is_told_in_english(town: Town) -> None:
    said = town.chat(ZHANG, "en").ask("档案 施磊斌").text
    assert "Long-term hardship (Accident) · On file" in said
    assert "24 Jun · In hospital · The employee · About the same" in said
    assert "Visit: by 21 Dec" in said


def test_the_card_holds_no_phone_id_card_or_address(town: Town) -> None:
    said = town.chat(ZHANG).ask("档案 施磊斌").text
    assert "13800000000" not in said
    assert "0000" not in said


def test_without_a_name_the_own_households_are_offered_and_a_name_is_awaited(town: Town) -> None:
    cadre = town.chat(ZHANG)
    said = cadre.ask("档案")
    assert "看哪一户的档案？写姓名、档号或拼音首字母。" == said.text
    assert 3 == len(said.buttons)
    assert "file" == town.database.transact(questions.asked, cadre.person().id)
    card = cadre.press(said.data("施磊斌"))
    assert ("sendMessage", True) == (card.method, card.protected)


def test_whoever_looks_after_nobody_is_asked_all_the_same(town: Town) -> None:
    assert {} == town.chat(OFFICER).ask("档案").buttons


@pytest.mark.parametrize("language", ["zh", "en"])
def test_absent_and_foreign_files_get_the_same_words(town: Town, language: str) -> None:
    cadre = town.chat(JIANG, language)
    assert cadre.ask("档案 无此人") == cadre.ask("档案 施磊斌") == cadre.ask("档案 K170001")


def test_absent_and_foreign_files_are_refused_alike_behind_forged_buttons(town: Town) -> None:
    foreign = town.household_id("K170001")
    for verb in ("open", "card", "history", "phone"):
        for forged in (foreign, 99_999_999, "x", ""):
            with pytest.raises(NotFound):
                town.chat(JIANG).tap(f"file:{verb}:{forged}")


@pytest.mark.parametrize("who", [ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_whoever_has_the_household_in_scope_sees_the_file(town: Town, who: int) -> None:
    assert CARD == town.chat(who).ask("档案 施磊斌").text


@pytest.mark.parametrize("who", [TREASURER, AUDITOR])
def test_who_only_pays_or_audits_is_offered_no_report(town: Town, who: int) -> None:
    assert ["余额", "历史", "电话"] == list(town.chat(who).ask("档案 施磊斌").buttons)


def test_an_admin_by_that_role_alone_sees_no_file(town: Town) -> None:
    admin = town.chat(ADMIN)
    for text in ("档案", "档案 施磊斌"):
        with pytest.raises(NotAllowed):
            admin.write(text)
    with pytest.raises(NotAllowed):
        admin.tap("file:open:1")


def test_the_phone_is_shown_only_in_a_window_and_audited(town: Town) -> None:
    household_id = town.household_id("K170001")
    said = town.chat(ZHANG).press(f"file:phone:{household_id}")
    assert ("answerCallbackQuery", True) == (said.method, said.alert)
    assert "电话 13800000000\n（查看已记录）" == said.text
    acts = town.database.transact(
        lambda tx: [one.act for one in tx.connection.execute(audit.ENTRIES.select())]
    )
    assert "household.phone" == acts[-1]


def test_every_look_is_audited(town: Town) -> None:
    town.chat(AUDITOR).ask("档案 施磊斌")
    last = town.database.transact(lambda tx: tx.connection.execute(audit.ENTRIES.select()).all()[-1])
    assert ("household.view", f"household:{town.household_id('K170001')}") == (last.act, last.subject)


def test_the_history_leads_to_each_report_and_back(town: Town) -> None:
    cadre = town.chat(ZHANG)
    history = cadre.press(cadre.ask("档案 施磊斌").data("历史"))
    assert "<b>施磊斌</b> K170001 · 走访和回访" == history.text.splitlines()[0]
    assert "6 月 24 日 · 走访 · ZF-2017-000072 · 施磊斌" == history.text.splitlines()[1]
    report = cadre.press(history.data("6 月 24 日"))
    assert "<b>走访 ZF-2017-000072</b>\n施磊斌 K170001\n6 月 24 日\n走访人：张东" in report.text
    assert "评估：持平" in report.text
    assert "填报：历史记录导入，9 月 4 日 09:00" in report.text
    assert history.text == cadre.press(report.data("历史")).text
    assert CARD == cadre.press(history.data("‹ 档案")).text


def test_a_long_history_is_turned_page_by_page(town: Town) -> None:
    officer = town.chat(OFFICER)
    household_id = town.household_id("K170001")

    def more(tx: Transaction) -> None:
        days = [date(2016, 1, day) for day in range(1, 21)]
        visits.record_history(tx, [visits.PastVisit(household_id, day, "HOME", "SELF") for day in days])

    town.database.transact(more)
    first = officer.press(f"file:history:{household_id}:0")
    assert "›" in first.buttons
    assert "‹" not in first.buttons
    second = officer.press(first.buttons["›"])
    assert {"‹", "›"} < set(second.buttons)
    last = officer.press(second.buttons["›"])
    assert "›" not in last.buttons
    assert "还没有报告。" in officer.press(f"file:history:{household_id}:{10**8}").text


def test_only_an_officer_or_the_author_may_mend(town: Town) -> None:
    household_id = town.household_id("K170001")
    for who, may in ((OFFICER, True), (ZHANG, False), (AUDITOR, False)):
        chat = town.chat(who)
        history = chat.press(f"file:history:{household_id}:0")
        report = chat.press(history.data("6 月 24 日"))
        assert may == ("修改" in report.buttons)


def test_a_payment_to_be_revisited_is_offered(town: Town) -> None:
    household_id = town.household_id("K170001")

    def pay(tx: Transaction) -> None:
        paid.record(
            tx,
            aid_id=new_id(),
            household_id=household_id,
            kind=AidKind.MEDICAL,
            source=FundSource.COMPANY,
            amount_fen=1_800_00,
            paid_on=date(2017, 8, 4),
        )
        followups_refresh.refresh(tx, household_id)

    town.database.transact(pay)
    said = town.chat(ZHANG).ask("档案 施磊斌")
    assert "医疗救助 1,800.00 元（公司帮扶资金）" in said.text
    assert "回访 · 医疗救助 1,800.00 元：迟 1 天" in said.text
    assert f"revisit:household:{household_id}" == said.data("回访")


def test_a_closed_file_says_when_and_why_and_takes_no_visit(town: Town) -> None:
    closed = {"state": "CLOSED", "closed_on": date(2017, 5, 1), "close_reason": "RECOVERED"}

    def close(tx: Transaction) -> None:
        household_id = dossiers.search(tx, people.find(tx, OFFICER), "K170001")[0].id  # type: ignore[arg-type]  # they joined
        tx.connection.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.id == household_id).values(closed))
        followups_refresh.refresh(tx, household_id)

    town.database.transact(close)
    said = town.chat(ZHANG).ask("档案 K170001")
    assert "5 月 1 日注销 · 脱困" in said.text
    assert "没有安排" == said.text.splitlines()[-1]
    assert "走访" not in said.buttons


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_and_long_clears_stay_within_a_message(town: Town, language: str) -> None:
    officer = town.chat(OFFICER, language)
    union_id = officer.person().union_id

    def file(tx: Transaction) -> int:
        household_id = filing.add_household(
            tx,
            file_no="K990001",
            name=NASTY,
            union_id=union_id,
            category=Category.TEMP,
            main_cause=Cause.OTHER,
            opened_on=date(2017, 1, 1),
        )
        for clear in Clear:
            filing.set_clear(tx, household_id, clear, "<&>" * 400, on=None, by=None)
        return household_id

    household_id = town.database.transact(file)
    said = officer.ask("档案 K990001").text
    assert "&lt;b&gt;龙😀" in said
    assert "<b><b>" not in said
    assert "⚠️" in said
    assert "&lt;b&gt;龙😀" in officer.ask("余额 K990001").text
    assert "&lt;b&gt;" in officer.press(f"file:history:{household_id}:0").text
