"""The page's side: lists, chats, acts, events, files, the clock, and who is kept out."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from tests.sandbox.pictures import jpeg, png
from tests.sandbox.town import LI, SHANGHAI, new_sandbox, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World

SUBMIT = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="visit:submit:1"))


async def ask(page: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401 - JSON
    async with page.get(path) as answer:
        return await answer.json()


async def act(page: aiohttp.ClientSession, path: str, **body: Any) -> tuple[int, Any]:  # noqa: ANN401 - JSON
    async with page.post(path, json=body) as answer:
        return answer.status, await answer.json()


def form(*files: tuple[str, bytes], **values: str) -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)
    for name, content in files:
        data.add_field("file", content, filename=name, content_type="image/png")
    for name, value in values.items():
        data.add_field(name, value)
    return data


class Listener:
    """What the page hears, one event after another."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next event of these kinds."""
        async with asyncio.timeout(5):
            async for line in self._answer.content:
                if line.startswith(b"data: "):
                    event: dict[str, Any] = json.loads(line[6:])
                    if event["type"] in kinds:
                        return event
        raise AssertionError("the stream has ended")


@pytest.fixture
async def events(page: aiohttp.ClientSession) -> AsyncIterator[Listener]:
    async with page.get("/api/events") as answer:
        assert "text/event-stream" == answer.content_type
        listener = Listener(answer)
        await listener.next("clock")
        yield listener


async def test_the_list_shows_people_with_what_is_unread(page: aiohttp.ClientSession, bot: Bot) -> None:
    await bot.send_message(LI, "<b>早上好</b>", parse_mode="HTML")
    said = await ask(page, "/api/personas")
    assert ["li", "wang", "zhao"] == [one["slug"] for one in said["personas"]]
    assert (1, "早上好", None) == (
        said["personas"][0]["unread"],
        said["personas"][0]["last"]["text"],
        said["personas"][1]["last"],
    )
    assert ("zh", "tiexin_sandbox_bot") == (said["language"], said["bot"]["username"])


async def test_an_opened_chat_shows_everything_and_is_read(page: aiohttp.ClientSession, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("due", "待办")])
    await bot.send_message(
        LI, "首页", reply_markup=ReplyKeyboardMarkup([["走访"]], input_field_placeholder="请说")
    )
    sent = await bot.send_message(
        LI, "请<b>核对</b>", parse_mode="HTML", reply_markup=SUBMIT, protect_content=True
    )
    said = await ask(page, "/api/chat/li")
    last = said["messages"][-1]
    assert [[{"text": "提交", "data": "visit:submit:1"}]] == last["buttons"]
    assert [{"type": "bold", "offset": 1, "length": 2}] == last["entities"]
    assert (sent.message_id, "bot", True, False) == (
        last["id"],
        last["from"],
        last["protected"],
        last["edited"],
    )
    assert sent.date == datetime.fromisoformat(last["date"])
    assert "me" == said["messages"][0]["from"]
    assert [[{"text": "走访"}]] == said["keyboard"]["keyboard"]
    assert ("请说", [{"command": "due", "description": "待办"}], False) == (
        said["placeholder"],
        said["commands"],
        said["blocked"],
    )
    assert 0 == (await ask(page, "/api/personas"))["personas"][0]["unread"]


async def test_text_and_tap_reach_the_bot_and_the_toast_comes_back(
    page: aiohttp.ClientSession, bot: Bot, events: Listener
) -> None:
    await act(page, "/api/chat/li/text", text="/visit 张三")
    assert "/visit 张三" == (await events.next("message"))["message"]["text"]
    sent = await bot.send_message(LI, "请核对", reply_markup=SUBMIT)
    heard = await events.next("message")
    assert ("li", sent.message_id) == (heard["persona"], heard["message"]["id"])
    assert {"type": "unread", "persona": "li", "count": 1} == await events.next("unread")
    status, tapped = await act(page, "/api/chat/li/tap", message_id=sent.message_id, data="visit:submit:1")
    assert 200 == status
    query = (await bot.get_updates())[-1].callback_query
    assert query
    assert tapped["tap_id"] == query.id
    await query.answer("已提交", show_alert=True)
    assert {
        "type": "toast",
        "persona": "li",
        "tap_id": query.id,
        "text": "已提交",
        "alert": True,
    } == await events.next("toast")


