"""The papers of an emergency that are missing: in the lists, on a card of their own, with why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.buttons import short_id
from storage.aid_codes import FundSource
from storage.asking import proposals
from storage.columns import new_id
from storage.households import dossiers
from storage.office import matters
from tests.chat.screens.conftest import AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town


@pytest.fixture
def aid_id(town: Town) -> str:
    """An emergency that the chair approved for a household of 张东's branch."""
    chair = town.chat(CHAIR).person()
    number = new_id()

    def approve(tx: Transaction) -> None:
        (home,) = dossiers.search(tx, chair, "施磊斌")
        proposals.emergency(
            tx,
            chair,
            aid_id=number,
            household_id=home.id,
            new=None,
            source=FundSource.COMPANY,
            amount_fen=300_000,
            reason="昨夜失火",
        )

    town.database.transact(approve)
    return number


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", [OFFICER, ZHANG, AUDITOR])
def test_their_card_says_what_is_missing_and_until_when_and_never_why_it_was_given(
    town: Town, aid_id: str, who: int, language: str
) -> None:
    said = town.chat(who, language).press(f"matter:open:papers:{aid_id}")
    assert "施磊斌" in said.text
    assert "昨夜失火" not in said.text
    assert f"aid:open:{short_id(aid_id)}" in said.buttons.values()
    assert {"zh": "10 月 4 日前办。", "en": "4 Oct"}[language] in said.text
    why = town.chat(who, language).press(f"matter:why:papers:{aid_id}")
    assert "30" in why.text


def test_they_stand_in_the_officers_list(town: Town, aid_id: str) -> None:
    officer = town.chat(OFFICER).person()
    found = town.database.transact(lambda tx: matters.due(tx, tx.today, person=officer))
    assert f"papers:{aid_id}" in [one.key for one in found]


@pytest.mark.parametrize("who", [JIANG, TREASURER])
def test_whom_they_do_not_concern_finds_nothing(town: Town, aid_id: str, who: int) -> None:
    assert "这件事已经办完，或者不归您管。" in str(town.chat(who).tap(f"matter:open:papers:{aid_id}"))


def test_once_filed_the_card_is_over(town: Town, aid_id: str) -> None:
    cadre = town.chat(ZHANG).person()
    answers = {"reason": "火灾证明", "papers": []}
    town.database.transact(lambda tx: proposals.file_papers(tx, cadre, aid_id, answers))
    assert "这件事已经办完，或者不归您管。" in str(town.chat(OFFICER).tap(f"matter:open:papers:{aid_id}"))
