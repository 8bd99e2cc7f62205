"""The main job in a real Chromium with the real bot: report, be reminded, ask, invite, by what is visible.

With TIEXIN_PICTURES set to a folder, the pictures of the README are taken on the way.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import ViewportSize, expect

from bot.rehearsal import Rehearsal
from bot.sandbox.demo import MEMBERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PICTURES = os.environ.get("TIEXIN_PICTURES")
TURNED_MS = 30_000
RECEIPT = re.compile(r"✓ 走访 ZF-2017-\d{6} · 苗云涛 · 9 月 1 日")
# What is tapped, or typed, at the card that asks this; every other card is answered with its first button.
TAPPED = {
    "收入有变化吗": "减少",
    "哪几项有变化": "思想状况",
    "情绪怎么样": "低落",
    "现在最需要什么": "助学",
}
TYPED = {
    "现在人均月收入多少": "1500",
    "思想状况怎样": "为学费发愁",
    "他们自己怎么说": "孩子考上大学，学费发愁。",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo union in it, everybody but the stranger joined; to be copied."""
    folder = tmp_path_factory.mktemp("union") / "furnished"
    rehearsal = Rehearsal(folder=folder)
    await rehearsal.start()
    await rehearsal.stop()
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def rehearsal(furnished: Path, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    folder = tmp_path / "sandbox"
    shutil.copytree(furnished, folder)
    started = Rehearsal(folder=folder)
    await started.start()
    yield started
    await started.stop()


@asynccontextmanager
async def opened(browser: Browser, rehearsal: Rehearsal, **look: Any) -> AsyncIterator[Page]:  # noqa: ANN401 - Playwright's own options
    """The page; afterwards: nothing was asked of another host and nothing was complained of."""
    context = await browser.new_context(reduced_motion="reduce", locale="zh-CN", **look)
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(rehearsal.sandbox.url)
    await expect(page.locator(".person")).to_have_count(len(MEMBERS) + 1)  # and a stranger
    yield page
    await context.close()
    assert [] == [url for url in asked if not url.startswith((rehearsal.sandbox.url, "blob:", "data:"))]
    assert [] == complaints


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, rehearsal: Rehearsal) -> AsyncIterator[Page]:
    async with opened(browser, rehearsal, viewport=DESK) as desk:
        yield desk


async def be(page: Page, slug: str) -> None:
    await page.click(f'[data-slug="{slug}"]')
    await expect(page.locator(f'[data-slug="{slug}"][aria-current=true]')).to_have_count(1)


async def press(page: Page, word: str) -> None:
    """Presses a key of the keyboard under the line."""
    await page.locator(".reply-key").get_by_text(word, exact=True).click()


def button(page: Page, label: str) -> Locator:
    """The newest button that bears this label."""
    return page.locator(".inline-keyboard").get_by_role("button", name=label, exact=True).last


async def tap(page: Page, *labels: str) -> None:
    for label in labels:
        await button(page, label).click()


async def say(page: Page, words: str) -> None:
    await page.locator("#line").fill(words)
    await page.locator("#line").press("Enter")


def last(page: Page) -> Locator:
    """The newest message of the bot."""
    return page.locator(".row.theirs").last


async def turn(page: Page, days: int) -> None:
    """Turns the date by its button, and waits until it has arrived."""
    step = page.locator(f'.clock-step[data-days="{days}"]')
    await step.click()
    await expect(page.locator(".toast")).to_contain_text("现在是", timeout=TURNED_MS)
    await expect(step).to_be_enabled(timeout=TURNED_MS)


async def portrait(page: Page, name: str) -> None:
    """Takes a picture for the README, where pictures are wanted."""
    if PICTURES:
        await expect(page.locator(".toast")).to_have_count(0)
        Path(PICTURES).mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - only when pictures are taken
        await page.screenshot(path=f"{PICTURES}/{name}.png")


