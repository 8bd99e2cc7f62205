"""One item opened, in both languages, and why it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.reminders import wording
from bot.reminders.item_card import explain, item_card
from bot.texts.catalogue import words
from storage.codes import FollowupKind, NoticeReason, Stage
from storage.due.due_items import DueItem
from storage.due.followups import Explanation, Told
from storage.due.policies import Setting
from storage.households.dossiers import HouseholdLine

TODAY = date(2017, 9, 4)
ZONE = ZoneInfo("Asia/Shanghai")
HOUSE = HouseholdLine(
    id=1,
    file_no="K170030",
    name="凤<芳>",
    union_name="机关分会",
    category="SPECIAL",
    main_cause="ILLNESS",
    state="ACTIVE",
    liaison_id=1,
    last_visit_on=date(2017, 6, 4),
    union_id=2,
)
RECHECK = DueItem(
    id=5,
    kind=FollowupKind.RECHECK,
    household=HOUSE,
    opens_on=date(2017, 8, 26),
    due_on=date(2017, 9, 2),
    state="late",
    stage=Stage.DUE,
    round=1,
    assignee_id=1,
    assignee_name="张东",
    snoozes=0,
    snoozed_until=None,
    interval_days=90,
    last_visit_on=date(2017, 6, 4),
    last_visit_no="ZF-2017-000061",
    last_assessment="SAME",
    last_needs=("MEDICAL",),
    missed_visits=0,
    aid_id=None,
    payment_no=None,
    aid_kind=None,
    amount_fen=None,
    paid_on=None,
)
REVISIT = replace(
    RECHECK,
    kind=FollowupKind.REVISIT,
    state="open",
    opens_on=date(2017, 8, 30),
    due_on=date(2017, 9, 6),
    interval_days=30,
    aid_id="a1",
    payment_no="BF-2017-000020",
    aid_kind="MEDICAL",
    amount_fen=180_000,
    paid_on=date(2017, 8, 7),
)


def why(item: DueItem, source: str, **more: object) -> Explanation:
    plain = Explanation(
        item=item,
        source=source,
        source_no="ZF-2017-000061",
        source_on=date(2017, 6, 4),
        told=(),
        next_stage=Stage.LATE,
        next_stage_on=date(2017, 9, 5),
        days={
            Stage.OPENS: item.opens_on,
            Stage.DUE: item.due_on,
            Stage.LATE: item.due_on + timedelta(days=3),
            Stage.OFFICER: item.due_on + timedelta(days=7),
            Stage.CHAIR: item.due_on + timedelta(days=14),
        },
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the test names attributes


def test_a_card_says_who_what_happened_last_and_until_when() -> None:
    expected = (
        "<b>凤&lt;芳&gt;</b> K170030 · 机关分会 · 特别困难（患重特大疾病）\n"
        "6 月 4 日走访：持平，需要医疗。\n"
        "本次应在 8 月 26 日–9 月 2 日之间，已迟 2 天，今天去也算。（每 90 天走访一次）"
    )
    assert expected == item_card(RECHECK, words("zh"), TODAY)


def test_a_payments_card_says_what_was_paid() -> None:
    lines = item_card(REVISIT, words("zh"), TODAY).split("\n")
    assert "医疗救助 1,800.00 元，8 月 7 日发放（BF-2017-000020）。" == lines[1]
    assert "本次可在 8 月 30 日–9 月 6 日之间，今天去也行。（发放后回访）" == lines[2]


def test_an_item_put_off_says_until_when() -> None:
    put_off = replace(RECHECK, snoozes=1, snoozed_until=date(2017, 9, 7))
    assert item_card(put_off, words("zh"), TODAY).endswith("已推迟到 9 月 7 日。\n推迟过 1 次，还可 2 次。")


def test_why_names_the_rule_the_paper_the_days_what_was_sent_and_what_stops_it() -> None:
    told = (Told(datetime(2017, 8, 28, 0, 30, tzinfo=UTC), Stage.OPENS, "张东", NoticeReason.LIAISON),)
    expected = (
        "<b>为何提醒</b> · 凤&lt;芳&gt; K170030\n"
        "规则：特别困难户每 90 天走访一次（张主席 1 月 10 日设定）\n"
        "依据：6 月 4 日走访 ZF-2017-000061 → 应在 9 月 2 日前后\n"
        "日子：8 月 26 日起可以去，9 月 2 日到期，9 月 5 日再提醒，9 月 11 日告诉专责，9 月 18 日告诉主席\n"
        "已提醒：8 月 28 日 张东\n"
        "下次提醒：9 月 5 日\n"
        "会停止：提交走访 · 暂停 · 注销"
    )
    rule = Setting("recheck.SPECIAL", 90, 1, "开远公司工会", "张主席", datetime(2017, 1, 10, tzinfo=UTC))
    known = why(RECHECK, "visit", told=told, rule=rule.key, rule_set=rule)
    assert expected == explain(known, words("zh"), TODAY, ZONE)


def test_a_rule_that_nobody_changed_and_a_day_that_somebody_named_say_so() -> None:
    general = explain(why(RECHECK, "visit", rule="recheck.SPECIAL"), words("zh"), TODAY, ZONE)
    assert "规则：特别困难户每 90 天走访一次（通用规则，没有改过）" == general.split("\n")[1]
    named = explain(why(replace(RECHECK, interval_days=None), "visit"), words("zh"), TODAY, ZONE)
    assert "规则：上次走访时约好 9 月 2 日再去" == named.split("\n")[1]


def test_a_household_never_visited_for_years_is_not_reproached_with_them() -> None:
    never = replace(RECHECK, last_visit_on=None, due_on=date(2014, 9, 2))
    assert "还没去过，今天去就行。（每 90 天走访一次）" == item_card(never, words("zh"), TODAY).split("\n")[2]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("item", "source"),
    [
        (RECHECK, "visit"),
        (replace(RECHECK, interval_days=None), "visit"),
        (replace(RECHECK, last_visit_on=None, missed_visits=2), "opened"),
        (replace(RECHECK, last_visit_on=None), "opened"),
        (replace(RECHECK, kind=FollowupKind.RETRY, missed_visits=1, state="due"), "visit"),
        (replace(RECHECK, kind=FollowupKind.MONITOR, opens_on=date(2017, 9, 5)), "monitor"),
        (REVISIT, "aid"),
        (replace(REVISIT, aid_kind="STUDY"), "aid"),
        (REVISIT, "revisit"),
        (replace(REVISIT, interval_days=None, snoozes=2, snoozed_until=TODAY), "revisit"),
        (replace(RECHECK, kind=FollowupKind.REVIEW, interval_days=None), "review"),
        (RECHECK, "dismissed"),
    ],
)
@pytest.mark.parametrize("stage", [None, Stage.OFFICER, Stage.CHAIR])
def test_every_kind_of_item_has_its_words(
    language: str, item: DueItem, source: str, stage: Stage | None
) -> None:
    spoken = words(language)
    reason = explain(why(item, source, next_stage=stage), spoken, TODAY, ZONE)
    assert 3 <= len(item_card(item, spoken, TODAY).split("\n"))
    assert 7 <= len(reason.split("\n"))


@pytest.mark.parametrize(("due_on", "said"), [(date(2017, 9, 2), "迟 2 天"), (date(2014, 9, 2), "待首访")])
def test_a_household_never_visited_is_late_by_days_but_not_by_years(due_on: date, said: str) -> None:
    never = replace(RECHECK, last_visit_on=None, due_on=due_on)
    assert said == wording.when(never, words("zh"), TODAY)
