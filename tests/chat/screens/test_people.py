"""人员: who is in, who is let in, who is taken out; for admins alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from storage.codes import Role
from storage.errors import LastAdmin, NotAllowed, NotFound
from storage.members import invitations, membership, people
from tests.chat.screens.conftest import (
    ADMIN,
    AUDITOR,
    CHAIR,
    JIANG,
    OFFICER,
    TREASURER,
    UNION,
    ZHANG,
)

if TYPE_CHECKING:
    from storage.database import Transaction
    from storage.members.people import Person
    from tests.chat.screens.conftest import Town

LINK = re.compile(r"https://t\.me/tiexin_bot\?start=([\w-]{16,64})")
NASTY = "<b>" + "龙😀" * 28


def joined(tx: Transaction, code: str, telegram_id: int = 2001) -> Person:
    return invitations.join(tx, code, telegram_id=telegram_id, first_name="新人")


@pytest.mark.parametrize("who", [ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
@pytest.mark.parametrize(
    "data",
    [
        "list:0",
        "branch:1:0",
        "person:1",
        "remove:1",
        "removed:1",
        "roles:1:1:0",
        "who:1:1:0",
        "make:1:32:0",
    ],
)
def test_nobody_but_an_admin_may_do_any_of_it(town: Town, who: int, data: str) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).tap(f"people:{data}")


@pytest.mark.parametrize("who", [ZHANG, OFFICER, CHAIR, TREASURER, AUDITOR])
def test_nobody_but_an_admin_sees_the_list(town: Town, who: int) -> None:
    with pytest.raises(NotAllowed):
        town.chat(who).write("人员")


def test_anybody_may_ask_who_they_are(town: Town) -> None:
    assert (
        "<b>张东</b> · 机关分会\n身份：走访干部\nTelegram 号：<code>1002</code>"
        == town.chat(ZHANG).ask("人员 id").text
        == town.chat(ZHANG).ask("人员 我").text
    )
    assert "Roles: Visiting cadre" in town.chat(ZHANG, "en").ask("人员 me").text


def test_the_branches_lead_to_their_people_with_roles_and_state(town: Town) -> None:
    admin = town.chat(ADMIN)
    branches = admin.ask("人员")
    assert UNION in next(iter(branches.buttons))
    branch = admin.press(branches.data("机关分会"))
    assert "张东 · 走访干部 · 已加入" in branch.text
    assert "未加入" in branch.text
    town.database.transact(people.mark_blocked, ZHANG)
    again = admin.press(branches.data("机关分会"))
    assert "张东 · 走访干部 · 收不到消息（停用了机器人）" in again.text


def test_an_invitation_is_chosen_by_ticks_and_lets_one_person_in(town: Town) -> None:
    admin = town.chat(ADMIN)
    branch = admin.press(admin.ask("人员").data("机关分会"))
    roles = admin.press(branch.data("邀请"))
    assert "✓ 走访干部" in roles.buttons
    roles = admin.press(roles.data("工会主席"))
    assert {"✓ 走访干部", "✓ 工会主席"} < set(roles.buttons)
    roles = admin.press(roles.data("走访干部"))
    made = admin.press(roles.data("生成链接"))
    assert "身份：工会主席\n只能用一次，9 月 11 日 09:00 前有效\n管理员 创建" in made.text
    found = LINK.search(made.text)
    assert found
    newcomer = town.database.transact(joined, found[1])
    assert frozenset({Role.CHAIR}) == newcomer.roles
    assert "机关分会" == newcomer.union_name


def test_somebody_of_the_register_is_invited_by_name(town: Town) -> None:
    admin = town.chat(ADMIN)
    branch = admin.press(admin.ask("人员").data("机关分会"))
    roles = admin.press(branch.data("邀请"))
    register = admin.press(roles.data("指定名册里的人"))
    assert "<b>机关分会</b> 名册里还没加入的：" == register.text
    name = next(iter(register.buttons))
    chosen = admin.press(register.buttons[name])
    assert f"邀请加入 <b>机关分会</b>（{name}）" == chosen.text.splitlines()[0]
    found = LINK.search(admin.press(chosen.data("生成链接")).text)
    assert found
    assert name == town.database.transact(joined, found[1]).name


def test_no_role_makes_no_link(town: Town) -> None:
    admin = town.chat(ADMIN)
    union_id = admin.person().union_id
    for mask in (0, 64, "x"):
        said = admin.press(f"people:make:{union_id}:{mask}:0")
        assert ("answerCallbackQuery", "请先选身份。") == (said.method, said.text)


def test_removing_asks_first_and_acts_at_once(town: Town) -> None:
    admin = town.chat(ADMIN)
    zhang = town.chat(ZHANG).person()
    asked = admin.press(admin.press(f"people:person:{zhang.id}").data("移除"))
    assert (
        "移除 <b>张东</b>？马上生效，他再也看不到任何资料；交过的报告都保留。\n"
        "名下 3 户、待办 1 项会归帮扶专责，今天就通知到。"
    ) == asked.text
    assert "张东" in admin.press(asked.data("不移除")).text
    farewell, done = admin.tap(asked.data("确认移除"))
    assert farewell.text.startswith("您已不在工会的名单里")
    assert "凤芳" not in farewell.text
    assert "已移除 <b>张东</b>，马上生效。" == done.text
    assert town.database.transact(people.find, ZHANG) is None
    with pytest.raises(NotFound):
        admin.tap(f"people:removed:{zhang.id}")


def test_the_last_admin_stays(town: Town) -> None:
    admin = town.chat(ADMIN)
    with pytest.raises(LastAdmin):
        admin.tap(f"people:removed:{admin.person().id}")


@pytest.mark.parametrize("verb", ["branch", "person", "remove", "removed", "roles", "who"])
def test_what_is_absent_is_refused(town: Town, verb: str) -> None:
    for forged in ("99999999", "0", "x", ""):
        with pytest.raises(NotFound):
            town.chat(ADMIN).tap(f"people:{verb}:{forged}:1:0")


def test_an_admin_of_a_branch_sees_only_that_branch(town: Town) -> None:
    zhang, jiang = town.chat(ZHANG).person(), town.chat(JIANG).person()
    town.database.transact(membership.grant, zhang.id, [Role.ADMIN], zhang.union_id)
    chat = town.chat(ZHANG)
    assert ["机关分会"] == [label.split("（")[0] for label in chat.ask("人员").buttons]
    top = town.chat(ADMIN).person().union_id
    for forged in (
        f"person:{jiang.id}",
        f"removed:{jiang.id}",
        f"branch:{jiang.union_id}",
        f"make:{top}:1:0",
    ):
        with pytest.raises(NotFound):
            chat.tap(f"people:{forged}")
    with pytest.raises(NotFound):
        chat.tap(f"people:make:{zhang.union_id}:1:{jiang.id}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_escaped_and_clipped(town: Town, language: str) -> None:
    admin = town.chat(ADMIN, language)
    union_id = admin.person().union_id
    for number in range(25):
        town.database.transact(membership.register, name=f"{NASTY}{number}", union_id=union_id)
    said = admin.press(f"people:branch:{union_id}:0")
    assert "<b>龙" not in said.text
    assert "&lt;b&gt;龙" in said.text
    third = admin.press(admin.press(said.buttons["›"]).buttons["›"])
    assert "‹" in third.buttons


def test_a_page_beyond_the_last_is_empty(town: Town) -> None:
    admin = town.chat(ADMIN)
    said = admin.press(f"people:branch:{admin.person().union_id}:{10**8}")
    assert "还没有人。" in said.text
