"""我的: which of my reports count, which do not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.buttons import short_id
from storage import audit
from storage.columns import new_id
from storage.errors import NotAllowed, NotFound
from storage.households import dossiers
from storage.households.dossiers import HOUSEHOLDS
from storage.members import people
from storage.reporting import visits
from tests.chat.screens.conftest import AUDITOR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

MINE = """<b>我的 2017 年</b>
算数：走访 6 次，回访 0 次
按走访那天算年度；同行的也算。

8 月 16 日 · 走访 · ZF-2017-000093 · 袁静
7 月 22 日 · 走访 · ZF-2017-000080 · 袁静
6 月 24 日 · 走访 · ZF-2017-000072 · 施磊斌
6 月 5 日 · 走访 · ZF-2017-000062 · 施磊斌
5 月 19 日 · 走访 · ZF-2017-000058 · 袁静
2 月 23 日 · 走访 · ZF-2017-000024 · 苗云涛"""


def reported(tx: Transaction, /, telegram_id: int, file_no: str = "K170001", **answers: object) -> str:
    """Report a visit of today and return its id."""
    person = people.find(tx, telegram_id)
    assert person is not None
    household_id = dossiers.search(tx, person, file_no)[0].id
    report_id = new_id()
    visits.submit(
        tx,
        person,
        report_id=report_id,
        household_id=household_id,
        answers={"date": "2017-09-04", "way": "HOME", "met": "SELF", "assessment": "SAME"} | answers,
        form_version=1,
    )
    return report_id


def undone(tx: Transaction, telegram_id: int, report_id: str) -> None:
    person = people.find(tx, telegram_id)
    assert person is not None
    visits.undo(tx, person, report_id)


def test_imported_visits_are_credited_to_whoever_went(town: Town) -> None:
    said = town.chat(ZHANG).ask("我的")
    assert MINE == said.text
    assert said.protected


def test_what_does_not_count_is_listed_with_its_reason(town: Town) -> None:
    town.database.transact(reported, ZHANG, met="NOBODY", retry_on="2017-09-10")
    report_id = town.database.transact(reported, ZHANG)
    town.database.transact(undone, ZHANG, report_id)
    lines = town.chat(ZHANG).ask("我的").text.splitlines()
    assert "算数：走访 6 次，回访 0 次" == lines[1]
    assert "不算：未遇 1 次，已撤销 1 次" == lines[2]
    assert lines[5].endswith("施磊斌 · 不算：已撤销")
    assert lines[6].endswith("施磊斌 · 不算：未遇")
    in_english = town.chat(ZHANG, "en").ask("我的").text
    assert "Counted: visits 6, revisits 0\nNot counted: nobody met 1, undone 1" in in_english


def test_whoever_went_along_is_credited_too(town: Town) -> None:
    officer = town.chat(OFFICER).person().id
    town.database.transact(reported, ZHANG, visitors=[str(officer)])
    assert "算数：走访 1 次，回访 0 次" in town.chat(OFFICER).ask("我的").text


def test_a_report_is_opened_whole_and_closed_again(town: Town) -> None:
    town.database.transact(reported, ZHANG, needs=["FUNDS", "STUDY"], words="学费 <发愁> & 着急")
    cadre = town.chat(ZHANG)
    mine = cadre.ask("我的")
    opened = cadre.press(mine.data("9 月 4 日"))
    for line in ("走访人：张东", "方式：入户", "见到：本人", "评估：持平", "需求：资金、助学"):
        assert line in opened.text
    assert "学费 &lt;发愁&gt; &amp; 着急" in opened.text
    assert "填报：张东，9 月 4 日 09:00" in opened.text
    assert ["修改", "撤销", "‹ 列表"] == list(opened.buttons)
    assert mine.text == cadre.press(opened.data("列表")).text


def test_after_ten_minutes_there_is_no_undo_any_more(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG)
    town.clock.advance(minutes=11)
    opened = town.chat(ZHANG).press(f"my:open:visit:{short_id(report_id)}:2017:0")
    assert ["修改", "‹ 列表"] == list(opened.buttons)


def test_an_attempt_says_that_it_is_no_visit(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG, met="NOBODY", retry_on="2017-09-10")
    opened = town.chat(ZHANG).press(f"my:open:visit:{short_id(report_id)}:2017:0").text
    assert "⚠️ 没见到人，记一次上门，不算一次走访。" in opened


def test_mending_begins_on_the_reports_own_summary(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG)
    said = town.chat(ZHANG).tap(f"my:amend:visit:{short_id(report_id)}")
    assert any("请核对" in one.text for one in said)


def test_others_may_not_mend_it(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG)
    with pytest.raises(NotAllowed):
        town.chat(AUDITOR).tap(f"my:amend:visit:{short_id(report_id)}")
    with pytest.raises(NotFound):
        town.chat(JIANG).tap(f"my:amend:visit:{short_id(report_id)}")


@pytest.mark.parametrize("verb", ["open", "amend"])
def test_a_foreign_report_and_none_are_refused_alike(town: Town, verb: str) -> None:
    report_id = town.database.transact(reported, ZHANG)
    foreign = f"visit:{short_id(report_id)}"
    wrong_form = f"revisit:{short_id(report_id)}"
    for forged in (foreign, wrong_form, f"visit:{short_id('0' * 32)}", "visit:é", "x:y", ""):
        with pytest.raises(NotFound):
            town.chat(JIANG).tap(f"my:{verb}:{forged}:2017:0")


def test_a_household_that_left_the_scope_is_counted_but_not_named(town: Town) -> None:
    jiang = town.chat(JIANG).person()
    moved = update(HOUSEHOLDS).where(HOUSEHOLDS.c.file_no == "K170001").values(union_id=jiang.union_id)
    town.database.transact(lambda tx: tx.connection.execute(moved))
    said = town.chat(ZHANG).ask("我的")
    assert "算数：走访 6 次" in said.text
    assert "施磊斌" not in said.text
    assert "6 月 24 日 · 走访 · ZF-2017-000072 · 已转出的一户" in said.text
    assert not any("施磊斌" in label for label in said.buttons)


def test_another_year_is_one_tap_away(town: Town) -> None:
    cadre = town.chat(ZHANG)
    last_year = cadre.press(cadre.ask("我的").data("2016"))
    assert "<b>我的 2016 年</b>\n还没有报告。" in last_year.text
    assert MINE == cadre.press(last_year.data("2017")).text
    for nonsense in ("我的 3000", "我的 去年", "我的 0"):
        assert MINE == cadre.ask(nonsense).text


def test_many_reports_are_turned_page_by_page(town: Town) -> None:
    for _ in range(12):
        town.database.transact(reported, ZHANG)
    cadre = town.chat(ZHANG)
    first = cadre.ask("我的")
    assert 8 == sum("ZF-" in line for line in first.text.splitlines())
    second = cadre.press(first.data("›"))
    last = cadre.press(second.data("›"))
    assert 2 == sum("ZF-" in line for line in last.text.splitlines())
    assert "›" not in last.buttons


def test_whoever_reports_nothing_is_told_so(town: Town) -> None:
    assert "还没有报告。" in town.chat(TREASURER).ask("我的").text


def test_opening_a_report_is_audited(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG)
    town.chat(ZHANG).press(f"my:open:visit:{short_id(report_id)}:2017:0")
    last = town.database.transact(lambda tx: tx.connection.execute(audit.ENTRIES.select()).all()[-1])
    assert "report.view" == last.act


def test_a_report_of_very_many_words_stays_within_a_message(town: Town) -> None:
    long = {f"clear_{one}": "<&>" * 300 for one in ("family", "cause", "skill", "job", "mind")}
    report_id = town.database.transact(reported, ZHANG, words="&" * 1000, **long)
    opened = town.chat(ZHANG).press(f"my:open:visit:{short_id(report_id)}:2017:0").text
    assert opened.endswith("…")
    assert "<&" not in opened


def test_a_code_that_has_no_words_any_more_is_shown_as_it_is(town: Town) -> None:
    report_id = town.database.transact(reported, ZHANG, housing="IGLOO")
    assert "IGLOO" in town.chat(ZHANG).press(f"my:open:visit:{short_id(report_id)}:2017:0").text
