"""余下不发: of what was paid in part the rest is given up, with a reason, once, and only what was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import short_id
from bot.texts.catalogue import LANGUAGES
from storage.aid_codes import AidState, PayMethod
from storage.aid_refusals import NothingPaid, OwnApproval
from storage.codes import Role
from storage.columns import new_id
from storage.errors import BadReason, NotAllowed, NotFound
from storage.money import fund
from storage.paying import payments
from tests.chat.screens.approving import asking
from tests.chat.screens.approving.asking import approved, state, who
from tests.chat.screens.conftest import CHAIR, OFFICER, TREASURER, Town

if TYPE_CHECKING:
    from tests.chat.screens.chatting import Said


def pay(town: Town, aid_id: str, fen: int) -> None:
    """A part is paid, and nobody is shown it."""
    town.database.transact(
        lambda tx: payments.pay(
            tx,
            who(tx, TREASURER),
            payment_id=new_id(),
            aid_id=aid_id,
            amount_fen=fen,
            method=PayMethod.CASH,
            paid_on=tx.today,
        )
    )


@pytest.fixture
def part_paid(town: Town) -> str:
    """2,000 were approved, 1,200 paid."""
    aid_id = approved(town)
    pay(town, aid_id, 120_000)
    return aid_id


def opened(town: Town, aid_id: str, language: str = "zh") -> Said:
    return town.chat(TREASURER, language).press(f"pay:open:{short_id(aid_id)}")


def asked(town: Town, aid_id: str) -> Said:
    return town.chat(TREASURER).press(opened(town, aid_id).data("余下不发"))


def figures(town: Town, aid_id: str) -> tuple[int, int]:
    """What the aid comes to, and what is promised of the fund; every sum holds."""
    assert [] == town.database.transact(fund.check)
    reserved = town.database.transact(lambda tx: fund.balance(tx, 1).reserved_fen)
    return asking.card(town, aid_id).amount_fen, reserved


def test_it_is_offered_where_a_part_is_paid(town: Town) -> None:
    aid_id = approved(town)
    assert {"没发成", "不发了"} <= set(opened(town, aid_id).buttons)
    pay(town, aid_id, 120_000)
    assert {"没发成", "余下不发", "冲销"} <= set(opened(town, aid_id).buttons)
    assert "不发了" not in opened(town, aid_id).buttons


def test_a_reason_is_tapped_and_it_is_confirmed_once(town: Town, part_paid: str) -> None:
    treasurer = town.chat(TREASURER)
    sure = treasurer.press(asked(town, part_paid).data("别处已经给了"))
    assert "余下的 <b>800.00 元</b> 不发" in sure.text
    assert "已发 1,200.00 元" in sure.text
    assert (200_000, 80_000) == figures(town, part_paid)
    done = treasurer.press(sure.data("确定余下不发"))
    assert "✓ 余下的不发了，占用的钱已放回。" == done.text.splitlines()[0]
    assert (120_000, 0) == figures(town, part_paid)
    assert AidState.PAID == state(town, part_paid)
    toast, _ = treasurer.tap(sure.data("确定余下不发"))
    assert toast.text
    assert (120_000, 0) == figures(town, part_paid)


def test_a_reason_is_typed_as_well(town: Town, part_paid: str) -> None:
    treasurer = town.chat(TREASURER)
    asked(town, part_paid)
    sure = treasurer.ask("<b>医保报了</b>\n一部分")
    assert "原因：&lt;b&gt;医保报了&lt;/b&gt; 一部分" in sure.text
    treasurer.press(sure.data("确定余下不发"))
    assert "<b>医保报了</b> 一部分" == asking.card(town, part_paid).steps[-1].reason


def test_the_button_of_another_reason_asks_again(town: Town, part_paid: str) -> None:
    treasurer = town.chat(TREASURER)
    asked(town, part_paid)
    first = treasurer.ask("医保报了一部分").data("确定余下不发")
    treasurer.ask("本人已调走")
    _, again = treasurer.tap(first)
    assert "点一个，或直接发一句话" in again.text
    assert (200_000, 80_000) == figures(town, part_paid)


def test_four_thousand_emoji_are_no_reason(town: Town, part_paid: str) -> None:
    asked(town, part_paid)
    with pytest.raises(BadReason):
        town.chat(TREASURER).ask("😀" * 4_096)
    assert (200_000, 80_000) == figures(town, part_paid)


def test_paid_meanwhile_another_rest_is_asked_about_again(town: Town, part_paid: str) -> None:
    treasurer = town.chat(TREASURER)
    sure = treasurer.press(asked(town, part_paid).data("别处已经给了"))
    pay(town, part_paid, 30_000)
    toast, again = treasurer.tap(sure.data("确定余下不发"))
    assert toast.text
    assert "余下的 500.00 元 不发" in again.text
    assert (200_000, 50_000) == figures(town, part_paid)


def test_paid_meanwhile_it_is_not_taken_back_by_the_button_that_showed_it_unpaid(town: Town) -> None:
    treasurer, aid_id = town.chat(TREASURER), approved(town)
    why = treasurer.press(opened(town, aid_id).data("不发了"))
    sure = treasurer.press(why.data("不该发"))
    assert "占用的钱放回可用" in sure.text
    pay(town, aid_id, 120_000)
    toast, again = treasurer.tap(sure.data("确定不发"))
    assert toast.text
    assert "冲销 施磊斌 的 1,200.00 元" in again.text
    assert (200_000, 80_000) == figures(town, aid_id)


def test_of_what_is_not_paid_or_not_theirs_there_is_no_rest(town: Town, part_paid: str) -> None:
    whole = approved(town, asking.YUAN, 100_000)
    with pytest.raises(NothingPaid):
        town.chat(TREASURER).press(f"pay:why:a{short_id(whole)}:rest")
    with pytest.raises(NotAllowed):
        town.chat(OFFICER).press(f"pay:why:a{short_id(part_paid)}:rest")
    toast, _ = town.chat(TREASURER).tap(f"pay:why:a{short_id(new_id())}:rest")
    assert toast.text
    assert 120_000 == asking.card(town, part_paid).paid_fen


def test_the_button_of_a_payment_asks_about_that_payment(town: Town, part_paid: str) -> None:
    (made,) = asking.card(town, part_paid).payments
    said = town.chat(TREASURER).press(f"pay:why:p{short_id(made.id)}:rest")
    assert "没到账" in said.text
    with pytest.raises(NotFound):
        town.chat(TREASURER).press(f"pay:why:p{short_id(new_id())}:rest")


def test_whoever_approved_it_does_not_give_its_rest_up(town: Town, part_paid: str) -> None:
    asking.also(town, CHAIR, Role.TREASURER)
    chair = town.chat(CHAIR)
    sure = chair.press(chair.press(f"pay:why:a{short_id(part_paid)}:rest").data("别处已经给了"))
    with pytest.raises(OwnApproval):
        chair.press(sure.data("确定余下不发"))
    assert (200_000, 80_000) == figures(town, part_paid)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_aids_card_tells_both_figures(town: Town, part_paid: str, language: str) -> None:
    treasurer = town.chat(TREASURER)
    treasurer.press(treasurer.press(asked(town, part_paid).data("别处已经给了")).data("确定余下不发"))
    card = town.chat(OFFICER, language).press(f"aid:card:{short_id(part_paid)}")
    assert 2 == sum("1,200.00" in line and "800.00" in line for line in card.text.splitlines())
