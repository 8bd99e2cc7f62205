"""审批: what waits, the card to decide by, 批准 退回 驳回 撤销, and what a second or an old tap finds."""

from __future__ import annotations

import pytest

from bot.buttons import short_id
from storage import errors
from storage.aid_codes import AidState
from storage.codes import Role
from tests.chat.screens.approving import asking
from tests.chat.screens.approving.asking import SHI, YUAN, approve, ask, review, state
from tests.chat.screens.conftest import (
    ADMIN,
    AUDITOR,
    CHAIR,
    JIANG,
    OFFICER,
    TREASURER,
    ZHANG,
    Town,
)


def data(verb: str, aid_id: str, *more: object) -> str:
    """A button of the approvals, as it is drawn or forged."""
    return ":".join(("approve", verb, short_id(aid_id), *map(str, more)))


def test_nothing_waits_is_said_in_a_line(town: Town) -> None:
    assert "没有等您审批的。" == town.chat(CHAIR).ask("审批").text
    assert "Nothing waits for your decision." == town.chat(OFFICER, "en").ask("/approve").text


def test_the_officer_reviews_and_the_chair_approves(town: Town) -> None:
    aid_id = ask(town)
    card = town.chat(OFFICER).ask("审批")
    assert {"审核通过", "退回", "驳回", "看档案", "‹ 审批"} == set(card.buttons)
    toast, line = town.chat(OFFICER).tap(card.data("审核通过"))
    assert "审核通过" == toast.text
    assert line.text.startswith("✓ 审核通过 <b>施磊斌 生活救助 2,000.00 元</b> · BF-2017-")
    assert AidState.TO_APPROVE == state(town, aid_id)
    card = town.chat(CHAIR).ask("审批")
    toast, line = town.chat(CHAIR).tap(card.data("批准"))
    assert "已批准" == toast.text
    assert "人数已够（1/1），转财务发放。" == line.text.splitlines()[-1]
    assert AidState.APPROVED == state(town, aid_id)


def test_the_card_has_all_one_needs_to_decide(town: Town) -> None:
    aid_id = review(town, ask(town, fen=400_000, papers=2))
    town.clock.advance(days=3)
    said = town.chat(CHAIR).ask("审批")
    text = said.text
    assert "<b>待审批 · 生活救助 4,000.00 元</b>" in text
    assert "<b>施磊斌</b> K170001 · 机关分会 · 长期困难" in text
    assert "公司帮扶资金 · 2017 年" in text
    assert "理由：妻子住院，家里断了收入" in text
    assert "2017 年还没有帮扶过" in text
    assert "生活救助本年上限以内，批了还可给 6,000.00 元" in text
    assert "批了以后基金可用 15,500.00 元" in text
    assert "张东 9 月 4 日提出申请" in text
    assert "某officer 9 月 4 日审核通过" in text
    assert "已等 3 天" in text
    assert "已批 0/2" in text
    assert {"批准", "退回", "驳回", "看材料（2）", "看档案", "‹ 审批"} == set(said.buttons)
    assert AidState.TO_APPROVE == state(town, aid_id)


def test_too_few_chairs_is_said_plainly_with_a_way_out(town: Town) -> None:
    review(town, ask(town, fen=400_000))
    text = town.chat(CHAIR).ask("审批").text
    assert "❗ 要 2 人批，这里能批的主席、副主席只有 1 人。请管理员邀请一位副主席" in text
    asking.vice_chair(town)
    assert "❗ 要" not in town.chat(CHAIR).ask("审批").text


def test_two_of_two_approve_and_the_first_reads_how_many_it_takes(town: Town) -> None:
    vice = asking.vice_chair(town)
    aid_id = review(town, ask(town, fen=400_000))
    _, line = town.chat(CHAIR).tap(town.chat(CHAIR).ask("审批").data("批准"))
    assert "已批 1/2，还要别的主席批。" == line.text.splitlines()[-1]
    assert AidState.TO_APPROVE == state(town, aid_id)
    assert "没有等您审批的。" == town.chat(CHAIR).ask("审批").text
    card = town.chat(vice).ask("审批")
    assert "已批 1/2：某chair 9 月 4 日" in card.text
    town.chat(vice).tap(card.data("批准"))
    assert AidState.APPROVED == state(town, aid_id)


def test_several_are_a_list_with_the_longest_waiting_first(town: Town) -> None:
    review(town, ask(town))
    town.clock.advance(days=2)
    review(town, ask(town, YUAN, 100_000))
    chair = town.chat(CHAIR)
    said = chair.ask("审批")
    first, second = said.text.splitlines()[1:]
    assert "<b>等您办的 2 件</b>，等得久的在前：" == said.text.splitlines()[0]
    assert "等 2 天　<b>施磊斌</b> 生活救助 2,000.00 · 审批" == first
    assert second.startswith("今天来的　<b>")
    card = chair.press(said.data("施磊斌"))
    _, line = chair.tap(card.data("批准"))
    following = chair.press(line.data("下一件"))
    assert "1,000.00 元" in following.text
    _, line = chair.tap(following.data("批准"))
    assert "下一件" not in line.buttons


