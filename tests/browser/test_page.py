"""The sandbox's chat page in a real Chromium, against a fake server: what a newcomer sees, taps and types."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Request,
    ViewportSize,
    expect,
)

from tests.browser import page_fake_data as data
from tests.browser.conftest import PATIENCE_MS
from tests.browser.fake_page_server import FakeSandbox, picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=360, height=640)


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox() -> AsyncIterator[FakeSandbox]:
    fake = FakeSandbox()
    await fake.start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport=DESK, reduced_motion="reduce", locale="zh-CN")
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, sandbox: FakeSandbox) -> AsyncIterator[Page]:
    """The page, opened; afterwards: nothing was asked of another host and nothing was complained of."""
    opened = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    opened.on("request", note)
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(sandbox.address)
    await expect(opened.locator(".person")).to_have_count(len(data.PEOPLE))
    yield opened
    strangers = [url for url in asked if not url.startswith((sandbox.address, "blob:", "data:"))]
    assert [] == strangers
    assert [] == [
        words
        for words in complaints
        if "ERR_CONNECTION_REFUSED" not in words and "ERR_INCOMPLETE" not in words
    ]


async def eventually(holds: Callable[[], bool]) -> None:
    """Waits until something holds on the server's side."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not holds():  # noqa: ASYNC110 - the other side is a fake whose fields are plain data
            await asyncio.sleep(0.02)


async def open_chat(page: Page, slug: str) -> None:
    await page.click(f'[data-slug="{slug}"]')
    await expect(page.locator(f'[data-slug="{slug}"][aria-current=true]')).to_have_count(1)


async def test_a_persona_opens_with_their_own_conversation_and_their_badge_goes(
    page: Page, sandbox: FakeSandbox
) -> None:
    badge = page.locator('[data-slug="zhou"] .badge')
    await expect(badge).to_have_text("2")
    await open_chat(page, "zhou")
    await expect(page.locator(".rows")).to_contain_text("有 2 份帮扶申请等你审批")
    await expect(page.locator(".header-as")).to_have_text("您现在是 周建国 · 工会主席")
    await expect(badge).to_have_count(0)
    assert 0 == sandbox.person("zhou")["unread"]


async def test_a_message_to_somebody_else_shows_as_a_badge_and_a_preview(
    page: Page, sandbox: FakeSandbox
) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    sandbox.say("wu", {"text": "本季收支已公示。"})
    row = page.locator('[data-slug="wu"]')
    await expect(row.locator(".badge")).to_have_text("1")
    await expect(row.locator(".person-last")).to_have_text("本季收支已公示。")


async def test_a_message_to_the_open_conversation_is_read_at_once(page: Page, sandbox: FakeSandbox) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    sandbox.say("zhang", {"text": "袁静的回访明天到期。"})
    await expect(page.locator(".row").last).to_contain_text("袁静的回访明天到期。")
    await expect(page.locator('[data-slug="zhang"] .badge')).to_have_count(0)
    await eventually(lambda: 0 == sandbox.person("zhang")["unread"])


async def test_a_tapped_button_spins_until_it_is_answered(page: Page, sandbox: FakeSandbox) -> None:
    button = page.locator(".key", has_text="修改")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".key.busy")).to_have_count(1)
    tapped = sandbox.posted("/zhang/tap")
    assert ["hold"] == [body["data"] for body in tapped]
    sandbox.tell({"type": "tap_done", "persona": "zhang", "tap_id": f"t{len(sandbox.posts)}"})
    await expect(button).to_have_attribute("aria-busy", "false")


async def test_a_toast_is_a_pill_that_leaves_the_card_alone(page: Page) -> None:
    await page.locator(".key", has_text="加照片").click()
    await expect(page.locator(".toast")).to_have_text("照片请直接发到这里，最多 5 张。")
    await expect(page.locator(".key.busy")).to_have_count(0)


