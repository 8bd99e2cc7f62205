"""发放: the list, one tap, details, the whole list; receipts; what a second tap finds; who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import short_id
from storage import errors
from storage.aid_codes import AidState, PayMethod
from storage.aid_refusals import OwnApproval
from storage.codes import Role
from storage.columns import new_id
from storage.money import fund
from storage.paying import payment_rows
from tests.chat.screens.approving import asking
from tests.chat.screens.approving.asking import SHI, YUAN, approved, paid, state
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

if TYPE_CHECKING:
    from storage.paying.payment_rows import PaymentView

BALANCE = 5_334_500
ACTS = ("ok", "go", "method", "day", "type", "photo", "correct", "why", "sure", "done", "all", "all_go")


def balance(town: Town) -> int:
    """What is in the fund now."""
    union_id = town.chat(TREASURER).person().union_id
    return town.database.transact(lambda tx: fund.balance(tx, union_id).balance_fen)


def payments(town: Town, aid_id: str) -> list[PaymentView]:
    """The payments of a piece of aid."""
    return town.database.transact(payment_rows.of_aid, aid_id)


def data(verb: str, aid_id: str, *more: object) -> str:
    """A button of the payments, as it is drawn or forged."""
    return ":".join(("pay", verb, short_id(aid_id), *map(str, more)))


def test_nothing_to_pay_is_said_in_a_line(town: Town) -> None:
    said = town.chat(TREASURER).ask("发放")
    assert "没有等着发放的。" == said.text
    assert {"最近发放"} == set(said.buttons)
    assert "Nothing waits to be paid." == town.chat(TREASURER, "en").ask("/pay").text


def test_the_list_has_its_sum_and_one_tap_pays(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "<b>待发放 1 笔，共 2,000.00 元</b>" == said.text.splitlines()[0]
    shown, card = treasurer.tap(said.data("确认发放"))
    assert shown.text.startswith("没有等着发放的。")
    assert card.text.splitlines()[0].startswith("✓ 已发放 <b>2,000.00 元</b> · <b>施磊斌</b>")
    assert "凭证 2017-000001 · 9 月 4 日 · 某treasurer" in card.text
    assert "基金余额 51,345.00 元" in card.text
    assert AidState.PAID == state(town, aid_id)
    assert BALANCE - 200_000 == balance(town)


def test_a_second_tap_pays_nothing_more_and_shows_the_payment(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    button = treasurer.ask("发放").data("确认发放")
    treasurer.tap(button)
    toast, card = treasurer.tap(button)
    assert "这笔已经发放过了。" == toast.text
    assert card.text.startswith("✓ 已发放")
    assert 1 == len(payments(town, aid_id))
    assert BALANCE - 200_000 == balance(town)


def test_two_lists_drawn_before_pay_once(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    first, second = (treasurer.ask("发放").data("确认发放") for _ in range(2))
    treasurer.tap(first)
    toast, _ = treasurer.tap(second)
    assert "这笔已经发放过了。" == toast.text
    assert 1 == len(payments(town, aid_id))


def test_details_are_chosen_before_it_is_confirmed(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    assert "<b>发放 · 施磊斌</b>" in card.text
    card = treasurer.press(card.data("转账"))
    treasurer.press(card.data("改凭证号"))
    card = treasurer.ask("记-2017-0099")
    assert "凭证号：记-2017-0099" in card.text
    treasurer.press(card.data("只发一部分"))
    card = treasurer.ask("1500")
    assert "这次发 <b>1,500.00 元</b>，还剩 500.00 以后发" in card.text
    done = treasurer.press(card.data("确认发放"))
    assert "还有 500.00 元 没发。" in done.text
    (made,) = payments(town, aid_id)
    told = (made.amount_fen, made.method, made.voucher_no)
    assert (150_000, PayMethod.TRANSFER, "记-2017-0099") == told
    assert AidState.APPROVED == state(town, aid_id)
    assert "（其余部分，总额 2,000.00）" in treasurer.ask("发放").text


def test_the_rest_is_paid_later_and_then_it_is_paid(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    treasurer.press(card.data("只发一部分"))
    treasurer.press(treasurer.ask("0.01").data("确认发放"))
    treasurer.tap(treasurer.ask("发放").data("确认发放"))
    assert [1, 199_999] == sorted(one.amount_fen for one in payments(town, aid_id))
    assert AidState.PAID == state(town, aid_id)
    assert BALANCE - 200_000 == balance(town)


@pytest.mark.parametrize("typed", ["2000.01", "0", "-5", "abc", "一万", "1.234", "9" * 30])
def test_a_part_that_is_none_is_asked_for_again(town: Town, typed: str) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    treasurer.press(card.data("只发一部分"))
    assert "⚠️ 请写 0.01 到 2,000.00 之间的钱数。" in treasurer.ask(typed).text
    assert [] == payments(town, aid_id)
    assert "这次发 <b>1,500.00 元</b>" in treasurer.ask("1500").text


def test_yesterday_is_before_it_was_approved_and_is_refused_in_words(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    card = treasurer.press(card.data("昨天"))
    assert "日期：9 月 3 日" in card.text
    with pytest.raises(errors.Refused):
        treasurer.tap(card.data("确认发放"))
    assert [] == payments(town, aid_id)


def test_a_day_is_picked_from_the_calendar(town: Town) -> None:
    aid_id = approved(town)
    town.clock.advance(days=10)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    month = treasurer.press(card.data("选日子"))
    assert "2017 年 9 月" in month.buttons
    card = treasurer.press(month.data("12"))
    assert "日期：9 月 12 日" in card.text
    treasurer.press(card.data("确认发放"))
    (made,) = payments(town, aid_id)
    assert "2017-09-12" == made.paid_on.isoformat()


def test_a_card_whose_choices_are_gone_begins_anew_and_says_so(town: Town) -> None:
    aid_id = approved(town)
    approved(town, YUAN, 100_000)
    treasurer = town.chat(TREASURER)
    listed = treasurer.ask("发放")
    card = treasurer.press(listed.data("施磊斌"))
    card = treasurer.press(card.data("现金") if "现金" in card.buttons else card.data("实物"))
    treasurer.press(listed.data("1,000.00"))
    toast, again = treasurer.tap(card.data("确认发放"))
    assert "这一步已经过去了，请再看一眼再确认。" == toast.text
    assert toast.alert
    assert [] == payments(town, aid_id)
    treasurer.press(again.data("确认发放"))
    assert 1 == len(payments(town, aid_id))


def test_a_card_drawn_before_another_choice_confirms_nothing(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    old = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    treasurer.press(old.data("实物"))
    toast, again = treasurer.tap(old.data("确认发放"))
    assert toast.alert
    assert [] == payments(town, aid_id)
    assert "方式：实物" in again.text


def test_a_name_typed_beside_an_open_card_is_looked_up_and_the_card_stays_good(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    assert "K170001" in treasurer.ask("施磊斌").text
    assert "没听明白" in treasurer.ask("好的").text
    assert treasurer.press(card.data("确认发放")).text.startswith("✓ 已发放")
    assert 1 == len(payments(town, aid_id))


def test_a_second_tap_on_the_details_finds_the_payment(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    button = treasurer.press(treasurer.ask("发放").data("施磊斌")).data("确认发放")
    first = treasurer.press(button)
    toast, again = treasurer.tap(button)
    assert "这笔已经发放过了。" == toast.text
    assert first.text == again.text
    assert 1 == len(payments(town, aid_id))


def test_the_whole_list_is_paid_by_one_voucher_after_a_summary(town: Town) -> None:
    ids = [approved(town), approved(town, YUAN, 100_000)]
    treasurer = town.chat(TREASURER)
    said = treasurer.press(treasurer.ask("发放").data("全部发放"))
    assert "<b>全部发放 2 笔，共 3,000.00 元</b>" == said.text.splitlines()[0]
    treasurer.press(said.data("改凭证号"))
    said = treasurer.ask("2017-000500")
    assert "凭证号（全部用这一个）：2017-000500" in said.text
    done = treasurer.press(said.data("确认全部发放"))
    assert "✓ 已发放 2 笔，共 3,000.00 元\n凭证 2017-000500 · 9 月 4 日\n基金余额 50,345.00 元" == done.text
    assert [AidState.PAID] * 2 == [state(town, one) for one in ids]
    assert {"2017-000500"} == {one.voucher_no for aid_id in ids for one in payments(town, aid_id)}
    toast, _ = treasurer.tap(said.data("确认全部发放"))
    assert "名单刚才变了，请再看一眼。" == toast.text
    assert BALANCE - 300_000 == balance(town)


def test_a_list_that_has_changed_is_shown_anew_and_nothing_paid(town: Town) -> None:
    ids = [approved(town), approved(town, YUAN, 100_000)]
    treasurer = town.chat(TREASURER)
    said = treasurer.press(treasurer.ask("发放").data("全部发放"))
    ids.append(approved(town, "K170027", 150_000))
    toast, again = treasurer.tap(said.data("确认全部发放"))
    assert toast.alert
    assert "<b>全部发放 3 笔，共 4,500.00 元</b>" == again.text.splitlines()[0]
    assert [AidState.APPROVED] * 3 == [state(town, one) for one in ids]
    treasurer.press(again.data("确认全部发放"))
    assert [AidState.PAID] * 3 == [state(town, one) for one in ids]


def test_who_approved_does_not_pay_and_the_whole_list_leaves_it_out(town: Town) -> None:
    both = asking.joins(town, 1020, Role.CHAIR, "钱两职")
    asking.also(town, both, Role.TREASURER)
    own = asking.approve(town, asking.review(town, asking.ask(town)), both)
    other = approved(town, YUAN, 100_000)
    chat = town.chat(both)
    said = chat.ask("发放")
    assert 1 == said.text.count("（您提出或批过，要由别人发）")
    with pytest.raises(OwnApproval):
        chat.tap(data("ok", own, short_id(new_id())))
    summary = chat.press("pay:all")
    assert "施磊斌 生活救助 2,000.00：您提出或批过，要由别人发，这次不含。" in summary.text
    chat.press(summary.data("确认全部发放"))
    assert [AidState.APPROVED, AidState.PAID] == [state(town, one) for one in (own, other)]


def test_pictures_of_the_receipt_are_kept_until_done(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(data("paid_card", payment_id))
    asked = treasurer.press(card.data("加收据照片"))
    assert "把 施磊斌 的收据拍照发来" in asked.text
    for number in (1, 2):
        (said,) = treasurer.picture(f"receipt{number}")
        assert f"收据照片共 {number} 张" in said.text
    assert "请把收据拍成照片发来；不发了就点“完成”。" == treasurer.ask("好了").text
    (said,) = treasurer.picture("receipt2")
    assert "收据照片共 2 张" in said.text
    card = treasurer.press(said.data("完成"))
    assert "收据照片 2 张" in card.text
    assert ["sendPhoto"] * 2 == [one.method for one in treasurer.tap(card.data("看收据"))]
    (made,) = payments(town, aid_id)
    assert ["receipt1", "receipt2"] == [one["file_id"] for one in made.receipts]
    assert "这里用不上这个。请打字，或点下面的键。" == treasurer.picture("later")[0].text


def test_the_last_payments_are_listed_and_opened(town: Town) -> None:
    paid(town)
    treasurer = town.chat(TREASURER)
    said = treasurer.press(treasurer.ask("发放").data("最近发放"))
    assert "9 月 4 日　<b>施磊斌</b> 生活救助 2,000.00 · 2017-000001" in said.text
    assert treasurer.press(said.data("施磊斌")).text.startswith("✓ 已发放")
    town.clock.advance(days=40)
    assert "最近 30 天没有发放。" == treasurer.press("pay:paid:0").text


def test_an_auditor_reads_and_does_nothing(town: Town) -> None:
    aid_id = approved(town)
    _, payment_id = paid(town, YUAN, 100_000)
    auditor = town.chat(AUDITOR)
    said = auditor.ask("发放")
    assert "确认发放" not in said.buttons
    assert "全部发放" not in said.buttons
    card = auditor.press(said.data("施磊斌"))
    assert {"‹ 待发放"} == set(card.buttons)
    shown = auditor.press(data("paid_card", payment_id))
    assert {"看收据", "打开档案", "‹ 待发放"} >= set(shown.buttons)
    for verb in (
        "ok",
        "go",
        "method",
        "day",
        "type",
        "photo",
        "correct",
        "why",
        "sure",
        "done",
        "all",
        "all_go",
    ):
        with pytest.raises(errors.NotAllowed):
            auditor.tap(data(verb, aid_id, "x"))


@pytest.mark.parametrize("who", [ADMIN, ZHANG, JIANG, OFFICER, CHAIR])
def test_others_neither_read_nor_pay(town: Town, who: int) -> None:
    aid_id = approved(town)
    with pytest.raises(errors.NotAllowed):
        town.chat(who).write("发放")
    for verb in ("ok", "open", "paid", "list", "all"):
        with pytest.raises(errors.NotAllowed):
            town.chat(who).tap(data(verb, aid_id, short_id(new_id())))
    assert AidState.APPROVED == state(town, aid_id)


@pytest.mark.parametrize("verb", ["open", "ok", "paid_card", "photo", "photos", "correct"])
@pytest.mark.parametrize("subject", ["", "zz", short_id("0" * 32), "x" * 30])
def test_a_forged_id_is_not_found(town: Town, verb: str, subject: str) -> None:
    with pytest.raises(errors.NotFound):
        town.chat(TREASURER).tap(f"pay:{verb}:{subject}:{short_id('1' * 32)}")


def test_what_is_not_approved_is_not_there_for_the_treasurer(town: Town) -> None:
    aid_id = asking.review(town, asking.ask(town))
    for verb in ("open", "ok"):
        with pytest.raises(errors.NotFound):
            town.chat(TREASURER).tap(data(verb, aid_id, short_id(new_id())))


@pytest.mark.parametrize("forged", ["pay", "pay:", "pay:list:x", "pay:list:9999", "pay:king:1"])
def test_a_forged_button_shows_the_list(town: Town, forged: str) -> None:
    assert "没有等着发放的。" == town.chat(TREASURER).press(forged).text


def test_pages_turn_and_every_row_has_its_two_buttons(town: Town) -> None:
    for file_no in asking.files(town, 8):
        approved(town, file_no, 100_000, kind="WARMTH")
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "<b>待发放 8 笔，共 8,000.00 元</b>" == said.text.splitlines()[0]
    assert 6 == said.text.count("送温暖")
    following = treasurer.press(said.data("›"))
    assert 2 == following.text.count("送温暖")
    assert said.text == treasurer.press(following.data("‹")).text


def test_a_long_name_fits(town: Town) -> None:
    asking.rename(town, SHI, "欧阳" * 60)
    approved(town)
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "…" in said.text
    _, card = treasurer.tap(said.data("确认发放"))
    assert len(card.text) < 400


def test_the_greeting_says_what_waits(town: Town) -> None:
    approved(town)
    asking.review(town, asking.ask(town, YUAN, 100_000))
    assert "1 笔待发放，共 2,000.00 元，点“发放”。" in town.chat(TREASURER).ask("/start").text
    assert "1 件等您审批，点“审批”。" in town.chat(CHAIR).ask("/start").text
    assert "1 payment to make, ¥2,000.00: press Pay." in town.chat(TREASURER, "en").ask("/start").text


def test_the_end_of_the_bank_card_is_the_treasurers_alone(town: Town) -> None:
    asking.bank_card(town, SHI, "6222020200001234567")
    approved(town)
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "转账 尾号 4567" in said.text
    assert "转账（尾号" not in said.text
    assert "6222" not in said.text
    assert "方式：转账 尾号 4567" in treasurer.press(said.data("施磊斌")).text
    auditor = town.chat(AUDITOR)
    assert "4567" not in auditor.ask("发放").text
    assert "4567" not in auditor.press(said.data("施磊斌")).text
    _, card = treasurer.tap(said.data("确认发放"))
    assert "4567" not in card.text


def test_what_is_no_money_is_recorded_with_one_tap(town: Town) -> None:
    aid_id = approved(town, SHI, 0, kind="LEGAL")
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "法律援助 0.00 · 不发钱物，只登记" in said.text
    card = treasurer.press(said.data("施磊斌"))
    assert not {"转账", "现金", "实物", "✓ 实物"} & set(card.buttons)
    treasurer.press(card.data("确认发放"))
    assert AidState.PAID == state(town, aid_id)
    assert BALANCE == balance(town)


def test_an_emergency_comes_first_and_says_so(town: Town) -> None:
    approved(town)
    asking.emergency(town, YUAN, 300_000)
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "（救急）" in said.text.splitlines()[2]
    assert "3,000.00" in said.text.splitlines()[2]
    assert "❗ 救急，请马上发放。" in treasurer.press(said.data("3,000.00")).text


def test_other_money_says_that_it_is_only_recorded(town: Town) -> None:
    approved(town, source="CITY_UNION")
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("发放")
    assert "（市总工会的钱，只登记）" in said.text
    _, card = treasurer.tap(said.data("确认发放"))
    assert "基金余额" not in card.text
    assert BALANCE == balance(town)
