"""Lists of aid and budgets stand in 审批 and 发放 beside single aid; each opens its own card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.budgets import budgets
from storage.members import people
from tests.chat.screens.approving import asking
from tests.chat.screens.batch import test_lists
from tests.chat.screens.batch.conftest import NEW_YEAR, give_money, let_chairs_in
from tests.chat.screens.conftest import AUDITOR, CHAIR, OFFICER, TREASURER

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town


@pytest.fixture
def winter(town: Town) -> Town:
    """January 2018, with money for the festival and three chairs."""
    town.clock.set(NEW_YEAR)
    town.database.transact(give_money)
    town.database.transact(let_chairs_in)
    return town


def wants_more(town: Town) -> None:
    """The officer asks for more in the year's budget."""

    def work(tx: Transaction) -> None:
        officer = people.find(tx, OFFICER)
        assert officer is not None
        plan = budgets.revise(tx, officer, tx.today.year, reason="物价涨了")
        budgets.submit(tx, officer, tx.today.year, plan.revision)

    town.database.transact(work)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_that_waits_stands_among_what_waits(winter: Town, language: str) -> None:
    opening = test_lists.handed_in(winter)
    chair = winter.chat(CHAIR, language)
    said = chair.ask("/approve")
    assert 2 == len(said.text.splitlines())
    assert ("春节慰问名单" if language == "zh" else "Spring Festival grant list") in said.text
    assert opening in said.buttons.values()
    assert ("1 件等您审批" if language == "zh" else "1 request waits") in chair.ask("/start").text


def test_beside_single_aid_it_comes_first(winter: Town) -> None:
    test_lists.handed_in(winter)
    asking.ask(winter, by=OFFICER)
    said = winter.chat(CHAIR).ask("审批")
    assert "<b>等您办的 2 件</b>，等得久的在前：" == said.text.splitlines()[0]
    assert "春节慰问名单" in said.text.splitlines()[1]
    assert "施磊斌" in said.text.splitlines()[2]


def test_once_approved_it_waits_for_the_treasurer_and_for_no_chair(winter: Town) -> None:
    opening = test_lists.approved(winter)
    assert "没有等您审批的。" == winter.chat(CHAIR).ask("审批").text
    said = winter.chat(TREASURER).ask("发放")
    assert "，整份一起发" in said.text
    assert opening in said.buttons.values()
    assert "确认发放" not in said.buttons


def test_beside_single_payments_the_list_stands_below(winter: Town) -> None:
    test_lists.approved(winter)
    asking.approved(winter)
    said = winter.chat(TREASURER).ask("发放")
    assert said.text.startswith("<b>待发放 1 笔")
    assert "，整份一起发" in said.text.splitlines()[-1]
    assert "，整份一起发" in winter.chat(AUDITOR).ask("发放").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_budget_that_waits_stands_among_what_waits(winter: Town, language: str) -> None:
    wants_more(winter)
    chair = winter.chat(CHAIR, language)
    said = chair.ask("/approve")
    assert ("2018 年预算" if language == "zh" else "Budget 2018") in said.text
    assert "budget:waiting:2018" in said.buttons.values()
    assert "没有等您审批的。" == winter.chat(OFFICER, "zh").ask("审批").text
