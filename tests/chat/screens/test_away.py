"""外出 and 我回来了: in one line or by taps, for oneself or for somebody who forgot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from bot.chat.screens.takeover import away_words
from bot.texts.catalogue import LANGUAGES
from storage import errors
from storage.codes import Role
from storage.members import absences, invitations, membership, people
from storage.takeover import departures
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.conftest import Town

TODAY = date(2017, 9, 4)
CHANG = 1008


def colleague(town: Town, name: str = "昌洋佳", telegram_id: int = CHANG) -> None:
    """The other cadre of 张东's branch joins."""

    def work(tx: Transaction) -> None:
        code = invitations.invite(tx, roles=[Role.CADRE], name=name).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=name)

    town.database.transact(work)


def stands_in(town: Town, telegram_id: int, on: date = TODAY) -> set[str]:
    """The names of those this person stands in for."""

    def work(tx: Transaction) -> set[str]:
        person = people.find(tx, telegram_id)
        assert person is not None
        return {people.get(tx, one).name for one in absences.standing_in(tx, person.id, on)}

    return town.database.transact(work)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("至 9月20日 昌洋佳", ("", None, date(2017, 9, 20), "昌洋佳")),
        ("至9月20日昌洋佳", ("", None, date(2017, 9, 20), "昌洋佳")),
        ("到9月20号由昌洋佳代", ("", None, date(2017, 9, 20), "昌洋佳")),
        ("9月10日至9月20日 昌洋佳", ("", date(2017, 9, 10), date(2017, 9, 20), "昌洋佳")),
        ("2017-09-10至2017-09-20", ("", date(2017, 9, 10), date(2017, 9, 20), "")),
        ("张东 从9月10日到9月20日 蒋立", ("张东", date(2017, 9, 10), date(2017, 9, 20), "蒋立")),
        ("本周", ("", None, date(2017, 9, 10), "")),
        ("至下周 蒋立", ("", None, date(2017, 9, 17), "蒋立")),
        ("3天 蒋立", ("", None, date(2017, 9, 7), "蒋立")),
        ("until 20 Sep Chang Li", ("", None, date(2017, 9, 20), "Chang Li")),
        ("from 10 Sep to 20 Sep Chang", ("", date(2017, 9, 10), date(2017, 9, 20), "Chang")),
        ("至 1月5日 蒋立", ("", None, date(2018, 1, 5), "蒋立")),
        ("到今天", ("", None, TODAY, "")),
    ],
)
def test_one_line_says_who_from_when_until_when_and_who_stands_in(
    line: str, wanted: tuple[str, date | None, date, str]
) -> None:
    assert away_words.Wanted(*wanted) == away_words.read(line, TODAY)


@pytest.mark.parametrize(
    "line", ["", "打工去了", "2月30日", "至 昌洋佳", "到处走走", "—", "至", "9999999999"]
)
def test_a_line_without_a_day_is_no_leave(line: str) -> None:
    assert away_words.read(line, TODAY) is None


def test_one_line_leads_to_the_card_and_one_tap_sets_it(town: Town) -> None:
    colleague(town)
    card = town.chat(ZHANG).ask("外出至 9月20日 昌洋佳")
    assert "张东 外出 9 月 4 日–9 月 20 日（周三）" in card.text
    assert "9 月 21 日起自动还回来" in card.text
    assert "只在这几天看得到" not in card.text
    done = town.chat(ZHANG).press(card.data("就这样"))
    assert "您 9 月 4 日–9 月 20 日（周三）外出，由 昌洋佳 代" in done.text
    assert {"张东"} == stands_in(town, CHANG, date(2017, 9, 20))


