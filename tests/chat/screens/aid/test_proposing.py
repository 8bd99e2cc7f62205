"""帮扶: a request from the first word to its receipt, and everything that stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import long_id
from storage.aid_codes import AidKind, FundSource
from storage.codes import HouseholdState
from storage.columns import new_id
from storage.due import policies
from storage.errors import NotAllowed, NotFound
from storage.members import people
from storage.reporting import drafts
from tests.chat.screens.aid.requests import (
    REASON,
    asked,
    filled,
    give_back,
    household_becomes,
    money_runs_out,
    short_id_of,
    shown,
    toast,
)
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town


def test_a_usual_request_takes_five_taps_and_a_sentence(town: Town) -> None:
    receipt = asked(town.chat(ZHANG))
    expected = "✓ 帮扶申请 <b>BF-2017-000047</b> · 施磊斌 · 生活救助 2,000.00 元 · 等帮扶专责审核"
    assert expected == receipt.text
    assert ["撤回", "看进度"] == list(receipt.buttons)


def test_the_same_in_english(town: Town) -> None:
    chat = town.chat(ZHANG, "en")
    said = chat.ask("aid 施磊斌")
    assert "Living aid, up to ¥5,000" in said.buttons
    for label in ("Living aid", "Company fund", "¥2,000"):
        said = shown(chat.tap(said.data(label)))
    said = shown(chat.write("School fees"))
    said = shown(chat.tap(said.data("Skip")))
    assert "An assistance officer reviews it, then one chair approves." in said.text
    receipt = shown(chat.tap(said.data("Submit")))
    assert (
        "✓ Aid <b>BF-2017-000047</b> · 施磊斌 · Living aid ¥2,000.00 · waits for the assistance officer"
        == (receipt.text)
    )


def test_a_kind_is_offered_with_what_is_possible(town: Town) -> None:
    said = town.chat(ZHANG).ask("帮扶 施磊斌")
    labels = list(said.buttons)
    assert ["生活救助 最多可给 5,000 元", "春节慰问 1,500 元（今年标准）"] == labels[:2]
    assert "送岗位" in labels


def test_a_kind_that_is_not_possible_is_named_with_the_reason_and_is_no_button(town: Town) -> None:
    said = town.chat(OFFICER).ask("帮扶 K170060")
    assert "· 年度慰问：临时困难户不能申请年度慰问。" in said.text
    assert not [label for label in said.buttons if label.startswith("年度慰问")]


def test_more_than_the_band_is_refused_at_once_with_the_rule(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    for label in ("生活救助", "公司帮扶资金"):
        said = shown(chat.tap(said.data(label)))
    assert "最多可给 5,000.00 元（单次上限）。" in said.text
    assert "⚠️ 一次不能多于 5,000.00 元。" in shown(chat.write("20000")).text
    assert "⚠️ 一次不能少于 1,000.00 元。" in shown(chat.write("一百")).text
    assert "4/5" in shown(chat.write("4500")).text


def test_an_exact_standard_asks_for_no_amount(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    said = shown(chat.tap(said.data("春节慰问")))
    said = shown(chat.tap(said.data("公司帮扶资金")))
    assert "为什么要帮？" in said.text
    said = shown(chat.write("过年"))
    said = shown(chat.tap(said.data("跳过")))
    assert "金额：1,500.00 元" in said.text


def test_what_moves_no_money_asks_for_neither_money_nor_amount(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    said = shown(chat.tap(said.data("送岗位")))
    assert "为什么要帮？" in said.text
    shown(chat.write("想调到后勤"))
    said = shown(chat.write("跳过"))
    receipt = shown(chat.tap(said.data("提交")))
    assert "施磊斌 · 送岗位 · 等帮扶专责审核" in receipt.text


def test_the_words_of_the_last_visit_are_one_tap(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    for label in ("生活救助", "公司帮扶资金", "2,000"):
        said = shown(chat.tap(said.data(label)))
    said = shown(chat.tap(said.data("就用 6 月 24 日走访里的话")))
    said = shown(chat.tap(said.data("跳过")))
    assert "理由：生成的示例记录" in said.text


def test_the_summary_says_who_decides_what_is_left_and_that_there_are_too_few_chairs(town: Town) -> None:
    said = filled(town.chat(ZHANG), amount="5,000 元")
    assert "先由帮扶专责审核，再要 2 位主席批准。" in said.text
    assert "能批这一笔的只有 1 位，要 2 位" in said.text
    assert "今年的生活救助还可给 5,000.00 元。" in said.text
    assert "能批这一笔的" not in filled(town.chat(OFFICER)).text


def test_what_an_officer_proposes_goes_straight_to_the_chairs(town: Town) -> None:
    said = filled(town.chat(OFFICER))
    assert "直接报主席，要 1 位批准。" in said.text
    assert "等主席批准" in shown(town.chat(OFFICER).tap(said.data("提交"))).text


def test_a_household_that_nobody_visited_for_long_needs_a_reason(town: Town) -> None:
    town.clock.advance(days=200)
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    for label in ("生活救助", "公司帮扶资金", "2,000"):
        said = shown(chat.tap(said.data(label)))
    shown(chat.write(REASON))
    said = shown(chat.write("跳过"))
    assert "为什么不先走访？" in said.text
    said = shown(chat.write("在外地住院"))
    assert "未走访说明：在外地住院" in said.text
    assert "✓" in shown(chat.tap(said.data("提交"))).text


def test_a_request_in_one_message_goes_to_its_summary(town: Town) -> None:
    chat = town.chat(ZHANG)
    understood, card = chat.write("帮扶 施磊斌 生活救助 2,000 孩子上大学")
    assert "我理解为：项目：生活救助 · 金额：2,000.00 元 · 理由：孩子上大学" == understood.text
    assert "用哪里的钱？" in card.text
    assert "请核对" in shown(chat.tap(card.data("公司帮扶资金"))).text


def test_a_request_in_one_message_may_say_whose_money_it_is(town: Town) -> None:
    card = town.chat(ZHANG).ask("帮扶 施磊斌 生活救助 2,000 公司帮扶资金 孩子上大学")
    said = ["项目：生活救助", "资金来源：公司帮扶资金", "金额：2,000.00 元", "理由：孩子上大学"]
    assert said == card.text.splitlines()[2:6]
    card = town.chat(OFFICER, "en").ask("aid 施磊斌 living aid 2000 donations school fees")
    assert ["Source: Donations", "Amount: ¥2,000.00", "Reason: school fees"] == card.text.splitlines()[3:6]


@pytest.mark.parametrize(
    ("language", "name", "why"),
    [
        ("zh", "公司帮扶资金", "公司帮扶资金眼下给不了：超过全年上限 10,000.00 元"),
        ("en", "Company fund", "Company fund: not"),
    ],
)
def test_at_the_cap_whoever_asks_for_the_companys_money_is_told_why_not(
    town: Town, language: str, name: str, why: str
) -> None:
    chat = town.chat(ZHANG, language)
    kind = {"zh": "生活救助", "en": "Living aid"}[language]
    said = chat.ask("帮扶 施磊斌")
    before = shown(chat.tap(said.data(kind))).data(name)
    chat.tap(shown(chat.tap(before)).data({"zh": "上一步", "en": "Back"}[language]))
    town.database.transact(
        paid.record,
        aid_id=new_id(),
        household_id=town.household_id("K170001"),
        kind=AidKind.LIVING,
        source=FundSource.COMPANY,
        amount_fen=1_000_000,
        paid_on=town.clock().date(),
    )
    asked_again = shown(chat.write(name))
    assert 1 == asked_again.text.count(why)
    assert name not in asked_again.buttons
    revision = asked_again.data({"zh": "社会捐助", "en": "Donations"}[language]).split(":")
    tapped = chat.tap(":".join([*revision[:-1], "COMPANY"]))
    assert why in toast(tapped).text
    assert 1 == shown(tapped).text.count(why)


def test_money_that_never_pays_for_a_kind_is_told_so(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    said = shown(chat.tap(said.data("金秋助学")))
    assert "公司帮扶资金眼下给不了" not in said.text
    assert "⚠️ 公司帮扶资金眼下给不了：" in shown(chat.write("公司")).text


def test_a_kind_that_is_not_possible_in_one_message_is_asked(town: Town) -> None:
    said = town.chat(OFFICER).write("帮扶 K170060 年度慰问 困难")
    assert "申请哪一项？" in said[-1].text


def test_a_second_tap_on_submit_asks_for_nothing_more(town: Town) -> None:
    chat = town.chat(ZHANG)
    submit = filled(chat).data("提交")
    chat.tap(submit)
    assert "这份已经提交过了。" == chat.press(submit).text
    assert "待审核 1 笔" in chat.ask("帮扶").text


def test_a_request_is_put_aside_and_taken_up_where_it_stood(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    said = shown(chat.tap(said.data("生活救助")))
    chat.tap(said.data("存草稿"))
    listed = chat.ask("草稿")
    assert "帮扶申请 · 施磊斌 · 答了 1 题 · 刚才" in listed.text
    went_on, card = (one for one in chat.tap(listed.data("继续 施磊斌")) if one.text)
    assert "接着填施磊斌的帮扶申请，回到第 2 题（资金来源），前面答的 1 题都在。" == went_on.text
    assert "用哪里的钱？" in card.text


def test_a_submitted_request_is_not_taken_up_again_from_the_drafts(town: Town) -> None:
    chat = town.chat(ZHANG)
    receipt = asked(chat)
    said = chat.press(f"draft:resume:{short_id_of(receipt)}")
    assert "这份申请已经交上去了，可在“帮扶”里看进度。" == said.text


def test_a_request_is_no_report_and_counts_in_none(town: Town) -> None:
    chat = town.chat(ZHANG)
    before = chat.ask("我的").text
    receipt = asked(chat)
    assert before == chat.ask("我的").text
    with pytest.raises(NotFound):
        chat.tap(f"my:open:aid:{short_id_of(receipt)}")


def test_a_request_is_withdrawn_only_once_asked(town: Town) -> None:
    chat = town.chat(ZHANG)
    receipt = asked(chat)
    question = chat.press(receipt.data("撤回"))
    assert "撤回 BF-2017-000047 施磊斌 的生活救助 2,000.00 元？撤回后要重新申请。" == question.text
    assert "待审核" in shown(chat.tap(question.data("不撤了"))).text
    said = chat.tap(question.data("确认撤回"))
    assert "已撤回 BF-2017-000047。" == toast(said).text
    assert "<b>已撤回</b>" in shown(said).text
    again = chat.tap(question.data("确认撤回"))
    assert "<b>已撤回</b>" in shown(again).text


def test_what_was_decided_meanwhile_is_not_withdrawn(town: Town) -> None:
    chat = town.chat(ZHANG)
    receipt = asked(chat)
    town.database.transact(
        give_back, town.chat(OFFICER).person(), long_id(short_id_of(receipt)), "补上缴费单"
    )
    assert "退回修改" in shown(chat.tap(receipt.data("看进度"))).text
    question = shown(chat.tap(receipt.data("撤回")))
    chat.tap(question.data("确认撤回"))
    said = chat.tap(receipt.data("撤回"))
    assert "BF-2017-000047 刚才有了变动，现在是“已撤回”。" == toast(said).text


def test_a_returned_request_opens_with_the_reason_on_top_and_goes_on_its_way_anew(town: Town) -> None:
    chat = town.chat(ZHANG)
    receipt = asked(chat)
    aid_id = long_id(short_id_of(receipt))
    town.database.transact(give_back, town.chat(OFFICER).person(), aid_id, "补上缴费单")
    card = shown(chat.tap(receipt.data("看进度")))
    said = shown(chat.tap(card.data("改好再报")))
    assert ["<b>请核对 · 帮扶申请 施磊斌</b>", "↩ 某officer 退回：补上缴费单"] == said.text.splitlines()[:2]
    said = shown(chat.tap(said.data("修改")))
    said = shown(chat.tap(said.data("金额")))
    assert "现在填的是：2,000.00 元" in said.text
    said = shown(chat.tap(said.data("1,000")))
    again = shown(chat.tap(said.data("提交")))
    assert "✓ 已改好再报 <b>BF-2017-000047</b> · 施磊斌 · 生活救助 1,000.00 元 · 等帮扶专责审核" == again.text
    assert "修改后再报" in shown(chat.tap(again.data("看进度"))).text


def test_who_may_not_propose_is_told_so(town: Town) -> None:
    with pytest.raises(NotAllowed):
        town.chat(ADMIN).write("帮扶 施磊斌")
    for telegram_id in (CHAIR, TREASURER, AUDITOR, ADMIN):
        with pytest.raises(NotAllowed):
            town.chat(telegram_id).tap(f"aid:household:{town.household_id('K170001')}")


def test_who_proposes_nothing_sees_by_a_name_what_the_household_has_had(town: Town) -> None:
    asked(town.chat(ZHANG))
    for telegram_id in (CHAIR, AUDITOR):
        said = town.chat(telegram_id).ask("帮扶 施磊斌")
        assert "<b>施磊斌</b> K170001 · 历次帮扶\nBF-2017-000047" in said.text
        assert said.protected
    assert "没有。" in town.chat(TREASURER).ask("帮扶 施磊斌").text


def test_a_request_for_a_household_that_left_ones_sight_goes_to_whoever_has_it(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    shown(chat.tap(said.data("生活救助")))
    moved_to = town.chat(JIANG).person()
    homes = {"union_id": moved_to.union_id, "liaison_id": moved_to.id}
    town.database.transact(household_becomes, town.household_id("K170001"), **homes)
    told = chat.tap(said.data("生活救助"))
    assert any("没填完的帮扶申请转给 蒋立 了" in one.text for one in told)
    heir = town.chat(JIANG)
    went_on = heir.tap(heir.ask("草稿").data("继续 施磊斌"))
    assert any("用哪里的钱？" in one.text for one in went_on)


def test_somebody_elses_household_and_none_are_refused_alike(town: Town) -> None:
    household_id = town.household_id("K170001")
    for data in (f"aid:household:{household_id}", "aid:household:999999", "aid:household:x", "aid:household"):
        with pytest.raises(NotFound):
            town.chat(JIANG).tap(data)
    assert "没有找到。" == town.chat(JIANG).ask("帮扶 施磊斌").text


def test_a_household_whose_file_is_not_open_gets_nothing_and_the_reason(town: Town) -> None:
    household_id = town.household_id("K170001")
    town.database.transact(household_becomes, household_id, state=HouseholdState.MONITOR)
    said = town.chat(ZHANG).press(f"aid:household:{household_id}")
    expected = (
        "<b>施磊斌</b> K170001 眼下一项都申请不了。\n施磊斌 的档案现在是“跟踪观察”，在册的户才能申请帮扶。"
    )
    assert expected == said.text
    assert ["打开档案"] == list(said.buttons)


def test_the_household_is_asked_for_and_a_bare_name_answers(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.press(chat.ask("帮扶").data("提出申请"))
    assert "给哪一户申请帮扶？写姓名、档号或拼音首字母。" == said.text
    assert "申请哪一项？" in shown(chat.write("slb")).text


def test_an_unknown_name_is_asked_again(town: Town) -> None:
    chat = town.chat(ZHANG)
    assert "没有找到。" == chat.ask("帮扶 查无此人").text
    assert "申请哪一项？" in shown(chat.write("施磊斌")).text


def test_another_report_that_is_being_filled_is_kept(town: Town) -> None:
    chat = town.chat(ZHANG)
    chat.write("走访 苗云涛")
    said = chat.tap(f"aid:household:{town.household_id('K170001')}")
    assert any("苗云涛的走访已存草稿" in one.text for one in said)
    active = town.database.transact(drafts.active, chat.person().id)
    assert active is not None
    assert "aid" == active.form


def test_a_long_and_nasty_name_stays_in_its_place(town: Town) -> None:
    nasty = "<b>" + "龙😀" * 28 + "</b>"
    household_id = town.household_id("K170001")
    town.database.transact(household_becomes, household_id, name=nasty)
    chat = town.chat(ZHANG)
    said = chat.press(f"aid:household:{household_id}")
    assert "&lt;b&gt;龙😀" in said.text
    for label in ("生活救助", "公司帮扶资金", "2,000"):
        said = shown(chat.tap(said.data(label)))
    shown(chat.write("<i>" + "急" * 990))
    said = shown(chat.write("跳过"))
    receipt = shown(chat.tap(said.data("提交")))
    card = shown(chat.tap(receipt.data("看进度")))
    assert "&lt;i&gt;急急" in card.text
    assert card.protected
    assert "龙😀" in chat.ask("帮扶").text


def test_where_the_company_fund_is_empty_it_is_no_choice_and_the_rule_says_why(town: Town) -> None:
    town.database.transact(money_runs_out)
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    assert "生活救助" in said.buttons
    said = shown(chat.tap(said.data("生活救助")))
    assert "公司帮扶资金" not in said.buttons
    assert "公司帮扶资金眼下给不了：年度预算不够：还能用 0.00 元，这一笔要 1,000.00 元。" in said.text
    said = shown(chat.tap(said.data("市总工会")))
    assert "最多可给 5,000.00 元（单次上限）。" in said.text
    said = shown(chat.tap(said.data("5,000")))
    shown(chat.write(REASON))
    said = shown(chat.write("跳过"))
    assert "今年的生活救助还可给" not in said.text


def test_a_request_whose_money_ran_out_meanwhile_asks_for_another_amount(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = filled(chat)
    town.database.transact(money_runs_out)
    refused = chat.tap(said.data("提交"))
    assert any("还缺一项：金额。" in one.text or "还缺一项：资金来源。" in one.text for one in refused)


def test_what_is_on_its_way_already_is_said_before_it_is_asked_for_twice(town: Town) -> None:
    asked(town.chat(ZHANG))
    said = town.chat(OFFICER).ask("帮扶 施磊斌")
    assert "已经在办的：\n· BF-2017-000047 生活救助 2,000.00 元（等帮扶专责审核）" in said.text
    assert "已经在办的" not in town.chat(ZHANG).ask("帮扶 苗云涛").text


def test_the_command_may_run_into_the_name(town: Town) -> None:
    assert "申请哪一项？" in town.chat(ZHANG).ask("帮扶施磊斌").text


def test_a_request_that_nobody_finishes_is_brought_to_mind_like_a_report(town: Town) -> None:
    chat = town.chat(ZHANG)
    said = chat.ask("帮扶 施磊斌")
    chat.tap(shown(chat.tap(said.data("生活救助"))).data("存草稿"))
    town.clock.advance(days=4)
    listed = chat.ask("待办")
    opened = chat.press(listed.data("施磊斌 · 草稿"))
    assert "施磊斌" in opened.text
    assert any("用哪里的钱？" in one.text for one in chat.tap(opened.data("继续填")))


def test_a_visit_offers_a_request_on_its_receipt_first_where_it_asks_for_one(town: Town) -> None:
    chat = town.chat(ZHANG)
    for measure, first in (("申请救助", "申请帮扶"), ("维持", "撤销")):
        card = chat.write(f"走访 施磊斌 入户 本人 一切如前 持平 措施{measure} 下次10月8日")[-1]
        receipt = shown(chat.tap(card.data("提交")))
        assert first == next(iter(receipt.buttons))
        assert "申请帮扶" in receipt.buttons
    assert "申请哪一项？" in shown(chat.tap(receipt.data("申请帮扶"))).text


def test_a_visit_that_met_nobody_offers_none(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.write("走访 施磊斌 未遇 不在家 再去9月8日")[-1]
    assert "申请帮扶" not in shown(chat.tap(card.data("提交"))).buttons


def test_the_words_of_the_visit_that_was_just_made_are_offered(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.write("走访 施磊斌 入户 本人 一切如前 持平 房子漏雨 需要资金 下次10月8日")[-1]
    receipt = shown(chat.tap(card.data("提交")))
    said = shown(chat.tap(receipt.data("申请帮扶")))
    assert "生活救助" in next(iter(said.buttons))
    for label in ("生活救助", "公司帮扶资金", "2,000"):
        said = shown(chat.tap(said.data(label)))
    assert "9 月 4 日走访：“房子漏雨；需要资金”" in said.text


@pytest.mark.parametrize(
    ("more", "amount", "language", "said"),
    [
        (1, 2_000, "zh", "这一笔因此要多 1 位批准，共 2 位。"),
        (2, 9_000, "zh", "这一笔因此要多 1 位批准，共 4 位。"),
        (0, 2_000, "zh", "这一笔要 1 位批准，不因此再加。"),
        (0, 9_000, "en", "3 chairs approve it, no more because of this."),
        (2, 2_000, "en", "Because of this 2 more approve it: 3 in all."),
    ],
)
def test_whoever_explains_why_before_a_revisit_is_told_how_many_approve_this_one(
    town: Town, more: int, amount: int, language: str, said: str
) -> None:
    def found(tx: Transaction) -> None:
        officer = people.find(tx, OFFICER)
        assert officer is not None
        policies.change(tx, officer, officer.union_id, "aid.unrevisited", more)
        paid.record(
            tx,
            aid_id=new_id(),
            household_id=town_home,
            kind=AidKind.MEDICAL,
            source=FundSource.DONATION,
            amount_fen=300_000,
            paid_on=tx.today,
        )

    town_home = town.household_id("K170001")
    town.database.transact(found)
    card = town.chat(ZHANG, language).write(f"帮扶 施磊斌 医疗救助 {amount} 捐款 住院")[-1]
    assert said in card.text
