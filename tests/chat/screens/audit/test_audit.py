"""监督: the auditor follows every entry down to who stands behind it; each look leaves its mark."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from bot.outputs.documents import Documents
from storage import audit
from storage.aid_codes import FundSource, IncomeKind, PayMethod
from storage.asking import emergencies
from storage.columns import new_id, table_of
from storage.errors import NotAllowed, NotFound
from storage.money import fund, ledger
from storage.paying import payments
from storage.post.outbox import SEAL
from storage.tables.mail import outbox
from storage.tables.people import RoleRow
from tests.chat.screens.approving import asking
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

JANUARY = """<b>监督 · 2017 年 1 月</b>（12 笔）
期初 0.00 ＋ 收入 60,000.00 − 发放 18,000.00 ＝ 期末 42,000.00"""


def acts(town: Town, *subjects: str) -> list[str]:
    """The acts that were written down, newest first."""
    kept = select(audit.ENTRIES.c.act).order_by(audit.ENTRIES.c.id.desc())
    if subjects:
        kept = kept.where(audit.ENTRIES.c.subject.in_(subjects))
    return list(town.database.view(lambda tx: tx.connection.scalars(kept).all()))


def letters(town: Town, method: str) -> list[dict[str, Any]]:
    """What waits to be sent by a method, newest first."""
    rows = select(outbox.c.payload).where(outbox.c.method == method).order_by(outbox.c.id.desc())

    def read(tx: Transaction) -> list[dict[str, Any]]:
        return [json.loads(tx.vault.open(one, SEAL)) for one in tx.connection.scalars(rows)]

    return town.database.view(read)


def entry_of(town: Town, aid_id: str) -> int:
    """The number of the entry by which it was paid."""
    found = select(ledger.entries.c.id).where(ledger.entries.c.aid_id == aid_id)
    return int(town.database.view(lambda tx: tx.connection.scalar(found.limit(1))) or 0)


def trail(town: Town, aid_id: str, who: int = AUDITOR, language: str = "zh") -> Said:
    return town.chat(who, language).press(f"audit:open:{entry_of(town, aid_id)}:201709:0")


def test_a_month_is_told_with_what_it_came_to_and_its_entries(town: Town) -> None:
    said = town.chat(AUDITOR).ask("监督 2017-01")
    assert said.text.startswith(JANUARY)
    assert "1 月 28 日 <b>-3,000.00</b> 发放 · 生活救助 · 花霞新" == said.text.splitlines()[3]
    assert 8 == sum("audit:open:" in data for data in said.buttons.values())
    rest = town.chat(AUDITOR).press(said.buttons["›"])
    assert "1 月 3 日 <b>+60,000.00</b> 上年结转 · 凭证 2017-001" == rest.text.splitlines()[-1]
    assert ["ledger.view", "ledger.view"] == acts(town)[:2]


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("", "2017 年 9 月"),
        ("8月", "2017 年 8 月"),
        ("2016年12月", "2016 年 12 月"),
        ("2017-13", "2017 年 9 月"),
        ("12", "2017 年 9 月"),
        ("1999-01", "2017 年 9 月"),
        ("明年", "2017 年 9 月"),
    ],
)
def test_a_month_is_named_as_people_write_it(town: Town, typed: str, month: str) -> None:
    assert f"<b>监督 · {month}</b>" in town.chat(AUDITOR).ask(f"监督 {typed}").text


def test_months_are_turned_one_by_one_and_none_is_to_come(town: Town) -> None:
    this = town.chat(AUDITOR).ask("监督")
    assert "‹ 2017 年 8 月" in this.buttons
    assert not [label for label in this.buttons if "10 月" in label]
    assert "这个月没有进出。" in town.chat(AUDITOR).press("audit:month:201612:0").text


def test_an_entry_opens_its_whole_trail(town: Town) -> None:
    aid_id = asking.ask(town, by=ZHANG, papers=2)
    asking.approve(town, asking.review(town, aid_id))
    payment_id = new_id()

    def pay(tx: Transaction) -> None:
        treasurer = asking.who(tx, TREASURER)
        payments.pay(
            tx,
            treasurer,
            payment_id=payment_id,
            aid_id=aid_id,
            method=PayMethod.TRANSFER,
            voucher_no="2017-000009",
            paid_on=tx.today,
        )
        payments.add_receipt(tx, treasurer, payment_id, {"file_id": "receipt", "unique_id": "r"})

    town.database.transact(pay)
    town.chat(OFFICER).write(f"档案 {asking.SHI}")
    said = trail(town, aid_id)
    for told in (
        "-2,000.00 元",
        "凭证 2017-000009 · 经手 某treasurer",
        "施磊斌",
        "申请：张东",
        "理由：妻子住院，家里断了收入",
        "批准：要 1 位，有 1 位",
        "9 月 4 日 09:00 某chair",
        "9 月 4 日 已付 2,000.00 · 转账 · 凭证 2017-000009 · 某treasurer · 收据 1 张",
        "张东 提出申请",
        "某officer 审核通过",
        "还没有回访。",
        "某auditor 看这笔流水",
    ):
        assert told in said.text, told
    assert "看照片（3）" in said.buttons
    assert ["sendPhoto"] * 3 == [one.method for one in town.chat(AUDITOR).tap(said.data("看照片"))]
    assert "entry.view" in acts(town, f"entry:{entry_of(town, aid_id)}")


def test_who_looked_is_listed_by_name_and_looking_is_one_more(town: Town) -> None:
    aid_id, _ = asking.paid(town)
    for _ in range(8):
        asking.card(town, aid_id)
    said = trail(town, aid_id)
    (label,) = [one for one in said.buttons if "谁看过" in one]
    count = int("".join(one for one in label if one.isdigit()))
    listed = town.chat(AUDITOR).press(said.buttons[label])
    assert f"<b>谁看过</b>（{count + 1} 次）" in listed.text
    assert "某officer 看帮扶卡" in listed.text
    assert "某auditor 看帮扶卡" in listed.text


def test_an_income_has_a_trail_too(town: Town) -> None:
    said = town.chat(AUDITOR).press("audit:open:1:201701:0")
    assert "<b>第 1 号流水 +60,000.00 元</b>\n1 月 3 日 上年结转" in said.text
    assert "摘要：上年结转" in said.text


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "冲第 12 号流水（1 月 28 日）"), ("en", "Reverses entry 12 (28 Jan)")],
)
def test_a_reversal_names_the_entry_that_it_takes_back_by_its_number(
    town: Town, language: str, told: str
) -> None:
    def take_back(tx: Transaction) -> int:
        return ledger.reverse(tx, 12, happened_on=tx.today, request_id="back", note="他妻子确诊了")

    back = town.database.transact(take_back)
    chat = town.chat(AUDITOR, language)
    said = chat.press(f"audit:open:{back}:201709:0").text
    assert told in said
    assert "确诊" not in said
    assert told not in chat.press("audit:open:12:201701:0").text


def test_of_what_was_taken_over_it_is_said_that_nobody_knows_who_decided(town: Town) -> None:
    said = town.chat(AUDITOR).press("audit:open:12:201701:0").text
    assert "从以前的台账导入，没有留下谁提、谁批。" in said
    assert "批准：" not in said


def test_beyond_the_own_scope_the_entry_is_told_and_nothing_of_the_file(town: Town) -> None:
    def narrow(tx: Transaction) -> None:
        branch = select(fund.unions.c.id).where(fund.unions.c.name == "检修分会").scalar_subquery()
        auditor = asking.who(tx, AUDITOR).id
        roles = table_of(RoleRow)
        tx.connection.execute(update(roles).where(roles.c.person_id == auditor).values(union_id=branch))

    town.database.transact(narrow)
    said = town.chat(AUDITOR).press("audit:open:12:201701:0")
    assert "这一户不在您的范围里，只能看到这一笔。" in said.text
    assert "对象：花*" in said.text
    assert ["‹ 流水"] == list(said.buttons)


def test_exceptions_are_listed_by_the_name_of_who_made_them(town: Town) -> None:
    household_id = town.household_id(asking.YUAN)

    def urgent(tx: Transaction) -> None:
        chair = asking.who(tx, CHAIR)
        emergencies.emergency(
            tx,
            chair,
            aid_id=new_id(),
            household_id=household_id,
            new=None,
            source=FundSource.COMPANY,
            amount_fen=600_000,
            reason="火灾",
        )

    town.database.transact(urgent)
    said = town.chat(AUDITOR).press("audit:exceptions:2017:0")
    assert "<b>某chair</b>：救急（先批先发）、超过单次上限\n" in said.text
    assert 1 == said.text.count("某chair")
    assert "缘由：火灾" in said.text
    assert "手续要在 10 月 4 日前补齐" in said.text
    assert "exceptions.view" == acts(town)[0]
    opened = next(data for label, data in said.buttons.items() if label.startswith("BF-"))
    assert "救急" in town.chat(AUDITOR).press(opened).text
    town.clock.advance(days=60)
    assert "⚠️ 手续应在 10 月 4 日前补齐，还没有补" in town.chat(AUDITOR).press("audit:exceptions:2017:0").text


def test_a_year_without_exceptions_says_so(town: Town) -> None:
    assert "这一年没有破例，也没有救急。" in town.chat(AUDITOR).press("audit:exceptions:2016:9").text


def test_the_check_and_the_workbook_are_ordered_and_not_made_while_others_wait(town: Town) -> None:
    auditor = town.chat(AUDITOR)
    assert ["answerCallbackQuery", "sendMessage"] == sorted(one.method for one in auditor.tap("audit:check"))
    assert ["answerCallbackQuery", "sendDocument"] == sorted(
        one.method for one in auditor.tap("audit:book:201701")
    )
    (order,) = [one["text"] for one in letters(town, "sendMessage") if isinstance(one["text"], dict)]
    assert ("check", AUDITOR, "zh") == (order["make"], order["telegram_id"], order["language"])
    (document,) = [one["document"] for one in letters(town, "sendDocument")]
    assert ("month", {"year": 2017, "month": 1}) == (document["make"], document["figures"])
    assert ["ledger.book", "ledger.check"] == acts(town)[:2]


async def test_the_check_says_in_words_that_all_agrees_and_what_does_not(town: Town) -> None:
    order = {"make": "check", "figures": {}, "telegram_id": AUDITOR, "language": "zh"}

    async def found() -> str:
        _, file, _ = await Documents(town.database).made(order)
        with file:
            return file.read().decode()

    assert "✓ <b>账实相符</b>" in await found()
    town.database.transact(
        lambda tx: tx.connection.execute(update(ledger.balances).values(balance_fen=1, reserved_fen=7))
    )
    told = await found()
    assert "✗ <b>有 2 处对不上</b>" in told
    assert "· 余额：<code>fund_balances 1 balance_fen is 1, should be 5334500</code>" in told
    assert "请马上告诉管理员" in told


async def test_the_check_is_only_for_those_who_oversee_when_it_is_made(town: Town) -> None:
    order = {"make": "check", "figures": {}, "telegram_id": TREASURER, "language": "zh"}
    with pytest.raises(NotAllowed):
        await Documents(town.database).made(order)


@pytest.mark.parametrize("who", [ZHANG, OFFICER, TREASURER, ADMIN])
@pytest.mark.parametrize(
    "data", ["month:201701:0", "open:1:201701:0", "exceptions:2017:0", "check", "book:201701"]
)
def test_nobody_else_oversees(town: Town, who: int, data: str) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).tap(f"audit:{data}")
    with pytest.raises(NotAllowed):
        town.chat(who).write("监督")


def test_the_chair_may_read(town: Town) -> None:
    assert JANUARY in town.chat(CHAIR).ask("/audit 2017-01").text


@pytest.mark.parametrize(
    "data", ["open:0:0:0", "open:999999999:201701:0", "open:x", "aid:x:0", "looks::", "pictures:zz"]
)
def test_what_is_not_there_is_not_found(town: Town, data: str) -> None:
    with pytest.raises(NotFound):
        town.chat(AUDITOR).tap(f"audit:{data}")


@pytest.mark.parametrize(
    "data", ["audit", "audit:month:x:y", "audit:month:999999:9", "audit:nonsense:1:2:3:4"]
)
def test_a_forged_month_is_this_month(town: Town, data: str) -> None:
    assert "<b>监督 · 2017 年 9 月</b>" in town.chat(AUDITOR).press(data).text


def test_another_funds_entry_is_not_found(town: Town) -> None:
    def stranger(tx: Transaction) -> None:
        tx.connection.execute(fund.unions.insert().values(id=77, name="别家工会", path="/77/"))
        paid.record_income(
            tx,
            union_id=77,
            income_kind=IncomeKind.UPPER,
            amount_fen=5,
            happened_on=tx.today,
            request_id="theirs",
        )

    town.database.transact(stranger)
    theirs = select(ledger.entries.c.id).where(ledger.entries.c.union_id == 77)
    entry_id = town.database.view(lambda tx: tx.connection.scalar(theirs))
    with pytest.raises(NotFound):
        town.chat(AUDITOR).tap(f"audit:open:{entry_id}:201709:0")


def test_long_and_hostile_names_stay_within_the_message(town: Town) -> None:
    aid_id, _ = asking.paid(town)
    town.database.transact(
        lambda tx: tx.connection.execute(update(fund.households).values(name="<b>&" + "长" * 500))
    )
    town.database.transact(
        lambda tx: tx.connection.execute(update(fund.aid).values(reason="<i>" + "话" * 3_000))
    )
    said = trail(town, aid_id)
    assert "&lt;b&gt;&amp;" in said.text
    assert "<i>" not in said.text
    assert said.text.endswith("看帮扶卡") or "…" in said.text


def test_the_trail_is_told_in_english(town: Town) -> None:
    aid_id, _ = asking.paid(town)
    said = trail(town, aid_id, language="en").text
    assert "Approvals: 1 of 1" in said
    assert "Not revisited yet." in said
