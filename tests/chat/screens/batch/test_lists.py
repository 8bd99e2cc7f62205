"""名单: planned, made, looked through, handed in, approved and paid, each by whoever may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from storage.batches import batches
from storage.errors import NotAllowed, NotFound, Refused
from storage.households.dossiers import HOUSEHOLDS
from tests.chat.screens.batch.conftest import DEPUTY, NEW_YEAR, VICE, give_money
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from tests.chat.screens.chatting import Chat, Said
    from tests.chat.screens.conftest import Town


def work(town: Town) -> None:
    while town.database.transact(batches.work):
        pass


def planned(town: Town, language: str = "zh") -> Said:
    officer = town.chat(OFFICER, language)
    officer.ask("/batch")
    return officer.press("batch:new:SPRING")


def made(town: Town) -> str:
    """The Spring Festival list, made; the data that opens it."""
    officer = town.chat(OFFICER)
    started = officer.press(planned(town).data("开始做"))
    work(town)
    return started.data("刷新").replace("fresh", "open")


def opened(town: Town, data: str, who: int = OFFICER, language: str = "zh") -> Said:
    return town.chat(who, language).press(data)


def handed_in(town: Town) -> str:
    data = made(town)
    officer = town.chat(OFFICER)
    asked = officer.press(opened(town, data).data("提交"))
    if "为什么保留" in asked.text:
        officer.press(asked.data("逐户核过"))
    return data


def approved(town: Town) -> str:
    data = handed_in(town)
    for who in (CHAIR, VICE, DEPUTY):
        chat = town.chat(who)
        card = chat.press(data)
        if "批准" in card.buttons:
            chat.press(card.data("批准"))
    return data


def test_without_any_list_it_is_said_who_makes_them(town: Town) -> None:
    assert "还没有名单。名单由帮扶专责来做。" in town.chat(AUDITOR).ask("名单").text
    said = town.chat(OFFICER).ask("名单")
    assert "还没有名单。点下面做一份" in said.text
    assert {"做春节名单", "做别的名单"} == set(said.buttons)


def test_the_plan_says_what_everybody_needs_and_what_there_is(winter: Town) -> None:
    said = planned(winter)
    assert said.text.splitlines() == [
        "<b>做名单：春节慰问 · 2018 年</b>",
        "钱从：公司帮扶资金",
        "范围：全部分会 · 全部类别",
        "在册 60 人 × 2,000.00 = 120,000.00 元",
        "资金可用 180,000.00 元，够用。",
        "本年已有的、不在档的不会列上；做好以后您再核对、划去。",
    ]


def test_before_new_year_the_plan_says_what_lacks(town: Town) -> None:
    said = planned(town).text
    assert "<b>做名单：春节慰问 · 2018 年</b>" in said
    assert "还差 66,655.00 元。2018 年还没有定预算。" in said


def test_category_branch_and_money_can_be_chosen(winter: Town) -> None:
    planned(winter)
    officer = winter.chat(OFFICER)
    one = officer.press(officer.press("batch:part:category").data("特别困难"))
    assert "✓ 特别困难" in one.buttons
    said = officer.press("batch:plan")
    assert "范围：全部分会 · 特别困难" in said.text
    branches = officer.press("batch:part:union")
    branch = next(label for label in branches.buttons if "机关" in label)
    officer.press(branches.buttons[branch])
    assert f"范围：{branch} · 特别困难" in officer.press("batch:plan").text
    officer.press("batch:set:source:CITY_UNION")
    other = officer.press("batch:plan").text
    assert "钱从：市总工会" in other
    assert "资金可用" not in other
    assert "全部分会 · 全部类别" in officer.press("batch:set:everybody:1").text


def test_a_kind_without_a_standard_asks_how_much_each(winter: Town) -> None:
    officer = winter.chat(OFFICER)
    said = officer.press("batch:new:WARMTH")
    assert "这一种没有定额，请先定每户多少。" in said.text
    assert "开始做" not in said.buttons
    officer.press(said.data("每户多少"))
    assert "这样定不行" in officer.ask("好几百").text
    priced = officer.ask("三百")
    assert "在册 60 人 × 300.00 = 18,000.00 元" in priced.text
    assert "开始做" in priced.buttons


def test_a_list_is_made_while_its_progress_is_told(winter: Town) -> None:
    officer = winter.chat(OFFICER)
    started = officer.press(planned(winter).data("开始做"))
    assert "正在生成" in started.text
    assert "░░░░░░░░░░ 已核 0/60 户" in started.text
    work(winter)
    card = officer.press(started.data("刷新"))
    assert "春节慰问 · 2018 年</b>　PL-2018-0001　待核对" in card.text
    assert "共 <b>60 户，120,000.00 元</b> · 公司帮扶资金\n每户 2,000.00 元\n" in card.text
    assert "资金可用 180,000.00 元，够发。" in card.text


def test_a_second_tap_on_make_makes_no_second_list(winter: Town) -> None:
    officer = winter.chat(OFFICER)
    data = planned(winter).data("开始做")
    officer.press(data)
    assert "正在生成" in officer.press(data).text
    assert 1 == officer.ask("名单").text.count("春节慰问")


def test_exceptions_are_looked_at_one_by_one_and_struck_with_a_reason(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    card = officer.press(data)
    listed = officer.press(card.data("看例外"))
    assert "很久没走访" in listed.text
    second_page = officer.press(listed.data("›"))
    for page in (listed, second_page):
        named = [label for label, data in page.buttons.items() if ":item:" in data]
        lines = [line for line in page.text.splitlines() if line[:1].isdigit()]
        assert [label.replace(" ", ". ", 1) for label in named] == [line.split(" · ")[0] for line in lines]
    assert "9. " in second_page.text
    first = officer.press(next(one for one in listed.buttons.values() if ":item:" in one))
    kept = officer.press(first.data("保留，下一户"))
    assert kept.text != first.text
    asked = officer.press(kept.data("划去"))
    after = officer.ask("她说今年不要了")
    assert "✓ 已划去" in after.text
    assert "共 <b>59 户，118,000.00 元</b>" in after.text
    assert "划去 1 户" in after.text
    struck = officer.press(after.data("划去的"))
    assert "她说今年不要了" in struck.text
    name = next(one for one in struck.buttons.values() if ":item:" in one)
    officer.tap(officer.press(name).data("放回名单"))
    assert "共 <b>60 户，120,000.00 元</b>" in officer.press(data).text
    assert asked.buttons


def test_the_reason_for_one_household_strikes_no_other_and_refuses_no_list(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    listed = officer.press(officer.press(data).data("看例外"))
    one, other = [named for named in listed.buttons.values() if ":item:" in named][:2]
    first = officer.press(officer.press(one).data("划去"))
    second = officer.press(officer.press(other).data("划去"))
    reason = next(iter(first.buttons))
    assert "共 <b>60 户" in shown(officer, first.data(reason)).text
    officer.tap(second.data(reason))
    assert "共 <b>59 户" in officer.press(data).text
    officer.press(officer.press(data).data("撤回名单"))
    assert "共 <b>59 户" in shown(officer, second.data(reason)).text


def shown(chat: Chat, data: str) -> Said:
    """What stands in place of the message after a tap that was answered with a toast."""
    return chat.tap(data)[-1]


def test_all_that_one_rule_marked_are_struck_at_once(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    listed = officer.press(officer.press(data).data("看例外"))
    asked = officer.press(listed.data("没走访的全划去"))
    after = officer.press(asked.data("专责核定"))
    assert "✓ 已全部划去" in after.text


def test_whoever_is_on_it_is_found_by_name(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    officer.press(officer.press(data).data("查一人"))
    assert "<b>施磊斌</b> K170001" in officer.ask("slb").text
    officer.press(officer.press(data).data("查一人"))
    assert "没有找到。" == officer.ask("无此人").text


def test_those_left_out_are_counted_and_said_why(winter: Town) -> None:
    home = winter.household_id("K170001")
    leaving = update(HOUSEHOLDS).where(HOUSEHOLDS.c.id == home).values(state="EXIT_PROPOSED")
    winter.database.transact(lambda tx: tx.connection.execute(leaving))
    data = made(winter)
    card = opened(winter, data)
    assert "没列上 1 户：档案不在档 1" in card.text
    assert "施磊斌" in winter.chat(OFFICER).press(card.data("没列上的")).text


def test_a_list_with_exceptions_is_handed_in_with_a_reason_and_approved_by_three(winter: Town) -> None:
    data = handed_in(winter)
    card = opened(winter, data)
    assert "待审批" in card.text
    assert "理由：逐户核过，情况属实" in card.text
    assert "还要 3 人批准。" in card.text
    assert "批准" not in card.buttons
    for who, left in ((CHAIR, 2), (VICE, 1)):
        chat = winter.chat(who)
        shown = chat.press(chat.press(data).data("批准"))
        assert "✓ 您已批准。" in shown.text
        assert f"还要 {left} 人批准。" in shown.text
        assert "批准" not in shown.buttons
    last = winter.chat(DEPUTY)
    done = last.press(last.press(data).data("批准"))
    assert "已批准，待发放" in done.text
    assert "已批未付 120,000.00" in winter.chat(OFFICER).ask("余额").text


def test_too_few_who_can_approve_is_said_in_words(town: Town) -> None:
    town.clock.set(NEW_YEAR)
    town.database.transact(give_money)
    data = handed_in(town)
    card = opened(town, data)
    assert "⚠️ 还要 3 人批准，能批的只有 1 人。请管理员邀请副主席" in card.text


def test_a_list_is_returned_with_a_reason_and_old_buttons_die(winter: Town) -> None:
    data = handed_in(winter)
    chair = winter.chat(CHAIR)
    card = chair.press(data)
    asked = chair.press(card.data("退回"))
    assert "为什么退回？" in asked.text
    done = chair.ask("金额请再核一遍")
    assert "✓ 已退回。" in done.text
    assert "待核对" in opened(winter, data).text
    with pytest.raises(Exception, match="batch"):
        chair.tap(card.data("批准"))


def test_a_treasurer_confirms_once_and_everybody_is_paid(winter: Town) -> None:
    data = approved(winter)
    treasurer = winter.chat(TREASURER)
    asked = treasurer.press(treasurer.press(data).data("确认发放"))
    assert "确认发放 <b>60 户，120,000.00 元</b>？" in asked.text
    assert "转账 · 凭证 " in asked.text
    treasurer.press(asked.data("改凭证号"))
    typed = treasurer.ask("2018-000077")
    assert "凭证 2018-000077" in typed.text
    with_old = treasurer.tap(asked.data("确认发放"))
    assert any("刚才改过" in one.text for one in with_old)
    sure = treasurer.press(treasurer.press(data).data("确认发放"))
    paying = treasurer.press(sure.data("确认发放"))
    assert "✓ 已确认发放" in paying.text
    assert "已发 0/60 户" in paying.text
    work(winter)
    done = treasurer.press(data)
    assert "已发完" in done.text
    assert "✓ 已发 60/60 户，120,000.00 元" in done.text
    assert "凭证 2018-000077" in done.text
    assert "已发完" in treasurer.press(sure.data("确认发放")).text
    assert "余额 133,345.00 元 · 已批未付 0.00" in winter.chat(OFFICER).ask("余额").text


def test_the_day_lies_between_the_approval_and_today(winter: Town) -> None:
    data = approved(winter)
    treasurer = winter.chat(TREASURER)
    first = treasurer.press(treasurer.press(data).data("确认发放"))
    assert not {"今天", "昨天", "选日子…"} & set(first.buttons)
    winter.clock.advance(days=3)
    asked = treasurer.press(treasurer.press(data).data("确认发放"))
    assert {"昨天", "选日子…"} <= set(asked.buttons)
    months = treasurer.press(asked.data("选日子"))
    assert "哪一天发的？" == months.text
    chosen = treasurer.press(months.buttons["9"])
    assert "转账 · 凭证 2018-000001 · 1 月 9 日" in chosen.text
    for forged in ("2017-01-01", "2018-01-08"):
        assert "1 月 8 日" in treasurer.press(data.replace("open", "day") + f":{forged}").text
    assert "1 月 11 日" in treasurer.press(data.replace("open", "day") + ":2019-01-01").text
    assert "1 月 11 日" in treasurer.press(data.replace("open", "day") + ":x").text


@pytest.mark.parametrize("who", [ZHANG, JIANG, ADMIN])
def test_a_list_is_not_there_for_whoever_has_no_office(winter: Town, who: int) -> None:
    data = made(winter)
    chat = winter.chat(who)
    for forged in (data, data.replace("open", "submit") + ":1", data.replace("open", "find")):
        with pytest.raises((NotFound, NotAllowed)):
            chat.tap(forged)


def test_whoever_only_looks_changes_nothing(winter: Town) -> None:
    data = made(winter)
    with pytest.raises(NotFound):
        winter.chat(TREASURER).tap(data)
    auditor = winter.chat(AUDITOR)
    for forged in ("x", "many", "withdraw", "return"):
        said = auditor.tap(f"{data.replace('open', forged)}:{'A' * 22}")
        assert any("这会儿不能这样办" in one.text for one in said)
        assert any("待核对" in one.text for one in said)
    for forged in ("submit", "approve", "reprice", "y"):
        with pytest.raises(Refused):
            auditor.tap(f"{data.replace('open', forged)}:1")
    assert "共 <b>60 户" in auditor.press(data).text


@pytest.mark.parametrize(
    "data", ["batch", "batch:", "batch:set:year:99", "batch:part:x", "batch:items:x:y:z"]
)
def test_forged_buttons_do_no_harm(winter: Town, data: str) -> None:
    officer = winter.chat(OFFICER)
    try:
        assert officer.tap(data)
    except NotFound:
        assert "items" in data


def test_the_cards_read_in_english(winter: Town) -> None:
    data = made(winter)
    card = opened(winter, data, OFFICER, "en")
    assert "<b>60 households, ¥120,000.00</b> · Company fund" in card.text
    assert "want a look: 2 with earlier aid not revisited, 38 not visited for long" in card.text
    for label in ("Exceptions", "Left out", "Workbook"):
        if label in card.buttons:
            assert winter.chat(OFFICER, "en").tap(card.buttons[label])


def test_an_approval_is_undone_from_the_card_once_and_in_time(winter: Town) -> None:
    data = approved(winter)
    last = next(who for who in (DEPUTY, VICE, CHAIR) if "撤销批准" in opened(winter, data, who).buttons)
    button = opened(winter, data, last).data("撤销批准")
    assert "撤销批准" not in opened(winter, data).buttons
    done = opened(winter, button, last)
    assert "✓ 已撤销您的批准。" == done.text.splitlines()[0]
    assert "待审批" in done.text
    again = opened(winter, button, last)
    assert "批准" in again.buttons
    opened(winter, again.data("批准"), last)
    winter.clock.advance(minutes=11)
    toast, card = winter.chat(last).tap(button)
    assert "已过十分钟，不能撤销了。" == toast.text
    assert "已批准，待发放" in card.text
    with pytest.raises(NotFound):
        opened(winter, f"batch:undo:{'A' * 22}", last)
