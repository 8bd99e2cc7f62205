"""待办 of officer, chair and auditor: the whole union in one message, its parts, its picture, and 改派."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from storage import errors
from storage.codes import Role
from storage.columns import table_of
from storage.members import people
from storage.post.outbox import SEAL
from storage.reporting import drafts
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.mail import outbox
from storage.tables.office import Absence
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.work import Followup
from storage.takeover import caseloads, workload
from tests.chat.screens.conftest import AUDITOR, CHAIR, JIANG, OFFICER, ZHANG
from tests.chat.test_statement_counts import counted

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

TODAY = date(2017, 9, 4)
FOLLOWUPS = table_of(Followup)
# Whatever stands in the database as a name, nothing of it becomes a tag or breaks a limit.
NASTY = "<b>&" + "龙😀" * 60


@pytest.fixture
def few(town: Town) -> Town:
    """Four items alone are open: 张东 has one late and one today, 蒋立 one this week, nobody one later."""

    def fill(tx: Transaction) -> None:
        tx.connection.execute(update(FOLLOWUPS).values(state="DONE"))
        for file_no, days in (("K170036", -2), ("K170001", 0)):
            _open(tx, file_no, days)
        jiang = people.find(tx, JIANG)
        assert jiang is not None
        _open(tx, "K170002", 3, liaison_id=jiang.id, union_id=jiang.union_id)
        _open(tx, "K170003", 7, liaison_id=None, union_id=jiang.union_id)

    town.database.transact(fill)
    return town


def _open(tx: Transaction, file_no: str, days: int, **columns: object) -> None:
    """Have a household's item open again, due in so many days."""
    households = table_of(Household)
    found = tx.connection.scalar(select(households.c.id).where(households.c.file_no == file_no))
    if columns:
        tx.connection.execute(update(households).where(households.c.id == found).values(**columns))
    first = select(FOLLOWUPS.c.id).where(FOLLOWUPS.c.household_id == found).limit(1).scalar_subquery()
    due_on = TODAY + timedelta(days=days)
    tx.connection.execute(
        update(FOLLOWUPS)
        .where(FOLLOWUPS.c.id == first)
        .values(
            state="OPEN",
            kind="recheck",
            aid_id=None,
            due_on=due_on,
            opens_on=due_on - timedelta(days=7),
            ladder_from=due_on,
        )
    )


def labels(said: Said) -> list[str]:
    return list(said.buttons)


def pictures(town: Town) -> list[dict[str, Any]]:
    """The letters with pictures, as they wait."""

    def read(tx: Transaction) -> list[dict[str, Any]]:
        rows = tx.connection.scalars(select(outbox.c.payload).where(outbox.c.method == "sendPhoto"))
        return [json.loads(tx.vault.open(row, SEAL)) for row in rows]

    return town.database.transact(read)


def test_the_whole_union_stands_in_one_message(few: Town) -> None:
    said = few.chat(OFFICER).ask("待办")
    assert (
        "<b>待办 4 项</b>：迟 1 · 今天 1 · 本周 1 · 下周起 1\n"
        "其中 1 项没有联系人。\n\n"
        "<b>机关分会</b> · 张东　迟 1 · 今天 1\n\n"
        "<b>热控分会</b>　本周 1 · 下周起 1\n"
        "　蒋立　本周 1\n"
        "　没有联系人　下周起 1"
    ) == said.text
    groups = ["迟 1", "今天 1", "本周 1", "下周起 1"]
    assert ["机关分会 2", "热控分会 2", *groups, "按类别", "八周图"] == labels(said)


def test_the_whole_union_is_told_in_english(few: Town) -> None:
    said = few.chat(CHAIR, "en").ask("/due")
    assert said.text.startswith("<b>4 things to do</b>: 1 late · 1 today · 1 this week · 1 from next week")
    assert "1 of them without a liaison." in said.text
    assert {"By kind", "Eight weeks"} <= set(labels(said))


def test_with_nothing_open_there_is_still_the_picture(few: Town) -> None:
    few.database.transact(lambda tx: tx.connection.execute(update(FOLLOWUPS).values(state="DONE")).rowcount)
    said = few.chat(OFFICER).ask("待办")
    assert ("眼下没有待办。", ["八周图"]) == (said.text, labels(said))
    few.chat(OFFICER).press(said.data("八周图"))
    (picture,) = pictures(few)
    assert "这八周没有要办的" == picture["caption"] == picture["photo"]["figures"]["empty"]


