"""An office matter opened: its card, 继续填, 已办好 and its undo, and why it is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.chat.screens.todo import matter
from bot.reminders import bulletin, matter_words
from bot.texts.catalogue import words
from storage import errors
from storage.aid_codes import AidKind, AidState, FundSource
from storage.codes import DraftState
from storage.columns import new_id, table_of
from storage.office import matters
from storage.reporting import drafts
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.telling import bulletins
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from storage.database import Transaction
    from storage.office.matters import Matter
    from tests.chat.screens.conftest import Town

LIST_OPENS = date(2018, 1, 2)


def at(town: Town, day: date, hour: int = 1) -> None:
    town.clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def first(town: Town, kind: str) -> Matter:
    """The first matter of that kind there is."""
    found = town.database.transact(lambda tx: matters.due(tx, tx.today))
    return next(one for one in found if one.kind == kind)


def campaign(town: Town) -> str:
    """What opens the Spring Festival list, on the day on which it opens."""
    at(town, LIST_OPENS)
    return matter.opening(next(one for one in _campaigns(town) if one.slug == "spring_list"))


def _campaigns(town: Town) -> list[Matter]:
    found = town.database.transact(lambda tx: matters.due(tx, tx.today))
    return [one for one in found if one.kind == "campaign"]


def draft(town: Town) -> Matter:
    """A draft of 张东's that has lain for two days."""
    town.chat(ZHANG).write("走访 施磊斌")
    town.clock.advance(days=2)
    return first(town, "draft")


def waiting_aid(town: Town) -> Matter:
    def waits(tx: Transaction) -> None:
        aid_id = new_id()
        paid.record(
            tx,
            aid_id=aid_id,
            household_id=1,
            kind=AidKind.LIVING,
            source=FundSource.CITY_UNION,
            amount_fen=100_000,
            paid_on=tx.today,
        )
        table = table_of(Aid)
        row = {"state": AidState.TO_REVIEW, "waits_since": tx.now, "paid_on": None}
        tx.connection.execute(update(table).where(table.c.id == aid_id).values(row))

    town.database.transact(waits)
    return first(town, "approval")


def publication(town: Town) -> Matter:
    def publish(tx: Transaction) -> None:
        table = table_of(Household)
        row = {"state": "PUBLIC", "public_from": tx.today}
        tx.connection.execute(update(table).where(table.c.id == 1).values(row))

    town.database.transact(publish)
    return first(town, "publicity")


def test_the_spring_list_says_what_to_do_with_the_figures_there_are(town: Town) -> None:
    said = town.chat(OFFICER).press(campaign(town))
    assert (
        "<b>春节慰问名单</b> · 国电开远发电有限公司工会\n"
        "把在册的户核一遍，报出今年的慰问名单。\n"
        "在册 60 户，今年标准每人 2,000.00 元；去年慰问 10 人次、15,000.00 元。\n"
        "2 月 16 日春节，节前送到。"
    ) == said.text
    assert {"做名单", "已办好", "看去年", "为何提醒"} == set(said.buttons)


def test_done_is_said_once_and_can_be_taken_back(town: Town) -> None:
    officer = town.chat(OFFICER)
    card = officer.press(campaign(town))
    toast, done = officer.tap(card.data("已办好"))
    assert "已办好，不再提醒" == toast.text
    assert "✓ 已办好：某officer，1 月 2 日 09:00" == done.text.splitlines()[-1]
    assert {"做名单", "撤销", "看去年", "为何提醒"} == set(done.buttons)
    assert [] == _campaigns(town)
    _, again = officer.tap(card.data("已办好"))
    assert done.text == again.text
    toast, undone = officer.tap(done.data("撤销"))
    assert "已撤销，继续提醒" == toast.text
    assert card.text == undone.text
    assert 1 == len(_campaigns(town))


def test_after_ten_minutes_it_stays_done(town: Town) -> None:
    officer = town.chat(OFFICER)
    _, done = officer.tap(officer.press(campaign(town)).data("已办好"))
    town.clock.advance(minutes=11)
    assert "撤销" not in officer.press(matter_key(town)).buttons
    with pytest.raises(errors.TooLateToReopen):
        officer.tap(done.data("撤销"))


