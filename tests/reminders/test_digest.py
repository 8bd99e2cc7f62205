"""The digest as it reads: groups, two short lines an item, what came up the ladder, and where it ends."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.buttons import DATA_LIMIT_BYTES
from bot.reminders import digest, wording
from bot.texts.catalogue import words
from storage.codes import FollowupKind, NoticeReason, Stage
from storage.telling.bulletins import Bulletin
from storage.telling.hearers import Hearer
from storage.telling.mornings import Morning
from storage.telling.notices import Line
from storage.telling.outages import Outage
from tests.reminders.test_item_card import RECHECK, REVISIT, TODAY

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2017, 9, 4, 0, 30, tzinfo=UTC)
ZHANG = Hearer(
    person_id=1,
    chat_id=1001,
    name="张东",
    language="zh",
    union_id=2,
    is_reachable=True,
    is_busy=False,
    last_on=None,
)


def line(
    number: int,
    name: str,
    days: int,
    because: NoticeReason = NoticeReason.LIAISON,
    kind: FollowupKind = FollowupKind.RECHECK,
) -> Line:
    """An item of a household of its own, due so many days from today."""
    house = replace(RECHECK.household, id=number, name=name)
    item = replace(RECHECK, id=number, household=house, kind=kind, due_on=TODAY + timedelta(days=days))
    return Line(item, Stage.DUE, because)


def bulletin(slug: str, **details: int | str) -> Bulletin:
    facts = {"name": "施磊斌", "file_no": "K170001", "person": "李梅", "phone": None}
    return Bulletin(1, slug, is_urgent=False, created_at=NOW, details=details, facts=facts)


def drawn(
    *lines: Line,
    bulletins: tuple[Bulletin, ...] = (),
    outages: tuple[Outage, ...] = (),
    language: str = "zh",
    now: datetime = NOW,
) -> tuple[str, list[list[tuple[str, str]]]]:
    """The text, and the rows of buttons."""
    morning = Morning(ZHANG, TODAY, SHANGHAI, lines, bulletins, outages)
    text, keyboard = digest.draw(morning, words(language), now=now)
    return text, [[(button.text, button.data) for button in row] for row in keyboard]


def test_a_morning_reads_by_late_today_and_this_week() -> None:
    revisit = Line(
        replace(REVISIT, id=3, household=replace(REVISIT.household, id=3, name="袁静")),
        Stage.OPENS,
        NoticeReason.LIAISON,
    )
    text, buttons = drawn(line(1, "凤芳", -2), line(2, "施磊斌", 0), revisit, line(4, "苗娟", 8))
    expected = (
        "早上好，张东。今天 9 月 4 日（周一），您有 4 户：\n"
        "\n<b>迟</b>（今天去也算）\n"
        "<b>凤芳</b> 特别困难 · 9 月 2 日到期，迟 2 天\n"
        "　上次 6 月 4 日：持平，需要医疗\n"
        "\n<b>今天</b>\n"
        "<b>施磊斌</b> 特别困难 · 今天到期\n"
        "　上次 6 月 4 日：持平，需要医疗\n"
        "\n<b>本周</b>\n"
        "<b>袁静</b> 回访：医疗救助 1,800.00 元 · 9 月 6 日（周三）到期\n"
        "　8 月 7 日发放\n"
        "\n<b>本周以后</b>\n"
        "<b>苗娟</b> 特别困难 · 9 月 12 日（周二）到期\n"
        "　上次 6 月 4 日：持平，需要医疗"
    )
    assert expected == text
    assert [
        [("凤芳", "due:open:1"), ("施磊斌", "due:open:2"), ("袁静 · 回访", "due:open:3")],
        [("苗娟", "due:open:4")],
    ] == buttons


def test_only_headings_with_something_under_them_are_there() -> None:
    text, _ = drawn(line(1, "凤芳", 0))
    assert [True, False, False] == [head in text for head in ("<b>今天</b>", "<b>迟</b>", "<b>本周</b>")]


def test_what_came_up_the_ladder_stands_apart_and_says_whose_it_is() -> None:
    up = line(2, "施磊斌", -8, NoticeReason.OFFICER)
    up = replace(up, item=replace(up.item, assignee_name="李<梅>"), stage=Stage.OFFICER)
    text, _ = drawn(line(1, "凤芳", -2), up)
    expected = (
        "\n<b>请您过问</b>\n"
        "<b>施磊斌</b> 特别困难 · 8 月 27 日到期，迟 8 天\n"
        "　联系人 李&lt;梅&gt;，已过 7 天 · 上次 6 月 4 日：持平，需要医疗"
    )
    assert text.endswith(expected)


def test_where_all_came_up_the_ladder_none_of_it_is_called_ones_own() -> None:
    up = replace(line(2, "施磊斌", -300, NoticeReason.CHAIR), stage=Stage.CHAIR)
    expected = (
        "早上好，张东。今天 9 月 4 日（周一），有 1 户请您过问：\n"
        "\n<b>施磊斌</b> 特别困难 · 2016 年 11 月 8 日到期，迟 300 天\n"
        "　联系人 张东，已过 14 天，专责已知 · 上次 6 月 4 日：持平，需要医疗"
    )
    assert expected == drawn(up)[0]


def test_neither_ones_own_nor_what_came_up_crowds_out_the_other() -> None:
    own = [line(number, f"己{number}", -1) for number in range(1, 21)]
    up = [line(number, f"上{number}", -9, NoticeReason.CHAIR) for number in range(21, 41)]
    text, buttons = drawn(*own, *up)
    assert (6, 4) == (text.count("<b>己"), text.count("<b>上"))
    assert text.endswith("另有 30 户")
    assert [("另有 30 户", "due:list")] == buttons[-1]
    assert 10 == drawn(*own)[0].count("<b>己")
    assert 10 == drawn(*up)[0].count("<b>上")


def test_sixty_yearly_checks_are_one_line() -> None:
    checks = [line(number, f"户{number}", 57, kind=FollowupKind.REVIEW) for number in range(1, 61)]
    text, buttons = drawn(line(99, "凤芳", 0), *checks)
    assert text.endswith("\n<b>年度清查</b>：60 户，10 月 31 日前各走一次，平时走访也算。")
    assert "另有" not in text
    assert [[("凤芳", "due:open:99")], [("年度清查 60 户", "due:list:review")]] == buttons


def test_bulletins_stand_at_the_end_with_a_button_of_their_own_household() -> None:
    news = bulletin("third_miss", household=7, number="ZF-1", count=3, item=9)
    text, buttons = drawn(line(1, "凤芳", 0), bulletins=(news,))
    assert text.endswith("\n\n<b>另外</b>\n<b>3 次没见到人</b> 施磊斌 K170001：李梅（ZF-1），请您看看怎么办")
    assert ("施磊斌", "due:open:9") in buttons[0]


def test_with_bulletins_alone_no_households_are_counted() -> None:
    text, buttons = drawn(bulletins=(bulletin("calendar", year=2027),))
    assert text.startswith("早上好，张东。今天 9 月 4 日（周一）：\n2027 年的放假安排还没有公布")
    assert [] == buttons


def test_what_was_not_sent_and_when_the_bot_was_down_come_first() -> None:
    down = Outage(NOW - timedelta(hours=3), NOW - timedelta(hours=1))
    unsent = bulletin("digest_unsent", on="2017-09-01")
    lines = drawn(line(1, "凤芳", 0), bulletins=(unsent,), outages=(down,))[0].split("\n")
    assert "停机 05:30–07:30，提醒晚到了，请见谅。" == lines[1]
    assert "9 月 1 日的提醒当天没能发出，一并列在这里。" == lines[2]


def test_after_noon_it_is_no_morning() -> None:
    text, _ = drawn(line(1, "凤芳", 0), now=NOW + timedelta(hours=6))
    assert text.startswith("张东，您好。今天")


def test_an_english_morning() -> None:
    text, _ = drawn(line(1, "Feng <Fang>", -1), line(2, "Shi", 1), language="en")
    expected = (
        "Good morning, 张东. It is Mon, 4 Sep. You have 2 households:\n"
        "\n<b>Late</b> (today still counts)\n"
        "<b>Feng &lt;Fang&gt;</b> Special hardship · was due 3 Sep, 1 day late\n"
        "   last visit 4 Jun: about the same, needs medical care\n"
        "\n<b>This week</b>\n"
        "<b>Shi</b> Special hardship · due Tue, 5 Sep\n"
        "   last visit 4 Jun: about the same, needs medical care"
    )
    assert expected == text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_longest_names_still_fit_into_one_message(language: str) -> None:
    lines = [line(number, "阿卜杜热依木·" * 60, -1) for number in range(1, 16)]
    news = bulletin("third_miss", household=7, number="ZF-1", count=3, item=9)
    news = replace(news, facts={**news.facts, "name": "阿卜杜热依木·" * 6})
    text, buttons = drawn(*lines, bulletins=(news,), language=language)
    assert len(html.unescape(text)) <= digest.ROOM_CHARACTERS
    assert text.count("<b>") == text.count("</b>")
    assert 1 <= sum("due:open" in data for row in buttons for _, data in row)
    assert all(len(data.encode()) <= DATA_LIMIT_BYTES for row in buttons for _, data in row)
    assert all(len(label) <= wording.NAME_CHARACTERS for row in buttons for label, _ in row)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("because", list(NoticeReason))
@pytest.mark.parametrize("kind", list(FollowupKind))
def test_every_kind_and_reason_has_its_words(
    language: str, because: NoticeReason, kind: FollowupKind
) -> None:
    one = line(1, "凤芳", -2, because, kind)
    if kind == FollowupKind.REVISIT:
        one = replace(one, item=replace(REVISIT, id=1))
    bare = replace(
        one, item=replace(one.item, last_visit_on=None, assignee_name=None, due_on=date(2014, 1, 1))
    )
    for shown in (one, bare):
        text, buttons = drawn(shown, language=language)
        assert 2 <= len(text.split("\n"))
        assert 1 == len(buttons)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_twenty_long_reasons_fit_into_one_message(language: str) -> None:
    one = bulletin("handover_declined_because", count=3, said="因为" * 100, handover="x" * 32)
    crowd = tuple(replace(one, id=number) for number in range(20))
    text, _ = drawn(line(1, "凤芳", 0), bulletins=crowd, language=language)
    assert len(html.unescape(text)) <= 4_096
    assert "…" in text
    assert 20 == text.count("李梅")


def test_where_nothing_else_helps_whole_lines_are_left_out() -> None:
    long = replace(bulletin("gone_removed"), details={"count": 1, "due": "甲<" * 200, "late": "1"})
    crowd = tuple(
        replace(long, id=number, facts={"person": "乙<" * 50, "phone": "1"}) for number in range(90)
    )
    text, _ = drawn(line(1, "凤芳", 0), bulletins=crowd)
    assert len(html.unescape(text)) <= 4_096
    assert text.endswith("\n…")


@pytest.mark.parametrize("because", [NoticeReason.OFFICER, NoticeReason.CHAIR])
def test_up_the_ladder_it_is_said_that_the_liaison_has_not_joined(because: NoticeReason) -> None:
    waits = replace(line(1, "苗云涛", -14, because), hindrance=NoticeReason.NOT_JOINED, stage=Stage.CHAIR)
    text, _ = drawn(waits)
    assert "　联系人 张东 还没加入，已过 14 天 · " in text
    english, _ = drawn(waits, language="en")
    assert "liaison 张东 has not joined, 14 days past" in english


def test_what_is_left_of_households_that_stand_there_is_counted_apart() -> None:
    twice = replace(line(99, "苗云涛", 3), item=replace(line(1, "苗云涛", 3).item, id=99))
    text, _ = drawn(*(line(number, "苗云涛", 0) for number in range(1, 11)), twice)
    assert text.endswith("这几户另有 1 项")


def test_a_draft_left_lying_is_said_at_its_household_s_own_line_where_that_stands_there() -> None:
    draft = bulletin("draft_due", household=1, matter="draft:1", since="2017-09-01")
    beside, buttons = drawn(line(1, "凤芳", -2), bulletins=(draft,))
    alone, _ = drawn(line(2, "袁静", -2), bulletins=(draft,))

    assert beside.endswith("　上次 6 月 4 日：持平，需要医疗 · 填了没提交")
    assert [[("凤芳", "due:open:1")]] == buttons
    assert "您 9 月 1 日填的还没提交" in alone
    assert "填了没提交" not in alone
