"""统计: the year's table, of the union one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.screens.balance import year_pictures
from storage.errors import NotAllowed
from tests.chat.screens.audit.test_audit import acts, letters
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from tests.chat.screens.conftest import Town

TABLE = """<b>2017 年统计</b>（截至 9 月 4 日）
国电开远发电有限公司工会
在档：年初 72 − 取消 15 + 新增 3 = 现有 <b>60</b> 户
走访：103 次

公司帮扶资金：19 人次，39,000.00 元
　春节慰问 10 人次 15,000.00
　生活救助 3 人次 9,000.00
　医疗救助 5 人次 9,000.00
　助学 1 人次 6,000.00
集团公司：7 人次 27,552.00
省公司：13 人次 51,708.00
市总工会：7 人次 32,523.00
送温暖、生活、医疗救助历年累计（各来源）：91 人次，372,000.00 元

资金：收入 92,345.00，余额 53,345.00
预算 58,500.00，剩 19,500.00"""


@pytest.mark.parametrize("who", [ADMIN, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_the_year_is_told_as_the_union_published_it(town: Town, who: int) -> None:
    assert TABLE == town.chat(who).ask("统计").text


def test_the_year_is_told_in_english(town: Town) -> None:
    said = town.chat(OFFICER, "en").ask("统计 2017").text
    assert "On file: 72 at the start − 15 removed + 3 added = <b>60</b> now" in said
    assert "Company fund: 19 grants, ¥39,000.00" in said
    assert "  Study aid: 1 grant, 6,000.00" in said


def test_a_cadre_is_told_of_the_own_branch_and_that_it_is(town: Town) -> None:
    said = town.chat(ZHANG).ask("统计").text
    assert "机关分会" == said.splitlines()[1]
    assert "走访：10 次" in said
    assert said.endswith("<i>在档、走访、帮扶只算本分会；资金和预算是全公司的。</i>")


def test_the_years_before_are_one_tap_away_and_none_is_to_come(town: Town) -> None:
    officer = town.chat(OFFICER)
    this_year = officer.ask("统计")
    assert ["‹ 2016", "图：资金", "图：项目", "台账表格"] == list(this_year.buttons)
    last_year = officer.press(this_year.data("2016"))
    assert "<b>2016 年统计</b>（截至 2016 年 12 月 31 日）" == last_year.text.splitlines()[0]
    assert "这一年没有定预算。" == last_year.text.splitlines()[-1]
    assert TABLE == officer.press(last_year.data("2017")).text


@pytest.mark.parametrize("said", ["统计 9999", "统计 明年", "统计 " + "9" * 30])
def test_a_year_that_cannot_be_is_this_year(town: Town, said: str) -> None:
    assert TABLE == town.chat(OFFICER).ask(said).text


@pytest.mark.parametrize("data", ["stats", "stats:", "stats:x", "stats:9999:1"])
def test_a_forged_year_is_this_year(town: Town, data: str) -> None:
    assert TABLE == town.chat(OFFICER).press(data).text


def test_a_year_before_all_years_is_the_first(town: Town) -> None:
    said = town.chat(OFFICER).ask("统计 3")
    assert "<b>2000 年统计</b>" in said.text
    assert ["2001 ›", "图：资金", "图：项目", "台账表格"] == list(said.buttons)


def test_the_years_pictures_are_sent_with_the_same_in_words(town: Town) -> None:
    cadre = town.chat(ZHANG)
    asked = cadre.ask("统计")
    assert ["‹ 2016", "图：资金", "图：项目"] == list(asked.buttons)
    for label, kind in (("图：资金", "fund_year"), ("图：项目", "aid_kinds")):
        (sent,) = cadre.tap(asked.data(label))
        assert "sendPhoto" == sent.method
        assert kind in letters(town, "sendPhoto")[0]["photo"]["draw"]
    course, aid = (one["caption"] for one in reversed(letters(town, "sendPhoto")))
    assert "余额 53,345.00 元，本年已发放 39,000.00 元" in course
    assert "预算 58,500.00，已用 67%，剩 19,500.00。" in course
    assert "2017 年各来源共 46 人次，150,783.00 元：" in aid
    assert "　医疗救助 17 人次 65,810.00" in aid


def test_what_the_picture_draws_is_what_the_ledger_says(town: Town) -> None:
    town.chat(OFFICER).tap("stats:fund_year:2017")
    figures = letters(town, "sendPhoto")[0]["photo"]["figures"]
    assert (5_334_500, 3_900_000) == (figures["balance"][-1], figures["spent"][-1])
    assert [4_680_000, 5_850_000] == [one["fen"] for one in figures["bounds"]]
    assert sorted(figures["days"]) == figures["days"]
    assert [247, "今天"] == figures["today"]


def test_a_year_in_which_nothing_happened_is_said_to_be_empty(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.tap("stats:fund_year:2010")
    officer.tap("stats:aid_kinds:2010")
    aid, course = (one["caption"] for one in letters(town, "sendPhoto"))
    assert "这一年还没有发放" == aid
    assert course.endswith("这一年没有定预算。")


def test_the_registers_are_for_those_who_report_and_having_them_is_audited(town: Town) -> None:
    said = town.chat(OFFICER).tap("stats:year_book:2017")
    assert ["answerCallbackQuery", "sendDocument"] == sorted(one.method for one in said)
    assert {"year": 2017} == letters(town, "sendDocument")[0]["document"]["figures"]
    assert "export.year" == acts(town)[0]
    for who in (ZHANG, AUDITOR, TREASURER, ADMIN):
        with pytest.raises(NotAllowed):
            town.chat(who).tap("stats:year_book:2017")


@pytest.mark.parametrize("highest", [0, 1, 100, 999, 5_850_000, 10**12])
def test_levels_are_round_and_few(highest: int) -> None:
    levels = year_pictures.ticks(highest)
    assert 0 == levels[0]
    assert len(levels) <= 6
    assert all(level <= max(highest, 0) for level in levels)
