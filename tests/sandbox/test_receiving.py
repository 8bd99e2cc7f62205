"""How a bot gets its updates: asking, confirming, being brought them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from telegram.error import Conflict, InvalidToken
from telegram.ext import Application, CommandHandler

from tests.sandbox.town import LI, WANG, bot_of, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot, Update

    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World


async def test_updates_come_again_until_an_offset_confirms_them(bot: Bot, world: World) -> None:
    world.send_text(LI, "一")
    world.send_text(LI, "二")
    first = await bot.get_updates()
    assert ["一", "二"] == [update.message.text for update in first if update.message]
    assert first == await bot.get_updates()
    rest = await bot.get_updates(offset=first[1].update_id)
    assert [first[1].update_id] == [update.update_id for update in rest]
    assert () == await bot.get_updates(offset=first[1].update_id + 1)


async def test_a_negative_offset_forgets_all_but_the_last(bot: Bot, world: World) -> None:
    for text in "一二三":
        world.send_text(LI, text)
    assert ["三"] == [u.message.text for u in await bot.get_updates(offset=-1) if u.message]
    assert 1 == len(await bot.get_updates())


async def test_a_limit_gives_the_oldest(bot: Bot, world: World) -> None:
    for text in "一二三":
        world.send_text(LI, text)
    assert ["一", "二"] == [u.message.text for u in await bot.get_updates(limit=2) if u.message]


async def test_a_long_poll_ends_as_soon_as_somebody_writes(bot: Bot, world: World) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await world.wait_for(lambda: world.faults.of("getUpdates"))
    world.send_text(LI, "在吗")
    assert 1 == len(await asyncio.wait_for(waiting, 2))


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await sandbox.world.wait_for(lambda: sandbox.world.faults.of("getUpdates"))
    async with bot_of(sandbox) as other:
        assert () == await other.get_updates(timeout=0)
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_the_wish_for_kinds_is_remembered_until_the_next_wish(bot: Bot, world: World) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    world.send_text(LI, "不要")
    assert () == await bot.get_updates()
    await bot.get_updates(allowed_updates=[])
    world.send_text(LI, "要")
    assert ["要"] == [u.message.text for u in await bot.get_updates() if u.message]


async def test_a_confirmed_update_can_be_delivered_once_more(bot: Bot, world: World) -> None:
    world.send_text(LI, "一")
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    world.redeliver(update.update_id)
    assert (update,) == await bot.get_updates(offset=update.update_id + 1)
    assert () == await bot.get_updates(offset=update.update_id + 1)


async def test_poison_is_delivered_as_it_is(bot: Bot, world: World) -> None:
    number = world.push_raw({"message": {"message_id": "no number"}})
    answer = json.loads(await bot.request.retrieve(f"{bot.base_url}/getUpdates"))
    assert [{"update_id": number, "message": {"message_id": "no number"}}] == answer["result"]


async def test_a_whole_application_polls_and_answers(sandbox: Sandbox, world: World) -> None:
    async def start(update: Update, _context: object) -> None:
        assert update.effective_message
        await update.effective_message.reply_text("您好")

    app = (
        Application.builder()
        .token(sandbox.token)
        .base_url(sandbox.api_base_url)
        .base_file_url(sandbox.file_base_url)
        .build()
    )
    app.add_handler(CommandHandler("start", start))
    assert app.updater
    async with app:
        await app.start()
        await app.updater.start_polling(poll_interval=0, timeout=1)
        world.send_text(WANG, "/start abc")
        assert await world.wait_for(lambda: world.said(WANG) == ["您好"])
        await app.updater.stop()
        await app.stop()


async def test_a_wrong_token_is_unauthorized(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        async with bot_of(sandbox, "7000000001:wrong"):
            pass


class Receiver:
    """A bot's own address: notes what comes and answers as told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.answers: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.seen.append((secret, (await request.json())["update_id"]))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    app = web.Application()
    app.router.add_post("/hook", one.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield one
    await runner.cleanup()


async def test_a_webhook_gets_updates_in_order_with_its_secret_and_again_when_it_fails(
    bot: Bot, world: World, receiver: Receiver
) -> None:
    receiver.answers = [500, 200]
    await bot.set_webhook(receiver.url, secret_token="a-secret")  # noqa: S106 - made up
    world.send_text(LI, "一")
    world.send_text(LI, "二")
    await world.wait_for(lambda: not len(world.updates))
    first = receiver.seen[0][1]
    assert [("a-secret", first), ("a-secret", first), ("a-secret", first + 1)] == receiver.seen
    info = await bot.get_webhook_info()
    assert "Wrong response from the webhook: 500 Internal Server Error" == info.last_error_message


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, world: World, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    world.send_text(LI, "一")
    assert 1 == len(await bot.get_updates())
    assert [] == receiver.seen


async def test_the_sandbox_stops_at_once_though_a_poll_is_open() -> None:
    async with running() as sandbox, bot_of(sandbox) as bot:
        waiting = asyncio.create_task(bot.get_updates(timeout=30))
        await sandbox.world.wait_for(lambda: sandbox.world.faults.of("getUpdates"))
        await asyncio.wait_for(sandbox.stop(), 2)
        assert () == await waiting
