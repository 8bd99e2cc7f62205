"""救急: a chair alone, in a few questions, and only once what it means was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.aid_refusals import FileNotActive
from storage.codes import HouseholdState, Role
from storage.errors import NotAllowed, NotFound
from tests.chat.screens.aid.requests import household_becomes, shown, toast
from tests.chat.screens.conftest import AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage.aid import asking

if TYPE_CHECKING:
    from tests.chat.screens.chatting import Chat, Said
    from tests.chat.screens.conftest import Town

REASON = "突发车祸，急需手术押金"


def begun(chat: Chat) -> Said:
    return chat.press(chat.ask("帮扶").data("救急"))


def checked(chat: Chat, name: str = "施磊斌") -> Said:
    """Everything is described, and nothing confirmed."""
    begun(chat)
    said = chat.ask(name)
    said = chat.press(said.data("公司帮扶资金"))
    chat.press(said.data("3,000"))
    return chat.ask(REASON)


def test_it_is_granted_once_what_it_means_was_read(town: Town) -> None:
    chat = town.chat(CHAIR)
    said = checked(chat)
    expected = f"<b>请核对 · 救急</b>\n施磊斌 · 机关分会\n公司帮扶资金 <b>3,000.00 元</b>\n原因：{REASON}\n"
    assert said.text.startswith(expected)
    assert "由您一个人先批，财务马上接到通知去发" in said.text
    assert "手续由走访干部或专责在 30 天内（10 月 4 日前）补齐" in said.text
    receipt = chat.press(said.data("确认救急"))
    expected = (
        "✓ 救急 <b>BF-2017-000047</b> · 施磊斌 · 公司帮扶资金 3,000.00 元 · 已通知财务\n"
        "手续由走访干部或专责在 10 月 4 日前补齐。"
    )
    assert expected == receipt.text
    card = shown(chat.tap(receipt.data("看进度"))).text
    assert "🚑 救急：先批先发 · 手续要在 10 月 4 日前补齐（走访干部或专责来补）" in card
    assert f"某chair 救急，先批先发：{REASON}" in card


def test_the_same_in_english(town: Town) -> None:
    chat = town.chat(CHAIR, "en")
    chat.press(chat.ask("Aid").data("Emergency"))
    said = chat.press(chat.ask("施磊斌").data("Donations"))
    assert "Available" not in said.text
    chat.press(said.data("¥1,000"))
    said = chat.ask("House burnt down")
    assert "it is granted by you alone, and the treasurer is told at once to pay" in said.text
    receipt = chat.press(said.data("Grant emergency aid")).text
    assert "✓ Emergency <b>BF-2017-000047</b> · 施磊斌 · Donations ¥1,000.00" in receipt


def test_somebody_who_is_not_on_file_gets_a_lead(town: Town) -> None:
    chat = town.chat(CHAIR)
    chat.press(begun(chat).data("不在册的人"))
    said = chat.ask("  王 <二>  ")
    assert "<b>王 &lt;二&gt;</b> 是哪个分会的？" == said.text
    said = chat.press(chat.press(said.data("机关分会")).data("社会捐助"))
    chat.press(said.data("500"))
    said = chat.ask("家里着火")
    assert "不在册：会先建一条线索，之后要走访核实。" in said.text
    assert "✓ 救急" in chat.press(said.data("确认救急")).text
    assert "线索" in town.chat(OFFICER).ask("档案 XS-2017-000001").text


@pytest.mark.parametrize(
    ("language", "line"),
    [("zh", "救急 施磊斌"), ("zh", "救急施磊斌"), ("zh", "/emergency 施磊斌"), ("en", "emergency 施磊斌")],
)
def test_it_begins_with_a_word_and_a_name(town: Town, language: str, line: str) -> None:
    card = town.chat(CHAIR, language).ask(line)
    assert "施磊斌" in card.text
    assert ("Company" if language == "en" else "公司帮扶资金") in str(card.buttons)


def test_the_word_alone_asks_for_whom_and_is_a_chairs_alone(town: Town) -> None:
    assert "救急帮谁？" in town.chat(CHAIR).ask("救急").text
    for one in (OFFICER, ZHANG, TREASURER):
        with pytest.raises(NotAllowed):
            town.chat(one).ask("救急 苗云涛")


def test_a_second_tap_on_confirm_grants_nothing_more(town: Town) -> None:
    chat = town.chat(CHAIR)
    confirm = checked(chat).data("确认救急")
    chat.press(confirm)
    again = chat.tap(confirm)
    assert "这一笔已经办过了。" == toast(again).text
    assert "BF-2017-000047" in shown(again).text
    assert "待发放 1 笔" in chat.ask("帮扶").text


def test_what_was_changed_since_is_not_granted_by_the_button_that_showed_it_otherwise(town: Town) -> None:
    chat = town.chat(CHAIR)
    begun(chat)
    amounts = chat.press(chat.ask("施磊斌").data("公司帮扶资金"))
    chat.press(amounts.data("3,000"))
    first = chat.ask(REASON).data("确认救急")
    chat.press(amounts.data("5,000"))
    chat.ask("押金又涨了")
    again = shown(chat.tap(first))
    assert "请核对" in again.text
    assert "5,000.00 元" in again.text
    assert "公司帮扶资金 5,000.00 元" in chat.press(again.data("确认救急")).text
    assert "待发放 1 笔" in chat.ask("帮扶").text


def test_nobody_but_a_chair_is_offered_it_or_can_do_it(town: Town) -> None:
    confirm = checked(town.chat(CHAIR)).data("确认救急")
    for telegram_id in (ZHANG, OFFICER, TREASURER, AUDITOR):
        chat = town.chat(telegram_id)
        assert "救急" not in chat.ask("帮扶").buttons
        for data in ("aid:urgent", confirm):
            with pytest.raises(NotAllowed):
                chat.tap(data)


def test_more_than_the_fund_holds_is_refused_at_once(town: Town) -> None:
    chat = town.chat(CHAIR)
    begun(chat)
    said = chat.press(chat.ask("施磊斌").data("公司帮扶资金"))
    assert "公司帮扶资金可用 19,500.00 元。" in said.text
    assert "⚠️ 资金不够：还能动用 19,500.00 元，这一笔要 20,000.00 元。" in chat.ask("2万").text
    assert "⚠️ 请写金额，例如 1500 或 1.5万。" in chat.ask("很多").text
    assert "出了什么事？" in chat.ask("1500").text


def test_a_reason_is_a_sentence(town: Town) -> None:
    chat = town.chat(CHAIR)
    begun(chat)
    chat.press(chat.press(chat.ask("施磊斌").data("社会捐助")).data("500"))
    assert "⚠️ 请写一句话" in chat.ask("急" * 3_000).text
    assert "请核对" in chat.ask(REASON).text


def test_several_of_a_name_are_chosen_from_and_none_is_said(town: Town) -> None:
    chat = town.chat(CHAIR)
    begun(chat)
    assert "没有找到。" == chat.ask("查无此人").text
    several = chat.ask("苗")
    assert "哪一户？" == several.text
    assert "用哪里的钱？" in chat.press(several.data("苗云涛")).text


def test_a_name_that_is_none_is_asked_again(town: Town) -> None:
    chat = town.chat(CHAIR)
    chat.press(begun(chat).data("不在册的人"))
    assert "请写姓名，最多 60 个字。" == chat.ask("龙" * 61).text
    assert "是哪个分会的？" in chat.ask("龙" * 60).text


def test_it_can_be_stopped_and_then_nothing_is_asked_any_more(town: Town) -> None:
    chat = town.chat(CHAIR)
    said = checked(chat)
    assert "救急没有办，什么都没有动。" == chat.press(said.data("不办了")).text
    old = chat.press(said.data("确认救急"))
    assert old.alert
    assert "刚才填的不算了" in old.text
    assert "待发放" not in chat.ask("帮扶").text


def test_whoever_only_looked_at_something_goes_on_where_it_was_left(town: Town) -> None:
    chat = town.chat(CHAIR)
    confirm = checked(chat).data("确认救急")
    for look in ("余额", "帮扶", "统计"):
        chat.write(look)
    told, card = (one for one in chat.tap(confirm) if one.text)
    assert "接着没办完的救急（施磊斌）" in told.text
    assert f"原因：{REASON}" in card.text
    assert "待发放" not in chat.ask("帮扶").text
    told, card = chat.write("救急")
    assert "✓ 救急" in chat.press(card.data("确认救急")).text


@pytest.mark.parametrize("way", ["救急", "家里失火了", "old"])
def test_what_was_left_too_long_is_asked_again_with_what_was_given(town: Town, way: str) -> None:
    chat = town.chat(CHAIR)
    begun(chat)
    said = chat.ask("施磊斌")
    assert "12 小时内写“救急”接着填" in said.text
    said = chat.press(said.data("公司帮扶资金"))
    chat.press(said.data("3,000"))
    town.clock.advance(minutes=31)
    told, card = (
        one for one in (chat.tap(said.data("3,000")) if way == "old" else chat.write(way)) if one.text
    )
    assert "接着没办完的救急（施磊斌）" in told.text
    assert "公司帮扶资金 3,000.00 元\n出了什么事？" in card.text
    assert REASON in chat.ask(REASON).text


def test_after_half_a_day_or_for_another_name_it_begins_anew(town: Town) -> None:
    chat = town.chat(CHAIR)
    checked(chat)
    assert "苗云涛" in chat.ask("救急 苗云涛").text
    town.clock.advance(hours=13)
    assert "救急帮谁？" in chat.ask("救急").text


def test_whoever_filled_in_something_else_meanwhile_begins_again(town: Town) -> None:
    chat = town.chat(CHAIR)
    confirm = checked(chat).data("确认救急")
    find = chat.ask("余额").data("查一户")
    chat.press(find)
    assert "刚才填的不算了" in chat.press(confirm).text


def test_buttons_out_of_their_turn_do_nothing(town: Town) -> None:
    chat = town.chat(CHAIR)
    plan = begun(chat).data("不在册的人").rsplit(":", 1)[0]
    assert "救急帮谁？" in chat.press(f"{plan}:sure").text
    assert "救急帮谁？" in chat.press(f"{plan}:nonsense").text
    for forged in ("money:COMPANY", "money:x", "union:999999", "home:999999", "home:x"):
        with pytest.raises(NotFound):
            chat.tap(f"{plan}:{forged}")
    for forged in ("aid:u", "aid:u:x", "aid:u:x:sure"):
        assert "刚才填的不算了" in chat.press(forged).text


def test_a_closed_file_gets_none(town: Town) -> None:
    chat = town.chat(CHAIR)
    confirm = checked(chat).data("确认救急")
    home = town.household_id("K170001")
    over = {"state": HouseholdState.CLOSED, "closed_on": town.clock().date()}
    town.database.transact(household_becomes, home, **over)
    with pytest.raises(FileNotActive):
        chat.tap(confirm)


def test_its_papers_are_filed_by_a_cadre_and_only_once(town: Town) -> None:
    chair = town.chat(CHAIR)
    receipt = chair.press(checked(chair).data("确认救急"))
    assert "补手续" not in shown(chair.tap(receipt.data("看进度"))).buttons
    cadre = town.chat(ZHANG)
    card = shown(cadre.tap(receipt.data("看进度")))
    said = shown(cadre.tap(card.data("补手续")))
    assert "有材料吗？" in said.text
    said = shown(cadre.tap(said.data("跳过")))
    assert "没有照片？" in said.text
    said = shown(cadre.tap(said.data("没有，就这样补齐")))
    assert "救急 BF-2017-000047 的手续：写清情况，附上材料。" in said.text
    assert "没有照片：没有，就这样补齐" in said.text
    menu = shown(cadre.tap(said.data("修改")))
    assert {"理由", "材料", "没有照片", "回到核对"} == set(menu.buttons)
    said = shown(cadre.tap(menu.data("回到核对")))
    filed = shown(cadre.tap(said.data("提交")))
    assert "✓ 救急手续已补齐 <b>BF-2017-000047</b> · 施磊斌 · 生活救助 3,000.00 元" == filed.text
    after = shown(cadre.tap(filed.data("看进度")))
    assert "手续 9 月 4 日补齐，没有附材料" in after.text
    auditor = town.chat(AUDITOR)
    listed = auditor.press("audit:exceptions:2017:0")
    assert "手续 9 月 4 日补齐，没有附材料" in listed.text
    assert "手续 9 月 4 日补齐，没有附材料" in auditor.press(listed.data("BF-2017-000047")).text
    assert "补手续" not in after.buttons
    assert any(one.alert for one in cadre.tap(card.data("补手续")))


def test_papers_that_are_late_say_so(town: Town) -> None:
    chair = town.chat(CHAIR)
    receipt = chair.press(checked(chair).data("确认救急"))
    town.clock.advance(days=31)
    card = shown(chair.tap(receipt.data("看进度"))).text
    assert "⚠️ 手续应在 10 月 4 日前补齐，还没有补（走访干部或专责来补）" in card


def test_while_its_papers_are_missing_it_stands_under_aid_with_its_day(town: Town) -> None:
    chair = town.chat(CHAIR)
    chair.press(checked(chair).data("确认救急"))
    line = "<b>救急，手续还没补</b>\n施磊斌 · BF-2017-000047 · 10 月 4 日前补齐"
    for telegram_id in (OFFICER, CHAIR, ZHANG, AUDITOR):
        listed = town.chat(telegram_id).ask("帮扶")
        assert line in listed.text
        assert "待补手续 1 笔" in listed.text
        page = town.chat(telegram_id).press(listed.data("待补手续 1"))
        assert line.splitlines()[1] in page.text
    for telegram_id in (JIANG, TREASURER):
        listed = town.chat(telegram_id).ask("帮扶")
        assert "待补手续" not in f"{listed.text}{listed.buttons}"
    assert "🚑" in shown(chair.tap(chair.ask("帮扶").data("施磊斌 · BF-2017-000047"))).text
    officer = town.chat(OFFICER, "en")
    listed = officer.ask("aid")
    assert "施磊斌 · BF-2017-000047 · due by 4 Oct" in listed.text
    assert "papers" in shown(officer.tap(listed.data("Papers: 施磊斌"))).text
    town.clock.advance(days=31)
    assert "⚠️ 施磊斌 · BF-2017-000047 · 应在 10 月 4 日前补齐，已经过了" in town.chat(ZHANG).ask("帮扶").text


@pytest.mark.parametrize(
    ("language", "words", "papers", "own", "asked"),
    [
        ("zh", "帮扶", "补手续 施磊斌", "苗云涛 · BF-2017-000048", "有材料吗？"),
        ("en", "aid", "Papers: 施磊斌", "苗云涛 · BF-2017-000048", "papers"),
    ],
)
def test_an_officer_who_is_chair_too_files_what_another_chair_decided_and_reads_their_own(
    town: Town, language: str, words: str, papers: str, own: str, asked: str
) -> None:
    chair, officer = town.chat(CHAIR), town.chat(OFFICER)
    person = officer.person()
    town.database.transact(asking.also, person.id, person.union_id, Role.CHAIR)
    chair.press(checked(chair).data("确认救急"))
    officer.press(checked(officer, "苗云涛").data("确认救急"))
    officer = town.chat(OFFICER, language)
    listed = officer.ask(words)
    assert asked in shown(officer.tap(listed.data(papers))).text
    card = shown(officer.tap(listed.data(own)))
    assert "🚑" in card.text
    assert not [one for one in card.buttons.values() if one.startswith("aid:file:")]


def test_a_picture_sent_where_none_was_expected_any_more_is_filed_with_the_rest(town: Town) -> None:
    chair, cadre = town.chat(CHAIR), town.chat(ZHANG)
    chair.press(checked(chair).data("确认救急"))
    said = shown(cadre.tap(cadre.ask("帮扶").data("补手续 施磊斌")))
    assert "没有照片？" in shown(cadre.tap(said.data("跳过"))).text
    said = shown(cadre.picture("p1"))
    assert "请核对" in said.text
    assert "没有照片" not in said.text
    said = shown(cadre.picture("p2"))
    filed = shown(cadre.tap(said.data("提交")))
    card = shown(cadre.tap(filed.data("看进度"))).text
    assert "材料：照片 2 张" in card
    assert "没有附材料" not in card


def test_once_filed_they_stand_there_no_more(town: Town) -> None:
    chair, cadre = town.chat(CHAIR), town.chat(ZHANG)
    chair.press(checked(chair).data("确认救急"))
    said = shown(cadre.tap(cadre.ask("帮扶").data("补手续 施磊斌")))
    said = shown(cadre.tap(said.data("跳过")))
    said = shown(cadre.tap(said.data("上一步")))
    assert "有材料吗？" in said.text
    said = shown(cadre.picture("p1"))
    said = shown(cadre.tap(said.data("完成")))
    assert "没有照片" not in said.text
    filed = shown(cadre.tap(said.data("提交")))
    assert "没有附材料" not in shown(cadre.tap(filed.data("看进度"))).text
    listed = cadre.ask("帮扶")
    assert "待补手续" not in f"{listed.text}{listed.buttons}"
