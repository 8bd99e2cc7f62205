"""Two replicas of the whole bot over one PostgreSQL, each behind a webhook of its own, as two hands.

A tap is posted to each at the same moment. What became of it is read from the database: the act is there, or
whoever tapped was told by name why not.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text

from bot.buttons import pack, short_id
from tests.clock import START
from tests.conftest import SECRET
from tests.money.reaching import DONE, Act
from tests.transport.fake_api import TOKEN, FakeApi, tap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.transport.fake_api import Call

ROOT = Path(__file__).parents[2]
HOOK_SECRET = "a-secret-of-the-hook"  # noqa: S105 - it guards nothing
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.005
OK = 200


def _words(topic: str) -> dict[str, str]:
    words: dict[str, str] = tomllib.loads((ROOT / f"bot/texts/zh/{topic}.toml").read_text(encoding="utf-8"))
    return words


def _piece(said: str) -> str:
    """The longest piece of some words between the figures in them."""
    return max(re.split(r"\{\w+\}", said), key=len)


# By what words somebody is told why not; that it is paid already is told before the rule has to say it.
TOLD = {
    _piece(_words("refused")["over_balance"]): "over_balance",
    _piece(_words("refused")["already_paid"]): "already_paid",
    _piece(_words("pay")["paid_already"]): "already_paid",
}

_WAITING = text("SELECT count(*) FROM inbox WHERE state = 'NEW' AND update_id IN (:one, :other)")
_APPROVED = text(
    "SELECT count(*) FROM aid_steps WHERE act = 'APPROVED' AND person_id = :who"
    " AND (aid_id = :subject OR batch_id = :subject)"
)
_PAID = text("SELECT count(*) FROM payments WHERE aid_id = :subject AND paid_by = :who AND state = 'PAID'")


class Replicas:
    """Two processes of `tiexin run`; `close` ends them."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._api = FakeApi()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._api.start(), self._loop).result()
        self._ports = [_free_port(), _free_port()]
        self._bots = [self._started(url, port) for port in self._ports]
        self._pool = ThreadPoolExecutor(2)
        self._updates = 1_000
        self._until(lambda: len(self._api.of("setWebhook")) == len(self._bots))

    def at_once(self, acts: Sequence[Act]) -> list[str]:
        start = Barrier(2)
        numbers = [self._updates + 1, self._updates + 2]
        self._updates += 2
        calls = len(self._api.calls)

        def post(port: int, number: int, act: Act) -> None:
            body = json.dumps(tap(number, 1000 + act["who"], _data(act))).encode()
            headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET, "Content-Type": "application/json"}
            door = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            start.wait()
            door.request("POST", "/hook", body, headers)
            assert door.getresponse().status == OK
            door.close()

        list(self._pool.map(post, self._ports, numbers, acts))
        self._until(lambda: self._ask(_WAITING, one=numbers[0], other=numbers[1]) == 0)
        return [self._ended(act, number, calls) for act, number in zip(acts, numbers, strict=True)]

    def close(self) -> None:
        for bot in self._bots:
            bot.terminate()
        for bot in self._bots:
            bot.wait()
        self._pool.shutdown()
        asyncio.run_coroutine_threadsafe(self._api.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._engine.dispose()

    def _started(self, url: str, port: int) -> subprocess.Popen[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TIEXIN_BOT_TOKEN": TOKEN,
            "TIEXIN_API_BASE_URL": self._api.base_url,
            "TIEXIN_DATABASE_URL": url,
            "TIEXIN_SECRET_KEY": SECRET,
            "TIEXIN_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "TIEXIN_WEBHOOK_SECRET": HOOK_SECRET,
            "TIEXIN_LISTEN": f"127.0.0.1:{port}",
            "TIEXIN_NOW": START.isoformat(),
        }
        return subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, cwd=ROOT)

    def _ended(self, act: Act, number: int, calls: int) -> str:
        asked = _PAID if act["what"] == "pay" else _APPROVED
        if self._ask(asked, who=act["who"], subject=act["of"]):
            return DONE
        told: list[str] = []

        def is_told() -> bool:
            said = json.dumps([one.parameters for one in self._api.calls[calls:] if _to(one, act, number)])
            told[:] = [slug for words, slug in TOLD.items() if json.dumps(words)[1:-1] in said]
            return bool(told)

        self._until(is_told)
        return told[0]

    def _ask(self, question: Any, **asked: object) -> int:  # noqa: ANN401 - a text of SQL
        with self._engine.connect() as connection:
            return int(connection.scalar(question, asked) or 0)

    def _until(self, condition: Any) -> None:  # noqa: ANN401 - a question
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the replicas did not answer"
            time.sleep(LOOK_SECONDS)


def _to(call: Call, act: Act, number: int) -> bool:
    """Whether something was said to whoever acted: in their chat, or as the answer to that tap."""
    said = call.parameters
    return str(1000 + act["who"]) == str(said.get("chat_id")) or str(number) == said.get("callback_query_id")


def _data(act: Act) -> str:
    """The button of that act."""
    if act["what"] == "approve":
        return pack("approve", "approve", short_id(act["of"]), 1)
    if act["what"] == "approve list":
        return pack("batch", "approve", short_id(act["of"]), 1)
    return pack("pay", "ok", short_id(act["of"]), short_id(act["other"]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
