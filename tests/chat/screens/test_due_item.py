"""The card of a due item: what it offers to whom, and what comes of each button, twice, late or forged."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from storage.codes import FollowupState, Role
from storage.columns import table_of
from storage.due import followups, step_log
from storage.errors import (
    AlreadyTaken,
    BadReason,
    DayNotOffered,
    NotAllowed,
    NotFound,
    Refused,
    SnoozedTooOften,
)
from storage.members import invitations
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.office import Bulletin
from storage.tables.work import Followup
from tests.chat.screens.chatting import DATA_LIMIT_BYTES
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from storage.database import Transaction
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

# 苗云涛, ten days late at the records' end, 张东's.
FILE_NO = "K170036"
LADDER = {"我来处理", "改派", "再给 3 天", "关闭"}
LONG = "😀" * 4_096


def item_id(town: Town) -> int:
    """The open item of the household."""
    person = town.chat(ZHANG).person()
    (item,) = town.database.view(followups.due, town.clock().date(), assignee_id=person.id, limit=1)
    assert FILE_NO == item.file_no
    return item.id


def card(town: Town, who: int = ZHANG, *, language: str = "zh") -> Said:
    return town.chat(who, language).press(f"due:open:{item_id(town)}")


def run(town: Town, statement: Executable) -> None:
    town.database.transact(lambda tx: tx.connection.execute(statement))


def kept(town: Town) -> list[tuple[str, str]]:
    """What was done about any item, with its reasons, newest first."""

    def read(tx: Transaction) -> list[tuple[str, str]]:
        household = tx.connection.scalar(
            select(table_of(Household).c.id).where(table_of(Household).c.file_no == FILE_NO)
        )
        return [(str(one.act), one.reason) for one in step_log.of_household(tx, household or 0)]

    return town.database.view(read)


def told(town: Town) -> set[tuple[int, str]]:
    """Who is to be told what by a bulletin."""
    table = table_of(Bulletin)
    people: dict[int, int] = {town.chat(one).person().id: one for one in (ZHANG, OFFICER, CHAIR)}

    def read(tx: Transaction) -> set[tuple[int, str]]:
        rows = tx.connection.execute(select(table.c.person_id, table.c.slug))
        return {(people[row.person_id], row.slug) for row in rows}

    return town.database.view(read)


def last(said: list[Said]) -> Said:
    return said[-1]


# Who sees what.


def test_a_cadre_sees_the_outcomes_and_not_the_ladder(town: Town) -> None:
    shown = card(town)
    assert ["现在填", "已走访", "未遇", "推迟", "为何提醒", "更多", "打开档案"] == list(shown.buttons)
    more = town.chat(ZHANG).press(shown.data("更多"))
    assert ["搬迁", "拒绝", "住院", "返回"] == list(more.buttons)


@pytest.mark.parametrize("who", [OFFICER, CHAIR])
def test_officer_and_chair_see_the_ladder_on_what_is_late(town: Town, who: int) -> None:
    shown = card(town, who)
    assert LADDER <= set(shown.buttons)
    assert LADDER <= set(town.chat(who).press(shown.data("更多")).buttons)


def test_what_is_in_time_shows_the_ladder_under_more_alone(town: Town) -> None:
    tomorrow = town.clock().date() + timedelta(days=1)
    this = table_of(Followup).c.id == item_id(town)
    run(town, update(table_of(Followup)).where(this).values(due_on=tomorrow, ladder_from=tomorrow))
    shown = card(town, OFFICER)
    assert set() == LADDER & set(shown.buttons)
    assert LADDER <= set(town.chat(OFFICER).press(shown.data("更多")).buttons)


def test_what_nobody_has_asks_for_a_decision_at_once(town: Town) -> None:
    number = item_id(town)
    tomorrow = town.clock().date() + timedelta(days=1)
    run(town, update(table_of(Followup)).where(table_of(Followup).c.id == number).values(due_on=tomorrow))
    run(town, update(table_of(Household)).values(liaison_id=None))
    shown = town.chat(OFFICER).press(f"due:open:{number}")
    assert LADDER <= set(shown.buttons)
    assert "还没有人负责。" in shown.text


def test_who_decides_is_told_whose_it_is(town: Town) -> None:
    assert "由 张东 负责。" in card(town, OFFICER).text
    assert "负责" not in card(town).text


def test_an_auditor_reads_and_decides_nothing(town: Town) -> None:
    assert ["为何提醒", "打开档案"] == list(card(town, AUDITOR).buttons)


VERBS = (
    "now", "visited", "missed", "hospital_visit", "later", "snooze:1", "calendar:snooze",
    "day:snooze:2017-09-06",
    "aside:moved", "until:moved:7", "take", "assign", "give:15", "days", "days:ROAD", "close", "close:SEEN",
    "sure:SEEN", "more",
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", [ZHANG, TREASURER, AUDITOR])
def test_forged_buttons_are_refused_by_role(town: Town, who: int, verb: str) -> None:
    act, _, given = verb.partition(":")
    decisions = {"take", "assign", "give", "days", "close", "sure"}
    data = f"due:{act}:{item_id(town)}:{given}".rstrip(":")
    if who == ZHANG and act not in decisions:
        assert town.chat(who).tap(data)
        return
    with pytest.raises(NotAllowed):
        town.chat(who).tap(data)
    assert ([], set()) == (kept(town), told(town))


@pytest.mark.parametrize("verb", [*VERBS, "open", "card", "why", "nonsense"])
def test_an_item_of_another_branch_looks_like_none(town: Town, verb: str) -> None:
    act, _, given = verb.partition(":")
    for who, number in ((JIANG, item_id(town)), (ADMIN, item_id(town)), (OFFICER, 99_999), (CHAIR, 0)):
        with pytest.raises(NotFound):
            town.chat(who).tap(f"due:{act}:{number}:{given}".rstrip(":"))


# Put off.


def test_the_card_says_how_often_it_was_put_off_and_how_often_it_may_be(town: Town) -> None:
    chat, shown = town.chat(ZHANG), card(town)
    days = chat.press(shown.data("推迟"))
    assert ["1 天", "3 天", "7 天", "选日子", "返回"] == list(days.buttons)
    for _ in range(2):
        toast, again = chat.tap(days.data("3 天"))
    assert "已推迟到 9 月 7 日" == toast.text
    assert "已推迟到 9 月 7 日。\n推迟过 1 次，还可 2 次。" in again.text
    chat.tap(days.data("1 天"))
    assert "推迟过 3 次，再要等由帮扶专责决定。" in last(chat.tap(days.data("7 天"))).text
    with pytest.raises(SnoozedTooOften):
        chat.tap(shown.data("推迟"))
    assert "推迟到哪天？" in town.chat(OFFICER).press(shown.data("推迟")).text
    assert "📌 9 月 4 日 某officer 推迟到 9 月 24 日" in _why(town, 20)


def _why(town: Town, days: int) -> str:
    """The officer puts it off by the calendar; what 为何提醒 then says."""
    day = date(2017, 9, 4) + timedelta(days=days)
    town.chat(OFFICER).tap(f"due:day:{item_id(town)}:snooze:{day.isoformat()}")
    text = town.chat(ZHANG).press(f"due:why:{item_id(town)}").text
    assert "处理记录" in text
    return f"📌 {text.split('处理记录</b>', 1)[1].strip()}"


def test_the_calendar_holds_thirty_days_and_no_other(town: Town) -> None:
    chat, shown = town.chat(ZHANG), card(town)
    page = chat.press(chat.press(shown.data("推迟")).data("选日子"))
    assert ("5" in page.buttons, "4" in page.buttons, "2017 年 9 月" in page.buttons) == (True, False, True)
    after = chat.press(page.data("›"))
    assert ("4" in after.buttons, "5" in after.buttons) == (True, False)
    assert "已推迟到 10 月 4 日" in last(chat.tap(after.data("4"))).text
    for forged in ("2017-10-05", "2017-09-04", "2017-09-31", "soon", ""):
        with pytest.raises(DayNotOffered):
            chat.tap(f"due:day:{item_id(town)}:snooze:{forged}")
    for forged in ("snooze:{}:999999999", "until:{}:moved:999999999", "snooze:{}:0"):
        with pytest.raises(DayNotOffered):
            chat.tap("due:" + forged.format(item_id(town)))
    assert 1 == len(kept(town))


# Moved, declined, in hospital.


@pytest.mark.parametrize(("button", "said"), [("搬迁", "搬迁"), ("拒绝", "不愿接受走访"), ("住院", "在住院")])
def test_what_keeps_a_household_away_is_noted_in_four_taps(town: Town, button: str, said: str) -> None:
    chat, shown = town.chat(ZHANG), card(town)
    until = chat.press(chat.press(shown.data("更多")).data(button))
    assert ["7 天", "14 天", "30 天", "选日子", "返回"] == list(until.buttons)
    noted = chat.press(until.data("14 天"))
    assert f"✓ 已记下：<b>苗云涛</b> {FILE_NO} {said}，9 月 18 日再提醒" in noted.text
    assert {OFFICER} == {who for who, _ in told(town)}
    assert "✓ 已补上这句话。" in chat.ask("下周 <b>手术</b>").text
    assert "（下周 &lt;b&gt;手术&lt;/b&gt;）" in card(town).text
    assert ("去医院看望，现在填" in noted.buttons) == (button == "住院")


def test_in_hospital_the_visit_begins_there(town: Town) -> None:
    chat, number = town.chat(ZHANG), item_id(town)
    noted = chat.press(f"due:until:{number}:hospital:14")
    assert "今天 · 医院 · 定期复核" in last(chat.tap(noted.data("去医院"))).text


def test_a_sentence_typed_into_a_report_is_not_taken_for_a_reason(town: Town) -> None:
    chat, number = town.chat(ZHANG), item_id(town)
    chat.write("走访 施磊斌")
    noted = chat.press(f"due:until:{number}:moved:7")
    assert "想补一句" not in noted.text
    chat.write("搬去昆明了")
    assert [("moved", "")] == kept(town)


# The ladder's acts.


def test_the_second_officer_is_told_who_has_it(town: Town) -> None:
    shown = card(town, OFFICER)
    toast, again = town.chat(OFFICER).tap(shown.data("我来处理"))
    assert "已接手" == toast.text
    assert "📌 9 月 4 日 某officer 已接手" in again.text
    with pytest.raises(AlreadyTaken) as refused:
        town.chat(CHAIR).tap(shown.data("我来处理"))
    assert {"name": "某officer"} == refused.value.details
    assert {(ZHANG, "step_taken")} == told(town)


def test_reassigning_takes_two_taps_and_tells_both(town: Town) -> None:
    shown = card(town, OFFICER)
    people = town.chat(OFFICER).press(shown.data("改派"))
    assert ["某officer（0）", "某chair（0）", "返回"] == list(people.buttons)
    toast, again = town.chat(OFFICER).tap(people.data("某chair"))
    assert "已交给 某chair，会通知对方" == toast.text
    assert "📌 9 月 4 日 某officer 交给 某chair" in again.text
    assert {(CHAIR, "step_assigned"), (ZHANG, "step_passed_on")} == told(town)
    town.chat(OFFICER).tap(people.data("某chair"))
    assert [("reassign", "")] == kept(town)


def test_who_is_given_it_sees_what_was_known_before(town: Town) -> None:
    number = item_id(town)
    town.chat(ZHANG).tap(f"due:until:{number}:hospital:14")
    town.chat(ZHANG).write("州医院")
    people = town.chat(OFFICER).press(f"due:assign:{number}")
    town.chat(OFFICER).tap(people.data("某chair"))
    shown = town.chat(CHAIR).press(f"due:open:{number}")
    assert "交给 某chair\n📌 9 月 4 日 张东：住院，9 月 18 日再提醒（州医院）" in shown.text


def test_many_people_are_turned_page_by_page(town: Town) -> None:
    home = town.database.view(followups.get, town.chat(OFFICER).person(), item_id(town)).household.union_name

    def join(tx: Transaction) -> None:
        union = tx.connection.scalar(
            select(table_of(Household).c.union_id).where(table_of(Household).c.file_no == FILE_NO)
        )
        for number in range(9):
            code = invitations.invite(tx, roles=[Role.CADRE], union_id=union).code
            invitations.join(tx, code, telegram_id=3_000 + number, first_name=f"新人{number}{'长' * 40}")

    town.database.transact(join)
    assert home
    chat, data = town.chat(OFFICER), f"due:assign:{item_id(town)}"
    first = chat.press(data)
    assert 8 == sum("新人" in label for label in first.buttons)
    second = chat.press(first.data("›"))
    assert "新人8" in next(iter(second.buttons))
    assert ["‹", "返回"] == [*second.buttons][-2:]
    assert second.buttons == chat.press(f"{data}:999").buttons


def test_more_days_take_a_reason_from_a_button_or_a_sentence(town: Town) -> None:
    chat, shown = town.chat(OFFICER), card(town, OFFICER)
    why = chat.press(shown.data("再给"))
    assert ["已约好日子", "户主外出", "干部出差", "天气或路不通", "返回"] == list(why.buttons)
    with pytest.raises(BadReason):
        chat.write(LONG)
    assert "已宽限到 9 月 7 日" in chat.ask("  要等孩子\n放假 ").text
    assert [("more_days", "要等孩子 放假")] == kept(town)
    town.clock.advance(days=1)
    toast, again = chat.tap(why.data("户主外出"))
    assert "已宽限到 9 月 8 日" == toast.text
    assert "（户主外出）" in again.text
    assert "(Family away)" in card(town, CHAIR, language="en").text


def test_closing_asks_why_and_once_more_and_says_what_comes_next(town: Town) -> None:
    chat, shown = town.chat(OFFICER), card(town, OFFICER)
    why = chat.press(shown.data("关闭"))
    sure = chat.press(why.data("刚见过"))
    assert ["确定关闭", "返回"] == list(sure.buttons)
    assert [] == kept(town)
    done = chat.press(sure.data("确定"))
    assert f"✓ 已关闭 <b>苗云涛</b> {FILE_NO} 的走访。\n下一次：走访，2018 年 3 月 3 日到期。" == done.text
    stale = chat.press(sure.data("确定"))
    assert "这件已由 某officer 关闭（9 月 4 日）" in stale.text
    assert [("close", "SEEN")] == kept(town)


def test_a_typed_reason_waits_for_the_confirmation(town: Town) -> None:
    chat, shown = town.chat(OFFICER), card(town, OFFICER)
    chat.tap(shown.data("关闭"))
    chat.write("说错了")
    sure = chat.ask("已转社区: 由社区跟进")
    assert "原因：已转社区: 由社区跟进" in sure.text
    chat.tap(sure.data("确定"))
    assert [("close", "已转社区: 由社区跟进")] == kept(town)


def test_a_confirmation_whose_reason_is_gone_asks_again(town: Town) -> None:
    chat, shown = town.chat(OFFICER), card(town, OFFICER)
    chat.tap(shown.data("关闭"))
    sure = chat.ask("已转社区")
    chat.tap("due:open:0".replace("0", str(item_id(town))))
    town.clock.advance(hours=2)
    toast, again = chat.tap(sure.data("确定"))
    assert "这一步已经过去了" in toast.text
    assert "关闭这一次，是什么原因？" in again.text
    assert [] == kept(town)


def test_a_reason_is_no_longer_awaited_once_another_card_is_open(town: Town) -> None:
    chat, shown = town.chat(OFFICER), card(town, OFFICER)
    chat.tap(shown.data("再给"))
    card(town, OFFICER)
    chat.write("凤芳")
    assert [] == kept(town)


def test_a_report_being_filled_is_kept_when_a_reason_is_asked(town: Town) -> None:
    chat = town.chat(OFFICER)
    chat.write("走访 施磊斌")
    why = chat.press(f"due:days:{item_id(town)}")
    assert "（正在填的走访 · 施磊斌已存草稿）" in why.text
    chat.write("约了周五")
    assert [("more_days", "约了周五")] == kept(town)
    assert "施磊斌" in chat.ask("草稿").text


PARTS = (
    "", "0", "1", "-1", "7", "14", "99999999999999999999", "moved", "hospital", "snooze", "take",
    "2017-09-06", "2017-13", "2017-13-40", "10000-01-01", "0000-00", "SEEN", "ROAD",
    "ARRANGED", "<b>", "苗", "١٢",
)  # fmt: skip


def test_whatever_is_forged_is_answered_or_refused_and_never_breaks(town: Town) -> None:
    chance, number = random.Random(17), item_id(town)  # noqa: S311 - a seeded test
    verbs = sorted({verb.partition(":")[0] for verb in VERBS} | {"open", "card", "why", "until", "", "x"})
    chats = [town.chat(one) for one in (ZHANG, JIANG, OFFICER, CHAIR, TREASURER, AUDITOR, ADMIN)]
    answered = refused = 0
    for turn in range(600):
        about = chance.choice((*[number] * 20, *range(turn % 70), *PARTS))
        parts = [chance.choice(PARTS) for _ in range(chance.randrange(4))]
        data = ":".join(["due", chance.choice(verbs), str(about), *parts])
        if len(data.encode()) > DATA_LIMIT_BYTES:
            continue
        try:
            assert chance.choice(chats).tap(data)
            answered += 1
        except Refused:
            refused += 1
    assert min(answered, refused) > 50


# What has ended.


def test_an_answered_item_says_what_answered_it(town: Town) -> None:
    chat, shown = town.chat(ZHANG), card(town)
    opening = last(chat.tap(shown.data("现在填")))
    review = last(chat.tap(opening.data("一切如前")))
    chat.tap(review.data("提交"))
    for label in shown.buttons:
        if label == "打开档案":
            continue
        said = chat.press(shown.data(label))
        assert f"这件已经办完了：<b>苗云涛</b> {FILE_NO}，ZF-2017-000104（9 月 4 日）。" == said.text
        assert ["打开档案"] == list(said.buttons)


@pytest.mark.parametrize("meanwhile", ["sure:SEEN", "take", "give"])
def test_a_report_begun_before_somebody_decided_is_taken_all_the_same(town: Town, meanwhile: str) -> None:
    officer, chat, number = town.chat(OFFICER), town.chat(ZHANG), item_id(town)
    review = last(chat.tap(last(chat.tap(f"due:now:{number}")).data("一切如前")))
    act, _, given = meanwhile.partition(":")
    officer.tap(f"due:{act}:{number}:{given or town.chat(CHAIR).person().id}")
    assert "✓ 走访 <b>ZF-2017-000104</b> · 苗云涛" in last(chat.tap(review.data("提交"))).text
    (coming,) = town.database.view(
        followups.due, date(2018, 4, 1), household_id=town.household_id(FILE_NO), limit=1
    )
    assert coming.due_on >= date(2017, 11, 30)


def test_a_reason_typed_for_what_was_answered_meanwhile_does_nothing(town: Town) -> None:
    officer, chat, shown = town.chat(OFFICER), town.chat(ZHANG), card(town)
    officer.tap(f"due:days:{item_id(town)}")
    opening = last(chat.tap(shown.data("现在填")))
    chat.tap(last(chat.tap(opening.data("一切如前"))).data("提交"))
    assert "这件已经办完了" in officer.ask("约了周五").text
    assert [] == kept(town)


def test_closing_the_file_ends_what_was_due(town: Town) -> None:
    shown, number = card(town), item_id(town)

    def shut(tx: Transaction) -> None:
        table = table_of(Household)
        tx.connection.execute(
            update(table).where(table.c.file_no == FILE_NO).values(state="CLOSED", closed_on=tx.today)
        )
        followups.refresh(tx, town_household)

    town_household = town.household_id(FILE_NO)
    town.database.transact(shut)
    assert "这件已经不用办了（9 月 4 日）" in town.chat(ZHANG).press(shown.data("现在填")).text
    state = select(table_of(Followup).c.state).where(table_of(Followup).c.id == number)
    assert FollowupState.CANCELLED == town.database.view(lambda tx: tx.connection.scalar(state))


# In the file.


def test_the_file_shows_what_was_done_newest_first(town: Town) -> None:
    assert "处理记录" not in town.chat(ZHANG).ask(f"档案 {FILE_NO}").text
    number = item_id(town)
    town.chat(ZHANG).tap(f"due:snooze:{number}:1")
    town.chat(OFFICER).tap(f"due:days:{number}:ROAD")
    file = town.chat(AUDITOR).ask(f"档案 {FILE_NO}")
    newest = "9 月 4 日 某officer 宽限到 9 月 7 日（天气或路不通）\n9 月 4 日 张东 推迟到 9 月 5 日"
    assert newest in file.text
    full = town.chat(AUDITOR).press(file.data("处理记录"))
    assert "宽限到 9 月 7 日（天气或路不通） · 走访" in full.text
    with pytest.raises(NotFound):
        town.chat(JIANG).tap(file.data("处理记录"))


def test_every_word_of_the_acts_is_said_in_english_too(town: Town) -> None:
    shown = card(town, OFFICER, language="en")
    assert {"I’ll handle it", "Reassign", "3 more days", "Close"} <= set(shown.buttons)
    done = town.chat(OFFICER, "en").press(f"due:until:{item_id(town)}:declined:7")
    assert f"✓ Noted: <b>苗云涛</b> {FILE_NO} declines visits. Next reminder 11 Sep" in done.text
    assert 3 == steps.SNOOZES_MAX


def test_buttons_of_old_messages_still_work(town: Town) -> None:
    number: Any = item_id(town)
    chat = town.chat(ZHANG)
    for old in ("open", "card", "later", "why", "missed", "visited", "now"):
        assert chat.tap(f"due:{old}:{number}")
    assert "已推迟到 9 月 5 日" in last(chat.tap(f"due:snooze:{number}:1")).text
