"""A piece of aid as it is looked at: where it stands, who did what, and what each may press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import long_id, short_id
from storage.aid_codes import PayMethod
from storage.columns import new_id
from storage.errors import NotAllowed, NotFound
from storage.paying import payments
from tests.chat.screens.aid.requests import approved, asked, give_back, reviewed, short_id_of, shown
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

PROPOSED = """<b>BF-2017-000047</b> · <b>施磊斌</b> · 机关分会
生活救助 <b>2,000.00 元</b> · 公司帮扶资金
<b>待审核</b> · 9 月 4 日起
要 1 位批准，已批 0 位
理由：孩子上大学，学费差一截
最近走访 6 月 24 日

<b>经过</b>
9 月 4 日 09:00 张东 提出申请"""


def proposed(town: Town) -> str:
    """A request of the cadre's, as buttons name it."""
    return short_id_of(asked(town.chat(ZHANG)))


def opened(town: Town, telegram_id: int, short: str) -> Said:
    return shown(town.chat(telegram_id).tap(f"aid:open:{short}"))


def on_its_way(town: Town, short: str) -> None:
    """It is reviewed and approved."""
    town.database.transact(reviewed, town.chat(OFFICER).person(), long_id(short))
    town.database.transact(approved, town.chat(CHAIR).person(), long_id(short))


def paid(tx: Transaction, treasurer: Person, aid_id: str, amount_fen: int) -> None:
    payments.pay(
        tx,
        treasurer,
        payment_id=new_id(),
        aid_id=aid_id,
        amount_fen=amount_fen,
        method=PayMethod.TRANSFER,
        voucher_no="2017-000031",
        paid_on=tx.today,
    )


def test_the_card_says_what_why_and_who_did_what(town: Town) -> None:
    short = proposed(town)
    said = opened(town, ZHANG, short)
    assert PROPOSED == said.text
    assert said.protected
    assert ["修改", "撤回", "打开档案", "‹ 帮扶"] == list(said.buttons)


@pytest.mark.parametrize(
    ("telegram_id", "buttons"),
    [
        (OFFICER, ["去审核", "打开档案", "‹ 帮扶"]),
        (CHAIR, ["去审核", "打开档案", "‹ 帮扶"]),
        (AUDITOR, ["打开档案", "‹ 帮扶"]),
    ],
)
def test_everybody_may_press_what_is_theirs(town: Town, telegram_id: int, buttons: list[str]) -> None:
    assert buttons == list(opened(town, telegram_id, proposed(town)).buttons)


def test_whoever_only_pays_sees_it_once_it_is_approved_and_not_why(town: Town) -> None:
    short = proposed(town)
    with pytest.raises(NotFound):
        town.chat(TREASURER).tap(f"aid:open:{short}")
    on_its_way(town, short)
    said = opened(town, TREASURER, short)
    assert "理由" not in said.text
    assert ["去发放", "打开档案", "‹ 帮扶"] == list(said.buttons)


def test_a_part_paid_says_what_is_left_and_how_it_was_paid(town: Town) -> None:
    short = proposed(town)
    on_its_way(town, short)
    town.database.transact(paid, town.chat(TREASURER).person(), long_id(short), 50_000)
    said = opened(town, ZHANG, short).text
    assert "<b>已批准，待发放</b> · 已发 500.00 元，还剩 1,500.00 元" in said
    assert "9 月 4 日 09:00 某chair 批准" in said
    assert "<b>发放</b>\n9 月 4 日 已付 500.00 元 · 转账 · 凭证 2017-000031" in said
    town.database.transact(paid, town.chat(TREASURER).person(), long_id(short), 150_000)
    assert "<b>已发放，待回访</b>" in opened(town, ZHANG, short).text


def test_what_came_back_can_be_changed_and_says_why(town: Town) -> None:
    short = proposed(town)
    officer = town.chat(OFFICER).person()
    town.database.transact(give_back, officer, long_id(short), "<补上>缴费单")
    said = opened(town, ZHANG, short)
    assert "某officer 退回：&lt;补上&gt;缴费单" in said.text
    assert ["改好再报", "撤回", "打开档案", "‹ 帮扶"] == list(said.buttons)


def test_an_old_button_shows_how_it_stands(town: Town) -> None:
    short = proposed(town)
    on_its_way(town, short)
    for verb in ("amend", "file", "withdraw"):
        said = town.chat(ZHANG).tap(f"aid:{verb}:{short}")
        assert any(one.alert and "现在是“已批准，待发放”" in one.text for one in said), verb
        assert "<b>已批准，待发放</b>" in shown(said).text


