"""移交: ticking and pages, the card of giver, receiver and officer, and what old or forged buttons do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.texts.catalogue import LANGUAGES
from storage import errors
from storage.codes import Category, Cause, Role
from storage.columns import table_of
from storage.households import filing
from storage.members import invitations, membership, people
from storage.tables.dossiers import Household
from storage.takeover import departures
from tests.chat.screens.conftest import ADMIN, AUDITOR, CHAIR, JIANG, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.chat.screens.chatting import Said
    from tests.chat.screens.conftest import Town

CHANG = 1008
DATA_BYTES = 64


@pytest.fixture
def office(town: Town) -> Town:
    """The other cadre of 张东's branch has joined as well."""

    def work(tx: Transaction) -> None:
        code = invitations.invite(tx, roles=[Role.CADRE], name="昌洋佳").code
        invitations.join(tx, code, telegram_id=CHANG, first_name="昌洋佳")

    town.database.transact(work)
    return town


def offered(town: Town, *, to: str = "昌洋佳", by: int = ZHANG) -> Said:
    """Everything of 张东's is offered, by taps."""
    chat = town.chat(by)
    first = chat.ask("移交") if by == ZHANG else chat.ask("移交 张东")
    whom = chat.press(first.data("全部"))
    return chat.press(chat.press(whom.data(to)).data("提出移交"))


def test_ticks_stay_through_pages_and_can_be_taken_back(town: Town) -> None:
    town.database.transact(_many, 25)
    chat = town.chat(ZHANG)
    page = chat.ask("移交")
    assert "名下 28 户" in page.text
    page = chat.press(page.data("施磊斌"))
    page = chat.press(page.data("›"))
    page = chat.press(page.data("第10户"))
    page = chat.press(page.data("第11户"))
    assert "移交选中的 3 户" in page.buttons
    page = chat.press(page.data("✓ 第10户"))
    page = chat.press(page.data("‹"))
    assert "✓ 施磊斌 K170001" in page.buttons
    whom = chat.press(page.data("移交选中的 2 户"))
    card = chat.press(whom.data("某officer"))
    assert "施磊斌 K170001、第11户 X11" in card.text


def _many(tx: Transaction, count: int) -> None:
    person = people.find(tx, ZHANG)
    assert person is not None
    for number in range(1, count + 1):
        filing.add_household(
            tx,
            file_no=f"X{number}",
            name=f"第{number}户",
            union_id=person.union_id,
            category=Category.TEMP,
            main_cause=Cause.OTHER,
            opened_on=date(2017, 9, 1),
            liaison_id=person.id,
        )


def test_of_four_hundred_households_the_first_hundred_and_fifty_can_be_ticked_and_all_be_handed_over(
    town: Town,
) -> None:
    town.database.transact(_many, 400)
    chat = town.chat(ZHANG)
    page = chat.ask("移交")
    for _ in range(14):
        page = chat.press(page.data("›"))
    ticked = next(data for label, data in page.buttons.items() if label.startswith("第"))
    page = chat.press(ticked)
    whom = chat.press(page.data("移交选中的 1 户"))
    card = chat.press(whom.data("某officer"))
    assert all(DATA_BYTES >= len(data.encode()) for data in card.buttons.values())
    page = chat.press(page.data("›"))
    assert not any(label.startswith("第") for label in page.buttons)
    whom = chat.press(page.data("全部（403 户）"))
    made = chat.press(chat.press(whom.data("某officer")).data("提出移交"))
    assert "另有 383 户" in made.text


def test_the_receiver_opens_the_card_and_accepts_and_a_second_tap_shows_what_became_of_it(
    office: Town,
) -> None:
    made = offered(office)
    chat = office.chat(CHANG)
    listing = chat.ask("移交")
    assert "张东 → 昌洋佳，3 户（9 月 4 日提出）" in listing.text
    card = chat.press(listing.data("张东 → 昌洋佳"))
    assert "待办 1 项：迟 1，一周内 0" in card.text
    done = chat.press(card.buttons["接收"])
    assert "✓ 张东 的 3 户现在归您：" in done.text
    again = chat.press(card.buttons["接收"])
    assert "昌洋佳 9 月 4 日已接收" in again.text
    assert {} == again.buttons
    assert "昌洋佳 9 月 4 日已接收" in office.chat(ZHANG).press(made.buttons["撤回"]).text


