"""Questions that collect several things: ticks and 完成 that come late, twice, or again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.chat.screens.conftest import ZHANG

if TYPE_CHECKING:
    from tests.chat.screens.conftest import Town


def _needs(town: Town) -> dict[str, str]:
    """The buttons of a question with ticks, on an open report."""
    chat = town.chat(ZHANG)
    card = chat.write("走访 施磊斌")[-1]
    card = chat.tap(card.data("一切如前"))[-1]
    menu = chat.tap(card.data("修改"))[-1]
    return chat.tap(menu.data("需求"))[-1].buttons


def test_the_end_of_a_question_counts_though_the_card_has_changed_meanwhile(town: Town) -> None:
    chat, old = town.chat(ZHANG), _needs(town)
    chat.tap(old["医疗"])
    assert "请核对" in chat.tap(old["完成"])[-1].text


def test_the_end_of_a_question_counts_once(town: Town) -> None:
    chat, old = town.chat(ZHANG), _needs(town)
    chat.tap(old["医疗"])
    chat.tap(old["完成"])
    toast, card = chat.tap(old["完成"])
    assert toast.text.startswith("这一步已经过去了")
    assert "请核对" in card.text


def test_a_tick_tapped_twice_stays_ticked(town: Town) -> None:
    chat, old = town.chat(ZHANG), _needs(town)
    assert "✓ 医疗" in chat.tap(old["医疗"])[-1].buttons
    chat.tap(old["医疗"])
    assert "医疗" in chat.tap(old["完成"])[-1].text


def test_what_stands_alone_is_an_answer_also_where_it_stands_already(town: Town) -> None:
    chat, old = town.chat(ZHANG), _needs(town)
    assert "请核对" in chat.tap(old["✓ 无"])[-1].text
