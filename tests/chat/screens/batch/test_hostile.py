"""A list with hostile names, hundreds of branches and every rule there is can still be read and tapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text, update

from bot.texts.catalogue import LANGUAGES, words
from storage import aid_refusals
from storage.aid_refusals import AidRefused
from storage.batches import batches
from storage.columns import table_of
from storage.households.dossiers import HOUSEHOLDS
from storage.tables.aid import Aid, AidBatch
from storage.tables.people import Union
from tests.chat.screens.batch.test_lists import made, opened, work
from tests.chat.screens.conftest import AUDITOR, CHAIR, OFFICER
from tests.chat.test_statement_counts import counted

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

LONG = "<b>&amp;" + "很" * 200 + "\u202e\n长"
STATEMENTS_OF_A_CARD = 24


def spoil(tx: Transaction) -> None:
    """Every household and every branch gets a name nobody would want."""
    tx.connection.execute(update(HOUSEHOLDS).values(name=LONG))
    named = text("UPDATE unions SET name = :name || id WHERE parent_id IS NOT NULL")
    tx.connection.execute(named, {"name": LONG})


def branches(tx: Transaction) -> None:
    """Forty more branches, each with a household moved there."""
    unions = table_of(Union)
    ids = list(tx.connection.scalars(text("SELECT id FROM households ORDER BY id")))
    for number in range(40):
        row = {"id": 500 + number, "parent_id": 1, "name": f"新分会{number}", "path": f"/1/{500 + number}/"}
        tx.connection.execute(insert(unions).values(row))
        tx.connection.execute(
            update(HOUSEHOLDS).where(HOUSEHOLDS.c.id == ids[number]).values(union_id=500 + number)
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_break_no_card_and_no_button(winter: Town, language: str) -> None:
    winter.database.transact(spoil)
    data = made(winter)
    chat = winter.chat(OFFICER, language)
    card = chat.press(data)
    assert LONG not in card.text
    listed = chat.press(f"{data.replace('open', 'items')}:exceptions:0")
    one = chat.press(next(each for each in listed.buttons.values() if ":item:" in each))
    asked = chat.press(next(each for each in one.buttons.values() if ":x:" in each))
    assert "很很很" in one.text
    assert asked.buttons
    assert chat.press("batch:list").buttons


def test_many_branches_are_summed_up_and_turned_over_when_chosen(winter: Town) -> None:
    winter.database.transact(branches)
    officer = winter.chat(OFFICER)
    officer.press("batch:new:SPRING")
    first = officer.press("batch:part:union:0")
    second = officer.press(first.buttons["›"])
    assert "‹" in second.buttons
    chosen = officer.press(next(data for label, data in second.buttons.items() if "新分会" in label))
    assert any(label.startswith("✓ ") for label in chosen.buttons)
    officer.press("batch:set:everybody:1")
    card = opened(winter, made(winter))
    assert "其余 " in card.text
    assert 20 >= len(card.text.splitlines())


def test_exceptions_are_turned_page_by_page_to_the_last(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    page, seen = officer.press(f"{data.replace('open', 'items')}:exceptions:0"), 0
    for _ in range(20):
        seen += len([one for one in page.buttons.values() if ":item:" in one])
        if "›" not in page.buttons:
            break
        page = officer.press(page.buttons["›"])
    found = batches.card
    person = officer.person()
    listed = winter.database.transact(batches.listing, person)
    assert seen == winter.database.transact(found, person, listed[0].id).exceptions
    past = officer.press(f"{data.replace('open', 'item')}:exceptions:999")
    assert "要看一眼的" in past.text


def test_a_list_of_any_size_takes_as_many_statements(winter: Town) -> None:
    data = made(winter)
    for who in (OFFICER, CHAIR, AUDITOR):
        chat = winter.chat(who)
        with counted(winter.database) as statements:
            chat.press(data)
        assert STATEMENTS_OF_A_CARD >= len(statements)


def test_everybody_struck_leaves_an_empty_list_that_cannot_be_handed_in(winter: Town) -> None:
    data = made(winter)
    items, lists = table_of(Aid), table_of(AidBatch)

    def empty(tx: Transaction) -> None:
        tx.connection.execute(update(items).where(items.c.batch_id.is_not(None)).values(state="WITHDRAWN"))
        tx.connection.execute(update(lists).values(people=0, sum_fen=0, exceptions=0, struck=60))

    winter.database.transact(empty)
    card = opened(winter, data)
    assert "名单上没有人。" in card.text
    with pytest.raises(AidRefused):
        winter.chat(OFFICER).tap(card.data("提交"))


def test_a_standard_that_changes_meanwhile_is_said_and_taken_over(winter: Town) -> None:
    data = made(winter)
    officer = winter.chat(OFFICER)
    officer.press("standards:set:2018:SPRING:-:amount:250000")
    card = officer.press(data)
    assert "⚠️ 做好以后标准改过" in card.text
    assert "提交" not in card.buttons
    done = officer.press(card.data("按新标准重算"))
    assert "✓ 已按新标准重算。" in done.text
    assert "150,000.00 元" in done.text


def test_a_list_is_withdrawn_while_it_is_made_and_after(winter: Town) -> None:
    officer = winter.chat(OFFICER)
    officer.press("batch:new:SPRING")
    started = officer.press(officer.press("batch:plan").data("开始做"))
    asked = officer.press(started.data("撤回名单"))
    gone = officer.press(asked.data("做错了"))
    assert "✓ 已撤回。" in gone.text
    work(winter)
    assert "已撤回" in officer.press(started.data("刷新")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_that_may_mark_or_leave_out_has_its_words(language: str) -> None:
    speech = words(language)
    judged = (
        *("FileNotActive", "KindNotForCategory", "SourceNotForKind", "NoStandard", "NotTheStandard"),
        *("BelowBand", "AboveBand", "BadAmount", "OverCap", "OverBudget", "OverBalance", "OnceAYear"),
        *("EarlierNotRevisited", "NoRecentVisit"),
    )
    assert [] == [name for name in judged if not speech.has(f"batch.why.{getattr(aid_refusals, name).slug}")]
