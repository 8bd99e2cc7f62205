"""The officer's view in a real Chromium: the whole union, a list, and the picture of eight weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.test_main_job import PHONE, furnished, last, opened, portrait, press, rehearsal, tap

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.rehearsal import Rehearsal

__all__ = ["furnished", "rehearsal"]

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DRAWN_MS = 30_000


async def test_the_officer_sees_the_union_and_its_next_eight_weeks_as_a_picture(
    browser: Browser,
    rehearsal: Rehearsal,
) -> None:
    look = {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark", "has_touch": True}
    async with opened(browser, rehearsal, is_mobile=True, **look) as phone:
        await phone.locator('[data-slug="officer"]').click()
        await press(phone, "待办")
        await expect(last(phone)).to_contain_text("待办 28 项")
        await portrait(phone, "overview-phone")
        await tap(phone, "八周图")
        picture = last(phone).locator(".photo img")
        await expect(picture).to_be_visible(timeout=DRAWN_MS)
        await expect(last(phone)).to_contain_text("今后八周要办")
        assert [1200, 1200] == await picture.evaluate(
            "async one => { await one.decode(); return [one.naturalWidth, one.naturalHeight]; }"
        )
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        whole = await last(phone).locator(".photo").bounding_box()
        bubble = await last(phone).locator(".bubble").bounding_box()
        assert whole is not None
        assert bubble is not None
        assert whole["x"] + whole["width"] <= bubble["x"] + bubble["width"]
        assert whole["height"] == pytest.approx(whole["width"], abs=2)
        await portrait(phone, "eight-weeks-phone")