async def test_edits_deletions_keyboards_typing_and_commands_are_heard(
    page: aiohttp.ClientSession, bot: Bot, events: Listener
) -> None:
    sent = await bot.send_message(LI, "一", reply_markup=SUBMIT)
    await bot.edit_message_text("二", LI, sent.message_id)
    edit = await events.next("edit")
    assert ("二", [], True) == (
        edit["message"]["text"],
        edit["message"]["buttons"],
        edit["message"]["edited"],
    )
    await bot.delete_message(LI, sent.message_id)
    assert {"type": "delete", "persona": "li", "id": sent.message_id} == await events.next("delete")
    await bot.send_message(LI, "首页", reply_markup=ReplyKeyboardMarkup([["走访"]]))
    assert [[{"text": "走访"}]] == (await events.next("keyboard"))["keyboard"]["keyboard"]
    await bot.send_chat_action(LI, "typing")
    assert {"type": "typing", "persona": "li"} == await events.next("typing")
    await bot.set_my_commands([BotCommand("due", "待办")])
    assert [{"command": "due", "description": "待办"}] == (await events.next("commands"))["commands"]
    tap_id = (await act(page, "/api/chat/li/text", text="好"))[1]["id"]
    assert isinstance(tap_id, int)


async def test_photos_go_up_as_an_album_and_are_shown_again(page: aiohttp.ClientSession, bot: Bot) -> None:
    async with page.post(
        "/api/chat/li/photo", data=form(("a.png", png()), ("b.jpg", jpeg()), caption="门口")
    ) as answer:
        assert 2 == len((await answer.json())["ids"])
    taken = [update.message for update in await bot.get_updates() if update.message]
    assert taken[0].media_group_id == taken[1].media_group_id is not None
    assert "门口" == taken[0].caption
    shown = (await ask(page, "/api/chat/li"))["messages"][-2]
    async with page.get(f"/api/file/{shown['photos'][0]['file_id']}") as answer:
        assert ("image/jpeg", png()) == (answer.content_type, await answer.read())
    async with page.post("/api/chat/li/photo", data=form(("a.png", b"no picture"))) as answer:
        assert (400, {"error": "not_a_picture"}) == (answer.status, await answer.json())


async def test_other_things_go_up_too(page: aiohttp.ClientSession, bot: Bot) -> None:
    async with page.post("/api/chat/li/voice", data=form(("v.webm", b"sound"), duration="4")) as answer:
        assert 200 == answer.status
    async with page.post("/api/chat/li/document", data=form(("<script>.html", b"<script>"))) as answer:
        assert 200 == answer.status
    await act(page, "/api/chat/li/place", latitude=31.2, longitude=121.5)
    await act(page, "/api/chat/li/sticker", emoji="🙏")
    await act(page, "/api/chat/li/contact", persona="wang")
    voice, document, place, sticker, contact = [u.message for u in await bot.get_updates() if u.message]
    assert timedelta(seconds=4) == getattr(voice.voice, "duration", None)
    assert "<script>.html" == getattr(document.document, "file_name", None)
    assert all((place.location, sticker.sticker, contact.contact))
    async with page.get(f"/api/file/{getattr(document.document, 'file_id', '')}") as answer:
        assert "application/octet-stream" == answer.content_type
        assert answer.headers["Content-Disposition"].startswith("attachment")


