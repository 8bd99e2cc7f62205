"""预算: read by everybody, drafted from what was spent, adopted by somebody else, revised with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from storage.aid_refusals import BudgetMoved, OwnProposal
from storage.codes import Role
from storage.errors import NotAllowed, NotFound, Refused
from storage.members import invitations, membership
from storage.money import fund
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

YEAR_2017 = """<b>2017 年帮扶预算</b>
▓▓▓▓▓▓░░░░ 已用 67%
预算 58,500.00 元，已用 39,000.00
还剩 19,500.00，其中已批未付 0.00
按项目："""


def drafted(town: Town) -> Said:
    officer = town.chat(OFFICER)
    return officer.press(officer.press("budget:open:2018").data("编 2018 年预算"))


def budget_of(town: Town, year: int) -> int | None:
    def asked(tx: Transaction) -> int | None:
        return fund.balance(tx, membership.root_union(tx) or 0, year=year).budget_fen

    return town.database.transact(asked)


def handed_in(town: Town) -> Said:
    return town.chat(OFFICER).press(drafted(town).data("提交"))


def adopted(town: Town) -> None:
    handed_in(town)
    chair = town.chat(CHAIR)
    chair.press(chair.press("budget:plan:2018:0").data("批准"))


@pytest.mark.parametrize("who", [ADMIN, ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_everybody_reads_how_much_is_used_and_of_what(town: Town, who: int) -> None:
    said = town.chat(who).ask("预算")
    assert YEAR_2017 == "\n".join(said.text.splitlines()[:5])
    assert "春节慰问 15,000.00（10 人次）" in said.text
    assert ("调整预算" in said.buttons) == (who in (OFFICER, CHAIR))


def test_it_reads_in_english(town: Town) -> None:
    said = town.chat(AUDITOR, "en").ask("/budget 2017").text
    assert "Budget ¥58,500.00, spent 39,000.00\nLeft 19,500.00, of which reserved 0.00" in said
    assert "Spring Festival grant 15,000.00 (10 grants)" in said


def test_a_year_without_one_says_so_and_an_overspent_one_too(town: Town) -> None:
    assert "2016 年还没有定预算。" in town.chat(ZHANG).ask("预算 2016").text
    assert "2018 年的预算还没有编。" in town.chat(ZHANG).ask("预算 2018").text
    town.database.transact(lambda tx: tx.connection.execute(text("UPDATE budgets SET amount_fen = 3000000")))
    assert "⚠️ 超出 9,000.00" in town.chat(ZHANG).ask("预算").text
    town.database.transact(lambda tx: tx.connection.execute(text("UPDATE budgets SET amount_fen = 0")))
    assert "▓▓▓▓▓▓▓▓▓▓ 已用 100%" in town.chat(ZHANG).ask("预算").text


def test_the_next_years_is_drafted_from_what_this_year_spent_line_by_line(town: Town) -> None:
    said = drafted(town)
    assert said.text.splitlines()[:3] == [
        "<b>2018 年预算 · 第 1 版</b>　正在编",
        "合计 <b>39,000.00 元</b>（2017 年实际 39,000.00）",
        "春节慰问 <b>15,000.00</b>（2017 年 10 人次 15,000.00；按标准要 120,000.00）",
    ]
    assert "年度慰问 没有单列（按标准要 36,000.00）" in said.text


def test_a_line_is_set_by_a_tap_or_typed_and_the_sum_runs_along(town: Town) -> None:
    officer = town.chat(OFFICER)
    asked = officer.press(drafted(town).data("春节慰问"))
    assert "<b>春节慰问 · 2018 年预算</b>" in asked.text
    assert "现在是 15,000.00 元。" in asked.text
    by_need = officer.press(asked.data("120,000.00"))
    assert "合计 <b>144,000.00 元</b>" in by_need.text
    officer.press(by_need.data("生活救助"))
    assert "没看懂是多少钱" in officer.ask("多一点").text
    typed = officer.ask("2万")
    assert "合计 <b>155,000.00 元</b>" in typed.text
    officer.press(typed.data("其余"))
    assert "其余 <b>5,000.00</b>" in officer.ask("5000").text


def test_an_old_draft_button_shows_the_draft_as_it_stands(town: Town) -> None:
    first = drafted(town)
    town.chat(OFFICER).press(first.data("提交"))
    said = town.chat(OFFICER).tap(first.data("春节慰问"))
    assert any("刚才有了变动" in one.text for one in said)
    assert any("待审批" in one.text for one in said)
    with pytest.raises(BudgetMoved):
        town.chat(OFFICER).tap("budget:set:2018:1:SPRING:100")


def test_it_is_handed_in_and_adopted_by_a_chair_who_did_not_write_it(town: Town) -> None:
    done = handed_in(town)
    assert "✓ 已提交，等工会主席审批。" in done.text
    assert "批准" not in done.buttons
    chair = town.chat(CHAIR)
    assert "📝 有一份草案等审批：39,000.00 元（某officer）" in chair.press("budget:open:2018").text
    card = chair.press("budget:plan:2018:0")
    said = chair.press(card.data("批准"))
    assert "✓ 已批准，从现在起照这个执行。" in said.text
    assert "某officer → 某chair" in said.text
    assert 39_000_00 == budget_of(town, 2018)
    chair.press(card.data("批准"))
    assert 39_000_00 == budget_of(town, 2018)


def test_a_chair_who_wrote_it_cannot_adopt_it_and_is_told_who_could(town: Town) -> None:
    chair = town.chat(CHAIR)
    chair.press("budget:draft:2018")
    said = chair.press("budget:submit:2018:1")
    assert "⚠️ 除了编的人，没有别的主席能批。" in said.text
    assert "批准" not in said.buttons
    with pytest.raises(OwnProposal):
        chair.tap("budget:adopt:2018:1")


def test_a_chair_to_whom_it_was_handed_in_is_offered_one_word_for_no(town: Town) -> None:
    handed_in(town)
    assert {"批准", "退回", "驳回", "‹ 2018 年预算"} == set(
        town.chat(CHAIR).press("budget:plan:2018:0").buttons
    )
    assert "放弃草案" in town.chat(OFFICER).press("budget:plan:2018:0").buttons


def test_a_chair_who_wrote_it_may_drop_it(town: Town) -> None:
    chair = town.chat(CHAIR)
    chair.press("budget:draft:2018")
    assert "放弃草案" in chair.press("budget:submit:2018:1").buttons


@pytest.mark.parametrize(
    ("language", "undivided", "unplanned"),
    [
        ("zh", "没有按项目分", "春节慰问：按标准要 90,000.00"),
        ("en", "Not divided by kind", "Spring Festival grant: the standard needs 90,000.00"),
    ],
)
def test_what_was_never_planned_is_not_planned_as_nothing(
    town: Town, language: str, undivided: str, unplanned: str
) -> None:
    officer = town.chat(OFFICER, language)
    officer.press("budget:more:2017:DONATION:500000")
    said = officer.ask("要多救急")
    lines = said.text.splitlines()
    assert {undivided, unplanned} <= set(lines)
    assert not [line for line in lines if ">0.00<" in line]


def test_there_is_a_way_back_to_the_balance_it_was_opened_from(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.ask("余额")
    year = chat.press(card.data("预算"))
    for one in (year, chat.press(year.data("2018 ›"))):
        assert card.text == chat.press(one.data("‹ 余额")).text


def test_it_is_returned_with_a_reason_and_changed(town: Town) -> None:
    handed_in(town)
    chair = town.chat(CHAIR)
    chair.press(chair.press("budget:plan:2018:0").data("退回"))
    said = chair.ask("春节按两千编")
    assert "✓ 已退回。" in said.text
    assert "退回的理由：春节按两千编" in said.text
    again = town.chat(OFFICER).press("budget:plan:2018:0")
    assert "提交" in again.buttons
    assert "第 2 版" in again.text


def test_it_is_refused_with_a_reason_of_a_button(town: Town) -> None:
    handed_in(town)
    chair = town.chat(CHAIR)
    asked = chair.press(chair.press("budget:plan:2018:0").data("驳回"))
    said = chair.press(asked.data("资金不够"))
    assert "✓ 已驳回" in said.text
    assert "未通过" in said.text
    assert budget_of(town, 2018) is None
    assert any("已经不用" in one.text for one in chair.tap(asked.data("资金不够")))


def test_what_holds_is_revised_with_a_reason(town: Town) -> None:
    officer = town.chat(OFFICER)
    asked = officer.press(officer.press("budget:open:2017").data("调整预算"))
    opened = officer.press(asked.data("标准提高"))
    assert "✓ 已开一份调整草案" in opened.text
    assert "理由：标准提高" in opened.text
    officer.press(opened.data("其余"))
    changed = officer.ask("70000")
    assert "比现在的 58,500.00 多 11,500.00" in changed.text
    officer.press(changed.data("提交"))
    chair = town.chat(CHAIR)
    chair.press(chair.press("budget:plan:2017:0").data("批准"))
    assert 70_000_00 == budget_of(town, 2017)


def test_less_than_is_paid_and_promised_is_said_before_it_is_refused(town: Town) -> None:
    officer = town.chat(OFFICER)
    opened = officer.press(officer.press("budget:revise:2017").data("标准提高"))
    officer.press(opened.data("其余"))
    assert "⚠️ 已发放加已批未付有 39,000.00 元" in officer.ask("100").text
    with pytest.raises(Refused):
        officer.tap("budget:submit:2017:2")


def test_more_comes_from_a_source_for_a_reason(town: Town) -> None:
    officer = town.chat(OFFICER)
    whose = officer.press(officer.press("budget:open:2017").data("追加"))
    officer.press(whose.data("市总工会"))
    assert "没看懂" in officer.ask("零头").text
    assert "为什么追加 2017 年的预算？" in officer.ask("一万五").text
    done = officer.ask("市总专项")
    assert "✓ 追加已提交" in done.text
    assert "合计 <b>73,500.00 元</b>，比现在的 58,500.00 多 15,000.00" in done.text
    assert "资金：市总工会" in done.text
    assert "理由：市总专项" in done.text
    chair = town.chat(CHAIR)
    chair.press(chair.press("budget:plan:2017:0").data("批准"))
    assert 73_500_00 == budget_of(town, 2017)


def test_the_reason_of_another_amount_tops_nothing_up(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.press("budget:from:2017:CITY_UNION")
    first = officer.press("budget:more:2017:CITY_UNION:1000000")
    officer.press("budget:more:2017:CITY_UNION:5000000")
    assert "已经不用" in officer.press(next(iter(first.buttons.values()))).text
    assert "市总工会" not in officer.press("budget:open:2017").text


def test_the_history_names_every_version_and_who_decided(town: Town) -> None:
    adopted(town)
    said = town.chat(AUDITOR).press("budget:history:2018")
    assert "第 1 版 39,000.00 元 已通过 · 某officer → 某chair · 9 月 4 日" in said.text
    assert "第 1 版</b>　已通过" in town.chat(AUDITOR).press(said.data("第 1 版")).text
    assert "第 1 版 58,500.00 元 已通过 · 导入" in town.chat(AUDITOR).press("budget:history:2017").text


def test_a_draft_can_be_dropped(town: Town) -> None:
    said = town.chat(OFFICER).tap(drafted(town).data("放弃草案"))
    assert any("2018 年的预算还没有编。" in one.text for one in said)


@pytest.mark.parametrize("who", [ZHANG, TREASURER, AUDITOR, ADMIN])
def test_whoever_does_not_lead_changes_nothing(town: Town, who: int) -> None:
    handed_in(town)
    chat = town.chat(who)
    for forged in ("draft:2018", "submit:2018:1", "adopt:2018:1", "set:2018:1:SPRING:1", "withdraw:2018:1"):
        with pytest.raises(Refused):
            chat.tap(f"budget:{forged}")
    for forged in ("revise:2017", "top:2017", "from:2017:CITY_UNION", "more:2017:CITY_UNION:100"):
        with pytest.raises(NotAllowed):
            chat.tap(f"budget:{forged}")
    for verb in ("return", "refuse", "line"):
        try:
            said = chat.tap(f"budget:{verb}:2018:1:SPRING")
        except (NotFound, NotAllowed):
            continue
        assert any("刚才有了变动" in one.text for one in said)
    assert budget_of(town, 2018) is None


@pytest.mark.parametrize("who", [ZHANG, ADMIN])
def test_the_plan_is_not_there_for_whoever_does_not_answer_for_it(town: Town, who: int) -> None:
    drafted(town)
    assert "草案" not in town.chat(who).press("budget:open:2018").text
    for forged in ("plan:2018:1", "history:2018"):
        with pytest.raises(NotFound):
            town.chat(who).tap(f"budget:{forged}")


@pytest.mark.parametrize(
    "data", ["budget", "budget:", "budget:open:x", "budget:open:99999", "budget:because:2017:9"]
)
def test_forged_buttons_show_the_budget_at_most(town: Town, data: str) -> None:
    assert town.chat(OFFICER).tap(data)


def test_forged_lines_and_sources_are_not_found(town: Town) -> None:
    drafted(town)
    for forged in (
        "set:2018:1:SPRING:x",
        "set:2018:1:NONE:1",
        "line:2018:1:NONE",
        "from:2017:X",
        "more:2017:X:5",
    ):
        with pytest.raises(NotFound):
            town.chat(OFFICER).tap(f"budget:{forged}")


def test_a_vice_chair_can_adopt_what_the_chair_wrote(town: Town) -> None:
    def invited(tx: Transaction) -> None:
        code = invitations.invite(tx, roles=[Role.CHAIR]).code
        invitations.join(tx, code, telegram_id=1101, first_name="马副主席")

    town.database.transact(invited)
    chair = town.chat(CHAIR, "en")
    chair.press("budget:draft:2018")
    chair.press("budget:submit:2018:1")
    vice = town.chat(1101, "en")
    assert (
        "✓ Adopted: it holds from now on."
        in vice.press(vice.press("budget:plan:2018:0").data("Approve")).text
    )


@pytest.mark.parametrize("said", ["救急支出", "走访后看要加钱", "外出务工的多了"])
def test_a_reason_may_begin_with_a_word_that_is_a_command(town: Town, said: str) -> None:
    officer = town.chat(OFFICER)
    officer.press("budget:more:2017:DONATION:500000")
    assert f"理由：{said}" in officer.ask(said).text


def test_a_command_with_a_name_is_one_whatever_was_asked(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.press("budget:more:2017:DONATION:500000")
    assert "走访 · 施磊斌" in officer.ask("走访施磊斌").text