def test_a_branch_and_a_person_open_their_items_and_lead_back(few: Town) -> None:
    chat = few.chat(OFFICER)
    said = chat.ask("待办")
    branch = chat.press(said.data("热控分会"))
    assert "editMessageText" == branch.method
    assert branch.text.startswith("<b>热控分会</b>　本周 1 · 下周起 1\n\n本周　<b>喻静强</b>")
    assert "（蒋立）" in branch.text
    assert "（没有联系人）" in branch.text
    assert ["喻静强", "范芳梅", "蒋立 1", "没有联系人 1", "改派", "全部待办"] == labels(branch)
    person = chat.press(branch.data("蒋立"))
    assert person.text.startswith("<b>热控分会 · 蒋立</b>　本周 1\n\n本周　<b>喻静强</b>")
    assert "<b>待办 4 项</b>" in chat.press(person.data("全部待办")).text
    assert "<b>喻静强</b> K170002" in chat.press(person.data("喻静强")).text


def test_a_gap_stands_between_what_is_late_and_what_is_to_come(few: Town) -> None:
    chat = few.chat(OFFICER)
    text = chat.press(chat.ask("待办").data("机关分会")).text
    assert text.startswith("<b>机关分会</b>　迟 1 · 今天 1\n\n迟 2 天　<b>苗云涛</b>")
    assert "\n\n今天　<b>施磊斌</b>" in text


def test_where_there_is_one_branch_alone_its_people_are_chosen_at_once(few: Town) -> None:
    def leave_one(tx: Transaction) -> None:
        kept = ids_of(tx, "K170002", "K170003")
        tx.connection.execute(update(FOLLOWUPS).where(FOLLOWUPS.c.id.not_in(kept)).values(state="DONE"))

    few.database.transact(leave_one)
    assert ["蒋立 1", "没有联系人 1"] == labels(few.chat(OFFICER).ask("待办"))[:2]


@pytest.mark.parametrize(
    ("label", "names"),
    [("迟 1", ["苗云涛"]), ("今天 1", ["施磊斌"]), ("本周 1", ["喻静强"]), ("下周起 1", ["范芳梅"])],
)
def test_late_today_this_week_and_later_are_lists_of_their_own(
    few: Town, label: str, names: list[str]
) -> None:
    chat = few.chat(AUDITOR)
    part = chat.press(chat.ask("待办").data(label))
    assert [*names, "全部待办"] == labels(part)


def test_kinds_are_counted_and_open_their_lists(few: Town) -> None:
    chat = few.chat(OFFICER)
    kinds = chat.press(chat.ask("待办").data("按类别"))
    assert ["走访 4", "全部待办"] == labels(kinds)
    assert "<b>走访</b>　迟 1 · 今天 1 · 本周 1 · 下周起 1" in chat.press(kinds.data("走访")).text


def test_an_officer_who_is_a_liaison_too_has_their_own_first(few: Town) -> None:
    officer = few.chat(OFFICER).person()

    def give(tx: Transaction) -> None:
        first, second = (
            update(FOLLOWUPS).where(FOLLOWUPS.c.id == one) for one in ids_of(tx, "K170001", "K170036")
        )
        tx.connection.execute(first.values(person_id=officer.id))
        tx.connection.execute(second.values(for_role=Role.OFFICER))

    few.database.transact(give)
    said = few.chat(OFFICER).ask("待办")
    assert ["我名下 1", "升级到我 2"] == labels(said)[:2]
    assert "归帮扶专责" in said.text
    own = few.chat(OFFICER).press(said.data("我名下"))
    assert ("<b>我名下</b>　今天 1", "施磊斌") == (own.text.split("\n")[0], labels(own)[0])
    assert ["苗云涛", "施磊斌"] == labels(few.chat(OFFICER).press(said.data("升级到我")))[:2]
    assert ["升级到我", "我名下"] != [one[:4] for one in labels(few.chat(CHAIR).ask("待办"))[:2]]


def ids_of(tx: Transaction, *file_nos: str) -> list[int]:
    households = table_of(Household)
    found = select(FOLLOWUPS.c.id).join(households, households.c.id == FOLLOWUPS.c.household_id)
    return [
        tx.connection.scalars(found.where(households.c.file_no == file_no, FOLLOWUPS.c.state == "OPEN")).one()
        for file_no in file_nos
    ]


