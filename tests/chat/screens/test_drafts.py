"""草稿: what was begun and not handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.buttons import short_id
from bot.chat.report import layout
from bot.chat.talk import Talk
from bot.forms.draft import Draft
from bot.forms.registry import FORMS
from bot.texts.catalogue import words
from storage.codes import DraftState, ReportKind
from storage.errors import NotAllowed, NotFound
from storage.households import dossiers
from storage.members import people
from storage.reporting import drafts, visit_rows
from tests.chat.screens.conftest import ADMIN, AUDITOR, JIANG, OFFICER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

FOUR = ("members", "income", "employment", "health")


def begun(tx: Transaction, telegram_id: int, file_no: str, given: tuple[str, ...] = FOUR) -> str:
    """Begin a visit report and return the draft's id."""
    person = people.find(tx, telegram_id)
    assert person is not None
    form = FORMS[ReportKind.VISIT]
    content = Draft(form=form.slug, form_version=form.version, given=("date", "way", *given)).to_json()
    household_id = dossiers.search(tx, person, file_no)[0].id
    draft = drafts.open_draft(tx, person, form=ReportKind.VISIT, household_id=household_id, content=content)
    return draft.id


def test_nothing_begun_is_said_in_one_line(town: Town) -> None:
    assert "没有草稿。" == town.chat(ZHANG).ask("草稿").text
    assert "No drafts." == town.chat(ZHANG, "en").ask("草稿").text


def test_each_draft_says_whose_how_far_and_how_old(town: Town) -> None:
    town.database.transact(begun, ZHANG, "K170001")
    town.clock.advance(days=2)
    town.database.transact(begun, ZHANG, "K170036", ("members",))
    lines = town.chat(ZHANG).ask("草稿").text.splitlines()
    assert ["<b>草稿</b>（2 份）", "走访 · 苗云涛 · 答了 1 题 · 正在填"] == lines[:2]
    assert "走访 · 施磊斌 · 答了 4 题 · 2 天前" == lines[2]
    in_english = town.chat(ZHANG, "en").ask("草稿").text.splitlines()
    assert "Home visit · 施磊斌 · 4 answers · 2 days ago" == in_english[2]


@pytest.mark.parametrize(
    ("minutes", "age"), [(0, "刚才"), (5, "5 分钟前"), (125, "2 小时前"), (60 * 24, "1 天前")]
)
def test_the_age_is_told_in_the_unit_that_fits(town: Town, minutes: int, age: str) -> None:
    town.database.transact(begun, ZHANG, "K170001")
    town.database.transact(begun, ZHANG, "K170036")
    town.clock.advance(minutes=minutes)
    assert age in town.chat(ZHANG).ask("草稿").text.splitlines()[2]


def test_going_on_takes_the_draft_up_where_it_stands(town: Town) -> None:
    draft_id = town.database.transact(begun, ZHANG, "K170001")
    town.database.transact(drafts.keep, draft_id)
    cadre = town.chat(ZHANG)
    said = cadre.tap(cadre.ask("草稿").data("继续 施磊斌"))
    assert any("施磊斌" in one.text for one in said)
    active = town.database.transact(drafts.active, cadre.person().id)
    assert active is not None
    assert draft_id == active.id


def test_a_draft_is_deleted_only_once_asked_and_comes_back(town: Town) -> None:
    draft_id = town.database.transact(begun, ZHANG, "K170001")
    cadre = town.chat(ZHANG)
    asked = cadre.press(cadre.ask("草稿").data("删除"))
    assert "删除 走访 · 施磊斌？填过的内容就不在列表里了。" == asked.text
    assert "草稿" in cadre.press(asked.data("‹ 草稿")).text
    deleted = cadre.press(asked.data("确认删除"))
    assert "已删除 走访 · 施磊斌。" == deleted.text
    assert "没有草稿。" == cadre.ask("草稿").text
    cadre.tap(deleted.data("恢复"))
    active = town.database.transact(drafts.active, cadre.person().id)
    assert active is not None
    assert draft_id == active.id


def test_a_second_tap_on_delete_finds_nothing_more(town: Town) -> None:
    draft_id = town.database.transact(begun, ZHANG, "K170001")
    cadre = town.chat(ZHANG)
    cadre.tap(f"draft:dropped:{short_id(draft_id)}")
    with pytest.raises(NotFound):
        cadre.tap(f"draft:dropped:{short_id(draft_id)}")


def test_a_submitted_draft_is_not_taken_up_again(town: Town) -> None:
    draft_id = town.database.transact(begun, ZHANG, "K170001")
    town.database.transact(drafts.close, draft_id, DraftState.SUBMITTED)
    said = town.chat(ZHANG).press(f"draft:resume:{short_id(draft_id)}")
    assert ("answerCallbackQuery", "这份已经提交了，可在“我的”里修改。") == (said.method, said.text)


def test_another_persons_draft_and_none_are_refused_alike(town: Town) -> None:
    draft_id = town.database.transact(begun, ZHANG, "K170001")
    for verb in ("resume", "drop", "dropped"):
        for forged in (short_id(draft_id), short_id("0" * 32), "é", ""):
            with pytest.raises(NotFound):
                town.chat(JIANG).tap(f"draft:{verb}:{forged}")


@pytest.mark.parametrize("who", [ADMIN, AUDITOR])
def test_who_reports_nothing_has_no_drafts(town: Town, who: int) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).write("草稿")


def test_many_drafts_are_turned_page_by_page(town: Town) -> None:
    for number in range(1, 19):
        town.database.transact(begun, OFFICER, f"K1700{number:02}")
    officer = town.chat(OFFICER)
    first = officer.ask("草稿")
    assert 9 == len(first.text.splitlines())
    second = officer.press(first.buttons["›"])
    assert {"‹", "›"} < set(second.buttons)
    assert "›" not in officer.press(second.buttons["›"]).buttons


def test_another_report_begun_in_between_keeps_the_first_and_says_so(town: Town) -> None:
    chat = town.chat(ZHANG)
    first, second = town.household_id("K170001"), town.household_id("K170036")
    chat.tap(f"visit:household:{first}")
    folded, said, _ = chat.tap(f"visit:household:{second}")
    assert "施磊斌的走访已存草稿，随时可接着填。" == folded.text
    assert ["接着填"] == list(folded.buttons)
    assert "（正在填的走访 · 施磊斌已存草稿）" == said.text
    back = chat.tap(folded.data("接着填"))
    assert "苗云涛的走访已存草稿，随时可接着填。" == back[0].text


def test_who_went_along_with_others_last_time_is_not_taken_for_a_companion(town: Town) -> None:
    household_id, zhang = town.household_id("K170001"), town.chat(ZHANG).person().id
    jiang = town.chat(JIANG).person().id

    def along(tx: Transaction, *visitors: int) -> list[str]:
        last = visit_rows.last_met(tx, household_id)
        assert last is not None
        visit_rows.set_visitors(tx, last.id, set(visitors))
        nothing: Any = None
        talk = Talk(tx, nothing, people.get(tx, zhang), words("zh"), "tiexin_bot")
        _, draft = layout.fresh(talk, FORMS["visit"], household_id, None)
        found = draft.answers["visitors"]
        assert isinstance(found, list)
        return found

    assert [str(zhang), str(jiang)] == town.database.transact(along, zhang, jiang)
    assert [str(zhang)] == town.database.transact(along, jiang)