async def test_an_alert_keeps_the_focus_until_it_is_confirmed(page: Page) -> None:
    await page.locator(".key", has_text="补一句话").click()
    box = page.get_by_role("alertdialog")
    await expect(box).to_contain_text("没有保存，请稍后再试一次。")
    for _ in range(3):
        await page.keyboard.press("Tab")
        outside = await page.evaluate(
            "!document.activeElement.closest('dialog') && document.activeElement !== document.body"
        )
        assert not outside
    await box.get_by_role("button", name="好").focus()
    await page.keyboard.press("Enter")
    await expect(box).to_have_count(0)


async def test_an_edited_card_changes_in_place_and_keeps_the_keyboards_focus(page: Page) -> None:
    await page.locator(".key", has_text="提交").focus()
    await page.keyboard.press("Enter")
    card = page.locator(".row").last
    await expect(card).to_contain_text("✓ 走访 ZF-2017-000104")
    await expect(card.locator("strong")).to_have_text("ZF-2017-000104")
    await expect(card.locator(".edited")).to_be_visible()
    await expect(page.locator(".key", has_text="撤销")).to_be_focused()


async def test_a_deleted_card_goes_away(page: Page) -> None:
    await page.locator(".key", has_text="存草稿").click()
    await expect(page.locator(".rows")).not_to_contain_text("请核对")


async def test_enter_sends_and_shift_enter_starts_a_new_line(page: Page, sandbox: FakeSandbox) -> None:
    line = page.locator("#line")
    await line.fill("走访 施磊斌")
    await line.press("Shift+Enter")
    await page.keyboard.type("入户")
    await line.press("Enter")
    await expect(page.locator(".row.mine").last).to_contain_text("走访 施磊斌\n入户")
    await expect(line).to_have_value("")
    await expect(page.locator(".row").last).to_contain_text("收到：")
    assert [{"text": "走访 施磊斌\n入户"}] == sandbox.posted("/text")
    await expect(page.locator(".row.mine").last.locator(".tick")).to_have_attribute("aria-label", "已读")


async def test_a_slash_filters_the_commands_and_arrows_choose(page: Page, sandbox: FakeSandbox) -> None:
    line = page.locator("#line")
    await line.press_sequentially("/d")
    await expect(page.get_by_role("option")).to_have_count(2)
    await line.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("/drafts")
    await line.press("Enter")
    await expect(page.get_by_role("listbox")).to_be_hidden()
    await expect(page.locator(".row").last).to_contain_text("收到：/drafts")
    assert [{"text": "/drafts"}] == sandbox.posted("/text")


async def test_the_menu_button_lists_every_command_and_escape_closes_it(page: Page) -> None:
    await page.click(".menu-button")
    await expect(page.get_by_role("option")).to_have_count(len(data.COMMANDS))
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()


async def test_the_keys_below_send_their_words_and_can_be_put_away(page: Page, sandbox: FakeSandbox) -> None:
    await page.locator(".reply-key", has_text="待办").click()
    await expect(page.locator(".row").last).to_contain_text("收到：待办")
    assert [{"text": "待办"}] == sandbox.posted("/text")
    await page.get_by_role("button", name="显示或收起下方按钮").click()
    await expect(page.locator("#reply-keys")).to_be_hidden()
    sandbox.tell(
        {
            "type": "keyboard",
            "persona": "zhang",
            "keyboard": {"keyboard": [[{"text": "取消"}]]},
            "placeholder": "写一句话",
        }
    )
    await expect(page.locator(".reply-key")).to_have_text(["取消"])
    await expect(page.locator("#line")).to_have_attribute("placeholder", "写一句话")


async def attach(page: Page, entry: str) -> None:
    await page.get_by_role("button", name="添加照片、位置等").click()
    await page.get_by_role("menuitem", name=entry).click()