def test_who_is_away_and_who_stands_in_is_marked(few: Town) -> None:
    zhang, jiang = few.chat(ZHANG).person().id, few.chat(JIANG).person().id

    def leave(tx: Transaction) -> None:
        values = {"from_on": TODAY, "until_on": TODAY, "created_by": zhang, "created_at": tx.now}
        tx.connection.execute(
            insert(table_of(Absence)).values(person_id=jiang, substitute_id=zhang, **values)
        )
        people_ = table_of(PersonRow)
        tx.connection.execute(update(people_).where(people_.c.id == zhang).values(blocked_at=tx.now))

    few.database.transact(leave)
    said = few.chat(OFFICER).ask("待办").text
    assert "张东（收不到消息）" in said
    assert "蒋立（外出，没有人代）" in said


def test_an_item_is_given_to_somebody_else_in_two_taps(few: Town) -> None:
    chat = few.chat(OFFICER)
    (item,) = ids_in(few, "K170036")
    part = chat.press(chat.ask("待办").data("机关分会"))
    choosing = chat.press(part.data("改派"))
    assert choosing.text.endswith("改派哪一项？点一下，再点给谁。")
    whom = chat.press(choosing.data("苗云涛"))
    assert "现在归：张东。改派给谁？" in whom.text
    colleague = next(one for one in labels(whom) if "手上" in one)
    name = colleague.split(" · ")[0]
    toast, after = chat.tap(whom.buttons[colleague])
    assert f"已改派给{name}" == toast.text
    assert f"<b>苗云涛</b> · 长期困难 · 上次 2 月 23 日：持平，需要就业（{name}）" in after.text
    assert ["苗云涛", "施磊斌", "返回"] == labels(after)
    given = few.database.transact(
        lambda tx: tx.connection.scalar(select(FOLLOWUPS.c.person_id).where(FOLLOWUPS.c.id == item))
    )
    assert given is not None
    assert name == few.database.transact(people.get, given).name


def ids_in(town: Town, *file_nos: str) -> list[int]:
    return town.database.transact(ids_of, *file_nos)


def test_where_everything_was_given_away_it_says_so(few: Town) -> None:
    chat = few.chat(OFFICER)
    nobodys = chat.press(chat.press(chat.ask("待办").data("热控分会")).data("没有联系人"))
    whom = chat.press(nobodys.data("改派"))
    whom = chat.press(whom.data("范芳梅"))
    _, after = chat.tap(next(data for label, data in whom.buttons.items() if "手上" in label))
    assert ("这里的都改派完了。", ["全部待办"]) == (after.text, labels(after))


def test_an_auditor_gives_nothing_to_anybody(few: Town) -> None:
    (item,) = ids_in(few, "K170036")
    chat = few.chat(AUDITOR)
    assert "改派" not in labels(chat.press("due:part:0:late"))
    for forged in ("due:pass:0:late", f"due:passto:{item}:0:late", f"due:passed:{item}:1:0:late"):
        with pytest.raises(errors.NotAllowed):
            chat.tap(forged)


def test_a_cadre_has_no_overview_and_their_old_pages_still_turn(few: Town) -> None:
    chat = few.chat(ZHANG)
    for forged in ("due:all:0", "due:load", "due:kinds", "due:part:0:late", "due:pass:0:late"):
        with pytest.raises(errors.NotAllowed):
            chat.tap(forged)
    assert "<b>待办 2 项</b>" in chat.press("due:page:0").text


@pytest.mark.parametrize(
    "forged",
    [
        "due:part",
        "due:part:x:y",
        "due:part:0:b-99999",
        "due:part:9:c--1",
        "due:part:0:o-1-nobody",
        "due:part:0:k-x",
    ],
)
def test_a_forged_part_is_empty_and_leads_back(few: Town, forged: str) -> None:
    said = few.chat(OFFICER).press(forged)
    assert ("这里眼下没有待办。", ["全部待办"]) == (said.text, labels(said))


def test_a_page_that_has_emptied_meanwhile_shows_the_first(few: Town) -> None:
    chat = few.chat(OFFICER)
    assert chat.press("due:part:7:late").text.startswith("<b>迟了的</b>")
    assert chat.press("due:all:7").text == chat.ask("待办").text
    assert chat.press("due:page:4").text == chat.ask("待办").text


def test_an_item_of_another_union_is_nobodys(few: Town) -> None:
    with pytest.raises(errors.NotFound):
        few.chat(OFFICER).tap("due:passto:99999:0:late")