async def question(page: Page, position: int) -> str:
    """What the card of the report says, once it has come to this question or to the summary."""
    text = last(page).locator(".text")
    await expect(text).to_contain_text(re.compile(rf"{position}/\d+|请核对"))
    return await text.inner_text()


def named(table: dict[str, str], text: str) -> str | None:
    return next((answer for asked, answer in table.items() if asked in text), None)


async def answer(page: Page, text: str) -> None:
    """Answers one question, by typing or by tapping; a choice of many is ended."""
    if (typed := named(TYPED, text)) is not None:
        await say(page, typed)
        return
    labels = [label.strip() for label in await last(page).locator(".key").all_inner_texts()]
    chosen = named(TAPPED, text)
    if "完成" not in labels:
        await tap(page, chosen or labels[0])
    elif chosen is not None:
        await tap(page, chosen)
        await expect(button(page, f"✓ {chosen}")).to_be_visible()
        await tap(page, "完成")
    elif any(label.startswith("✓") for label in labels):
        await tap(page, "完成")
    elif "无" in labels:
        await tap(page, "无")
    else:
        await tap(page, labels[0])
        await expect(button(page, f"✓ {labels[0]}")).to_be_visible()
        await tap(page, "完成")


async def test_the_first_screen_says_who_one_is_what_to_press_and_what_day_it_is(page: Page) -> None:
    await expect(page.locator(".chat-header h2")).to_contain_text("贴心")
    await expect(page.locator(".header-as")).to_have_text("您现在是 张东 · 走访干部")
    await expect(page.locator(".hint")).to_contain_text("点“待办”挑一户")
    await expect(page.locator(".clock-date")).to_have_text("2017年9月1日 周五")
    await expect(page.locator(".clock-time")).to_have_text(re.compile("08:0[0-9]"))
    await expect(last(page)).to_contain_text("欢迎，张东。您已加入 机关分会，身份：走访干部。")
    await expect(last(page)).to_contain_text("您有 1 件待办")
    await expect(page.locator(".service")).to_have_text("打开了邀请链接")
    await expect(page.locator(".rows")).not_to_contain_text("/start")
    words = ["走访", "回访", "待办", "草稿", "帮扶", "余额", "档案", "我的", "统计", "帮助"]
    await expect(page.locator(".reply-key")).to_have_text(words)
    await expect(page.locator(".badge")).to_have_count(len(MEMBERS) - 1)  # all but whom one is


async def test_an_unchanged_visit_is_reported_by_tapping_alone(page: Page) -> None:
    await press(page, "待办")
    await expect(last(page)).to_contain_text("迟 10 天")
    await tap(page, "苗云涛", "现在填")
    await expect(last(page)).to_contain_text("家里情况和 2 月 23 日")
    await tap(page, "一切如前")
    await expect(last(page)).to_contain_text("请核对")
    await tap(page, "提交")
    await expect(page.locator(".toast")).to_have_text("已提交")
    await expect(last(page)).to_contain_text(RECEIPT)
    await expect(button(page, "撤销")).to_be_visible()
    await press(page, "待办")
    await expect(last(page)).to_contain_text("眼下没有待办")


async def test_from_the_word_visit_it_is_three_taps_and_the_next_household_needs_only_its_name(
    page: Page,
) -> None:
    await page.locator(".hint").get_by_role("button").click()
    await press(page, "走访")
    await page.locator(".inline-keyboard").get_by_role("button", name="苗云涛").last.click()
    await tap(page, "一切如前", "提交")
    await expect(last(page)).to_contain_text(RECEIPT)
    await say(page, "走访 施磊斌")
    await expect(last(page)).to_contain_text("走访 · 施磊斌 K170001")
    await expect(button(page, "一切如前")).to_be_visible()
    await expect(page.locator(".row.theirs", has_text="ZF-2017-")).to_be_visible()
    await portrait(page, "chat-desk-light")