async def test_several_photos_go_as_one_album_with_their_caption(page: Page, sandbox: FakeSandbox) -> None:
    await attach(page, "示例相册")
    await page.get_by_label("添加说明").fill("门口和单据")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="再加照片").click()
    await (await chooser.value).set_files(
        FilePayload(name="own.png", mimeType="image/png", buffer=picture("own"))
    )
    await expect(page.locator(".chosen-one")).to_have_count(4)
    await page.get_by_role("button", name="发送", exact=True).last.click()
    grid = page.locator(".photos.count-4")
    await expect(grid.locator("img")).to_have_count(4)
    sent = sandbox.posted("/zhang/photo")
    assert [(4, "门口和单据")] == [(len(body["files"]), body["caption"]) for body in sent]
    await grid.locator("button").first.click()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".lightbox-count")).to_have_text("2 / 4")
    await page.keyboard.press("Escape")
    await expect(page.locator(".lightbox")).to_have_count(0)


async def test_a_sample_voice_note_is_a_sound_with_its_length(page: Page, sandbox: FakeSandbox) -> None:
    await attach(page, "示例语音")
    await expect(page.locator(".row").last.locator(".voice")).to_be_visible()
    body = sandbox.posted("/zhang/voice")[0]
    content, kind = sandbox.files[body["files"][0]["file_id"]]
    assert ("3", "audio/wav", b"RIFF") == (body["duration"], kind, content[:4])


async def test_a_place_is_sent_by_preset_or_by_coordinates_that_exist(
    page: Page, sandbox: FakeSandbox
) -> None:
    await attach(page, "位置")
    await page.get_by_label("纬度").fill("123")
    await page.get_by_role("dialog").get_by_role("button", name="发送").click()
    await expect(page.get_by_role("alert")).to_contain_text("−90 到 90")
    await page.get_by_label("纬度").fill("23.5")
    await page.get_by_role("dialog").get_by_role("button", name="发送").click()
    await expect(page.locator(".row").last).to_contain_text("23.5000° N, 103.2666° E")
    assert [{"latitude": 23.5, "longitude": 103.2666}] == sandbox.posted("/zhang/place")


async def test_a_document_a_sticker_and_a_contact_can_be_sent(page: Page, sandbox: FakeSandbox) -> None:
    async with page.expect_file_chooser() as chooser:
        await attach(page, "文件")
    await (await chooser.value).set_files(FilePayload(name="名册.csv", mimeType="text/csv", buffer=b"a,b\n"))
    await expect(page.locator(".row").last).to_contain_text("名册.csv")
    await attach(page, "表情贴纸")
    await page.get_by_role("button", name="🌹").click()
    await expect(page.locator(".row").last).to_contain_text("🌹")
    await attach(page, "名片")
    await page.get_by_role("dialog").get_by_role("button", name="刘丽萍").click()
    await expect(page.locator(".row").last).to_contain_text("刘丽萍")
    assert [{"persona": "liu"}] == sandbox.posted("/zhang/contact")


async def test_turning_the_clock_walks_through_the_days_and_wakes_other_people(
    page: Page, sandbox: FakeSandbox
) -> None:
    week = page.get_by_role("button", name="+7 天")
    await expect(page.locator(".clock-date")).to_have_text("2017年9月4日 周一")
    await week.click()
    await expect(week).to_be_disabled()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.locator(".clock-date")).to_have_text("2017年9月11日 周一")
    await expect(week).to_be_enabled()
    await expect(page.get_by_role("progressbar")).to_be_hidden()
    await expect(page.locator('[data-slug="you"] .badge')).to_have_text("1")
    assert [{"days": 7}] == sandbox.posted("/clock/turn")


async def test_words_typed_while_the_line_is_down_arrive_once_it_is_back(
    page: Page, sandbox: FakeSandbox
) -> None:
    bar = page.locator("#connection")
    await expect(page.locator(".row").first).to_be_visible()
    await sandbox.stop()
    await expect(bar).to_have_text("连接中断，正在重连…")
    await page.locator("#line").fill("走访 袁静")
    await page.locator("#line").press("Enter")
    await expect(page.locator(".row.outgoing .tick")).to_have_attribute("aria-label", "等待重连后发送")
    await page.locator("#line").fill("还没写完")
    sandbox.say("zhang", {"text": "停机时写下的一句。"})
    await sandbox.start()
    await expect(bar).to_be_hidden()
    await expect(page.locator(".rows")).to_contain_text("停机时写下的一句。")
    await expect(page.locator(".row").last).to_contain_text("收到：走访 袁静")
    await expect(page.locator(".row.outgoing")).to_have_count(0)
    await expect(page.locator("#line")).to_have_value("还没写完")
    assert [{"text": "走访 袁静"}] == sandbox.posted("/text")