def test_the_picture_is_described_by_figures_and_told_in_its_caption(few: Town) -> None:
    few.chat(OFFICER).press("due:load")
    (picture,) = pictures(few)
    figures = picture["photo"]["figures"]
    assert "stacked_bars" == picture["photo"]["draw"]
    assert ["迟", "本周\n9/4", "9/11"] == figures["columns"][:3]
    assert 9 == len(figures["columns"])
    assert [
        {"name": "热控分会", "values": [0, 1, 1, 0, 0, 0, 0, 0, 0]},
        {"name": "机关分会", "values": [1, 1, 0, 0, 0, 0, 0, 0, 0]},
    ] == sorted(figures["series"], key=lambda one: -one["values"][2])
    assert picture["caption"].startswith(
        "<b>今后八周要办 3 项</b>，另有 1 项已经迟了。\n最忙的是 9 月 4 日起的一周：2 项。"
    )
    assert "机关分会：八周 1 项，迟 1 项" in picture["caption"]


def test_many_branches_share_one_colour_and_one_line(few: Town) -> None:
    unions, households = table_of(Union), table_of(Household)

    def fill(tx: Transaction) -> None:
        root = tx.connection.execute(select(unions).where(unions.c.parent_id.is_(None))).one()
        some = tx.connection.scalars(
            select(FOLLOWUPS.c.household_id).distinct().order_by(FOLLOWUPS.c.household_id).limit(12)
        ).all()
        for number, household_id in enumerate(some, start=900):
            tx.connection.execute(
                insert(unions).values(
                    id=number, parent_id=root.id, name=f"{NASTY}{number}", path=f"{root.path}{number}/"
                )
            )
            tx.connection.execute(
                update(households).where(households.c.id == household_id).values(union_id=number)
            )
            first = (
                select(FOLLOWUPS.c.id)
                .where(FOLLOWUPS.c.household_id == household_id)
                .limit(1)
                .scalar_subquery()
            )
            tx.connection.execute(
                update(FOLLOWUPS)
                .where(FOLLOWUPS.c.id == first)
                .values(state="OPEN", due_on=TODAY, opens_on=TODAY)
            )

    few.database.transact(fill)
    chat = few.chat(OFFICER)
    said = chat.ask("待办")
    assert 13 == said.text.count("\n<b>")
    assert "&lt;b&gt;&amp;龙" in said.text
    chat.press("due:load")
    (picture,) = pictures(few)
    assert 7 == len(picture["photo"]["figures"]["series"])
    assert picture["photo"]["figures"]["has_rest"]
    assert len(picture["caption"].encode("utf-16-le")) // 2 <= 1_024


def test_a_long_list_of_people_is_cut_into_pages(few: Town) -> None:
    people_, roles, households = table_of(PersonRow), table_of(RoleRow), table_of(Household)

    def fill(tx: Transaction) -> None:
        union_id = tx.connection.scalar(select(unions_.c.id).where(unions_.c.name == "机关分会"))
        some = tx.connection.scalars(select(households.c.id).order_by(households.c.id).limit(30)).all()
        for number, household_id in enumerate(some, start=500):
            tx.connection.execute(
                insert(people_).values(id=number, union_id=union_id, name=f"{NASTY}{number}", state="ACTIVE")
            )
            tx.connection.execute(insert(roles).values(person_id=number, role="cadre", union_id=union_id))
            tx.connection.execute(
                update(households).where(households.c.id == household_id).values(liaison_id=number)
            )
        tx.connection.execute(
            update(FOLLOWUPS).values(state="OPEN", due_on=TODAY, opens_on=TODAY, round=FOLLOWUPS.c.id)
        )

    unions_ = table_of(Union)
    few.database.transact(fill)
    chat = few.chat(OFFICER)
    said = chat.ask("待办")
    seen = 0
    while "›" in labels(said):
        seen += 1
        said = chat.press(said.data("›"))
    assert 1 <= seen <= 8
    assert "‹" in labels(said)


def leave_a_draft(town: Town) -> None:
    """张东 begins a report and leaves it for nine days."""
    zhang, household_id = town.chat(ZHANG).person(), town.household_id("K170001")
    town.database.transact(drafts.open_draft, zhang, form="visit", household_id=household_id, content={})
    town.clock.advance(days=9)


def test_what_the_office_has_to_see_to_stands_beside_the_households(few: Town) -> None:
    assert "办公的事" not in few.chat(OFFICER).ask("待办").text
    leave_a_draft(few)
    chat = few.chat(OFFICER)
    said = chat.ask("待办")
    assert "\n\n<b>办公的事</b>\n迟 7 天　<b>施磊斌</b> · 没填完的走访\n\n" in said.text
    part = chat.press(said.data("办公的事"))
    assert ["施磊斌 · 草稿", "全部待办"] == labels(part)
    assert "没填完的走访" in chat.press(part.data("施磊斌")).text
    assert "办公的事" in few.chat(AUDITOR).ask("待办").text


def test_with_no_matter_left_their_list_says_so(few: Town) -> None:
    assert "这里眼下没有待办。" == few.chat(OFFICER).press("due:matters").text


