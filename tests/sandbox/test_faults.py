"""Faults on order: errors, broken connections, delays, nonsense; and the record of every call."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import NetworkError, RetryAfter, TelegramError

from tests.sandbox.town import LI

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World


async def test_the_second_call_fails_and_does_nothing(bot: Bot, world: World) -> None:
    fault = world.faults.fail("sendMessage", 502, "Bad Gateway", nth=2)
    await bot.send_message(LI, "一")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(LI, "二")
    await bot.send_message(LI, "三")
    assert ["一", "三"] == world.said(LI)
    assert (3, 1) == (fault.seen, fault.fired)


async def test_a_429_on_order_names_its_seconds(bot: Bot, world: World) -> None:
    world.faults.fail("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(LI, "一")
    assert timedelta(seconds=7) == refused.value.retry_after


@pytest.mark.parametrize(("after", "said"), [(False, []), (True, ["一"])])
async def test_a_dropped_connection_leaves_the_bot_in_doubt(
    bot: Bot, world: World, *, after: bool, said: list[str]
) -> None:
    world.faults.drop("sendMessage", after=after)
    with pytest.raises(NetworkError):
        await bot.send_message(LI, "一")
    assert said == world.said(LI)
    await bot.send_message(LI, "二")
    assert [*said, "二"] == world.said(LI)


async def test_an_answer_can_come_late(bot: Bot, world: World) -> None:
    world.faults.delay("getMe", 0.2)
    began = time.monotonic()
    await bot.get_me()
    assert 0.2 <= time.monotonic() - began


async def test_an_answer_can_be_nonsense(bot: Bot, world: World) -> None:
    world.faults.garbage("*", b"<html>gateway</html>", times=2)
    for _ in range(2):
        with pytest.raises(TelegramError):
            await bot.get_me()
    assert (await bot.get_me()).is_bot


async def test_every_call_is_recorded_as_it_was_meant(bot: Bot, world: World) -> None:
    button = InlineKeyboardButton("好", callback_data="ok")
    await bot.send_message(LI, "12", reply_markup=InlineKeyboardMarkup.from_button(button))
    with pytest.raises(TelegramError):
        await bot.send_message(LI, "")
    first, second = world.faults.of("sendMessage")
    assert {
        "chat_id": LI,
        "text": "12",
        "reply_markup": {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]},
    } == first.parameters
    assert (200, 400) == (first.status, second.status)
    assert "Bad Request: message text is empty" == second.description


@pytest.mark.parametrize("how", ["query", "form", "json"])
async def test_parameters_may_come_in_any_of_telegrams_ways(sandbox: Sandbox, world: World, how: str) -> None:
    url = f"{sandbox.api_base_url}{sandbox.token}/SENDMESSAGE"
    values = {"chat_id": str(LI), "text": "好", "reply_markup": '{"force_reply": true}'}
    async with aiohttp.ClientSession() as session:
        ways = {
            "query": lambda: session.get(url, params=values),
            "form": lambda: session.post(url, data=values),
            "json": lambda: session.post(url, json=values | {"reply_markup": {"force_reply": True}}),
        }
        async with ways[how]() as answer:
            assert (await answer.json())["ok"]
    assert ["好"] == world.said(LI)
    assert {"force_reply": True} == world.faults.of("sendMessage")[0].parameters["reply_markup"]


@pytest.mark.parametrize(
    ("method", "kind", "body", "status", "description"),
    [
        ("noSuchMethod", "application/json", b"{}", 404, "Not Found: method not found"),
        ("sendMessage", "application/json", b"[1]", 400, "Bad Request: can't parse request JSON object"),
        ("sendMessage", "application/json", b"{}", 400, "Bad Request: chat_id is empty"),
        (
            "sendPhoto",
            "multipart/form-data; boundary=x",
            b"--x\r\nno end",
            400,
            "Bad Request: can't parse request body",
        ),
        ("sendPhoto", "multipart/form-data", b"", 400, "Bad Request: can't parse request body"),
        (
            "sendMessage",
            "application/json",
            b'{"chat_id": 1001, "text": "\\ud800"}',
            400,
            "Bad Request: strings must be encoded in UTF-8",
        ),
    ],
)
async def test_a_call_that_is_wrong_is_refused_in_telegrams_words(
    sandbox: Sandbox, world: World, method: str, kind: str, body: bytes, status: int, description: str
) -> None:
    assert LI in world.people
    url = f"{sandbox.api_base_url}{sandbox.token}/{method}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={"Content-Type": kind}) as answer,
    ):
        assert status == answer.status
        assert {"ok": False, "error_code": status, "description": description} == await answer.json()