HOSTILE = '<img src=x onerror="window.broken=1">'


async def test_markup_in_any_datum_stays_text(page: Page, sandbox: FakeSandbox) -> None:
    for one in sandbox.people:
        one |= {
            "name": HOSTILE,
            "role": {"zh": HOSTILE, "en": HOSTILE},
            "hint": {"zh": HOSTILE, "en": HOSTILE},
        }
    sandbox.chats["zhang"] |= {"placeholder": HOSTILE, "commands": [{"command": "x", "description": HOSTILE}]}
    sandbox.chats["zhang"]["keyboard"] = {"keyboard": [[{"text": HOSTILE}]]}
    await page.reload()
    await expect(page.locator(".hint")).to_contain_text(HOSTILE)
    marked = [
        data.entity(HOSTILE, kind, "img src", url="javascript:alert(1)")
        for kind in ("bold", "text_link", "pre", "spoiler")
    ]
    sandbox.say(
        "zhang", {"text": HOSTILE, "entities": marked, "buttons": [[{"text": HOSTILE, "data": "toast"}]]}
    )
    sandbox.say(
        "zhang",
        {"document": {"file_id": HOSTILE, "file_name": HOSTILE, "file_size": 1, "mime_type": HOSTILE}},
    )
    sandbox.say("zhang", {"service": HOSTILE})
    sandbox.tell({"type": "toast", "persona": "zhang", "text": HOSTILE, "alert": False, "tap_id": "none"})
    await expect(page.locator(".toast")).to_have_text(HOSTILE)
    await expect(page.locator(".service").last).to_have_text(HOSTILE)
    await page.click(".menu-button")
    await expect(page.get_by_role("option")).to_contain_text(HOSTILE)
    assert [None, 0] == await page.evaluate(
        "[window.broken ?? null, document.querySelectorAll('img[src=x]').length]"
    )


async def test_entities_are_placed_by_utf16_units(page: Page, sandbox: FakeSandbox) -> None:
    text = "👨‍👩‍👧 一家 重点，见 /help 或 网址；秘密"
    pairs = (("bold", "重点"), ("italic", "点"), ("bot_command", "/help"), ("spoiler", "秘密"))
    marks = [data.entity(text, kind, words) for kind, words in pairs]
    marks.append(data.entity(text, "text_link", "网址", url="https://example.org/x"))
    await expect(page.locator(".row").first).to_be_visible()
    sandbox.say("zhang", {"text": text, "entities": marks})
    card = page.locator(".row", has_text="重点，见")
    await expect(card.locator("strong")).to_have_text("重点")
    await expect(card.locator("strong em")).to_have_text("点")
    await card.locator(".spoiler").click()
    await expect(card.locator(".spoiler")).to_have_class(re.compile("shown"))
    await card.get_by_role("button", name="网址").click()
    await expect(page.locator(".toast")).to_contain_text("https://example.org/x")
    await card.get_by_role("button", name="/help").click()
    await expect(page.locator(".row").last).to_contain_text("收到：/help")


async def test_an_invitation_to_this_very_bot_is_opened_as_somebody(page: Page, sandbox: FakeSandbox) -> None:
    text = "把链接发给新人：https://t.me/tiexin_sandbox_bot?start=abc123"
    sandbox.say(
        "zhang",
        {
            "text": text,
            "entities": [data.entity(text, "url", "https://t.me/tiexin_sandbox_bot?start=abc123")],
        },
    )
    await page.locator(".link", has_text="start=abc123").click()
    await page.get_by_role("dialog").get_by_role("button", name="路人甲").click()
    await expect(page.locator(".service").last).to_have_text("打开了邀请链接")
    await expect(page.locator(".row.mine")).to_have_count(0)
    assert [{"text": "/start abc123"}] == sandbox.posted("/stranger/text")