def test_an_author_finds_the_idle_draft_in_the_own_list(few: Town) -> None:
    leave_a_draft(few)
    said = few.chat(ZHANG).ask("待办")
    assert said.text.endswith("\n\n<b>办公的事</b>\n迟 7 天　<b>施磊斌</b> · 没填完的走访")
    assert "没填完的走访" in few.chat(ZHANG).press(said.data("草稿")).text


def test_the_own_list_marks_what_was_given_and_whom_one_stands_in_for(few: Town) -> None:
    zhang, jiang = few.chat(ZHANG).person().id, few.chat(JIANG).person().id

    def change(tx: Transaction) -> None:
        (given,) = ids_of(tx, "K170036")
        tx.connection.execute(update(FOLLOWUPS).where(FOLLOWUPS.c.id == given).values(person_id=jiang))
        values = {"from_on": TODAY, "until_on": TODAY, "created_by": zhang, "created_at": tx.now}
        tx.connection.execute(
            insert(table_of(Absence)).values(person_id=zhang, substitute_id=jiang, **values)
        )

    few.database.transact(change)
    said = few.chat(JIANG).ask("待办")
    assert (
        "<b>待办 3 项</b>，其中迟了的 1 项：\n"
        "迟 2 天　<b>苗云涛</b> · 长期困难 · 上次 2 月 23 日：持平，需要就业（转给您的）\n\n"
        "今天　<b>施磊斌</b> · 长期困难 · 上次 6 月 24 日：持平（代 张东）\n\n"
        "本周　<b>喻静强</b> · "
    ) in said.text
    assert "需要就业 (given to you)" not in said.text
    assert "(for 张东)" in few.chat(JIANG, "en").ask("/due").text


def test_an_officer_who_stands_in_has_a_list_of_the_one_away(few: Town) -> None:
    zhang, officer = few.chat(ZHANG).person().id, few.chat(OFFICER).person().id
    values = {"from_on": TODAY, "until_on": TODAY, "created_by": zhang}
    few.database.transact(
        lambda tx: (
            tx.connection.execute(
                insert(table_of(Absence)).values(
                    person_id=zhang, substitute_id=officer, created_at=tx.now, **values
                )
            ).rowcount
        )
    )
    chat = few.chat(OFFICER)
    said = chat.ask("待办")
    assert "代 张东 2" == labels(said)[0]
    listed = chat.press(said.data("代 张东 2"))
    assert listed.text.startswith("<b>代 张东</b>　迟 1 · 今天 1\n\n迟 2 天　<b>苗云涛</b>")


def test_what_was_put_off_is_marked_in_every_list(few: Town) -> None:
    later = TODAY + timedelta(days=4)
    few.database.transact(
        lambda tx: (
            tx.connection.execute(
                update(FOLLOWUPS).where(FOLLOWUPS.c.state == "OPEN").values(snoozed_until=later)
            ).rowcount
        )
    )
    chat = few.chat(OFFICER)
    branch = chat.press(chat.ask("待办").data("热控分会"))
    assert "（蒋立 · 已推迟到 9 月 8 日）" in branch.text
    assert "（已推迟到 9 月 8 日）" in chat.press(branch.data("蒋立 1")).text


def test_an_item_the_officer_took_is_counted_as_theirs_and_not_as_the_liaisons(few: Town) -> None:
    zhang, officer = few.chat(ZHANG).person(), few.chat(OFFICER).person()

    def take(tx: Transaction) -> None:
        (taken,) = ids_of(tx, "K170036")
        steps.take(tx, officer, taken)

    few.database.transact(take)
    loads = few.database.view(workload.of_people, [zhang.id, officer.id])
    assert [1, 1] == [loads[zhang.id].open, loads[officer.id].open]
    assert "<b>待办 1 项</b>" in few.chat(ZHANG).ask("待办").text
    assert "我名下 1" in labels(few.chat(OFFICER).ask("待办"))
    mine = few.database.transact(caseloads.of, zhang, zhang.id)
    assert (1, 0) == (mine.load.open, mine.load.late)


def test_the_overview_takes_a_bounded_number_of_statements(few: Town) -> None:
    chat = few.chat(OFFICER)
    with counted(few.database) as statements:
        chat.ask("待办")
    # Each sort of office matters is read by one: drafts, approvals, papers, lists, plans, publications.
    assert 20 >= len(statements), "\n".join(statements)
    with counted(few.database) as statements:
        chat.press("due:part:0:b-7")
    assert 13 >= len(statements), "\n".join(statements)