def test_foreign_and_absent_aid_are_refused_alike(town: Town) -> None:
    short = proposed(town)
    for named in (short, short_id(new_id()), "x", ""):
        for verb in ("open", "card", "course", "amend", "file", "withdraw", "withdrawn"):
            with pytest.raises(NotFound):
                town.chat(JIANG).tap(f"aid:{verb}:{named}")


def test_an_admin_by_that_role_alone_sees_nothing(town: Town) -> None:
    short = proposed(town)
    for data in ("aid:list", f"aid:open:{short}", "aid:group:review:0", "aid:urgent"):
        with pytest.raises(NotAllowed):
            town.chat(ADMIN).tap(data)


def test_the_list_counts_where_aid_stands_and_names_ones_own(town: Town) -> None:
    proposed(town)
    own = town.chat(ZHANG).ask("帮扶")
    assert "待审核 1 笔" in own.text
    assert "施磊斌 · 生活救助 2,000.00 元 · 等帮扶专责审核（9 月 4 日起）" in own.text
    others = town.chat(OFFICER).ask("帮扶")
    assert "我提的" not in others.text
    assert ["提出申请", "待审核 1", "待回访 2", "办完的"] == list(others.buttons)
    listed = town.chat(OFFICER).press(others.data("待审核"))
    assert "<b>帮扶 · 待审核</b>" in listed.text
    assert "BF-2017-000047" in shown(town.chat(OFFICER).tap(listed.data("施磊斌 · 生活救助"))).text


def test_the_list_in_english(town: Town) -> None:
    proposed(town)
    said = town.chat(ZHANG, "en").ask("Aid")
    assert "To review: 1" in said.text
    assert "施磊斌 · Living aid ¥2,000.00 · waits for the assistance officer (since 4 Sep)" in said.text


def test_long_lists_are_turned_page_by_page(town: Town) -> None:
    chat = town.chat(OFFICER)
    first = chat.press("aid:group:done:0")
    second = chat.press(first.data("›"))
    assert first.text != second.text
    assert first.text == chat.press(second.buttons["‹"]).text
    assert "没有。" in chat.press("aid:group:done:900").text
    assert "没有。" in chat.press("aid:group:revisit:900").text
    assert "<b>帮扶</b>" in chat.press("aid:group:nonsense:0").text


@pytest.mark.parametrize(
    ("language", "words", "count", "revisit", "group", "waits", "over", "told"),
    [
        (
            "zh",
            "帮扶",
            "待回访 2 笔",
            "回访",
            "待回访",
            "等回访",
            "办完的",
            "昌东 · 春节慰问 1,500.00 元 · 1 月 22 日发放",
        ),
        (
            "en",
            "Aid",
            "To revisit: 2",
            "revisit",
            "To revisit",
            "waits for the revisit",
            "Done",
            "paid 22 Jan",
        ),
    ],
)
def test_to_revisit_is_what_revisiting_offers_and_the_rest_of_what_was_paid_is_finished(
    town: Town,
    language: str,
    words: str,
    count: str,
    revisit: str,
    group: str,
    waits: str,
    over: str,
    told: str,
) -> None:
    chat = town.chat(OFFICER, language)
    said = chat.ask(words)
    assert count in said.text
    listed = chat.press(said.data(group))
    offered = [one.split(" · ")[0] for one in chat.ask(revisit).buttons if " · " in one]
    assert offered == [line.split(" · ")[0] for line in listed.text.splitlines()[1:]]
    assert 2 == listed.text.count(waits)
    pages, data = "", said.data(over)
    for _ in range(30):
        page = chat.press(data)
        pages += f"{page.text}\n"
        data = page.buttons.get("›", "")
        if not data:
            break
    assert not data
    assert waits not in pages
    assert told in pages
    old = chat.press(said.data(over))
    card = shown(chat.tap(next(iter(old.buttons.values())))).text
    assert {"zh": "<b>已发放</b>", "en": "<b>Paid</b>"}[language] in card


def test_where_nothing_is_going_on_it_says_so(town: Town) -> None:
    said = town.chat(CHAIR).ask("帮扶")
    assert "待审核" not in said.text
    assert "没有。" in town.chat(CHAIR).press("aid:group:review:0").text


def test_a_household_shows_what_it_has_had(town: Town) -> None:
    short = proposed(town)
    chat = town.chat(ZHANG)
    said = chat.press(chat.ask("档案 施磊斌").data("历次帮扶"))
    assert "<b>施磊斌</b> K170001 · 历次帮扶\nBF-2017-000047 · 生活救助 2,000.00 元 · 待审核" in said.text
    assert said.protected
    assert PROPOSED == shown(chat.tap(said.data("BF-2017-000047"))).text
    assert short == said.data("BF-2017-000047").rsplit(":", 1)[1]
    with pytest.raises(NotFound):
        town.chat(JIANG).tap(f"aid:of:{town.household_id('K170001')}")
