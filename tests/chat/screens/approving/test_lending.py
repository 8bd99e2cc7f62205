"""A chair who goes on leave says whether the substitute also approves; nobody says it for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from storage import errors
from storage.members import absences, people
from tests.chat.screens.conftest import CHAIR, JIANG, OFFICER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

ON = date(2017, 9, 5)
LINE = "外出至 9月20日 某officer"


def approves_for(town: Town, telegram_id: int, on: date = ON) -> set[str]:
    """The names of those in whose place this person approves."""

    def work(tx: Transaction) -> set[str]:
        person = people.find(tx, telegram_id)
        assert person is not None
        return {people.get(tx, one).name for one in absences.approves_for(tx, person.id, on)}

    return town.database.transact(work)


@pytest.mark.parametrize(
    ("language", "yes", "no", "told"),
    [
        ("zh", "就这样，也代审批", "就这样，不代审批", "审批也由他代。"),
        ("en", "Confirm, approves too", "Confirm, no approving", "They approve in your place as well."),
    ],
)
def test_a_chair_is_asked_whether_the_substitute_also_approves(
    town: Town, language: str, yes: str, no: str, told: str
) -> None:
    chair = town.chat(CHAIR, language)
    card = chair.ask("外出至 9月20日 某officer" if language == "zh" else "Away until 20 Sep 某officer")
    assert {yes, no} <= set(card.buttons)
    said = chair.press(card.data(yes))
    assert told in said.text
    assert {"某chair"} == approves_for(town, OFFICER)
    assert told in chair.ask("外出" if language == "zh" else "Away").text


def test_without_it_the_substitute_stands_in_and_approves_nothing(town: Town) -> None:
    chair = town.chat(CHAIR)
    said = chair.press(chair.ask(LINE).data("不代审批"))
    assert "审批" not in said.text
    assert set() == approves_for(town, OFFICER)


def test_the_substitute_reads_that_they_may_approve(town: Town) -> None:
    chair = town.chat(CHAIR)
    chair.press(chair.ask(LINE).data("也代审批"))
    assert "您在代 某chair，到 9 月 20 日。等他审批的，您可以代批。" in town.chat(OFFICER).ask("外出").text


def test_it_can_be_changed_by_setting_the_same_leave_again(town: Town) -> None:
    chair = town.chat(CHAIR)
    card = chair.ask(LINE)
    chair.press(card.data("也代审批"))
    chair.press(card.data("不代审批"))
    assert set() == approves_for(town, OFFICER)


def test_it_is_over_with_the_leave(town: Town) -> None:
    chair = town.chat(CHAIR)
    chair.press(chair.ask(LINE).data("也代审批"))
    assert set() == approves_for(town, OFFICER, date(2017, 9, 21))
    chair.write("我回来了")
    assert set() == approves_for(town, OFFICER)


def test_a_cadre_is_not_asked(town: Town) -> None:
    card = town.chat(ZHANG).ask("外出至 9月20日 某officer")
    assert {"就这样", "换人", "改开始日", "‹ 外出"} == set(card.buttons)


def test_an_officer_does_not_lend_the_chairs_approval(town: Town) -> None:
    officer, chair_id = town.chat(OFFICER), town.chat(CHAIR).person().id
    data = f"away:set:{chair_id}:0:2017-09-20:{officer.person().id}:1"
    officer.tap(data)
    assert set() == approves_for(town, OFFICER)


@pytest.mark.parametrize("mark", ["2", "x", "11"])
def test_a_forged_mark_lends_nothing(town: Town, mark: str) -> None:
    officer = town.chat(OFFICER).person().id
    town.chat(CHAIR).tap(f"away:set:0:0:2017-09-20:{officer}:{mark}")
    assert set() == approves_for(town, OFFICER)


def test_a_cadre_cannot_stand_in_for_a_chair(town: Town) -> None:
    cadre = town.chat(JIANG).person().id
    with pytest.raises(errors.CannotStandIn):
        town.chat(CHAIR).tap(f"away:set:0:0:2017-09-20:{cadre}:1")