def test_by_taps_colleagues_come_first_with_what_they_have_to_do(town: Town) -> None:
    colleague(town)
    chat = town.chat(ZHANG)
    first = chat.ask("外出")
    who = chat.press(first.data("下周"))
    assert ["昌洋佳", "某officer", "某chair"] == list(who.buttons)[:3]
    assert "昌洋佳 · 走访干部 · 机关分会 · 名下 3 户，待办 2 项" in who.text
    card = chat.press(who.data("昌洋佳"))
    chat.press(card.data("就这样"))
    assert {"张东"} == stands_in(town, CHANG, date(2017, 9, 17))


def test_the_calendar_goes_a_year_ahead_and_no_further(town: Town) -> None:
    chat = town.chat(ZHANG)
    month = chat.press(chat.ask("外出").data("选日子"))
    assert not any("2017-09-03" in data for data in month.buttons.values())
    for _ in range(12):
        month = chat.press(month.data("›"))
    assert {"2018-09-03", "2018-09-04"} & {data.rsplit(":", 1)[1] for data in month.buttons.values()} == {
        "2018-09-03",
        "2018-09-04",
    }
    assert "›" not in month.buttons


def test_another_first_day_can_be_chosen_on_the_card(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.ask("外出至 9月20日 某officer")
    month = chat.press(card.data("改开始日"))
    card = chat.press(month.data("18"))
    assert "9 月 18 日–9 月 20 日" in card.text
    done = chat.press(card.data("就这样"))
    assert "不外出了" in done.buttons
    assert set() == stands_in(town, OFFICER)
    assert "取消了" in chat.press(done.data("不外出了")).text


def test_of_another_branch_only_who_is_named_and_the_card_says_what_they_will_see(town: Town) -> None:
    chat = town.chat(ZHANG)
    assert "蒋立" not in chat.ask("外出至 9月20日").buttons
    assert "蒋立只在这几天看得到 机关分会 的档案" in chat.ask("外出至 9月20日 蒋立").text


def test_a_name_nobody_has_or_who_cannot_leads_to_the_list(town: Town) -> None:
    for name in ("无此人", "曹玉芳", "张东"):
        said = town.chat(ZHANG).ask(f"外出至 9月20日 {name}")
        assert f"{name} 那几天不能代" in said.text
        assert "某officer" in said.buttons


def test_of_two_of_one_name_one_is_chosen_by_their_branch(town: Town) -> None:
    def work(tx: Transaction) -> None:
        for telegram_id, union in ((2001, "发电分会"), (2002, "热控分会")):
            union_id = membership.union_named(tx, union)
            code = invitations.invite(tx, roles=[Role.CADRE], union_id=union_id).code
            invitations.join(tx, code, telegram_id=telegram_id, first_name="王芳")

    town.database.transact(work)
    said = town.chat(ZHANG).ask("外出至 9月20日 王芳")
    assert ["王芳 · 发电分会", "王芳 · 热控分会"] == list(said.buttons)


def test_what_was_not_understood_is_asked_for_and_may_be_written(town: Town) -> None:
    chat = town.chat(ZHANG)
    assert "没看懂到哪天" in chat.ask("外出 去云南").text
    assert "由下面这位代" in chat.ask("9月20日 蒋立").text


def test_a_report_being_filled_is_put_aside_so_that_the_line_may_be_written_as_told(town: Town) -> None:
    chat = town.chat(ZHANG)
    chat.write("走访 施磊斌")
    kept, asked = chat.write("外出")
    assert "已存草稿" in kept.text
    assert "外出至 9月20日 姓名" in asked.text
    assert "由下面这位代" in chat.ask("外出至 9月20日 蒋立").text


def test_i_am_back_ends_it_and_says_what_was_done(town: Town) -> None:
    chat = town.chat(ZHANG)
    chat.press(chat.ask("外出至 9月20日 蒋立").data("就这样"))
    assert "您在代 张东，到 9 月 20 日" in town.chat(JIANG).ask("外出").text
    said = chat.ask("我回来了")
    assert "办了 0 件，还有 1 件待办" in said.text
    assert set() == stands_in(town, JIANG)
    with pytest.raises(errors.NotAway):
        chat.write("我回来了")


def test_a_second_tap_on_the_card_sets_nothing_more(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.ask("外出至 9月20日 蒋立")
    assert chat.press(card.data("就这样")).text == chat.press(card.data("就这样")).text


def test_an_old_card_is_refused_when_the_substitute_has_gone_away_meanwhile(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.ask("外出至 9月20日 蒋立")
    jiang = town.chat(JIANG)
    jiang.press(jiang.ask("外出至 9月6日 某officer").data("就这样"))
    with pytest.raises(errors.StandInAway):
        chat.tap(card.data("就这样"))


def test_an_old_card_is_refused_when_its_days_are_over(town: Town) -> None:
    chat = town.chat(ZHANG)
    card = chat.ask("外出至 9月20日 蒋立")
    town.clock.set(datetime(2017, 9, 21, 1, tzinfo=UTC))
    with pytest.raises(errors.LeaveDays):
        chat.tap(card.data("就这样"))


def test_the_officer_sets_it_for_a_cadre_who_forgot(town: Town) -> None:
    chat = town.chat(OFFICER)
    people_list = chat.press(chat.ask("外出").data("替别人登记"))
    people_list = chat.press(people_list.data("张东"))
    assert "给 张东 登记外出" in people_list.text
    card = chat.ask("外出 张东 至 9月20日 蒋立")
    said = chat.press(card.data("就这样"))
    assert "张东 9 月 4 日–9 月 20 日（周三）外出，由 蒋立 代" in said.text
    assert {"张东"} == stands_in(town, JIANG)
    assert "已销假" in chat.press(said.data("我回来了")).text


def test_a_cadre_sets_none_for_a_colleague_by_word_or_forged_button(town: Town) -> None:
    chat = town.chat(ZHANG)
    assert "您能登记的人里没有“蒋立”" in chat.ask("外出 蒋立 至 9月20日").text
    jiang = town.chat(JIANG).person().id
    for data in (f"away:for:{jiang}", f"away:back:{jiang}", f"away:who:{jiang}:0:2017-09-20"):
        with pytest.raises(errors.NotAllowed):
            chat.tap(data)


@pytest.mark.parametrize("who", [TREASURER, AUDITOR, ADMIN])
def test_who_makes_no_reports_has_no_leave_to_set(town: Town, who: int) -> None:
    for said in ("外出", "我回来了"):
        with pytest.raises(errors.NotAllowed):
            town.chat(who).write(said)


@pytest.mark.parametrize(
    "data",
    [
        "away:who:0:0:",
        "away:who:0:0:2017-02-30",
        "away:ask:0:0:2017-09-20:999999",
        "away:ask:0:x:2017-09-20:0",
        "away:set:0:0:2017-09-20:-1",
        "away:set:0:0:9999-12-31:18",
        "away:set:0:2017-09-30:2017-09-20:18",
        "away:start:0:nonsense:1",
        "away:for:999999",
    ],
)
def test_forged_buttons_are_refused_by_name(town: Town, data: str) -> None:
    with pytest.raises(errors.Refused):
        town.chat(OFFICER if "for" in data else ZHANG).tap(data)


def test_a_forged_last_day_at_the_end_of_time_shows_the_farthest_that_may_be_set(town: Town) -> None:
    chat = town.chat(ZHANG)
    shown = chat.press("away:start:0:9999-12-31:2:9999-12")
    assert all("9999" not in data for data in shown.buttons.values())


def test_nobody_left_to_stand_in_is_said_plainly(town: Town) -> None:
    for gone in (OFFICER, CHAIR):
        town.database.transact(departures.blocked, gone)
    said = town.chat(ZHANG).ask("外出至 9月20日")
    assert "这几天没有人能代" in said.text


def test_the_file_says_who_stands_in_for_its_liaison(town: Town) -> None:
    chat = town.chat(ZHANG)
    assert "联系人 张东\n" in town.chat(OFFICER).ask("档案 K170001").text
    chat.press(chat.ask("外出至 9月20日 蒋立").data("就这样"))
    assert "联系人 张东（外出至 9 月 20 日，代：蒋立）" in town.chat(JIANG).ask("档案 K170001").text
    town.database.transact(departures.blocked, JIANG)
    assert "联系人 张东（外出至 9 月 20 日，暂归帮扶专责）" in town.chat(OFFICER).ask("档案 K170001").text


def test_whoever_stands_in_reports_there_and_no_longer_than_the_leave(town: Town) -> None:
    chat, jiang = town.chat(ZHANG), town.chat(JIANG)
    assert "没有找到" in jiang.ask("走访 苗云涛").text
    chat.press(chat.ask("外出至 9月5日 蒋立").data("就这样"))
    assert "苗云涛" in jiang.write("走访 苗云涛")[-1].text
    town.clock.advance(days=2)
    said = jiang.write("入户")
    assert "您已经看不到苗云涛的档案" in said[0].text
    assert "张东" in said[0].text
    assert "苗云涛" in chat.ask("草稿").text
    assert "没有草稿" in jiang.ask("草稿").text


def test_a_kept_draft_of_a_file_out_of_sight_goes_on_to_whoever_has_it(town: Town) -> None:
    chat, jiang = town.chat(ZHANG), town.chat(JIANG)
    chat.press(chat.ask("外出至 9月5日 蒋立").data("就这样"))
    jiang.write("走访 苗云涛")
    listed = jiang.ask("草稿")
    town.clock.advance(days=2)
    assert "转给 张东 了" in jiang.press(listed.data("继续")).text
    assert "苗云涛" in chat.ask("草稿").text


def test_what_nobody_can_take_over_lies_aside_and_that_is_said(town: Town) -> None:
    chat, jiang = town.chat(ZHANG), town.chat(JIANG)
    for who in (chat, town.chat(OFFICER)):
        who.write("走访 苗云涛")
    chat.press(chat.ask("外出 至 9月5日 蒋立").data("就这样"))
    jiang.write("走访 苗云涛")
    town.clock.advance(days=2)
    assert "先放着，提交不了" in jiang.write("/cancel")[0].text
    assert 1 == len(jiang.write("苗云涛"))


def test_what_a_substitute_began_comes_back_with_the_one_who_was_away(town: Town) -> None:
    chat, jiang = town.chat(ZHANG), town.chat(JIANG)
    chat.press(chat.ask("外出至 9月20日 蒋立").data("就这样"))
    jiang.write("走访 苗云涛")
    town.clock.advance(minutes=11)
    chat.ask("我回来了")
    assert "苗云涛" in chat.ask("草稿").text
    assert "没有草稿" in jiang.ask("草稿").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_words_in_both_languages(town: Town, language: str) -> None:
    chat = town.chat(ZHANG, language)
    first = chat.ask("/away")
    steps = [first, chat.press("away:cal:0"), chat.press("away:who:0:0:2017-09-10")]
    substitute = town.chat(JIANG).person().id
    steps.append(chat.press(f"away:ask:0:0:2017-09-10:{substitute}"))
    steps.append(chat.press(f"away:start:0:2017-09-10:{substitute}"))
    steps.append(chat.press(f"away:set:0:0:2017-09-10:{substitute}"))
    steps += [chat.ask("/away"), chat.ask("/back")]
    assert all(step.text for step in steps)


def test_a_long_name_stays_within_the_card(town: Town) -> None:
    long = "长" * 64
    town.database.transact(_join_as, long)
    said = town.chat(ZHANG).ask(f"外出至 9月20日 {long}")
    assert "…" in said.text


def _join_as(tx: Transaction, name: str) -> None:
    code = invitations.invite(tx, roles=[Role.OFFICER]).code
    invitations.join(tx, code, telegram_id=3001, first_name=name)