async def test_a_stranger_starts_with_one_large_button(page: Page, sandbox: FakeSandbox) -> None:
    await open_chat(page, "stranger")
    await expect(page.locator("#line")).to_be_hidden()
    await page.get_by_role("button", name="开始", exact=True).click()
    await expect(page.locator(".row").last).to_contain_text("请向分会管理员要邀请链接")
    await expect(page.locator("#line")).to_be_visible()
    assert [{"text": "/start"}] == sandbox.posted("/stranger/text")


async def test_the_bot_can_be_blocked_and_unblocked(page: Page, sandbox: FakeSandbox) -> None:
    await page.get_by_role("button", name="更多", exact=True).first.click()
    await page.get_by_role("menuitem", name="停用机器人").click()
    await page.get_by_role("button", name="启用机器人").click()
    await expect(page.locator("#line")).to_be_visible()
    assert [True, False] == [body["blocked"] for body in sandbox.posted("/zhang/block")]


async def test_everything_can_be_done_from_the_keyboard(page: Page, sandbox: FakeSandbox) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    await page.keyboard.press("Alt+4")
    await expect(page.locator(".header-as")).to_contain_text("周建国")
    await expect(page.locator("#line")).to_be_focused()
    # The chat has come by then for whoever looks before pressing.
    await expect(page.locator(".key", has_text="袁静")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".key", has_text="袁静")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator(".key", has_text="施磊斌")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#line")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator('[data-slug="zhou"]')).to_be_focused()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator(".header-as")).to_contain_text("刘丽萍")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("怎样使用这个沙盒")
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(page.locator("#line")).to_be_focused()
    assert ["施磊斌"] == [body["data"] for body in sandbox.posted("/zhou/tap")]


NAMELESS = """[...document.querySelectorAll('button, a, textarea')]
  .filter((one) => one.offsetParent && !one.textContent.trim() && !one.ariaLabel)
  .map((one) => one.outerHTML)"""
SHOWN = """(() => {
  const here = document.activeElement;
  return here === document.body || getComputedStyle(here).outlineStyle !== 'none';
})()"""


async def test_focus_is_visible_and_every_button_has_a_name(page: Page) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    assert [] == await page.evaluate(NAMELESS)
    await page.locator("#line").focus()
    for _ in range(12):
        await page.keyboard.press("Shift+Tab")
        assert await page.evaluate(SHOWN)


async def test_reading_above_is_not_disturbed_by_news_below(page: Page, sandbox: FakeSandbox) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    await page.locator(".scroll").evaluate("(node) => { node.scrollTop = 0; }")
    await expect(page.locator(".down")).to_be_visible()
    sandbox.say("zhang", {"text": "第一条"})
    sandbox.say("zhang", {"text": "第二条"})
    await expect(page.locator(".down")).to_have_text("2 条新消息")
    assert 0 == await page.locator(".scroll").evaluate("(node) => node.scrollTop")
    await page.locator(".down").click()
    await expect(page.locator(".row").last).to_be_in_viewport()
    await expect(page.locator(".down")).to_be_hidden()


async def test_the_page_changes_its_language_and_says_how_the_bots_is_chosen(
    page: Page, sandbox: FakeSandbox
) -> None:
    await page.click(".language-switch")
    await expect(page.locator(".header-as")).to_have_text("You are 张东 · Cadre")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator(".clock-date")).to_have_text("Mon 4 Sep 2017")
    await page.get_by_role("button", name="Send /language").click()
    await expect(page.locator(".row").last).to_contain_text("/language")
    assert [{"text": "/language"}] == sandbox.posted("/text")


async def test_both_languages_have_every_word_with_the_same_placeholders(page: Page) -> None:
    tables = await page.evaluate(
        "Promise.all(['zh', 'en'].map(async (one) => (await import(`/static/js/words/${one}.js`))[one]))"
    )
    chinese, english = tables

    def holes(words: str | list[str]) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", words if isinstance(words, str) else words[-1]))

    assert sorted(chinese) == sorted(english)
    assert {key: holes(words) for key, words in chinese.items()} == {
        key: holes(words) for key, words in english.items()
    }


