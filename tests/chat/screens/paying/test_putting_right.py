"""A payment put right: 更正, 未到账, 冲销; each with what it does to the fund, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import short_id
from storage.aid_codes import AidAct, AidState, PaymentState, PayMethod
from storage.aid_refusals import OwnApproval
from storage.codes import FollowupKind, Role
from storage.due import followups
from storage.money import fund
from storage.paying import payment_rows
from tests.chat.screens.approving import asking
from tests.chat.screens.approving.asking import approved, paid, state
from tests.chat.screens.conftest import OFFICER, TREASURER, Town

if TYPE_CHECKING:
    from storage.paying.payment_rows import PaymentView
    from tests.chat.screens.chatting import Said

BALANCE = 5_334_500


def balance(town: Town) -> int:
    """What is in the fund now."""
    union_id = town.chat(TREASURER).person().union_id
    return town.database.transact(lambda tx: fund.balance(tx, union_id).balance_fen)


def holds(town: Town) -> None:
    """Every sum that is kept agrees with what it is made of."""
    assert [] == town.database.transact(fund.check)


def payments(town: Town, aid_id: str) -> list[PaymentView]:
    """The payments of a piece of aid."""
    return town.database.transact(payment_rows.of_aid, aid_id)


def shown(town: Town, payment_id: str) -> Said:
    """The payment's card."""
    return town.chat(TREASURER).press(f"pay:paid_card:{short_id(payment_id)}")


def revisits(town: Town, aid_id: str) -> list[str]:
    """The days on which its revisits are due."""
    household_id = asking.card(town, aid_id).household_id

    items = town.database.transact(
        lambda tx: followups.due(tx, tx.today.replace(year=2019), household_id=household_id, limit=20)
    )
    return [
        one.due_on.isoformat() for one in items if one.aid_id == aid_id and one.kind == FollowupKind.REVISIT
    ]


def test_a_wrong_voucher_and_day_are_entered_anew_and_the_fund_holds_the_same(town: Town) -> None:
    town.clock.advance(days=-2)
    aid_id, payment_id = paid(town)
    town.clock.advance(days=2)
    before = revisits(town, aid_id)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(shown(town, payment_id).data("更正"))
    assert "<b>更正 · 施磊斌</b>" in card.text
    assert "只发一部分" not in card.buttons
    card = treasurer.press(card.data("昨天"))
    treasurer.press(card.data("改凭证号"))
    card = treasurer.ask("2017-000007")
    done = treasurer.press(card.data("确认更正"))
    assert "✓ 已更正。原来那笔在账上冲回，另记一笔。" == done.text.splitlines()[0]
    assert "凭证 2017-000007 · 9 月 3 日" in done.text
    old, new = sorted(payments(town, aid_id), key=lambda one: one.state, reverse=True)
    assert (PaymentState.REVERSED, PaymentState.PAID) == (old.state, new.state)
    assert ("2017-000001", "2017-000007") == (old.voucher_no, new.voucher_no)
    assert AidState.PAID == state(town, aid_id)
    assert BALANCE - 200_000 == balance(town)
    assert before != revisits(town, aid_id)
    assert 1 == len(revisits(town, aid_id))
    holds(town)
    toast, again = treasurer.tap(card.data("确认更正"))
    assert "这笔已经发放过了。" == toast.text
    assert 2 == len(payments(town, aid_id))
    assert "2017-000007" in again.text


