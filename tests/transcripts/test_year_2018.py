"""The year 2018 of the demo union, played with the real bot: from last year's actual to what is published.

What everybody is told is looked at on the way, and every figure at the end was added up by hand.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.sandbox.world import buttons
from storage import statistics
from storage.aid_codes import FundSource
from storage.columns import table_of
from storage.members import membership
from storage.money import fund
from storage.tables.aid import Aid
from tests.sandbox.pictures import png
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from bot.sandbox.network.state import Event
    from storage.core.transaction import Transaction
    from tests.transcripts.conftest import Opening
    from tests.transcripts.stage import Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICER, CHAIR, VICE, SECOND_VICE, TREASURER, AUDITOR = (
    "林晓梅",
    "周国梁",
    "段文清",
    "侯丽萍",
    "许静",
    "何志远",
)
ZHANG, CAO = "张东", "曹玉芳"


class Year:
    """The stage with short words for it: who says or taps what, and what all are told because of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world = stage.world
        self.told: list[tuple[str, str]] = []
        self._names = {one.user_id: name for name, one in PEOPLE.items()}
        stage.world.subscribe(self._note)

    def _note(self, event: Event) -> None:
        post = event.data.get("post")
        if event.kind in ("message", "edit") and post is not None and post.by_bot and not post.service:
            text = str(post.body.get("text", post.body.get("caption", "")))
            self.told.append((self._names[event.chat_id], text))

    async def say(self, who: str, text: str, *expected: str) -> str:
        """Somebody writes; the answer holds what is expected."""
        self.told.clear()
        self.world.send_text(PEOPLE[who].user_id, text)
        return await self._answered(who, text, expected)

    async def tap(self, who: str, label: str, *expected: str) -> str:
        """Somebody taps the newest button that begins so; the answer or its toast holds what is expected."""
        posts = [post for post in self.world.posts(PEOPLE[who].user_id) if post.by_bot]
        shown = [(post, one) for post in reversed(posts) for one in buttons(post.body)]
        # The very label where there is one: 2018, and not its fourth quarter.
        named = [one for one in shown if one[1]["text"] == label]
        found = next(iter(named or [one for one in shown if one[1]["text"].startswith(label)]), None)
        near = [one["text"] for _, one in shown][:30]
        assert found is not None, f"{who} sees no [{label}] but {near}; told: {posts[-1].body.get('text')}"
        self.told.clear()
        self.world.tap(PEOPLE[who].user_id, found[0].message_id, found[1]["callback_data"])
        return await self._answered(who, label, expected)

    async def _answered(self, who: str, did: str, expected: tuple[str, ...]) -> str:
        before = len(self.world.taps.answers)
        await self.stage.settle()
        said = "\n".join(text for name, text in self.told if name == who)
        said += "\n".join(one.text for one in self.world.taps.answers[before - 1 :] if one.text)
        for one in expected:
            assert one in said, f"{who}: {did}\nexpected {one}\nbut was told\n{said}"
        return said

    def was_told(self, who: str, *expected: str) -> None:
        """Somebody else has heard of the last act."""
        said = "\n".join(text for name, text in self.told if name == who)
        for one in expected:
            assert one in said, f"{who} was to hear {one}, but was told\n{said}"

    async def until(self, day: date) -> None:
        """Go on to the morning of a day."""
        now = self.stage.rehearsal.clock().astimezone(SHANGHAI)
        await self.stage.turn(days=(day - now.date()).days)
        target = datetime(day.year, day.month, day.day, 9, 30, tzinfo=SHANGHAI)
        left = target - self.stage.rehearsal.clock().astimezone(SHANGHAI)
        if left > timedelta():
            await self.stage.turn(minutes=int(left.total_seconds() // 60) + 1)

    async def visited(self, who: str, name: str, said: str) -> None:
        """Somebody has visited a household and says so in one message."""
        await self.say(who, f"走访 {name} 入户 本人 {said} 持平 维持", "请核对")
        await self.tap(who, "提交", "✓ 走访 ZF-2018-")

    async def revisited(self, who: str, name: str) -> None:
        """Somebody looks after what the household was given: it was received, and helped."""
        await self.say(who, f"回访 {name} 入户 本人 全部收到 专款专用 好转 满意5 办结", "请核对 · 回访")
        await self.tap(who, "提交", "✓ 回访 HF-2018-")

    async def proposes(self, who: str, name: str, kind: str, amount: str, reason: str) -> None:
        """Somebody asks for company money, without papers."""
        await self.say(who, f"帮扶 {name}", "申请哪一项？")
        await self.tap(who, kind, "用哪里的钱？")
        await self.tap(who, "公司帮扶资金", "申请多少？")
        if amount.endswith("元"):
            await self.tap(who, amount, "为什么要帮？")
        else:
            await self.say(who, amount, "为什么要帮？")
        await self.say(who, reason, "有材料吗？")
        await self.tap(who, "跳过", "请核对")
        await self.tap(who, "提交", "✓ 帮扶申请 BF-2018-")

    async def urgent(self, who: str, name: str, source: str, amount: str, reason: str) -> None:
        """A chair has an emergency paid at once, and the treasurer pays it."""
        await self.say(who, "帮扶")
        await self.tap(who, "救急", "救急帮谁？")
        await self.say(who, name, "用哪里的钱？")
        await self.confirmed(who, source, amount, reason)

    async def confirmed(self, who: str, source: str, amount: str, reason: str) -> None:
        """The rest of an emergency, once it is known for whom it is."""
        await self.tap(who, source, "给多少？")
        await self.tap(who, amount, "出了什么事？")
        await self.say(who, reason, "请核对 · 救急", "“破例”里看得到您的名字")
        await self.tap(who, "确认救急", "✓ 救急 BF-2018-")
        self.was_told(TREASURER, "请马上发放")
        await self.paid(amount.removesuffix(" 元"))

    async def reviewed(self, amount: str) -> None:
        """The officer passes it on."""
        await self.say(OFFICER, "审批", amount)
        await self.tap(OFFICER, "审核通过")

    async def approved(self, amount: str, *chairs: str) -> None:
        """Each of them approves what waits; the last of them sends it on to the treasurer."""
        for who in chairs:
            await self.say(who, "审批", amount)
            await self.tap(who, "批准")
        self.was_told(TREASURER, amount)

    async def paid(self, amount: str) -> None:
        """The treasurer pays what waits there."""
        await self.say(TREASURER, "发放", amount)
        await self.tap(TREASURER, "确认发放", "✓ 已发放", amount)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_year_2018_adds_up(opening: Opening) -> None:
    async with opening("year") as stage:
        year = Year(stage)
        await _plan(year)
        await _spring(year)
        await _top_up(year)
        await _living_up_to_the_cap(year)
        await _illness(year)
        await _given_by_mistake(year)
        await _emergencies(year)
        await _revisits(year)
        await _published(year)
        _added_up(stage)


async def _plan(year: Year) -> None:
    """The plan of 2018 is drafted from what 2017 came to; for the Spring Festival it takes the standard."""
    await year.until(date(2017, 12, 28))
    await year.say(OFFICER, "预算", "2017 年帮扶预算", "预算 58,500.00 元，已用 39,000.00")
    await year.tap(OFFICER, "2018")
    await year.tap(
        OFFICER, "编 2018 年预算", "合计 39,000.00 元（2017 年实际 39,000.00）", "按标准要 120,000.00"
    )
    await year.tap(OFFICER, "春节慰问")
    await year.say(OFFICER, "120000", "合计 144,000.00 元")
    await year.tap(OFFICER, "提交", "已提交，等工会主席审批")
    year.was_told(CHAIR, "2018 年预算草案等您审定：144,000.00 元")
    await year.tap(CHAIR, "看预算")
    await _adopted(year, CHAIR)
    await year.until(date(2018, 1, 4))
    await year.say(OFFICER, "余额", "余额 53,345.00 元", "2018 预算 144,000.00，已用 0.00")


async def _spring(year: Year) -> None:
    """Sixty on file, one struck out, at 2,000 yuan each; three chairs, one treasurer."""
    await year.say(TREASURER, "入账 行政拨款 100000", "入账以后余额 153,345.00 元")
    await year.tap(TREASURER, "确认入账", "✓ 已入账")
    await year.say(OFFICER, "名单")
    await year.tap(OFFICER, "做春节名单", "在册 60 人 × 2,000.00 = 120,000.00 元")
    await year.tap(OFFICER, "开始做")
    await year.stage.turn(minutes=1)
    await year.tap(OFFICER, "看名单", "共 60 户，120,000.00 元")
    await year.tap(OFFICER, "看例外", "施磊斌")
    await year.tap(OFFICER, "1 施磊斌")
    await year.tap(OFFICER, "划去")
    await year.say(OFFICER, "他家这次说不要了", "共 59 户，118,000.00 元")
    await year.tap(OFFICER, "提交")
    await year.tap(OFFICER, "逐户核过", "还要 3 人批准")
    for who in (CHAIR, VICE, SECOND_VICE):
        await year.say(who, "审批", "春节慰问名单 59 人 118,000.00")
        await year.tap(who, "春节慰问名单")
        await year.tap(who, "批准", "✓ 您已批准")
    year.was_told(TREASURER, "59 户，共 118,000.00 元")
    await year.say(OFFICER, "余额", "余额 153,345.00 元 · 已批未付 118,000.00 · 可用 26,000.00")
    await year.tap(TREASURER, "看名单")
    await year.tap(TREASURER, "确认发放", "确认发放 59 户，118,000.00 元？")
    await year.tap(TREASURER, "确认发放")
    await year.stage.turn(minutes=1)
    for who in (OFFICER, CHAIR, TREASURER):
        year.was_told(who, "2018 年预算 144,000.00 元 已用 8")
    year.was_told(OFFICER, "已全部发放：59 户")
    await year.say(TREASURER, "余额", "余额 35,345.00 元 · 已批未付 0.00", "剩 26,000.00")


async def _top_up(year: Year) -> None:
    """The upper union sends more, and the budget is topped up with it."""
    await year.until(date(2018, 3, 15))
    await year.say(TREASURER, "入账 上级拨付 30000", "入账以后余额 65,345.00 元")
    await year.tap(TREASURER, "确认入账")
    await year.tap(TREASURER, "请专责加进预算")
    year.was_told(OFFICER, "入账 30,000.00 元（上级拨付），想加进 2018 年预算")
    await year.say(OFFICER, "预算")
    await year.tap(OFFICER, "追加", "钱从哪里来？")
    await year.tap(OFFICER, "集团公司", "追加多少元？")
    await year.say(OFFICER, "30000", "为什么追加")
    await year.say(OFFICER, "集团公司补助困难职工")
    year.was_told(CHAIR, "174,000.00")
    await year.tap(CHAIR, "看预算")
    await _adopted(year, CHAIR)
    await year.say(OFFICER, "余额", "余额 65,345.00 元", "剩 56,000.00")


async def _adopted(year: Year, chair: str) -> None:
    posts = year.world.posts(PEOPLE[chair].user_id)
    if "批准" not in [one["text"] for post in posts for one in buttons(post.body)]:
        await year.tap(chair, "看草案")
    await year.tap(chair, "批准")


async def _living_up_to_the_cap(year: Year) -> None:
    """Twice 5,000 yuan of living aid, and not one yuan more in the year."""
    await year.until(date(2018, 3, 20))
    await year.visited(ZHANG, "苗云涛", "孩子上大学，生活困难 需要资金")
    await year.revisited(ZHANG, "苗云涛")
    await year.proposes(ZHANG, "苗云涛", "生活救助", "5,000 元", "孩子上大学，生活困难")
    await year.reviewed("5,000.00")
    await year.approved("5,000.00", CHAIR, VICE)
    await year.paid("5,000.00")
    year.was_told(ZHANG, "生活救助 5,000.00 元 已发放")
    await year.until(date(2018, 6, 5))
    await year.revisited(ZHANG, "苗云涛")
    await year.proposes(ZHANG, "苗云涛", "生活救助", "5,000 元", "孩子上大学，生活困难")
    await year.reviewed("5,000.00")
    await year.approved("5,000.00", VICE, SECOND_VICE)
    await year.paid("5,000.00")
    await year.until(date(2018, 7, 10))
    await year.revisited(ZHANG, "苗云涛")
    over = "公司帮扶资金眼下给不了：超过全年上限 10,000.00 元，这一户这一年最多还能给 0.00 元。"
    await year.say(ZHANG, "帮扶 苗云涛 生活救助 1000 公司帮扶资金 还不够", over)
    await year.say(ZHANG, "取消")
    await year.say(
        ZHANG, "余额 苗云涛", "春节慰问 2,000.00、生活救助 10,000.00", "还可给 0.00；现在最多可给 0.00"
    )


async def _illness(year: Year) -> None:
    """6,000 yuan for an illness: three approve it."""
    await year.until(date(2018, 7, 12))
    await year.visited(CAO, "何强", "查出重病 需要医疗")
    await year.revisited(CAO, "何强")
    await year.proposes(CAO, "何强", "医疗救助", "6000", "查出重病，手术自付六千多")
    await year.reviewed("6,000.00")
    await year.approved("6,000.00", CHAIR, VICE, SECOND_VICE)
    await year.paid("6,000.00")


async def _given_by_mistake(year: Year) -> None:
    """Warmth to the wrong household: paid, and taken back."""
    await year.until(date(2018, 8, 20))
    await year.say(OFFICER, "帮扶 施志玉 送温暖 1000 冬衣", "用哪里的钱？")
    await year.tap(OFFICER, "公司帮扶资金", "上一笔帮扶还没回访，为什么现在还要帮？")
    await year.say(OFFICER, "春节慰问是统一发的", "很久没走访这一户了，为什么不先走访？")
    await year.say(OFFICER, "分会走访过，记录没交", "直接报主席，要 2 位批准。")
    await year.tap(OFFICER, "提交", "✓ 帮扶申请 BF-2018-")
    await year.approved("1,000.00", CHAIR, SECOND_VICE)
    await year.paid("1,000.00")
    await year.say(TREASURER, "余额", "余额 48,345.00 元", "已用 135,000.00")
    await year.say(TREASURER, "发放")
    await year.tap(TREASURER, "最近发放")
    await year.tap(TREASURER, "施志玉")
    await year.tap(TREASURER, "冲销", "是什么原因？")
    await year.tap(TREASURER, "发错了人", "基金余额变成 49,345.00 元")
    await year.tap(TREASURER, "确定冲销", "✓ 已冲销")
    year.was_told(OFFICER, "施志玉", "1,000.00")
    await year.say(TREASURER, "余额", "余额 49,345.00 元", "剩 40,000.00")


async def _emergencies(year: Year) -> None:
    """Three emergencies, one of them of somebody without a file; the papers of all of them are brought."""
    await year.until(date(2018, 10, 15))
    await year.urgent(CHAIR, "范芳梅", "公司帮扶资金", "3,000 元", "家中失火")
    await year.say(VICE, "帮扶")
    await year.tap(VICE, "救急")
    await year.say(VICE, "李建国", "没有找到")
    await year.tap(VICE, "不在册的人", "写姓名")
    await year.say(VICE, "李建国", "是哪个分会的？")
    await year.tap(VICE, "检修分会", "用哪里的钱？")
    await year.confirmed(VICE, "公司帮扶资金", "2,000 元", "工伤送医，家里没有钱")
    await year.until(date(2018, 11, 5))
    await year.urgent(SECOND_VICE, "冯晓", "社会捐助", "5,000 元", "孩子车祸，急需手术")
    for name in ("范芳梅", "李建国", "冯晓"):
        await year.tap(OFFICER, name, "🚑 救急：先批先发")
        await year.tap(OFFICER, "补手续", "有材料吗？")
        year.world.send_photo(PEOPLE[OFFICER].user_id, png())
        await year.stage.settle()
        await year.tap(OFFICER, "完成", "救急 BF-2018-")
        await year.tap(OFFICER, "提交", "✓ 救急手续已补齐", name)


async def _revisits(year: Year) -> None:
    """What was given is looked after."""
    await year.until(date(2018, 12, 10))
    await year.revisited(CAO, "何强")
    await year.revisited(OFFICER, "范芳梅")
    await year.revisited(OFFICER, "冯晓")


async def _published(year: Year) -> None:
    """The statement of the year, by quarters and as a whole; the auditor sees what went beyond a rule."""
    await year.until(date(2018, 12, 31))
    await year.say(AUDITOR, "监督", "期末 44,345.00")
    beyond = await year.tap(AUDITOR, "破例", "2018 年破例与救急", "段文清：救急（先批先发）", "档案不在册")
    assert 3 == beyond.count("手续 11 月 5 日补齐")
    given = "公司帮扶资金：64 人次，139,000.00 元"
    await year.say(OFFICER, "统计 2018", given, "社会捐助：1 人次 5,000.00")
    await year.say(OFFICER, "余额", "余额 44,345.00 元 · 已批未付 0.00 · 可用 35,000.00", "剩 35,000.00")
    for quarter, (first, income, paid, last) in QUARTERS.items():
        await year.say(OFFICER, "公示", "哪一段？")
        line = f"期初 {first} ＋ 收入 {income} − 发放 {paid} ＝ 期末 {last}"
        await year.tap(OFFICER, f"2018 年第{quarter}季度", line)
    await year.say(OFFICER, "公示")
    whole = "期初 53,345.00 ＋ 收入 130,000.00 − 发放 139,000.00 ＝ 期末 44,345.00"
    await year.tap(OFFICER, "2018 年", whole, "65 人次，144,000.00 元")
    await year.tap(OFFICER, "公布…", "公布 2018 年的收支公示？")
    await year.tap(OFFICER, "确认公布")
    _looked_at(year)


def _looked_at(year: Year) -> None:
    """What was published says the year's sums, names nobody in full, and no illness."""
    posts = year.world.posts(PEOPLE[OFFICER].user_id)
    sent = next(post.body["document"] for post in reversed(posts) if "document" in post.body)
    stored = year.world.files.get(sent["file_id"])
    assert stored is not None
    page = stored.data.decode()
    for figure in (
        "53,345.00",
        "130,000.00",
        "139,000.00",
        "44,345.00",
        "118,000.00",
        "15,000.00",
        "6,000.00",
    ):
        assert figure in page, figure
    for secret in ("苗云涛", "何强", "范芳梅", "李建国", "冯晓", "施志玉", "查出重病", "手术"):
        assert secret not in page, secret
    assert "苗*" in page


# Added up by hand, in yuan: what there was at first, what came in, what was paid, what there was at last.
QUARTERS = {
    "一": ("53,345.00", "130,000.00", "123,000.00", "60,345.00"),
    "二": ("60,345.00", "0.00", "5,000.00", "55,345.00"),
    "三": ("55,345.00", "0.00", "6,000.00", "49,345.00"),
    "四": ("49,345.00", "0.00", "5,000.00", "44,345.00"),
}

# Figure, as it was added up by hand, in yuan or times.
BY_HAND: dict[str, int] = {
    "balance at the end of 2017": 60_000 + 20_000 + 12_345 - 39_000,
    "income of 2018": 100_000 + 30_000,
    "Spring Festival": 59 * 2_000,
    "living aid": 5_000 + 5_000 + 3_000 + 2_000,
    "illness": 6_000,
    "paid of the company's fund": 118_000 + 15_000 + 6_000,
    "person-times of the company's fund": 59 + 4 + 1,
    "donated money": 5_000,
    "balance at the end of 2018": 53_345 + 130_000 - 139_000,
    "budget": 39_000 - 15_000 + 120_000 + 30_000,
    "budget left": 174_000 - 139_000,
    "warmth, living, illness of all sources to date": 372_000 + 118_000 + 15_000 + 5_000 + 6_000,
    "person-times of these": 91 + 59 + 5 + 1,
}


def _added_up(stage: Stage) -> None:
    """Compare every figure with what was added up by hand, and print both."""

    def read(tx: Transaction) -> dict[str, int]:
        root = membership.root_union(tx)
        assert root is not None
        assert [] == fund.check(tx)
        table: dict[str, Any] = statistics.year_table(tx, root, 2018, tx.today)
        now = fund.balance(tx, root, year=2018)
        before = fund.balance(tx, root, year=2017, as_of=date(2017, 12, 31))
        kinds, to_date = table["company_fund_by_kind"], table["warm_living_medical_all_sources_to_date"]
        assert 0 == now.reserved_fen
        assert now.budget_fen is not None
        assert now.budget_left_fen is not None
        return {
            "balance at the end of 2017": before.balance_fen // 100,
            "income of 2018": table["fund_income_fen"] // 100,
            "Spring Festival": kinds["春节慰问"]["fen"] // 100,
            "living aid": kinds["生活救助"]["fen"] // 100,
            "illness": kinds["医疗救助"]["fen"] // 100,
            "paid of the company's fund": table["company_fund_paid_fen"] // 100,
            "person-times of the company's fund": table["company_fund_person_times"],
            "donated money": _donated(tx) // 100,
            "balance at the end of 2018": now.balance_fen // 100,
            "budget": now.budget_fen // 100,
            "budget left": now.budget_left_fen // 100,
            "warmth, living, illness of all sources to date": to_date["fen"] // 100,
            "person-times of these": to_date["person_times"],
        }

    figures = stage.database.view(read)
    for name, by_hand in BY_HAND.items():
        sys.stdout.write(f"{name:48} {by_hand:9,} by hand {figures[name]:9,}\n")
    assert figures == BY_HAND


def _donated(tx: Transaction) -> int:
    """What was paid of donated money in 2018."""
    aid, year = table_of(Aid), (date(2018, 1, 1), date(2018, 12, 31))
    donated = (aid.c.source == FundSource.DONATION, aid.c.paid_on.between(*year))
    return int(tx.connection.scalar(select(func.sum(aid.c.paid_fen)).where(*donated)) or 0)
