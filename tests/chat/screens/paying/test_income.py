"""入账: by taps and by one line, the last incomes, 冲销, and whether it tops up the budget."""

from __future__ import annotations

import pytest

from storage import errors
from storage.aid_codes import IncomeKind
from storage.aid_refusals import PromisedMoney
from storage.booking import income_list
from storage.money import fund
from storage.telling import bulletins
from tests.chat.screens.approving import asking
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

BALANCE = 5_334_500


def balance(town: Town) -> int:
    """What is in the fund now."""
    union_id = town.chat(TREASURER).person().union_id
    return town.database.transact(lambda tx: fund.balance(tx, union_id).balance_fen)


def last(town: Town) -> income_list.IncomeLine:
    """The newest income."""
    person = town.chat(TREASURER).person()
    return town.database.transact(lambda tx: income_list.recent(tx, person, 1)[0])


def entered(town: Town, line: str = "入账 工会经费 20000") -> int:
    """An income of today; its entry."""
    treasurer = town.chat(TREASURER)
    treasurer.tap(treasurer.ask(line).data("确认入账"))
    return last(town).id


def test_by_taps_and_one_number(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    said = treasurer.ask("入账")
    assert "余额 53,345.00 元。这笔钱从哪里来？" in said.text
    asked = treasurer.press(said.data("工会经费"))
    assert "工会经费，多少钱？直接写，例如 20000 或 2万。" == asked.text
    card = treasurer.ask("2万")
    assert (
        "<b>请核对 · 入账</b>\n工会经费 <b>20,000.00 元</b>\n日期：9 月 4 日\n凭证号：2017-000001\n"
        "入账以后余额 73,345.00 元"
    ) == card.text
    receipt, question = treasurer.tap(card.data("确认入账"))
    assert "✓ 已入账" == receipt.text.splitlines()[0]
    assert "基金余额 73,345.00 元" == receipt.text.splitlines()[-1]
    assert "2017 年预算 58,500.00 元。要不要也加上这 20,000.00 元？" == question.text
    assert BALANCE + 2_000_000 == balance(town)


def test_one_line_leads_to_the_card(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    card = treasurer.ask("入账 利息 120.5 昨天")
    assert "利息 <b>120.50 元</b>\n日期：9 月 3 日" in card.text
    treasurer.tap(card.data("确认入账"))
    made = last(town)
    assert (IncomeKind.INTEREST, 12_050, "2017-09-03") == (
        made.income_kind,
        made.amount_fen,
        made.happened_on.isoformat(),
    )


@pytest.mark.parametrize(
    "line",
    [
        "income union dues 20000 yesterday",
        "Income 20,000 UNION DUES yesterday",
        "INCOME Union Dues 20000 yesterday",
    ],
)
def test_a_kind_of_several_words_is_understood_in_any_case(town: Town, line: str) -> None:
    card = town.chat(TREASURER, "en").ask(line)
    assert "Union dues" in card.text
    assert "20,000.00" in card.text
    assert "Yesterday" not in card.buttons
    assert "Enter it" in card.buttons


def test_in_english(town: Town) -> None:
    treasurer = town.chat(TREASURER, "en")
    card = treasurer.ask("Income Interest 120.50 yesterday")
    assert "Interest, <b>¥120.50</b>\nDay: 3 Sep" in card.text
    receipt, _ = treasurer.tap(card.data("Enter it"))
    assert "✓ Entered" == receipt.text.splitlines()[0]
    assert "{" not in treasurer.press("income:last:0").text


def test_every_part_can_be_changed(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    card = treasurer.ask("入账 行政拨款 5000")
    treasurer.press(card.data("改金额"))
    card = treasurer.ask("6000元")
    treasurer.press(card.data("改凭证号"))
    card = treasurer.ask("收-88")
    treasurer.press(card.data("写备注"))
    card = treasurer.ask("三季度 <拨款>")
    month = treasurer.press(card.data("选日子"))
    card = treasurer.press(month.buttons["1"])
    assert (
        "行政拨款 <b>6,000.00 元</b>\n日期：9 月 1 日\n凭证号：收-88\n备注：三季度 &lt;拨款&gt;" in card.text
    )
    treasurer.tap(card.data("确认入账"))
    made = last(town)
    assert ("收-88", "三季度 <拨款>", 600_000) == (made.voucher_no, made.note, made.amount_fen)


@pytest.mark.parametrize("typed", ["很多", "0", "-3", "1.005", "9" * 15])
def test_what_is_no_amount_is_asked_for_again(town: Town, typed: str) -> None:
    treasurer = town.chat(TREASURER)
    treasurer.press(treasurer.ask("入账").data("利息"))
    assert "没看懂是多少钱。" == treasurer.ask(typed).text.splitlines()[0]
    assert "利息 <b>10.00 元</b>" in treasurer.ask("10").text
    assert BALANCE == balance(town)


def test_a_second_tap_enters_nothing_more_and_shows_the_entry(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    button = treasurer.ask("入账 利息 100").data("确认入账")
    treasurer.tap(button)
    toast, shown = treasurer.tap(button)
    assert "这一笔已经入过账了。" == toast.text
    assert shown.text.startswith("<b>利息 100.00 元</b>")
    assert BALANCE + 10_000 == balance(town)


def test_a_card_that_was_changed_since_enters_nothing(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    old = treasurer.ask("入账 利息 100")
    treasurer.press(old.data("昨天"))
    toast, again = treasurer.tap(old.data("确认入账"))
    assert toast.alert
    assert "日期：9 月 3 日" in again.text
    assert BALANCE == balance(town)
    treasurer.tap(again.data("确认入账"))
    assert BALANCE + 10_000 == balance(town)


def test_a_card_from_yesterday_begins_anew(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    card = treasurer.ask("入账 利息 100")
    town.clock.advance(days=1)
    for label in ("确认入账", "今天", "改金额"):
        toast, shown = treasurer.tap(card.data(label) if label in card.buttons else "income:day:2017-09-05")
        assert "这一步已经过去了，请再看一眼。" == toast.text
        assert "这笔钱从哪里来？" in shown.text
    assert BALANCE == balance(town)


def test_an_income_is_taken_back_for_a_reason_after_a_second_look(town: Town) -> None:
    entry_id = entered(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.press("income:last:0").data("9 月 4 日"))
    asked = treasurer.press(card.data("冲销"))
    sure = treasurer.press(asked.data("重复入账"))
    assert "冲销 工会经费 <b>20,000.00 元</b>\n原因：重复入账" in sure.text
    assert "冲销以后余额 53,345.00 元。" in sure.text
    assert BALANCE + 2_000_000 == balance(town)
    done = treasurer.press(sure.data("确定冲销"))
    assert "✓ 已冲销，钱从基金里减掉了。" == done.text.splitlines()[0]
    assert "9 月 4 日已冲销：重复入账" in done.text
    assert "冲销" not in done.buttons
    assert BALANCE == balance(town)
    assert "已冲销" in treasurer.press("income:last:0").text
    toast, again = treasurer.tap(sure.data("确定冲销"))
    assert "这一步已经过去了，请再看一眼。" == toast.text
    assert "已冲销" in again.text
    assert BALANCE == balance(town)
    assert entry_id == last(town).id


def test_the_reason_may_be_typed_and_one_may_turn_back(town: Town) -> None:
    entry_id = entered(town)
    treasurer = town.chat(TREASURER)
    treasurer.press(f"income:why:{entry_id}")
    sure = treasurer.ask("银行：退票 <两次>")
    assert "原因：银行：退票 &lt;两次&gt;" in sure.text
    treasurer.press(sure.data("不冲销"))
    toast, _ = treasurer.tap(sure.data("确定冲销"))
    assert toast.text
    assert BALANCE + 2_000_000 == balance(town)


def test_promised_money_is_not_taken_back(town: Town) -> None:
    vice, entry_id = asking.vice_chair(town), entered(town)
    asking.budget(town, 20_000_000)
    for file_no in asking.files(town, 13):
        asking.approve(town, asking.approved(town, file_no, 500_000, kind="WARMTH"), vice)
    treasurer = town.chat(TREASURER)
    sure = treasurer.press(f"income:sure:{entry_id}:TWICE")
    with pytest.raises(PromisedMoney):
        treasurer.tap(sure.data("确定冲销"))


def test_the_officer_is_asked_to_top_up_the_budget_once(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    _, question = treasurer.tap(treasurer.ask("入账 工会经费 20000").data("确认入账"))
    said = treasurer.press(question.data("请专责加进预算"))
    assert "已告诉帮扶专责，2017 年预算由他提增加、主席审定。" == said.text
    treasurer.press(question.data("请专责加进预算"))
    officer_id = town.chat(OFFICER).person().id
    waiting = town.database.transact(bulletins.waiting, officer_id)
    assert ["income_top_up"] == [one.slug for one in waiting if one.slug == "income_top_up"]


def test_it_may_stay_out_of_the_budget(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    _, question = treasurer.tap(treasurer.ask("入账 工会经费 20000").data("确认入账"))
    assert "预算不变，这笔钱在余额里。" == treasurer.press(question.data("不加")).text


def test_what_was_carried_over_asks_nothing(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    (receipt,) = treasurer.tap(treasurer.ask("入账 上年结转 100").data("确认入账"))
    assert receipt.text.startswith("✓ 已入账")


def test_an_auditor_reads_the_last_incomes_and_enters_none(town: Town) -> None:
    entry_id = entered(town)
    auditor = town.chat(AUDITOR)
    said = auditor.ask("入账")
    assert said.text.startswith("<b>最近入账</b>")
    assert "入账" not in said.buttons
    assert {"最近入账"} == set(auditor.press(f"income:entry:{entry_id}").buttons)
    for verb in ("kinds", "kind", "go", "day", "type", "card", "cal", "why", "sure", "reverse", "top_up"):
        with pytest.raises(errors.NotAllowed):
            auditor.tap(f"income:{verb}:{entry_id}:x")


@pytest.mark.parametrize("who", [ADMIN, ZHANG, JIANG, OFFICER, CHAIR])
def test_others_have_no_such_screen(town: Town, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        town.chat(who).write("入账")
    with pytest.raises(errors.NotAllowed):
        town.chat(who).tap("income:last:0")


@pytest.mark.parametrize("verb", ["entry", "why", "reverse", "top_up", "top_up_not"])
@pytest.mark.parametrize("subject", ["", "0", "x", "999999999", "99999999999999"])
def test_a_forged_entry_is_not_found(town: Town, verb: str, subject: str) -> None:
    with pytest.raises(errors.NotFound):
        town.chat(TREASURER).tap(f"income:{verb}:{subject}")


@pytest.mark.parametrize(
    "forged",
    [
        "income",
        "income:",
        "income:king",
        "income:kind:KING",
        "income:go:AAAAAAAAAAAAAAAAAAAAAA:abc",
        "income:go",
    ],
)
def test_a_forged_button_begins_anew(town: Town, forged: str) -> None:
    said = town.chat(TREASURER).tap(forged)[-1]
    assert "这笔钱从哪里来？" in said.text


def test_a_payment_is_no_income(town: Town) -> None:
    treasurer = town.chat(TREASURER)
    asking.paid(town)
    person = treasurer.person()
    newest = town.database.transact(lambda tx: fund.last_entries(tx, person.union_id, 1)[0])
    with pytest.raises(errors.NotFound):
        treasurer.tap(f"income:entry:{newest.id}")