def test_a_wrong_way_alone_leaves_the_ledger_as_it_is(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(shown(town, payment_id).data("更正"))
    card = treasurer.press(card.data("现金"))
    treasurer.press(card.data("确认更正"))
    (made,) = payments(town, aid_id)
    assert (PayMethod.CASH, payment_id) == (made.method, made.id)
    assert AidAct.CORRECTED == asking.card(town, aid_id).steps[-1].act
    holds(town)


def test_nothing_changed_corrects_nothing(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(shown(town, payment_id).data("更正"))
    treasurer.press(card.data("确认更正"))
    assert 1 == len(payments(town, aid_id))
    assert AidAct.PAID == asking.card(town, aid_id).steps[-1].act


def test_the_receipts_go_with_the_payment_that_stands(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    treasurer.press(shown(town, payment_id).data("加收据照片"))
    treasurer.picture("receipt")
    card = treasurer.press(shown(town, payment_id).data("更正"))
    treasurer.press(card.data("改凭证号"))
    done = treasurer.press(treasurer.ask("88").data("确认更正"))
    assert "收据照片 1 张" in done.text
    assert 2 == len(payments(town, aid_id))


def test_money_that_did_not_arrive_is_back_in_the_fund_and_waits_again(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    asked = treasurer.press(shown(town, payment_id).data("未到账"))
    sure = treasurer.press(asked.data("银行退回"))
    assert "施磊斌 的 <b>2,000.00 元</b> 没到账\n原因：银行退回\n这笔回到待发放，可以再发。" in sure.text
    assert "基金余额变成 53,345.00 元，这 2,000.00 元 仍留着给这一户。" in sure.text
    done = treasurer.press(sure.data("确定没到账"))
    assert "✓ 已记下没到账。" == done.text.splitlines()[0]
    assert "✗ 没发成 <b>2,000.00 元</b>" in done.text
    assert BALANCE == balance(town)
    assert AidState.APPROVED == state(town, aid_id)
    assert [] == revisits(town, aid_id)
    holds(town)
    assert "待发放 1 笔" in treasurer.ask("发放").text
    toast, _ = treasurer.tap(sure.data("确定没到账"))
    assert "这一步已经过去了，请再看一眼再确认。" == toast.text
    assert BALANCE == balance(town)


def test_it_is_paid_anew_after_that(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    asked = treasurer.press(shown(town, payment_id).data("未到账"))
    treasurer.press(treasurer.press(asked.data("账号不对")).data("确定没到账"))
    treasurer.tap(treasurer.ask("发放").data("确认发放"))
    assert [PaymentState.FAILED, PaymentState.PAID] == sorted(one.state for one in payments(town, aid_id))
    assert BALANCE - 200_000 == balance(town)
    holds(town)


def test_a_reversal_takes_back_all_and_says_so_before(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    treasurer.press(shown(town, payment_id).data("冲销"))
    sure = treasurer.ask("发给了同名的人：<另一户>")
    assert "原因：发给了同名的人：&lt;另一户&gt;" in sure.text
    assert "这笔帮扶作废，不再发；回访也不用做了。" in sure.text
    assert "基金余额变成 53,345.00 元。" in sure.text
    assert AidState.PAID == state(town, aid_id)
    done = treasurer.press(sure.data("确定冲销"))
    assert "↩ 已冲销 <b>2,000.00 元</b>" in done.text
    assert {"打开档案", "‹ 待发放"} == set(done.buttons)
    assert AidState.REVERSED == state(town, aid_id)
    assert BALANCE == balance(town)
    assert [] == revisits(town, aid_id)
    holds(town)


def test_one_may_turn_back_before_it_is_certain(town: Town) -> None:
    aid_id, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    asked = treasurer.press(shown(town, payment_id).data("冲销"))
    sure = treasurer.press(asked.data("重复发放"))
    treasurer.press(sure.data("不用了"))
    toast, _ = treasurer.tap(sure.data("确定冲销"))
    assert toast.text
    assert AidState.PAID == state(town, aid_id)


def test_what_could_not_be_paid_stays_on_the_list_with_its_reason(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    asked = treasurer.press(card.data("没发成"))
    sure = treasurer.press(asked.data("本人没来领"))
    assert "这笔留在待发放，提出的人会知道。" in sure.text
    assert "余额" not in sure.text
    done = treasurer.press(sure.data("确定没发成"))
    assert "待发放 1 笔" in done.text
    (tried,) = payments(town, aid_id)
    assert (PaymentState.FAILED, "本人没来领") == (tried.state, tried.reason)
    holds(town)


def test_what_is_only_approved_is_given_up_and_its_money_is_free(town: Town) -> None:
    aid_id = approved(town)
    treasurer = town.chat(TREASURER)
    card = treasurer.press(treasurer.ask("发放").data("施磊斌"))
    sure = treasurer.press(treasurer.press(card.data("不发了")).data("不该发"))
    assert "这笔帮扶作废，占用的钱放回可用。" in sure.text
    done = treasurer.press(sure.data("确定不发"))
    assert "没有等着发放的。" in done.text
    assert AidState.REVERSED == state(town, aid_id)
    holds(town)


@pytest.mark.parametrize("verb", ["why", "sure", "done"])
def test_an_old_button_of_what_is_over_shows_its_card(town: Town, verb: str) -> None:
    _, payment_id = paid(town)
    treasurer = town.chat(TREASURER)
    sure = treasurer.press(treasurer.press(shown(town, payment_id).data("冲销")).data("发错了人"))
    treasurer.press(sure.data("确定冲销"))
    toast, card = treasurer.tap(f"pay:{verb}:p{short_id(payment_id)}:reverse:PERSON")
    assert "这一步已经过去了，请再看一眼再确认。" == toast.text
    assert card.text.startswith("↩ 已冲销")


def test_who_approved_it_corrects_nothing(town: Town) -> None:
    both = asking.joins(town, 1020, Role.CHAIR, "钱两职")
    asking.also(town, both, Role.TREASURER)
    aid_id = asking.approve(town, asking.ask(town, by=OFFICER), both)
    treasurer = town.chat(TREASURER)
    treasurer.tap(treasurer.ask("发放").data("确认发放"))
    (made,) = payments(town, aid_id)
    chat = town.chat(both)
    card = chat.press(chat.press(f"pay:paid_card:{short_id(made.id)}").data("更正"))
    card = chat.press(card.data("现金") if "现金" in card.buttons else card.data("实物"))
    with pytest.raises(OwnApproval):
        chat.tap(card.data("确认更正"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_card_has_its_words(town: Town, language: str) -> None:
    _, payment_id = paid(town)
    treasurer = town.chat(TREASURER, language)
    seen = [treasurer.press(f"pay:paid_card:{short_id(payment_id)}")]
    for what in ("failed", "reverse"):
        seen.append(treasurer.press(f"pay:why:p{short_id(payment_id)}:{what}"))
        slug = {"failed": "NAME", "reverse": "AMOUNT"}[what]
        seen.append(treasurer.press(f"pay:sure:p{short_id(payment_id)}:{what}:{slug}"))
    seen.append(treasurer.press(f"pay:correct:{short_id(payment_id)}"))
    assert not [one.text for one in seen if "{" in one.text]