@pytest.mark.parametrize(
    ("button", "common", "told", "ends"),
    [
        ("退回", "材料不全", "↩ 已退回", AidState.RETURNED),
        ("驳回", "不符合帮扶条件", "✗ 已驳回", AidState.REFUSED),
    ],
)
def test_a_common_reason_is_one_tap(town: Town, button: str, common: str, told: str, ends: AidState) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    asked = chair.press(chair.ask("审批").data(button))
    _, line = chair.tap(asked.data(common))
    assert line.text.startswith(told)
    assert f"原因：{common}" in line.text
    assert ends == state(town, aid_id)


@pytest.mark.parametrize(("button", "ends"), [("退回", AidState.RETURNED), ("驳回", AidState.REFUSED)])
def test_a_reason_may_be_typed(town: Town, button: str, ends: AidState) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    chair.press(chair.ask("审批").data(button))
    line = chair.ask("请先补 <住院> 发票")
    assert "原因：请先补 &lt;住院&gt; 发票" in line.text
    assert ends == state(town, aid_id)


def test_one_may_turn_back_from_the_question(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    card = chair.ask("审批")
    asked = chair.press(card.data("驳回"))
    assert card.text == chair.press(asked.data("不了，返回")).text
    assert "没有找到" not in chair.ask("施磊斌").text
    assert AidState.TO_APPROVE == state(town, aid_id)


def test_a_reason_too_long_is_refused_and_nothing_done(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    chair.press(chair.ask("审批").data("驳回"))
    with pytest.raises(errors.BadReason):
        chair.write("长" * 300)
    assert AidState.TO_APPROVE == state(town, aid_id)


def test_a_second_tap_shows_how_it_stands_and_does_nothing_more(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    button = chair.ask("审批").data("批准")
    _, first = chair.tap(button)
    toast, again = chair.tap(button)
    assert "这件已经变了，现在是：已批准，待发放" == toast.text
    assert first.text == again.text
    assert 1 == len(asking.card(town, aid_id).approvals)


def test_a_button_drawn_before_it_was_changed_decides_nothing(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    card = chair.ask("审批")
    asking.amend(town, aid_id, 300_000)
    toast, shown = chair.tap(card.data("批准"))
    assert "这件已经变了，现在是：待审核" == toast.text
    assert "3,000.00 元" in shown.text
    assert "批准" not in shown.buttons
    assert AidState.TO_REVIEW == state(town, aid_id)


@pytest.mark.parametrize("verb", ["approve", "return", "refuse"])
def test_a_withdrawn_one_is_decided_by_nobody(town: Town, verb: str) -> None:
    aid_id = review(town, ask(town))
    asking.withdraw(town, aid_id)
    toast, shown = town.chat(CHAIR).tap(data(verb, aid_id, 1))
    assert "这件已经变了，现在是：已撤回" == toast.text
    assert not {"批准", "退回", "驳回"} & set(shown.buttons)
    assert AidState.WITHDRAWN == state(town, aid_id)


def test_an_approval_is_undone_within_ten_minutes(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    _, line = chair.tap(chair.ask("审批").data("批准"))
    toast, card = chair.tap(line.data("撤销"))
    assert "已撤销" == toast.text
    assert "批准" in card.buttons
    assert AidState.TO_APPROVE == state(town, aid_id)
    chair.tap(card.data("批准"))
    assert AidState.APPROVED == state(town, aid_id)


def test_after_ten_minutes_it_stands(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    _, line = chair.tap(chair.ask("审批").data("批准"))
    town.clock.advance(minutes=11)
    assert "撤销" not in chair.press(data("open", aid_id)).buttons
    toast, shown = chair.tap(line.data("撤销"))
    assert "已过十分钟，不能撤销了。" == toast.text
    assert "撤销" not in shown.buttons
    assert AidState.APPROVED == state(town, aid_id)


def test_a_review_is_undone_within_ten_minutes(town: Town) -> None:
    aid_id = ask(town)
    officer = town.chat(OFFICER)
    _, line = officer.tap(officer.ask("审批").data("审核通过"))
    toast, card = officer.tap(line.data("撤销"))
    assert "已撤销" == toast.text
    assert "收回审核" in card.text
    assert AidState.TO_REVIEW == state(town, aid_id)
    _, again = officer.tap(line.data("撤销"))
    assert card.text == again.text
    officer.tap(card.data("审核通过"))
    assert AidState.TO_APPROVE == state(town, aid_id)


@pytest.mark.parametrize(
    ("decision", "why", "words"), [("退回", "材料不全", "收回退回"), ("驳回", "不符合帮扶条件", "收回驳回")]
)
def test_what_was_given_back_or_refused_is_undone_within_ten_minutes(
    town: Town, decision: str, why: str, words: str
) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    asked = chair.tap(chair.ask("审批").data(decision))[-1]
    _, line = chair.tap(asked.data(why))
    toast, card = chair.tap(line.data("撤销"))
    assert "已撤销" == toast.text
    assert words in card.text
    assert AidState.TO_APPROVE == state(town, aid_id)
    chair.tap(card.data("批准"))
    toast, shown = chair.tap(line.data("撤销"))
    assert AidState.APPROVED == state(town, aid_id)
    assert "已批准" in shown.text


def test_an_old_button_to_undo_what_was_changed_since_does_nothing(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    asked = chair.tap(chair.ask("审批").data("退回"))[-1]
    _, line = chair.tap(asked.data("材料不全"))
    asking.amend(town, aid_id, 100_000)
    toast, _ = chair.tap(line.data("撤销"))
    assert "这件已经变了，现在是：待审核" == toast.text
    assert AidState.TO_REVIEW == state(town, aid_id)


def test_what_was_asked_for_by_oneself_is_not_decided_by_oneself(town: Town) -> None:
    aid_id = ask(town, by=OFFICER)
    officer = town.chat(OFFICER)
    assert "没有等您审批的。" == officer.ask("审批").text
    shown = officer.press(data("open", aid_id))
    assert not {"批准", "审核通过", "退回", "驳回"} & set(shown.buttons)
    for verb in ("approve", "review"):
        officer.tap(data(verb, aid_id, 1))
    assert AidState.TO_APPROVE == state(town, aid_id)


@pytest.mark.parametrize("who", [ZHANG, OFFICER, AUDITOR])
@pytest.mark.parametrize("verb", ["approve", "review", "return", "refuse", "undo"])
def test_who_may_not_decide_does_nothing_by_a_forged_button(town: Town, who: int, verb: str) -> None:
    aid_id = review(town, ask(town))
    town.chat(who).tap(data(verb, aid_id, 1))
    assert AidState.TO_APPROVE == state(town, aid_id)


@pytest.mark.parametrize("who", [ADMIN, TREASURER, JIANG])
@pytest.mark.parametrize("verb", ["open", "approve", "review", "return", "refuse", "undo", "papers", "look"])
def test_others_find_nothing_as_if_there_were_none(town: Town, who: int, verb: str) -> None:
    """JIANG is a cadre of another branch; the treasurer sees aid once it is approved."""
    aid_id = review(town, ask(town))
    for subject in (aid_id, "0" * 32):
        with pytest.raises(errors.NotFound):
            town.chat(who).tap(data(verb, subject, 1))


@pytest.mark.parametrize("who", [ADMIN, TREASURER, AUDITOR, ZHANG])
def test_the_list_is_for_those_who_decide(town: Town, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        town.chat(who).write("审批")


@pytest.mark.parametrize(
    "forged",
    ["approve", "approve:", "approve:list:x", "approve:list:99999", "approve:king:1", "approve:next:"],
)
def test_a_forged_button_shows_the_list(town: Town, forged: str) -> None:
    assert "没有等您审批的。" == town.chat(CHAIR).press(forged).text


@pytest.mark.parametrize("forged", ["approve:open:", "approve:approve:zz:1", "approve:because:x:1:king:Y"])
def test_a_forged_id_is_not_found(town: Town, forged: str) -> None:
    with pytest.raises(errors.NotFound):
        town.chat(CHAIR).tap(forged)


def test_papers_are_shown_to_look_at_only(town: Town) -> None:
    review(town, ask(town, papers=2))
    chair = town.chat(CHAIR)
    said = chair.tap(chair.ask("审批").data("看材料"))
    assert ["sendPhoto", "sendPhoto"] == [one.method for one in said]
    assert all(one.protected for one in said)


def test_whoever_stands_in_approves_in_the_chairs_place(town: Town) -> None:
    chair = town.chat(CHAIR)
    aid_id = review(town, ask(town), by=asking.joins(town, 1013, Role.OFFICER, "钱专责"))
    chair.press(chair.ask("外出至 9月20日 某officer").data("也代审批"))
    officer = town.chat(OFFICER)
    card = officer.ask("审批")
    assert "您是代 某chair 审批。" in card.text
    _, line = officer.tap(card.data("批准"))
    assert "某officer（代 某chair）" in line.text
    assert AidState.APPROVED == state(town, aid_id)


def test_a_long_name_and_a_long_reason_keep_the_message_within_its_limit(town: Town) -> None:
    asking.rename(town, SHI, "欧阳" * 60)
    review(town, ask(town, reason="困难" * 450))
    said = town.chat(CHAIR).ask("审批")
    assert len(said.text) < 1_500
    assert "…" in said.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rules_now_are_said_where_it_can_no_longer_be_approved(town: Town, language: str) -> None:
    review(town, ask(town))
    asking.budget(town, 3_900_000)
    chair = town.chat(CHAIR, language)
    card = chair.ask("/approve")
    assert ("❗ 现在批不了：" if language == "zh" else "❗ It cannot be approved now: ") in card.text
    assert "{" not in card.text


def test_approving_without_money_is_refused_in_words_and_promises_nothing(town: Town) -> None:
    aid_id = review(town, ask(town))
    chair = town.chat(CHAIR)
    card = chair.ask("审批")
    asking.budget(town, 3_900_000)
    with pytest.raises(errors.Refused):
        chair.tap(card.data("批准"))
    assert AidState.TO_APPROVE == state(town, aid_id)


def test_an_approval_made_void_by_a_change_asks_for_a_new_one(town: Town) -> None:
    vice = asking.vice_chair(town)
    aid_id = approve(town, review(town, ask(town, fen=400_000)))
    asking.amend(town, aid_id, 450_000)
    review(town, aid_id)
    card = town.chat(vice).ask("审批")
    assert "已批 0/2" in card.text
    assert "批准" in town.chat(CHAIR).ask("审批").buttons


@pytest.mark.parametrize(
    ("language", "warned", "explained"),
    [
        ("zh", "⚠️ 180 天里没有人走访过\n　说明：电话里问清楚了", "本年上限以内"),
        ("en", "⚠️ Nobody has visited for 180 days\n  Explained: 电话里问清楚了", "under the year’s cap"),
    ],
)
def test_what_was_warned_of_stands_there_with_the_reason_given(
    town: Town, language: str, warned: str, explained: str
) -> None:
    review(town, ask(town, "K170036"))
    said = town.chat(CHAIR, language).ask("/approve")
    assert warned in said.text
    assert explained in said.text


def test_other_money_says_that_it_is_only_recorded(town: Town) -> None:
    review(town, ask(town, source="CITY_UNION"))
    text = town.chat(CHAIR).ask("审批").text
    assert "不动公司帮扶资金，只登记" in text
    assert "基金可用" not in text


def test_an_emergency_on_its_card_says_until_when_its_papers_are_due(town: Town) -> None:
    aid_id = asking.emergency(town, SHI, 300_000)
    said = town.chat(OFFICER).press(data("open", aid_id))
    assert "救急：先发款，10 月 4 日前补齐手续" in said.text
    assert not {"批准", "退回", "驳回"} & set(said.buttons)


def test_the_whole_card_can_be_seen_again_after_it_folded(town: Town) -> None:
    review(town, ask(town))
    chair = town.chat(CHAIR)
    _, line = chair.tap(chair.ask("审批").data("批准"))
    whole = chair.press(line.data("看全文"))
    assert "理由：妻子住院，家里断了收入" in whole.text
    assert "批准" not in whole.buttons


def test_each_look_is_audited(town: Town) -> None:
    review(town, ask(town))
    before = asking.looks(town, CHAIR)
    town.chat(CHAIR).ask("审批")
    assert before + 1 == asking.looks(town, CHAIR)


def test_a_long_list_turns_its_pages(town: Town) -> None:
    for file_no in asking.files(town, 10):
        ask(town, file_no, 100_000, by=OFFICER, kind="WARMTH")
    chair = town.chat(CHAIR)
    said = chair.ask("审批")
    assert "<b>等您办的 10 件</b>" in said.text
    assert 8 == said.text.count("送温暖")
    following = chair.press(said.data("›"))
    assert 2 == following.text.count("送温暖")
    assert said.text == chair.press(following.data("‹")).text
    assert following.text == chair.press("approve:list:99").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_gone_beyond_is_told_also_when_it_holds_no_more(town: Town, language: str) -> None:
    review(town, ask(town, "K170036"))
    asking.visited(town, "K170036")
    said = town.chat(CHAIR, language).ask("/approve")
    assert "电话里问清楚了" in said.text
    assert 1 == said.text.count("⚠️")
    assert "180" not in said.text


def test_an_emergency_of_a_household_nobody_visited_says_what_it_went_beyond(town: Town) -> None:
    aid_id = asking.emergency(town, "K170036", 600_000)
    said = town.chat(AUDITOR).press(data("open", aid_id))
    assert "说明：家里失火" in said.text
    assert 2 <= said.text.count("⚠️")