async def test_who_has_blocked_the_bot_cannot_write_until_it_is_let_in(page: aiohttp.ClientSession) -> None:
    assert (200, {"blocked": True}) == await act(page, "/api/chat/li/block", blocked=True)
    assert (409, {"error": "blocked"}) == await act(page, "/api/chat/li/text", text="在吗")
    assert (200, {"blocked": False}) == await act(page, "/api/chat/li/block", blocked=False)
    assert 200 == (await act(page, "/api/chat/li/text", text="在吗"))[0]


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/api/chat/nobody/text", {"text": "x"}, 404, "unknown_persona"),
        ("/api/chat/li/sing", {}, 404, "not_found"),
        ("/api/chat/li/text", {"text": " "}, 400, "empty"),
        ("/api/chat/li/text", {"text": 5}, 400, "bad_request"),
        ("/api/chat/li/text", {"text": "\ud800"}, 400, "bad_request"),
        ("/api/chat/li/text", {"text": "字" * 4097}, 400, "too_long"),
        ("/api/chat/li/tap", {"message_id": 999, "data": "x"}, 404, "unknown_message"),
        ("/api/chat/li/tap", {"message_id": 1, "data": "x" * 65}, 400, "bad_request"),
        ("/api/chat/li/place", {"latitude": 91, "longitude": 0}, 400, "bad_request"),
        ("/api/chat/li/contact", {"persona": "nobody"}, 404, "unknown_persona"),
        ("/api/chat/li/photo", {}, 400, "empty"),
        ("/api/clock/turn", {"days": -1}, 400, "bad_turn"),
        ("/api/clock/turn", {"days": 401}, 400, "bad_turn"),
        ("/api/clock/turn", {"days": "1"}, 400, "bad_turn"),
        ("/api/clock/turn", {}, 400, "bad_turn"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(
    page: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int, error: str
) -> None:
    assert (status, {"error": error}) == await act(page, path, **body)


async def test_another_site_can_neither_act_nor_be_this_host(sandbox: Sandbox, world: World) -> None:
    before = len(world.posts(LI))
    async with aiohttp.ClientSession(sandbox.url) as session:
        async with session.post("/api/chat/li/text", json={"text": "x"}) as answer:
            assert (403, {"error": "not_from_page"}) == (answer.status, await answer.json())
        for path in ("/", "/api/personas", f"/bot{sandbox.token}/getMe"):
            async with session.get(path, headers={"Host": f"evil.example:{sandbox.port}"}) as answer:
                assert 421 == answer.status
        async with session.get("/api/personas", headers={"Host": f"localhost:{sandbox.port}"}) as answer:
            assert 200 == answer.status
    assert before == len(world.posts(LI))


async def test_no_other_address_is_listened_on() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        await new_sandbox().start(host="0.0.0.0")  # noqa: S104 - to see it refused


async def test_the_page_is_served_fresh_closed_to_the_outside_and_only_from_its_folder(
    tmp_path: Any,  # noqa: ANN401 - pytest's
) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>贴心")
    (folder / "app.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    async with running(page=folder) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        async with session.get("/") as answer:
            assert ("text/html", "no-store") == (answer.content_type, answer.headers["Cache-Control"])
            assert answer.headers["Content-Security-Policy"].startswith(
                "default-src 'self'; img-src 'self' data: blob:;"
            )
        async with session.get("/static/app.js") as answer:
            assert (200, "text/javascript") == (answer.status, answer.content_type)
        for path in (
            "/static/../secret.txt",
            "/static/%2e%2e/secret.txt",
            "/static/..%2fsecret.txt",
            "/static/none",
        ):
            async with session.get(path) as answer:
                assert 404 == answer.status


async def test_a_turn_stops_at_every_morning_in_order_and_one_turn_follows_another() -> None:
    mornings: list[datetime] = []
    begun = asyncio.Event()

    async def on_turn(stop: datetime) -> None:
        mornings.append(stop.astimezone(SHANGHAI))
        begun.set()
        await asyncio.sleep(0.05)

    async with (
        running(on_turn=on_turn) as sandbox,
        aiohttp.ClientSession(sandbox.url, headers={"X-Tiexin-Sandbox": "1"}) as page,
        page.get("/api/events") as stream,
    ):
        first = asyncio.create_task(act(page, "/api/clock/turn", days=2))
        await begun.wait()
        answers = [await act(page, "/api/clock/turn", hours=1), await first]
        clocks = [await Listener(stream).next("clock") for _ in range(3)]
        now = await ask(page, "/api/clock")
    # The world began on 4 September at 8 in the morning.
    assert ["4 08:30", "5 08:30", "6 08:00", "6 08:30", "6 09:00"] == [
        f"{stop.day} {stop:%H:%M}" for stop in mornings
    ]
    assert sorted(mornings) == mornings
    assert [200, 200] == [status for status, _ in answers]
    assert ("Asia/Shanghai", False) == (now["zone"], now["turning"])
    assert [False, True, True] == [clock["turning"] for clock in clocks]


async def test_a_turn_that_fails_is_told_and_the_next_one_works() -> None:
    stops: list[datetime] = []

    async def on_turn(stop: datetime) -> None:
        stops.append(stop)
        if 1 == len(stops):
            raise RuntimeError("no")

    async with (
        running(on_turn=on_turn) as sandbox,
        aiohttp.ClientSession(sandbox.url, headers={"X-Tiexin-Sandbox": "1"}) as page,
    ):
        assert (500, {"error": "turn_failed"}) == await act(page, "/api/clock/turn", hours=1)
        assert 200 == (await act(page, "/api/clock/turn", hours=1))[0]


async def test_an_open_page_does_not_keep_the_sandbox_from_stopping() -> None:
    async with (
        running() as sandbox,
        aiohttp.ClientSession(sandbox.url) as page,
        page.get("/api/events") as stream,
    ):
        await Listener(stream).next("clock")
        await asyncio.wait_for(sandbox.stop(), 2)
        assert b"" == (await stream.content.read()).strip()
