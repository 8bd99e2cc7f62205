"""The network's other end: a small Bot API on loopback HTTP whose every answer a test can script."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "123456:canary-token-that-no-log-may-hold"  # noqa: S105 - it opens nothing
DROP = "drop"  # do the work, then close the connection without an answer

Answer = dict[str, Any] | str | None


@dataclass
class Call:
    """One request: the method, its parameters, the files by name, when it came (monotonic seconds)."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    at: float = 0.0

    @property
    def chat_id(self) -> int:
        return int(self.parameters["chat_id"])


def refusal(code: int, description: str, **parameters: object) -> dict[str, Any]:
    """Telegram's way to say no."""
    return {"ok": False, "error_code": code, "description": description, "parameters": parameters}


class FakeApi:
    """Records every call. `script(call)` may return an answer, DROP, or None for the usual answer."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script: Callable[[Call], Answer] = lambda _call: None
        self.updates: deque[dict[str, Any]] = deque()
        self.confirmed = 0
        self.latency_seconds = 0.0
        self.base_url = ""
        self._messages = 100
        self._more = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}/bot"

    async def stop(self) -> None:
        if self._runner is not None:
            self._more.set()
            await self._runner.cleanup()

    def of(self, *methods: str) -> list[Call]:
        """Calls of these methods, in order."""
        return [call for call in self.calls if call.method in methods]

    def feed(self, *updates: dict[str, Any]) -> None:
        """Have Telegram hold these updates until they are confirmed."""
        self.updates.extend(updates)
        self._more.set()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = await _read(request)
        self.calls.append(call)
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        answer = self.script(call)
        if answer is None or answer == DROP:
            result = await self._act(call)
            if answer == DROP:
                assert request.transport is not None
                request.transport.abort()
            return web.json_response({"ok": True, "result": result})
        if isinstance(answer, str):
            return web.Response(status=502, text=answer)
        return web.json_response(answer, status=200 if answer.get("ok") else answer["error_code"])

    async def _act(self, call: Call) -> Any:  # noqa: ANN401 - whatever the method answers with
        if call.method == "getUpdates":
            return await self._get_updates(call)
        if call.method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "Tiexin", "username": "tiexin_bot"}
        if call.method.startswith("send"):
            self._messages += 1
            chat = {"id": call.chat_id, "type": "private"}
            return {"message_id": self._messages, "date": 1_500_000_000, "chat": chat}
        if call.method.startswith("editMessage"):
            chat = {"id": call.chat_id, "type": "private"}
            return {"message_id": int(call.parameters["message_id"]), "date": 1_500_000_000, "chat": chat}
        return True

    async def _get_updates(self, call: Call) -> list[dict[str, Any]]:
        offset = int(call.parameters.get("offset") or 0)
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        self.confirmed = max(self.confirmed, offset - 1)
        if not self.updates:
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), float(call.parameters.get("timeout") or 0))
            except TimeoutError:
                return []
        return list(self.updates)[: int(call.parameters.get("limit") or 100)]


async def _read(request: web.Request) -> Call:
    call = Call(request.match_info["method"], {}, at=time.monotonic())
    if request.content_type == "application/json":
        call.parameters = await request.json()
    elif request.content_type == "multipart/form-data":
        for name, part in (await request.post()).items():
            if isinstance(part, web.FileField):
                call.files[name] = (part.filename, part.file.read())
            elif isinstance(part, str):
                call.parameters[name] = part
    else:
        call.parameters = dict(request.query)
    return call


def message(update_id: int, person: int = 1, text: str = "你好", **more: object) -> dict[str, Any]:
    """A text message in a private chat, as Telegram delivers it."""
    user = {"id": person, "is_bot": False, "first_name": f"P{person}"}
    body = {
        "message_id": update_id,
        "date": 1_504_486_800,
        "chat": {"id": person, "type": "private", "first_name": f"P{person}"},
        "from": user,
        "text": text,
        **more,
    }
    return {"update_id": update_id, "message": body}


def tap(update_id: int, person: int = 1, data: str = "x") -> dict[str, Any]:
    """A tap on a button under message 7."""
    user = {"id": person, "is_bot": False, "first_name": f"P{person}"}
    under = {"message_id": 7, "date": 1_504_486_800, "chat": {"id": person, "type": "private"}, "text": "?"}
    query = {"id": str(update_id), "from": user, "chat_instance": "1", "data": data, "message": under}
    return {"update_id": update_id, "callback_query": query}


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until a condition holds, at most so long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        await asyncio.sleep(0.01)


def body_of(call: Call) -> str:
    """The parameters as one text, to search in."""
    return json.dumps(call.parameters, ensure_ascii=False)