async def test_the_theme_follows_the_system_until_one_is_chosen(page: Page) -> None:
    root = page.locator("html")
    await page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-theme", "dark")
    await page.click(".theme-switch")
    await expect(root).to_have_attribute("data-theme", "light")
    await page.reload()
    await expect(root).to_have_attribute("data-theme", "light")


# Which colour of words stands on which ground, by the names of theme.css.
PAIRS = [
    ("ink", "panel"),
    ("ink-soft", "panel"),
    ("ink-soft", "panel-soft"),
    ("accent", "panel"),
    ("accent-strong", "accent-soft"),
    ("accent-ink", "accent"),
    ("selected-ink", "selected"),
    ("badge-ink", "badge"),
    ("danger", "panel"),
    ("theirs-ink", "theirs"),
    ("theirs-soft", "theirs"),
    ("accent", "theirs"),
    ("code", "theirs"),
    ("mine-ink", "mine"),
    ("mine-soft", "mine"),
    ("key-ink", "key"),
    ("ink", "reply-key"),
    ("pill-ink", "pill"),
    ("hint-ink", "hint"),
    ("toast-ink", "toast"),
    ("toast-act", "toast"),
]
CONTRAST = """(pairs) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const style = getComputedStyle(document.documentElement);
  const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (...names) => {
    for (const name of names) {
      pen.fillStyle = style.getPropertyValue(`--${name}`).trim();
      pen.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const contrast = (words, ground) => (wall) => {
    const [a, b] = [light(wall, ground, words), light(wall, ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const walls = ['wall-one', 'wall-two', 'wall-three', 'wall-four'];
  return pairs.map(([words, ground]) => [words, ground, Math.min(...walls.map(contrast(words, ground)))]);
}"""
AA = 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(page: Page, theme: str) -> None:
    await page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    measured = await page.evaluate(CONTRAST, PAIRS)
    assert [] == [found for found in measured if found[2] < AA]


TOO_WIDE = """['html', 'body', '.scroll', '.people-list', '.clock', '.chat-header', '.compose']
  .map((name) => document.querySelector(name))
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.className || one.tagName)"""


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_narrow_phone_never_scrolls_sideways(page: Page, sandbox: FakeSandbox, language: str) -> None:
    await page.evaluate("(language) => localStorage.setItem('tiexin.language', language)", language)
    await page.set_viewport_size(PHONE)
    sandbox.say("zhang", {"text": "x" * 300, "buttons": data.keys("W" * 60, "一 | 二 | 三 | 四 | 五")})
    await page.goto(sandbox.address)
    await expect(page.locator(".person").first).to_be_visible()
    assert [] == await page.evaluate(TOO_WIDE)
    await page.evaluate("history.replaceState(null, '', location.pathname)")
    await page.reload()
    await expect(page.locator("#chat")).to_be_hidden()
    await page.locator(".person").first.click()
    await expect(page.locator(".row").last).to_be_visible()
    assert [] == await page.evaluate(TOO_WIDE)
    await page.locator(".back").click()
    await expect(page.locator("#chat")).to_be_hidden()
    await expect(page.locator(".person").first).to_be_visible()


async def test_typing_shows_in_the_bar_over_the_conversation(page: Page, sandbox: FakeSandbox) -> None:
    await expect(page.locator(".row").first).to_be_visible()
    sandbox.tell({"type": "typing", "persona": "zhang"})
    await expect(page.locator(".header-as")).to_have_text("正在输入…")
    sandbox.say("zhang", {"text": "好了"})
    await expect(page.locator(".header-as")).to_contain_text("张东")


async def test_the_hint_can_be_put_away_and_asked_for_again(page: Page) -> None:
    await page.get_by_role("button", name="收起提示").click()
    await expect(page.locator(".hint")).to_have_count(0)
    await page.get_by_role("button", name="更多", exact=True).first.click()
    await page.get_by_role("menuitem", name="重新显示提示").click()
    await expect(page.locator(".hint")).to_be_visible()