def matter_key(town: Town) -> str:
    root = town.chat(OFFICER).person().union_id
    return f"matter:open:campaign:{root}.spring_list.2018"


def test_an_auditor_sees_the_campaign_and_finishes_nothing(town: Town) -> None:
    opening = campaign(town)
    said = town.chat(AUDITOR).press(opening)
    assert "已办好" not in said.buttons
    with pytest.raises(errors.NotAllowed):
        town.chat(AUDITOR).tap(opening.replace(":open:", ":done:"))


@pytest.mark.parametrize("who", [ZHANG, JIANG, ADMIN])
def test_others_are_told_nothing_of_a_campaign(town: Town, who: int) -> None:
    opening = campaign(town)
    for verb in ("open", "done", "undo", "why", "place"):
        said = town.chat(who).press(opening.replace(":open:", f":{verb}:"))
        assert ("answerCallbackQuery", "这件事已经办完，或者不归您管。") == (said.method, said.text)
    assert 1 == len(_campaigns(town))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("day", "count"), [(date(2018, 6, 10), 1), (date(2018, 7, 10), 2), (date(2018, 11, 20), 2)]
)
def test_every_campaign_has_its_words_its_place_and_its_reason(
    town: Town, day: date, count: int, language: str
) -> None:
    at(town, day)
    officer = town.chat(OFFICER, language)
    found = _campaigns(town)
    assert count == len(found)
    for one in found:
        opening = matter.opening(one)
        card = officer.press(opening)
        assert 4 == len(card.text.splitlines())
        assert 4 == len(officer.press(opening.replace(":open:", ":why:")).text.splitlines())
        (shown,) = officer.tap(opening.replace(":open:", ":place:"))
        assert "sendMessage" == shown.method


def test_why_names_the_rule_and_who_set_it(town: Town) -> None:
    opening = campaign(town)
    officer = town.chat(OFFICER)
    officer.tap(f"rules:set:{officer.person().union_id}:campaign.spring_list:60")
    why = officer.press(opening.replace(":open:", ":why:"))
    assert (
        "<b>为何提醒</b> · 春节慰问名单\n"
        "规则：提前 60 天告诉帮扶专责，前十四天、到期各一次，迟七天也告诉工会主席"
        " · 某officer 1 月 2 日设定\n"
        "日子：2017 年 12 月 18 日起，2 月 16 日到期\n"
        "会停止：点“已办好”"
    ) == why.text


def test_an_idle_draft_is_gone_on_with(town: Town) -> None:
    opening = matter.opening(draft(town))
    cadre = town.chat(ZHANG)
    said = cadre.press(opening)
    assert "<b>没填完的走访</b> · 施磊斌 K170001" in said.text
    assert "9 月 4 日以后没再填" in said.text
    assert {"继续填", "打开档案", "为何提醒"} == set(said.buttons)
    assert "施磊斌" in "".join(one.text for one in cadre.tap(said.data("继续填")))


def test_the_officer_sees_whose_draft_it_is_and_does_not_fill_it(town: Town) -> None:
    opening = matter.opening(draft(town))
    said = town.chat(OFFICER).press(opening)
    assert "张东 9 月 4 日以后没再填" in said.text
    assert "继续填" not in said.buttons