async def test_a_reminder_arrives_as_the_date_is_turned_and_says_why_it_came(page: Page) -> None:
    await expect(page.locator('[data-slug="cao"] .badge')).to_have_text("1")
    await turn(page, 1)
    await expect(page.locator(".clock-date")).to_have_text("2017年9月2日 周六")
    await expect(last(page)).to_contain_text("早上好，张东。今天 9 月 1 日（周五），您有 1 户")
    await expect(page.locator('[data-slug="zhang"] .badge')).to_have_count(0)
    await expect(page.locator('[data-slug="cao"] .badge')).to_have_text("2")
    await expect(page.locator('[data-slug="cao"] .person-last')).to_contain_text("早上好，曹玉芳")
    await be(page, "cao")
    await expect(page.locator('[data-slug="cao"] .badge')).to_have_count(0)
    await expect(last(page)).to_contain_text("您有 3 户")
    await tap(page, "何强")
    await expect(last(page)).to_contain_text("何强 K170020 · 发电分会")
    await tap(page, "为何提醒")
    await expect(last(page)).to_contain_text("规则：特别困难户每 90 天走访一次")
    await expect(last(page)).to_contain_text("依据：2 月 11 日走访 ZF-2017-")
    await expect(last(page)).to_contain_text("已提醒：9 月 1 日")


async def test_a_conversation_with_much_unread_opens_at_its_end(page: Page) -> None:
    await turn(page, 30)
    await be(page, "officer")
    await expect(page.locator(".row.theirs").last).to_be_in_viewport()
    await expect(page.locator(".down")).to_be_hidden()


async def test_the_balance_is_one_press_away_and_its_details_open_in_place(page: Page) -> None:
    await press(page, "余额")
    await expect(last(page)).to_contain_text("余额 53,345.00 元 · 已批未付 0.00 · 可用 19,500.00")
    await expect(last(page)).to_contain_text("2017 预算 58,500.00，已用 39,000.00（67%），剩 19,500.00")
    await tap(page, "最近 10 笔")
    await expect(last(page)).to_contain_text("社会或职工捐款")
    await expect(last(page)).to_contain_text("已编辑")
    await expect(page.locator(".row.theirs")).to_have_count(2)


async def test_a_visit_with_changes_a_sentence_and_a_photo(page: Page) -> None:
    await press(page, "走访")
    await page.locator(".inline-keyboard").get_by_role("button", name="苗云涛").last.click()
    await tap(page, "有变化，逐项填")
    for position in count(1):
        text = await question(page, position)
        if "请核对" in text:
            break
        await answer(page, text)
    for told in ("收入：减少", "情绪：低落", "助学", "思想状况", "孩子考上大学，学费发愁。"):
        await expect(last(page)).to_contain_text(told)
    await tap(page, "加照片")
    await send_sample_photo(page)
    await tap(page, "完成")
    await expect(last(page)).to_contain_text("照片 1 张")
    await tap(page, "提交")
    await expect(last(page)).to_contain_text(RECEIPT)
    await say(page, "档案 苗云涛")
    await expect(last(page)).to_contain_text("9 月 1 日")


async def send_sample_photo(page: Page) -> None:
    await page.get_by_role("button", name="添加照片、位置等").click()
    await page.get_by_role("menuitem", name="示例照片").click()
    await page.get_by_role("dialog").get_by_role("button", name="发送", exact=True).click()
    await expect(page.locator(".row.mine .photos img, .row.mine img").last).to_be_visible()
    await expect(last(page)).to_contain_text("1")


