"""标准: what is given of each kind in a year, changed with a look at what it means, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage.aid_codes import AidKind
from storage.aid_refusals import BadStandard, StandardPast
from storage.budgets import standard_book
from storage.errors import NotAllowed, NotFound, TooLateToReopen
from storage.money import standards
from storage.money.standards import Standard
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from tests.chat.screens.chatting import Chat, Said
    from tests.chat.screens.conftest import Town

LISTED = """<b>帮扶标准 · 2017 年</b>
春节慰问：每人 1,500.00 元 · 导入
年度慰问：每人 1,000.00 元，限特别困难、长期困难 · 默认
送温暖：没有定，按实际给
生活救助：一次 1,000.00 至 5,000.00 元，一年最多 10,000.00 元 · 默认
医疗救助：没有定，按实际给
助学：没有定，按实际给
金秋助学：没有定，按实际给
送清凉：没有定，按实际给"""


def rows(town: Town) -> int:
    return town.database.transact(
        lambda tx: tx.connection.scalar(select(func.count()).select_from(standards.standards)) or 0
    )


def spring(town: Town, year: int = 2018) -> Standard:
    return standard(town, AidKind.SPRING, year)


def standard(town: Town, kind: AidKind, year: int, category: str = "") -> Standard:
    person = town.chat(OFFICER).person()
    book = town.database.transact(standard_book.book, person, year)
    return book.of(kind, category).standard


def opened(town: Town, who: int = OFFICER, language: str = "zh", key: str = "2018:SPRING:-") -> Said:
    return town.chat(who, language).press(f"standards:card:{key}")


def set_to(chat: Chat, what: str) -> Said:
    return chat.press(f"standards:set:{what}")


@pytest.mark.parametrize("who", [ADMIN, ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_everybody_reads_the_years_standards(town: Town, who: int) -> None:
    said = town.chat(who).ask("标准").text
    assert LISTED == "\n".join(said.splitlines()[:9])
    assert ("只能看；要改请找帮扶专责。" in said) == (who not in (OFFICER, CHAIR))


def test_they_are_told_in_english(town: Town) -> None:
    said = town.chat(OFFICER, "en").ask("standards").text
    assert "Spring Festival grant: ¥1,500.00 each · imported" in said
    assert "Living aid: 1,000.00 to ¥5,000.00 at a time, ¥10,000.00 a year at most · default" in said


def test_a_year_may_be_named_and_a_past_one_is_closed(town: Town) -> None:
    officer = town.chat(OFFICER)
    said = officer.ask("标准 2016")
    assert "春节慰问：每人 1,000.00 元 · 导入" in said.text
    assert "过去的年份不再改" in said.text
    assert "standards:try" not in "".join(officer.press("standards:card:2016:SPRING:-").buttons.values())
    assert "2018 年" in officer.press(officer.ask("标准").data("2018")).text
    assert "帮扶标准 · 2018 年" in officer.ask("标准 2999").text
    assert "帮扶标准 · 2000 年" in officer.ask("标准 3").text


def test_a_kind_may_be_named(town: Town) -> None:
    assert "<b>春节慰问 · 2017 年</b>" in town.chat(ZHANG).ask("标准 春节").text
    assert "Living aid · 2017" in town.chat(ZHANG, "en").ask("standards living").text


def test_the_card_says_what_everybody_on_file_needs_and_what_lacks(town: Town) -> None:
    said = opened(town)
    assert said.text.splitlines()[:5] == [
        "<b>春节慰问 · 2018 年</b>",
        "现在：每人 2,000.00 元（导入）",
        "在册 60 人 × 2,000.00 = 120,000.00 元",
        "资金可用 53,345.00 元，还差 66,655.00 元。2018 年还没有定预算。",
        "其他年份：2016 年 1,000.00 · 2017 年 1,500.00",
    ]


def test_a_change_is_tried_first_then_made_then_taken_back(town: Town) -> None:
    officer = town.chat(OFFICER)
    tried = officer.press(opened(town).data("2,500.00"))
    assert "<b>要改吗？</b> 春节慰问 · 2018 年\n每人 2,000.00 元\n→ 每人 2,500.00 元" in tried.text
    assert "在册 60 人 × 2,500.00 = 150,000.00 元\n比原来多 30,000.00 元。" in tried.text
    assert 2_000_00 == spring(town).amount_fen
    done = officer.press(tried.data("确定"))
    assert done.text.startswith(
        "✓ 已改\n<b>春节慰问 · 2018 年</b>\n现在：每人 2,500.00 元（某officer 9 月 4 日设定）"
    )
    assert 2_500_00 == spring(town).amount_fen
    before = rows(town)
    officer.press(tried.data("确定"))
    assert before == rows(town)
    undone = officer.press(done.data("撤销"))
    assert "✓ 已撤销" in undone.text
    assert 2_000_00 == spring(town).amount_fen
    assert "chat.gone" not in officer.press(done.data("撤销")).text
    assert 2_000_00 == spring(town).amount_fen


def test_last_years_standard_stays_when_this_years_is_changed(town: Town) -> None:
    set_to(town.chat(OFFICER), "2018:SPRING:-:amount:220000")
    assert (1_500_00, 2_200_00) == (spring(town, 2017).amount_fen, spring(town).amount_fen)


def test_an_amount_is_typed_as_people_write_it(town: Town) -> None:
    officer = town.chat(OFFICER)
    asked = officer.press(opened(town).data("每人定额"))
    assert "春节慰问，2018 年每人给多少元？请写数，例如：2000" == asked.text
    assert "→ 每人 1,800.00 元" in officer.ask("一千八").text
    for wrong in ("很多", "0", "-5", "1.005", "2000000"):
        officer.press(opened(town).data("每人定额"))
        assert "这样定不行" in officer.ask(wrong).text, wrong
    assert "→ 每人 1,900.00 元" in officer.ask("1900元").text


@pytest.mark.parametrize("typed", ["800-4000", "800到4000", "800 至 4000 元", "800～4000", "八百—四千"])
def test_a_band_is_typed_with_either_sign(town: Town, typed: str) -> None:
    officer = town.chat(OFFICER)
    officer.press("standards:type:2017:LIVING:-:band")
    tried = officer.ask(typed)
    assert "→ 一次 800.00 至 4,000.00 元，一年最多 10,000.00 元" in tried.text
    officer.press(tried.data("确定"))
    assert Standard(None, 800_00, 4_000_00, 10_000_00, 2017) == standard(town, AidKind.LIVING, 2017)


def test_a_cap_is_set_with_who_has_reached_it_and_lifted(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.press("standards:type:2017:LIVING:-:cap")
    tried = officer.ask("3000")
    assert "2017 年已经到这个数的：" in tried.text
    officer.press("standards:type:2017:LIVING:-:cap")
    lifted = officer.press(officer.ask("不限").data("确定"))
    assert "现在：一次 1,000.00 至 5,000.00 元（" in lifted.text
    assert standard(town, AidKind.LIVING, 2017).cap_fen is None


def test_one_category_can_have_its_own_and_lose_it_again(town: Town) -> None:
    officer = town.chat(OFFICER)
    chosen = officer.press(opened(town).data("按类别另定"))
    card = officer.press(chosen.data("特别困难"))
    assert "<b>春节慰问（特别困难） · 2018 年</b>" in card.text
    set_to(officer, "2018:SPRING:SPECIAL:amount:300000")
    assert 3_000_00 == standard(town, AidKind.SPRING, 2018, "SPECIAL").amount_fen
    assert 2_000_00 == spring(town).amount_fen
    assert "春节慰问（特别困难）：每人 3,000.00 元" in officer.press("standards:list:2018").text
    assert "在册 60 人：特别困难 " in opened(town).text
    tried = officer.press("standards:try:2018:SPRING:SPECIAL:none")
    assert "→ 每人 2,000.00 元" in tried.text
    officer.press(tried.data("确定"))
    assert 2_000_00 == standard(town, AidKind.SPRING, 2018, "SPECIAL").amount_fen


def test_a_year_without_its_own_has_the_one_before_and_goes_back_to_it(town: Town) -> None:
    officer = town.chat(OFFICER)
    town.clock.advance(days=365 * 2)
    assert "春节慰问：每人 2,000.00 元 · 沿用 2018 年" in officer.ask("标准").text
    set_to(officer, "2019:SPRING:-:amount:260000")
    tried = officer.press(opened(town, key="2019:SPRING:-").data("按上一年的"))
    assert "→ 每人 2,000.00 元" in tried.text
    officer.press(tried.data("确定"))
    assert Standard(amount_fen=2_000_00, set_for=2018) == spring(town, 2019)


@pytest.mark.parametrize("who", [ZHANG, TREASURER, AUDITOR, ADMIN])
def test_only_officer_and_chair_change_them(town: Town, who: int) -> None:
    chat = town.chat(who)
    card = opened(town, who)
    assert not any("try" in data or "type" in data for data in card.buttons.values())
    for forged in ("set:2018:SPRING:-:amount:1", "try:2018:SPRING:-:amount:1", "type:2018:SPRING:-:amount"):
        with pytest.raises(NotAllowed):
            chat.tap(f"standards:{forged}")
    assert 2_000_00 == spring(town).amount_fen


def test_forged_buttons_change_nothing(town: Town) -> None:
    officer, before = town.chat(OFFICER), rows(town)
    for forged in ("2016:SPRING:-:amount:100", "2017:JOB:-:amount:1", "2017:SPRING:NOBODY:amount:1"):
        with pytest.raises((StandardPast, NotFound)):
            officer.tap(f"standards:set:{forged}")
    for value in (
        "amount:0",
        "amount:x",
        "amount:99999999999999",
        "band:5-1",
        "band:1",
        "cap:",
        "else:1",
        ":",
    ):
        with pytest.raises(BadStandard):
            officer.tap(f"standards:set:2017:LIVING:-:{value}")
    with pytest.raises(NotFound):
        officer.tap("standards:type:2017:LIVING:-:everything")
    for data in ("standards", "standards:", "standards:list:x", "standards:undo:2018:SPRING:-:7"):
        officer.tap(data)
    assert before == rows(town)


def test_a_change_cannot_be_taken_back_after_ten_minutes(town: Town) -> None:
    officer = town.chat(OFFICER)
    done = set_to(officer, "2018:SPRING:-:amount:250000")
    town.clock.advance(minutes=11)
    assert not any("撤销" in label for label in opened(town).buttons)
    with pytest.raises(TooLateToReopen):
        officer.tap(done.data("撤销"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(standard_book.KINDS))
def test_every_card_can_be_read_in_both_languages(town: Town, kind: AidKind, language: str) -> None:
    assert "2017" in opened(town, CHAIR, language, f"2017:{kind}:-").text
    assert opened(town, CHAIR, language, f"2017:{kind}:LONG").buttons
