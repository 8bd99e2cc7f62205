"""python-telegram-bot's Bot works on our transport, and the token shows nowhere."""

from __future__ import annotations

import io
import logging
import socket
from typing import TYPE_CHECKING

import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from bot.chat.line.api import ApiRefused, BotApi, NoAnswer, NotReached
from bot.chat.line.http import AiohttpRequest
from tests.transport.fake_api import DROP, TOKEN, FakeApi, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def bot(fake: FakeApi) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=fake.base_url, request=AiohttpRequest()) as opened:
        yield opened


async def test_a_message_goes_out_as_json_with_its_keyboard(bot: telegram.Bot, fake: FakeApi) -> None:
    button = telegram.InlineKeyboardButton("提交", callback_data="x")
    sent = await bot.send_message(5, "你好", reply_markup=telegram.InlineKeyboardMarkup([[button]]))

    assert 101 == sent.message_id
    said = fake.of("sendMessage")[0].parameters
    assert 5 == said["chat_id"]
    assert "你好" == said["text"]
    assert [[{"text": "提交", "callback_data": "x"}]] == said["reply_markup"]["inline_keyboard"]


@pytest.mark.parametrize("content", [b"\x00bytes", io.BytesIO(b"\x00bytes")])
async def test_a_file_goes_out_with_its_name(bot: telegram.Bot, fake: FakeApi, content: bytes) -> None:
    await bot.send_document(5, content, filename="表.xlsx", caption="2017")

    call = fake.of("sendDocument")[0]
    assert [("表.xlsx", b"\x00bytes")] == list(call.files.values())
    assert "2017" == call.parameters["caption"]


async def test_what_telegram_refuses_becomes_the_librarys_own_error(bot: telegram.Bot, fake: FakeApi) -> None:
    fake.script = lambda call: None if call.method == "getMe" else refusal(403, "Forbidden: blocked")
    with pytest.raises(Forbidden):
        await bot.send_message(5, "x")
    fake.script = lambda _call: refusal(400, "Bad Request: no")
    with pytest.raises(BadRequest):
        await bot.send_message(5, "x")


async def test_a_slow_answer_is_a_timeout_and_a_dropped_one_a_network_error(
    bot: telegram.Bot, fake: FakeApi
) -> None:
    fake.script = lambda _call: DROP
    with pytest.raises(NetworkError):
        await bot.send_message(5, "x")
    fake.latency_seconds = 1
    with pytest.raises(TimedOut):
        await bot.send_message(5, "x", read_timeout=0.1)


async def test_our_own_calls_tell_apart_what_a_sender_treats_apart(api: BotApi, fake: FakeApi) -> None:
    fake.script = lambda _call: refusal(429, "Too Many Requests", retry_after=7)
    with pytest.raises(ApiRefused) as refused:
        await api.call("sendMessage", {"chat_id": 1, "text": "x"})
    assert (429, 7.0) == (refused.value.code, refused.value.retry_after_seconds)
    fake.script = lambda _call: "<html>"
    with pytest.raises(NotReached):
        await api.call("sendMessage", {"chat_id": 1, "text": "x"})
    fake.script = lambda _call: DROP
    with pytest.raises(NoAnswer):
        await api.call("sendMessage", {"chat_id": 1, "text": "x"})


async def test_a_server_that_is_not_there_is_not_reached() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = BotApi(TOKEN, f"http://127.0.0.1:{probe.getsockname()[1]}/bot")
        with pytest.raises(NotReached):
            await nowhere.call("getMe", {})
    await nowhere.close()


async def test_the_token_is_in_no_log_and_in_no_error(
    bot: telegram.Bot, api: BotApi, fake: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[BaseException] = []
    for answer in (None, DROP, "<html>", refusal(400, "no"), refusal(500, "no")):
        fake.script = lambda _call, answer=answer: answer  # type: ignore[misc]  # a default cannot be annotated
        for attempt in (bot.send_message(5, "x"), api.call("sendMessage", {"chat_id": 1, "text": "x"})):
            try:
                await attempt
            except (TelegramError, ApiRefused, NotReached, NoAnswer) as error:
                errors.append(error)

    secret = TOKEN.split(":")[1]
    assert secret not in caplog.text
    assert 8 == len(errors)
    assert not [error for error in errors if secret in f"{error!r} {error.__cause__!r} {error.__context__!r}"]
    assert secret not in repr(api)
