"""规则: who reads which, how one is changed, tried before it holds, and taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text

from storage.columns import table_of
from storage.due import followups, policies
from storage.errors import BadNumber, BadRule, NotAllowed, NotFound
from storage.members import membership
from storage.rulebook.policy import KEYS
from storage.tables.dossiers import Household
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, UNION, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.chatting import Chat, Said
    from tests.chat.screens.conftest import Town


def root(town: Town) -> int:
    return town.database.transact(membership.root_union) or 0


def branch(town: Town) -> int:
    return town.chat(ZHANG).person().union_id


def value(town: Town, key: str, union_id: int | None = None) -> object:
    at = union_id or root(town)
    return town.database.transact(lambda tx: policies.of(tx, at).values[key])


def opened(town: Town, key: str, who: int = OFFICER, union_id: int | None = None) -> Said:
    return town.chat(who).press(f"rules:card:{union_id or root(town)}:{key}")


def set_to(town: Town, key: str, packed: str, who: int = OFFICER, union_id: int | None = None) -> Said:
    return town.chat(who).press(f"rules:set:{union_id or root(town)}:{key}:{packed}")


def test_the_officer_sees_the_rules_of_visits_first_in_words_and_who_set_them(town: Town) -> None:
    said = town.chat(OFFICER).ask("规则")
    lines = said.text.splitlines()
    assert [f"<b>规则 · {UNION}</b>", "走访："] == lines[:2]
    assert "特别困难户每 90 天走访一次 · 默认" == lines[2]
    assert "每年十月、十一月把在册户清查一遍 · 默认" in lines
    set_to(town, "recheck.SPECIAL", "60")
    assert "特别困难户每 60 天走访一次 · 某officer 9 月 4 日设定" in town.chat(OFFICER).ask("/rules").text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", [OFFICER, CHAIR, AUDITOR, ADMIN])
def test_every_group_and_every_card_can_be_read(town: Town, who: int, language: str) -> None:
    chat = town.chat(who, language)
    for group in ("visits", "revisits", "ladder", "hours", "aid", "office", "campaigns"):
        listed = chat.press(f"rules:list:{root(town)}:{group}")
        cards = [data for data in listed.buttons.values() if data.startswith("rules:card:")]
        assert cards
        for data in cards:
            card = chat.press(data)
            assert "rules:list:" in "".join(card.buttons.values())
            tries = [one for one in card.buttons.values() if one.startswith("rules:try:")]
            assert (who != AUDITOR) == bool(tries)


def test_every_rule_has_a_place(town: Town) -> None:
    chat = town.chat(OFFICER)
    found: set[str] = set()
    for group in ("visits", "revisits", "ladder", "hours", "aid", "office", "campaigns"):
        listed = chat.press(f"rules:list:{root(town)}:{group}")
        found |= {one.split(":")[3] for one in listed.buttons.values() if one.startswith("rules:card:")}
    assert set(KEYS) == found


def test_an_auditor_is_told_that_they_can_only_read(town: Town) -> None:
    assert "只能看；要改请找帮扶专责。" == town.chat(AUDITOR).ask("规则").text.splitlines()[-1]


def test_a_cadre_reads_what_concerns_visits_in_the_own_branch(town: Town) -> None:
    said = town.chat(ZHANG).ask("规则")
    assert "特别困难户每 90 天走访一次 · 默认" in said.text
    assert {"rules"} == {one.split(":")[0] for one in said.buttons.values()}
    assert [] == [one for one in said.buttons.values() if one.startswith(("rules:list:", "rules:unions:"))]
    card = opened(town, "recheck.SPECIAL", ZHANG, branch(town))
    assert [f"rules:list:{branch(town)}:visits"] == list(card.buttons.values())


def test_a_cadre_finds_no_other_group_no_other_union_and_no_change(town: Town) -> None:
    cadre, own = town.chat(ZHANG), branch(town)
    assert "走访：" in cadre.press(f"rules:list:{own}:hours").text
    for data in (f"rules:card:{own}:digest_at", f"rules:card:{root(town)}:window", "rules:list:0:visits"):
        with pytest.raises(NotFound):
            cadre.tap(data)
    for verb in ("try", "set", "type"):
        with pytest.raises(NotAllowed):
            cadre.tap(f"rules:{verb}:{own}:window:3")


@pytest.mark.parametrize("who", [TREASURER])
def test_rules_are_not_for_everybody(town: Town, who: int) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).write("规则")
    with pytest.raises(NotAllowed):
        town.chat(who).tap(f"rules:card:{root(town)}:window")


def test_an_auditor_changes_nothing(town: Town) -> None:
    for verb in ("try", "set", "type"):
        with pytest.raises(NotAllowed):
            town.chat(AUDITOR).tap(f"rules:{verb}:{root(town)}:window:3")
    assert 7 == value(town, "window")


def test_a_card_says_what_the_rule_does_what_holds_and_what_it_may_be(town: Town) -> None:
    said = opened(town, "recheck.SPECIAL")
    assert (
        f"<b>特别困难户每 90 天走访一次</b> · {UNION}\n"
        "从上一次走访算起，过这么多天就该再去。\n"
        "现在：90 天（默认）\n"
        "默认：90 天；可以定 7 到 730 天。"
    ) == said.text
    assert {"30 天", "60 天", "120 天", "180 天", "写一个…", "‹ 走访"} == set(said.buttons)


def test_a_change_is_tried_first_and_says_what_it_would_do(town: Town) -> None:
    officer = town.chat(OFFICER)
    due_now = town.database.transact(lambda tx: len({one.file_no for one in followups.due(tx, tx.today)}))
    said = officer.press(opened(town, "recheck.SPECIAL").data("30 天"))
    lines = said.text.splitlines()
    assert [
        f"<b>要改吗？</b> {UNION}",
        "特别困难户每 90 天走访一次",
        "→ 特别困难户每 30 天走访一次",
    ] == lines[:3]
    assert f"现在该去的会从 {due_now} 户变成 " in lines[3]
    assert {"确定", "不改"} == set(said.buttons)
    assert 90 == value(town, "recheck.SPECIAL")
    back = officer.press(said.data("不改"))
    assert "现在：90 天（默认）" in back.text


def test_what_the_preview_foretold_is_what_comes(town: Town) -> None:
    officer = town.chat(OFFICER)
    foretold = officer.press(opened(town, "recheck.SPECIAL").data("30 天"))
    count = int(foretold.text.split("户变成 ")[1].split(" 户")[0])
    officer.press(foretold.data("确定"))
    assert count == town.database.transact(
        lambda tx: len({one.file_no for one in followups.due(tx, tx.today)})
    )


def test_a_change_without_due_days_foretells_none(town: Town) -> None:
    said = town.chat(OFFICER).press(opened(town, "digest_at").data("08:00"))
    assert 3 == len(said.text.splitlines())


def test_a_change_holds_at_once_and_is_kept_with_who_and_when(town: Town) -> None:
    said = set_to(town, "recheck.SPECIAL", "60")
    assert "✓ 已改：特别困难户每 60 天走访一次" == said.text.splitlines()[0]
    assert "现在：60 天（某officer 9 月 4 日设定）" in said.text
    assert "9 月 4 日 某officer：60 天" in said.text
    assert 60 == value(town, "recheck.SPECIAL")


def test_a_second_tap_on_confirm_changes_nothing_more(town: Town) -> None:
    set_to(town, "window", "3")
    set_to(town, "window", "3")
    assert 1 == len(town.database.transact(policies.history, root(town), "window"))


def test_the_last_five_are_shown_and_no_more(town: Town) -> None:
    for days in range(10, 17):
        town.clock.advance(days=1)
        set_to(town, "recheck.SPECIAL", str(days))
    history = opened(town, "recheck.SPECIAL").text.split("改动记录：\n")[1].splitlines()
    assert 5 == len(history)
    assert "9 月 11 日 某officer：16 天" == history[0]


def test_a_change_can_be_taken_back_for_ten_minutes(town: Town) -> None:
    officer = town.chat(OFFICER)
    set_to(town, "window", "3")
    town.clock.advance(minutes=1)
    changed = set_to(town, "window", "14")
    undone = officer.press(changed.data("撤销"))
    assert "✓ 已撤销：到期前 3 天起就可以去" == undone.text.splitlines()[0]
    assert 3 == value(town, "window")
    assert "answerCallbackQuery" == officer.press(changed.data("撤销")).method
    assert 3 == value(town, "window")


def test_an_old_undo_does_nothing(town: Town) -> None:
    officer = town.chat(OFFICER)
    first = set_to(town, "window", "3")
    town.clock.advance(minutes=10, seconds=1)
    assert "answerCallbackQuery" == officer.press(first.data("撤销")).method
    assert 3 == value(town, "window")
    assert "撤销" not in opened(town, "window").buttons


def test_the_first_change_is_taken_back_to_the_default(town: Town) -> None:
    changed = set_to(town, "monitor", "60-120")
    assert [60, 120] == value(town, "monitor")
    town.chat(OFFICER).press(changed.data("撤销"))
    assert [90, 180] == value(town, "monitor")
    assert "现在：90、180 天（默认）" in opened(town, "monitor").text


def test_going_back_to_the_default_is_tried_first_too(town: Town) -> None:
    set_to(town, "window", "3")
    town.clock.advance(hours=1)
    tried = town.chat(OFFICER).press(opened(town, "window").data("恢复默认"))
    assert "→ 改回上级的（或默认的）。" in tried.text
    town.chat(OFFICER).press(tried.data("确定"))
    assert 7 == value(town, "window")


def test_going_back_to_the_default_can_be_taken_back_as_well(town: Town) -> None:
    set_to(town, "window", "3")
    back = set_to(town, "window", "reset")
    assert 7 == value(town, "window")
    assert "9 月 4 日 某officer：不另定" in back.text
    town.chat(OFFICER).press(back.data("撤销"))
    assert 3 == value(town, "window")


def test_what_would_be_the_wrong_way_round_is_not_offered(town: Town) -> None:
    assert {"5 天", "10 天", "14 天"} <= set(opened(town, "ladder.officer").buttons)
    set_to(town, "ladder.chair", "10")
    offered = set(opened(town, "ladder.officer").buttons)
    assert {"5 天", "10 天"} <= offered
    assert "14 天" not in offered


# Typing.


def typing(town: Town, key: str, *said: str) -> list[Said]:
    officer = town.chat(OFFICER)
    officer.press(opened(town, key).data("写一个"))
    return [one for words in said for one in officer.write(words)]


def test_another_value_is_typed_and_tried(town: Town) -> None:
    asked = town.chat(OFFICER).press(opened(town, "recheck.SPECIAL").data("写一个"))
    assert "改成多少？请写出来，例如：90\n可以定 7 到 730 天" == asked.text
    (tried,) = town.chat(OFFICER).write("75 天")
    assert "→ 特别困难户每 75 天走访一次" in tried.text
    town.chat(OFFICER).press(tried.data("确定"))
    assert 75 == value(town, "recheck.SPECIAL")


@pytest.mark.parametrize(
    ("key", "words", "kept"),
    [
        ("revisit.JOB", "30、60和120", [30, 60, 120]),
        ("digest_at", "8点", "08:00"),
        ("quiet_from", "22：15", "22:15"),
        ("zone", "Asia/Almaty", "Asia/Almaty"),
        ("campaign.spring_list", "60天", 60),
        ("aid.band1", "1,500元", 150_000),
        ("budget.alarm", "85%", 85),
        ("aid.unrevisited", "2", 2),
    ],
)
def test_values_are_typed_as_people_write_them(town: Town, key: str, words: str, kept: object) -> None:
    tried = typing(town, key, words)[-1]
    town.chat(OFFICER).press(tried.data("确定"))
    assert kept == value(town, key)


def test_a_rule_of_money_is_read_tried_and_changed_in_yuan(town: Town) -> None:
    officer, said = town.chat(OFFICER), opened(town, "aid.band1")
    assert (
        f"<b>2,000.00 元以内一人批</b> · {UNION}\n"
        "申请的钱不超过这么多，一位主席（副主席）批就行。一批名单按总额算。\n"
        "现在：2,000.00 元（默认）\n"
        "默认：2,000.00 元；可以定 1.00 元到 1,000,000.00 元。"
    ) == said.text
    assert {"1,000.00 元", "3,000.00 元", "写一个…", "‹ 帮扶审批"} == set(said.buttons)
    tried = officer.press(said.data("3,000.00 元"))
    assert "→ 3,000.00 元以内一人批" in tried.text
    officer.press(tried.data("确定"))
    assert 300_000 == value(town, "aid.band1")


def test_a_bound_of_money_is_told_in_yuan(town: Town) -> None:
    (asked,) = typing(town, "aid.band1", "0.5")
    assert asked.text.endswith("\n⚠️ 请写 1.00 元 到 1,000,000.00 元 之间的金额，例如：2000。")
    (asked,) = town.chat(OFFICER).write("6000")
    assert "一人批的上限（6,000.00 元）不能超过两人批的上限（5,000.00 元）" in asked.text


@pytest.mark.parametrize("packed", ["99", "0", "100000001", "9" * 40, "-5", "1e9", "２０００"])
def test_a_forged_amount_changes_nothing(town: Town, packed: str) -> None:
    with pytest.raises(BadRule):
        town.chat(OFFICER).tap(f"rules:set:{root(town)}:aid.band1:{packed}")
    assert 200_000 == value(town, "aid.band1")


def test_a_bad_value_is_refused_and_asked_for_again_in_one_message(town: Town) -> None:
    (asked,) = typing(town, "recheck.SPECIAL", "6")
    assert "改成多少？" in asked.text
    assert asked.text.endswith("\n⚠️ 请写一个 7 到 730 之间的整数。")
    assert ["不改"] == list(asked.buttons)
    (tried,) = town.chat(OFFICER).write("60")
    assert "→ 特别困难户每 60 天走访一次" in tried.text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("publicity", "4"),
        ("window", "一周"),
        ("window", "-3"),
        ("window", "3.5"),
        ("revisit.JOB", "90, 30"),
        ("revisit.JOB", "10 20 30 40 50"),
        ("digest_at", "25:00"),
        ("digest_at", "5:00"),
        ("zone", "北京"),
        ("zone", "../../etc/passwd"),
        ("zone", "x" * 4_000),
        ("ladder.officer", "30"),
        ("quiet_until", "9:00"),
        ("recheck.SPECIAL", "9" * 400),
        ("recheck.SPECIAL", "<b>60</b>"),
    ],
)
def test_what_cannot_be_is_refused_and_the_question_stays(town: Town, key: str, words: str) -> None:
    before = value(town, key)
    (asked,) = typing(town, key, words)
    question, _, refused = asked.text.partition("\n⚠️ ")
    assert "请写" in question
    assert 100 > len(refused) > 0
    assert before == value(town, key)


@pytest.mark.parametrize("command", ["/due", "待办"])
def test_a_command_in_between_forgets_the_question(town: Town, command: str) -> None:
    officer = town.chat(OFFICER)
    officer.press(opened(town, "recheck.SPECIAL").data("写一个"))
    officer.write(command)
    assert all("→" not in said.text for said in officer.write("75"))


def test_tapping_on_forgets_the_question(town: Town) -> None:
    officer = town.chat(OFFICER)
    asked = officer.press(opened(town, "window").data("写一个"))
    officer.press(asked.data("不改"))
    assert "哪一户？" == officer.ask("5").text


def test_a_report_that_is_being_filled_is_put_aside_before_a_value_is_asked_for(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.write("走访 施磊斌")
    kept, asked = officer.tap(opened(town, "window").data("写一个"))
    assert "已存草稿" in kept.text
    assert "改成多少？" in asked.text
    (tried,) = officer.write("5")
    assert "→ 到期前 5 天起就可以去" in tried.text


def test_a_command_is_no_value(town: Town) -> None:
    officer = town.chat(OFFICER)
    officer.press(opened(town, "window").data("写一个"))
    assert "帮扶资金" in officer.ask("余额").text


# Branches.


def test_a_branch_has_its_own_rule_and_else_that_of_the_union_above(town: Town) -> None:
    own = branch(town)
    set_to(town, "window", "14")
    inherited = opened(town, "window", union_id=own)
    assert f"现在：14 天（某officer 9 月 4 日设定，{UNION}）" in inherited.text
    set_to(town, "window", "3", union_id=own)
    assert (14, 3) == (value(town, "window"), value(town, "window", own))
    assert "按上级的" in opened(town, "window", union_id=own).buttons
    set_to(town, "window", "reset", union_id=own)
    assert 14 == value(town, "window", own)


def test_the_unions_are_offered_with_how_many_rules_are_their_own(town: Town) -> None:
    set_to(town, "window", "3", union_id=branch(town))
    officer = town.chat(OFFICER)
    said = officer.press(officer.ask("规则").data("换一级"))
    assert "看哪一级的规则？" in said.text
    own = [label for label in said.buttons if "1 条自定" in label]
    assert 1 == len(own)
    assert "到期前 3 天起就可以去" in officer.press(said.buttons[own[0]]).text


def test_whoever_sees_one_union_is_offered_no_other(town: Town) -> None:
    assert "换一级" not in town.chat(JIANG).ask("规则").buttons


# Forged.


@pytest.mark.parametrize(
    "data", ["rules", "rules:", "rules:x:y:z", "rules:list:x", "rules:card:1:king", "rules:set:1:king:1"]
)
def test_a_forged_button_finds_nothing(town: Town, data: str) -> None:
    with pytest.raises(NotFound):
        town.chat(OFFICER).tap(data)


@pytest.mark.parametrize("packed", ["", "x", "6", "731", "-60", "60-60", "1e3"])
def test_a_forged_value_is_refused(town: Town, packed: str) -> None:
    with pytest.raises(BadNumber):
        town.chat(OFFICER).tap(f"rules:set:{root(town)}:recheck.SPECIAL:{packed}")
    assert 90 == value(town, "recheck.SPECIAL")


def test_a_forged_page_of_unions_shows_none(town: Town) -> None:
    assert "看哪一级的规则？" in town.chat(OFFICER).press("rules:unions:999:visits").text


# A large union.


def many_households(tx: Transaction) -> None:
    union_id = membership.root_union(tx)
    rows: list[dict[str, object]] = [
        {
            "file_no": f"X{number:06}",
            "union_id": union_id,
            "name": f"某{number}",
            "state": "ACTIVE",
            "category": "SPECIAL",
            "main_cause": "ILLNESS",
            "other_causes": [],
            "opened_on": date(2017, 7, 1),
            "missed_visits": 0,
        }
        for number in range(1_200)
    ]
    tx.connection.execute(insert(table_of(Household)), rows)


def test_a_large_union_is_brought_in_step_by_and_by_and_says_how_far_it_is(town: Town) -> None:
    town.database.transact(many_households)
    officer = town.chat(OFFICER)
    tried = officer.press(opened(town, "recheck.SPECIAL").data("60 天"))
    assert "（先试算了前 500 户）" in tried.text
    assert 0 == town.database.transact(lambda tx: tx.connection.scalar(text("SELECT count(*) FROM recounts")))
    changed = officer.press(tried.data("确定"))
    assert "正在按新规则更新，还有 " in changed.text
    while town.database.transact(policies.recount):
        pass
    assert "正在按新规则更新" not in officer.press(changed.data("看进度")).text


def chats(town: Town) -> list[Chat]:
    return [town.chat(who) for who in (OFFICER, CHAIR, ADMIN)]


def test_officer_chair_and_admin_may_change_rules(town: Town) -> None:
    for number, chat in enumerate(chats(town), start=1):
        chat.press(f"rules:set:{root(town)}:window:{number}")
        assert number == value(town, "window")