def test_the_receiver_declines_in_a_sentence_or_without_one(office: Town) -> None:
    made = offered(office)
    chat = office.chat(CHANG)
    card = chat.press(f"handover:open:{made.buttons['撤回'].rsplit(':', 1)[1]}")
    why = chat.press(card.buttons["不接收"])
    assert "请写一句原因" in why.text
    assert "昌洋佳 9 月 4 日没有接收" in chat.ask("手上太多 <b>").text
    made = offered(office)
    why = chat.press(f"handover:decline:{made.buttons['撤回'].rsplit(':', 1)[1]}")
    assert "没有接收" in chat.press(why.data("不说原因")).text


def test_back_on_the_card_what_is_written_next_is_no_reason(office: Town) -> None:
    made = offered(office)
    handover = made.buttons["撤回"].rsplit(":", 1)[1]
    chat = office.chat(CHANG)
    why = chat.press(f"handover:decline:{handover}")
    chat.press(why.data("移交单"))
    chat.write("凤芳")
    assert "接收" in chat.press(f"handover:open:{handover}").buttons


def test_in_the_middle_of_a_report_no_reason_is_asked_for(office: Town) -> None:
    made = offered(office)
    chat = office.chat(CHANG)
    chat.write("走访 施磊斌")
    why = chat.press(f"handover:decline:{made.buttons['撤回'].rsplit(':', 1)[1]}")
    assert "不接收？" == why.text


def test_the_giver_withdraws_it(office: Town) -> None:
    made = offered(office)
    assert "已撤回" in office.chat(ZHANG).press(made.buttons["撤回"]).text


def test_the_officer_sees_everybody_and_hands_over_for_them(office: Town) -> None:
    chat = office.chat(OFFICER)
    assert "张东 · 机关分会 · 3 户" in chat.ask("移交").text + chat.press("handover:givers:1").text
    made = offered(office, by=OFFICER)
    assert "等 昌洋佳 答复；接收之前仍归 张东" in made.text


def test_the_officer_takes_them_over_at_once(office: Town) -> None:
    made = offered(office, to="我来接", by=OFFICER)
    assert "某officer 9 月 4 日已接收" in made.text
    assert "张东 名下没有在档的户" in office.chat(ZHANG).ask("移交").text


def test_what_is_in_another_handover_is_named_and_cannot_be_ticked(office: Town) -> None:
    chat = office.chat(ZHANG)
    page = chat.press(chat.ask("移交").data("施磊斌"))
    whom = chat.press(page.data("移交选中的 1 户"))
    card = chat.press(whom.data("昌洋佳"))
    chat.press(card.data("提出移交"))
    page = chat.ask("移交")
    assert "施磊斌 K170001 · 正等 昌洋佳 接收" in page.text
    assert ["苗云涛 K170036", "袁静 K170063", "全部（2 户）"] == list(page.buttons)[1:]
    other = chat.press(whom.data("某officer"))
    with pytest.raises(errors.AlreadyOffered) as refused:
        chat.tap(other.data("提出移交"))
    assert {"names": "施磊斌 K170001", "receiver": "昌洋佳"} == refused.value.details


def test_a_second_tap_on_the_offer_makes_no_second_one(office: Town) -> None:
    chat = office.chat(ZHANG)
    whom = chat.press(chat.ask("移交").data("全部"))
    card = chat.press(whom.data("昌洋佳"))
    assert chat.press(card.data("提出移交")) == chat.press(card.data("提出移交"))
    other = chat.press(whom.data("某officer"))
    with pytest.raises(errors.AlreadyOffered):
        chat.tap(other.data("提出移交"))


def test_ticks_of_a_list_that_has_changed_are_not_taken_for_others(office: Town) -> None:
    chat = office.chat(ZHANG)
    page = chat.press(chat.ask("移交").data("施磊斌"))
    office.database.transact(_many, 1)
    with pytest.raises(errors.ListChanged):
        chat.tap(page.data("移交选中的 1 户"))
    assert "移交选中的" not in "".join(chat.press(page.data("苗云涛")).buttons)


