"""Files in a real Chromium: a notice and a workbook come into the chat by their names and are downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.async_api import expect

from tests.browser.test_main_job import PHONE, furnished, last, opened, portrait, press, rehearsal, tap

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from bot.rehearsal import Rehearsal

__all__ = ["furnished", "rehearsal"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MADE_MS = 30_000
LOOK = {"is_mobile": True, "viewport": PHONE, "color_scheme": "dark", "has_touch": True}


async def download(phone: Page, folder: Path) -> Path:
    """Tap the newest file and return it as it was saved."""
    file = last(phone).locator("a.document")
    await expect(file).to_be_visible(timeout=MADE_MS)
    async with phone.expect_download() as coming:
        await file.click()
    got = await coming.value
    path = folder / got.suggested_filename
    await got.save_as(path)
    return path


async def test_the_officer_downloads_the_notice_and_opens_it(
    browser: Browser, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with opened(browser, rehearsal, **LOOK) as phone:
        await phone.locator('[data-slug="officer"]').click()
        await press(phone, "公示")
        await tap(phone, "2017 年第一季度")
        await tap(phone, "看预览")
        page = await download(phone, tmp_path)
        await portrait(phone, "notice-in-chat-phone")
    assert page.name.endswith("2017 年第一季度帮扶资金收支公示.html")
    reader = await browser.new_page(viewport=PHONE, color_scheme="dark")
    await reader.goto(page.as_uri())
    await expect(reader.locator("h1")).to_contain_text("帮扶资金收支公示")
    assert await reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "rgb(21, 25, 31)" == await reader.evaluate("getComputedStyle(document.body).backgroundColor")
    await portrait(reader, "notice-phone-dark")
    await reader.close()


async def test_the_auditor_downloads_the_months_workbook(
    browser: Browser, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    async with opened(browser, rehearsal, **LOOK) as phone:
        await phone.locator('[data-slug="auditor"]').click()
        await press(phone, "监督")
        await tap(phone, "月账表格")
        path = await download(phone, tmp_path)
        await portrait(phone, "workbook-in-chat-phone")
        assert path.name.endswith("月账.xlsx")
        assert ["概要", "流水明细", "破例与救急"] == openpyxl.load_workbook(path).sheetnames
