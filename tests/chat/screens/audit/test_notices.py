"""公示: looked at first, published once for each time it is asked, by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.outputs.documents import Documents
from storage import audit
from storage.due import policies
from storage.errors import NotAllowed, NotFound
from storage.oversight import publicity
from tests.chat.screens.approving import asking
from tests.chat.screens.audit.test_audit import acts, letters
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from tests.chat.screens.conftest import Town


def orders(town: Town) -> list[dict[str, Any]]:
    """The files that are to be made, newest first."""
    return [one["document"] for one in letters(town, "sendDocument")]


def test_the_quarters_that_have_begun_are_offered_and_what_was_published(town: Town) -> None:
    said = town.chat(OFFICER).ask("公示")
    assert [
        "2017 年第三季度",
        "2017 年第二季度",
        "2017 年第一季度",
        "2016 年第四季度",
        "2016 年第三季度",
        "2016 年",
        "2017 年",
    ] == list(said.buttons)
    assert "还没有公布过。" in said.text


def test_a_quarter_is_told_in_a_few_lines_with_what_should_be_known_first(town: Town) -> None:
    officer = town.chat(OFFICER)
    third = officer.press("notice:card:2017:3").text
    assert "⚠️ 还没有定投诉电话" in third
    assert "⚠️ 这一段还没有过完，只算到 9 月 4 日。" in third
    first = officer.press("notice:card:2017:1").text
    assert "期初 0.00 ＋ 收入 80,000.00 − 发放 27,600.00 ＝ 期末 52,400.00" in first
    assert "各来源共发放 27 人次，83,609.00 元" in first
    assert "没有过完" not in first


def test_the_phone_for_complaints_is_said_once_it_is_set(town: Town) -> None:
    def set_phone(tx: Transaction) -> None:
        officer = asking.who(tx, OFFICER)
        policies.change(tx, officer, officer.union_id, "complaints", "12351")

    town.database.transact(set_phone)
    said = town.chat(OFFICER).press("notice:card:2017:1").text
    assert "投诉电话：12351" in said
    assert "⚠️" not in said


def test_the_preview_is_ordered_and_audited_and_publishes_nothing(town: Town) -> None:
    done = town.chat(OFFICER).tap("notice:preview:2017:1")
    assert ["answerCallbackQuery", "sendDocument"] == sorted(one.method for one in done)
    (order,) = orders(town)
    assert ("notice", {"year": 2017, "quarter": 1}) == (order["make"], order["figures"])
    assert "notice.preview" == acts(town)[0]
    assert [] == town.database.view(lambda tx: publicity.published(tx, 1))


async def test_it_is_published_after_a_second_tap_and_once_however_often_that_is_tapped(town: Town) -> None:
    officer = town.chat(OFFICER)
    asked = officer.press("notice:ask:2017:1")
    assert "<b>公布 2017 年第一季度的收支公示？</b>" in asked.text
    assert not orders(town)
    yes = asked.data("确认公布")
    assert "sendDocument" in [one.method for one in officer.tap(yes)]
    assert ["answerCallbackQuery"] == [one.method for one in officer.tap(yes)]
    (order,) = orders(town)
    assert "notice_published" == order["make"]
    assert 1 == acts(town).count("notice.published")
    _, file, _ = await Documents(town.database).made(order)
    file.close()
    said = officer.ask("公示").text
    assert "某officer 公布 2017 年第一季度 · 校验 <code>" in said
    head = town.database.view(audit.head)
    assert head is not None
    assert order["figures"]["audit_head"].endswith(f":{_link(town)}")


def _link(town: Town) -> str:
    """The end of the chain as it was when the notice was published."""
    link = select(audit.ENTRIES.c.link).where(audit.ENTRIES.c.act == "notice.published")
    return bytes(town.database.view(lambda tx: tx.connection.scalar(link)) or b"").hex()


def test_asked_a_second_time_it_is_published_anew(town: Town) -> None:
    chair = town.chat(CHAIR)
    for _ in range(2):
        chair.tap(chair.press("notice:ask:2017:2").data("确认公布"))
    assert 2 == acts(town).count("notice.published") == len(orders(town))


@pytest.mark.parametrize("who", [ZHANG, TREASURER, ADMIN])
@pytest.mark.parametrize("data", ["card:2017:1", "preview:2017:1", "ask:2017:1", "yes:2017:1:x", "list"])
def test_it_is_not_for_everybody(town: Town, who: int, data: str) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).tap(f"notice:{data}")
    with pytest.raises(NotAllowed):
        town.chat(who).write("公示")


def test_the_auditor_looks_and_does_not_publish(town: Town) -> None:
    auditor = town.chat(AUDITOR)
    card = auditor.press("notice:card:2017:1")
    assert ["看预览", "‹ 选别的"] == list(card.buttons)
    for data in ("ask:2017:1", "yes:2017:1:x"):
        with pytest.raises(NotAllowed):
            auditor.tap(f"notice:{data}")


@pytest.mark.parametrize(
    "data",
    ["card:2017:4", "card:2018:0", "card:x:y", "card:2017:9", "preview:1:1", "yes:2017:1:", "yes:9999:1:x"],
)
def test_what_has_not_begun_or_is_no_quarter_is_not_found(town: Town, data: str) -> None:
    with pytest.raises(NotFound):
        town.chat(OFFICER).tap(f"notice:{data}")


def test_it_is_said_in_english(town: Town) -> None:
    officer = town.chat(OFFICER, "en")
    assert "first quarter of 2017" in officer.ask("/notice").buttons
    assert (
        "Opening 0.00 + income 80,000.00 − paid 27,600.00 = closing 52,400.00"
        in officer.press("notice:card:2017:1").text
    )