def test_a_cadre_of_another_branch_is_not_offered_and_a_forged_choice_is_refused(office: Town) -> None:
    chat = office.chat(ZHANG)
    whom = chat.press(chat.ask("移交").data("全部"))
    assert "蒋立" not in whom.buttons
    zhang, jiang = chat.person().id, office.chat(JIANG).person().id
    with pytest.raises(errors.OutOfReach):
        chat.tap(f"handover:offer:{zhang}:{jiang}:all")


def test_nobody_but_the_receiver_answers_and_no_cadre_looks_into_it(office: Town) -> None:
    handover = offered(office).buttons["撤回"].rsplit(":", 1)[1]
    for who in (JIANG,):
        for verb in ("open", "accept", "decline", "declined", "withdraw", "card"):
            with pytest.raises(errors.NotFound):
                office.chat(who).tap(f"handover:{verb}:{handover}")
    for verb in ("accept", "declined"):
        with pytest.raises(errors.NotFound):
            office.chat(OFFICER).tap(f"handover:{verb}:{handover}")


@pytest.mark.parametrize("who", [TREASURER, AUDITOR, ADMIN])
def test_who_looks_after_nobody_hands_nothing_over(town: Town, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        town.chat(who).write("移交")


@pytest.mark.parametrize(
    "data",
    [
        "handover:open:",
        "handover:open:nonsense",
        "handover:accept:00000000000000000000000000000000",
        "handover:to:1:",
        "handover:to:15:%%%",
        "handover:offer:15:0:all",
        "handover:ask:15:999999:all",
        "handover:cases:999999",
        "handover:all:0",
    ],
)
def test_forged_buttons_are_refused_by_name(town: Town, data: str) -> None:
    with pytest.raises(errors.Refused):
        town.chat(OFFICER).tap(data)


def test_who_has_nothing_to_hand_over_is_told_so(town: Town) -> None:
    def work(tx: Transaction) -> None:
        code = invitations.invite(
            tx, roles=[Role.CADRE], union_id=membership.union_named(tx, "热控分会")
        ).code
        invitations.join(tx, code, telegram_id=2001, first_name="新来的")

    town.database.transact(work)
    assert "新来的 名下没有在档的户" in town.chat(2001).ask("移交").text


def test_what_has_no_liaison_is_given_one_by_the_officer(office: Town) -> None:
    table = table_of(Household)
    unowned = update(table).where(table.c.file_no == "K170036").values(liaison_id=None)
    office.database.transact(lambda tx: tx.connection.execute(unowned))
    chat = office.chat(OFFICER)
    first = chat.ask("移交")
    assert "1 户没有联系人" in first.text
    page = chat.press(first.data("没有联系人"))
    assert "<b>没有联系人</b>的 1 户" in page.text
    made = chat.press(chat.press(chat.press(page.data("全部")).data("昌洋佳")).data("提出移交"))
    handover = made.buttons["撤回"].rsplit(":", 1)[1]
    assert "✓ 某officer 的 1 户现在归您" in office.chat(CHANG).press(f"handover:accept:{handover}").text


def test_who_is_gone_or_blocked_comes_first_in_the_officers_list(town: Town) -> None:
    town.database.transact(departures.blocked, ZHANG)
    jiang = town.chat(JIANG).person().id
    town.chat(ADMIN).tap(f"people:removed:{jiang}")
    lines = town.chat(OFFICER).ask("移交").text.split("\n")
    assert ["蒋立 · 热控分会 · 6 户 · 已退出", "张东 · 机关分会 · 3 户 · 收不到消息"] == lines[1:3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_words_in_both_languages(office: Town, language: str) -> None:
    giver, taker = office.chat(ZHANG, language), office.chat(CHANG, language)
    zhang, chang = giver.person().id, taker.person().id
    made = giver.press(f"handover:offer:{zhang}:{chang}:all")
    handover = next(iter(made.buttons.values())).rsplit(":", 1)[1]
    steps = [
        giver.ask("/handover"),
        taker.ask("/handover"),
        taker.press(f"handover:open:{handover}"),
        taker.press(f"handover:decline:{handover}"),
        taker.press(f"handover:accept:{handover}"),
        giver.press(f"handover:card:{handover}"),
        office.chat(CHAIR, language).ask("/handover"),
    ]
    assert all(step.text for step in steps)