async def test_the_page_and_the_bot_speak_english_to_whoever_asks(page: Page) -> None:
    await page.get_by_role("button", name="Switch this page to English").click()
    await expect(page.locator(".hint")).to_contain_text("You are Zhang Dong, a visiting cadre.")
    await expect(page.locator(".clock-date")).to_have_text("Fri 1 Sep 2017")
    await expect(page.locator(".header-as")).to_have_text("You are 张东 · Cadre")
    await page.locator(".toast").get_by_role("button", name="Send /language").click()
    await tap(page, "English")
    await expect(last(page)).to_contain_text("English from now on")
    keys = ["Visit", "Revisit", "To-do", "Drafts", "Aid", "Balance", "File", "Mine", "Figures", "Help"]
    await expect(page.locator(".reply-key")).to_have_text(keys)
    await page.get_by_role("button", name="Dismiss hint").click()
    await press(page, "Balance")
    await expect(last(page)).to_contain_text("Balance ¥53,345.00")
    await press(page, "To-do")
    await tap(page, "苗云涛", "Report now")
    await expect(button(page, "Nothing changed")).to_be_visible()
    await portrait(page, "chat-desk-en")
    await say(page, "/language 中文")
    await expect(page.locator(".reply-key").first).to_have_text("走访")


async def test_english_can_be_named_in_the_command_itself(page: Page) -> None:
    await say(page, "/language English")
    await expect(last(page)).to_contain_text("English from now on")
    await expect(page.locator(".reply-key").first).to_have_text("Visit")


async def test_on_a_phone_the_morning_digest_leads_to_a_receipt(
    browser: Browser, rehearsal: Rehearsal
) -> None:
    look = {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark", "has_touch": True}
    async with opened(browser, rehearsal, is_mobile=True, **look) as phone:
        await expect(phone.locator("#line")).to_be_hidden()
        await turn(phone, 1)
        await phone.locator('[data-slug="cao"]').click()
        await expect(last(phone)).to_contain_text("早上好，曹玉芳")
        await expect(button(phone, "何强")).to_be_in_viewport()
        await phone.locator(".hint").get_by_role("button").click()
        await portrait(phone, "chat-phone-dark")
        await tap(phone, "何强", "现在填", "一切如前", "提交")
        await expect(last(phone)).to_contain_text("✓ 走访 ZF-2017-")
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await phone.get_by_role("button", name="返回人名列表").click()
        await expect(phone.locator('[data-slug="cao"] .person-last')).to_contain_text("✓ 走访 ZF-2017-")


async def test_a_stranger_gets_one_polite_line_and_then_silence(page: Page, rehearsal: Rehearsal) -> None:
    await be(page, "stranger")
    await expect(page.locator(".hint")).to_contain_text("点“开始”")
    await page.get_by_role("button", name="开始", exact=True).click()
    await expect(last(page)).to_contain_text("这是工会内部的走访助手。请向分会管理员要邀请链接。")
    await say(page, "走访 苗云涛")
    await expect(page.locator(".row.mine")).to_have_count(2)
    await rehearsal.sandbox.world.wait_for(lambda: not len(rehearsal.sandbox.world.updates), 8)
    assert rehearsal.bot is not None
    await rehearsal.bot.intake.idle()
    await rehearsal.bot.delivery.drained()
    await expect(page.locator(".row.theirs")).to_have_count(1)
    await expect(page.locator(".reply-key")).to_have_count(0)


async def test_a_stranger_joins_by_the_link_the_admin_made(page: Page) -> None:
    await be(page, "admin")
    await press(page, "人员")
    await page.locator(".inline-keyboard").get_by_role("button", name="发电分会").last.click()
    await tap(page, "邀请")
    await expect(button(page, "✓ 走访干部")).to_be_visible()
    await tap(page, "生成链接")
    await expect(last(page)).to_contain_text("只能用一次")
    await last(page).locator(".link").click()
    await page.get_by_role("dialog").get_by_role("button", name="路人").click()
    await expect(page.locator(".header-as")).to_have_text("您现在是 路人 · 外人")
    await expect(last(page)).to_contain_text("欢迎，路人。您已加入 发电分会，身份：走访干部。")
    await press(page, "待办")
    await expect(last(page)).to_contain_text("待办")
    await be(page, "admin")
    await press(page, "人员")
    await page.locator(".inline-keyboard").get_by_role("button", name="发电分会").last.click()
    await expect(last(page)).to_contain_text("路人 · 走访干部 · 已加入")