def test_a_draft_that_is_over_says_so_and_so_does_anothers(town: Town) -> None:
    opening = matter.opening(draft(town))
    other = town.chat(JIANG).press(opening)
    draft_id = opening.rsplit(":", 1)[1]
    town.database.transact(lambda tx: drafts.close(tx, draft_id, DraftState.CANCELLED))
    over = town.chat(ZHANG).press(opening)
    assert "这件事已经办完，或者不归您管。" == over.text
    assert over == other
    assert over.alert


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_on_notice_has_a_card_and_a_reason(town: Town, language: str) -> None:
    officer = town.chat(OFFICER, language)
    one = publication(town)
    card = officer.press(matter.opening(one))
    assert 3 == len(card.text.splitlines())
    assert "施磊斌" in card.text
    assert 4 == len(officer.press(matter.opening(one).replace(":open:", ":why:")).text.splitlines())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_waits_for_a_decision_opens_the_card_to_decide_by(town: Town, language: str) -> None:
    officer = town.chat(OFFICER, language)
    one = waiting_aid(town)
    card = officer.press(matter.opening(one))
    reads = words(language).plain
    assert {reads(f"approve.buttons.{name}") for name in ("review", "return", "refuse")} <= set(card.buttons)
    why = officer.press(card.buttons[reads("matters.buttons.why")])
    assert 4 == len(why.text.splitlines())


@pytest.mark.parametrize("who", [ZHANG, TREASURER, ADMIN])
def test_who_neither_leads_nor_oversees_sees_no_such_card(town: Town, who: int) -> None:
    for one in (waiting_aid(town), publication(town)):
        said = town.chat(who).press(matter.opening(one))
        assert "这件事已经办完，或者不归您管。" == said.text


@pytest.mark.parametrize(
    "data",
    [
        "matter",
        "matter:open",
        "matter:open:king:1",
        "matter:open:draft:",
        "matter:resume:draft:ffff",
        "matter:open:publicity:99999999999",
        "matter:done:campaign:",
        "matter:done:campaign:1",
        "matter:done:campaign:1.king.2018",
        "matter:undo:campaign:1.spring_list.99999999999999999999",
        "matter:place:campaign:x.spring_list.2018",
    ],
)
def test_a_forged_button_is_answered_like_what_is_over(town: Town, data: str) -> None:
    assert "这件事已经办完，或者不归您管。" == town.chat(OFFICER).press(data).text


def told(town: Town, who: int) -> list[bulletins.Bulletin]:
    person_id = town.chat(who).person().id
    return town.database.transact(bulletins.waiting, person_id)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_bulletin_of_a_matter_has_words_and_a_button_that_opens_it(town: Town, language: str) -> None:
    speech = words(language)
    draft(town)
    waiting_aid(town)
    publication(town)
    days = [date(2017, 9, 6) + timedelta(days=number) for number in range(20)]
    days += [LIST_OPENS, date(2018, 2, 14), date(2018, 2, 23)]
    days += [date(2018, month, 5) for month in (6, 7, 10)] + [date(2018, 11, 5)]
    seen = set()
    for day in days:
        at(town, day)
        town.database.transact(matters.tell)
        for one in [one for who in (OFFICER, ZHANG, CHAIR) for one in told(town, who)]:
            seen.add(one.slug)
            assert "{" not in bulletin.line(one, speech, day, town.database.zone)
            button = bulletin.button(one, speech, day, town.database.zone)
            assert button is not None
            assert button.data.startswith(("matter:open:", "matter:resume:"))
    assert {
        "draft_due",
        "draft_officer",
        "to_review_opens",
        "to_review_due",
        "to_review_chair",
        "publicity_due",
        "publicity_late",
        "campaign_spring_list",
        "campaign_due",
        "campaign_chair",
        "campaign_summer_relief",
        "campaign_autumn_study",
        "campaign_file_check",
        "campaign_budget_draft",
    } <= seen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_a_list_a_matter_is_one_line_and_one_button(town: Town, language: str) -> None:
    speech = words(language)
    draft(town)
    waiting_aid(town)
    publication(town)
    found = town.database.transact(lambda tx: matters.due(tx, tx.today))
    lines = [matter_words.line(one, speech, one.due_on) for one in found]
    assert 3 == len({line.split("·")[1] for line in lines})
    assert all("施磊斌" in matter_words.button(one, speech) for one in found)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ["to_review", "to_approve"])
@pytest.mark.parametrize("stage", ["opens", "due", "chair"])
def test_whatever_waits_for_an_answer_can_be_told(state: str, stage: str, language: str) -> None:
    assert words(language).has(f"bulletins.{state}_{stage}.line")
