"""A Bot API as cheap as it can be, in a process of its own: its cost must not be counted as the bot's.

Plain asyncio, no HTTP library. Behind it are many people at once, each of whom waits for the answer before
going on, as people do: they write a word again and again, or tap through a report, always a button that the
bot's own last message shows. They rest when everybody is warm, until a line arrives on stdin, and at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
# What Telegram has for us is collected for so long, as the way there takes much longer still.
GATHER_SECONDS = 0.01
# Whoever has not answered by then never will.
PATIENCE_SECONDS = 100.0
LONG_POLL_SECONDS = 5.0
WARM_ROUNDS = 4
BACK = "上一步"
CHANGED = "有变化"
WRITTEN = frozenset({"sendMessage"})
TAPPED = frozenset({"answerCallbackQuery", "editMessageText"})


@dataclass(slots=True)
class Someone:
    """One person's chat: what they open with, what they see, and which calls they wait for."""

    id: int
    opening: str
    taps: bool
    rounds: int = 0
    text: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    markup: object = None
    awaited: set[str] = field(default_factory=set)

    def next(self, number: int) -> dict[str, Any]:
        """What they do next, as Telegram delivers it."""
        self.rounds += 1
        who = {"id": self.id, "is_bot": False, "first_name": "张东", "language_code": "zh-hans"}
        if not self.taps or self.rounds == 1:
            self.awaited = set(WRITTEN)
            message = self.message(number)
            del message["reply_markup"]
            return {"update_id": number, "message": {**message, "from": who, "text": self.opening}}
        self.awaited = set(TAPPED)
        tap = {"id": str(number), "from": who, "chat_instance": "1", "data": self.button()}
        return {"update_id": number, "callback_query": {**tap, "message": self.message(1)}}

    def button(self) -> str:
        """Into the report, then by turns the first answer and the way back."""
        if self.rounds > 2 and self.rounds % 2 == 0:
            return self.buttons[BACK]
        changed = (data for label, data in self.buttons.items() if label.startswith(CHANGED))
        return next(changed, next(iter(self.buttons.values())))

    def message(self, number: int) -> dict[str, Any]:
        """A message of this chat."""
        chat = {"id": self.id, "type": "private", "first_name": "张东"}
        shown = {"text": self.text, "reply_markup": self.markup}
        return {"message_id": number, "date": 1_504_486_800, "chat": chat, **shown}

    def shown(self, said: dict[str, Any]) -> None:
        """See a message; an edit that changes nothing is a mistake of whoever makes it."""
        if self.text == said["text"] and self.taps and self.rounds > 1:
            raise ValueError(f"nothing changed: {self.text}")
        self.text = str(said["text"])
        markup = said.get("reply_markup")
        self.markup = json.loads(markup) if isinstance(markup, str) else markup or {"inline_keyboard": []}
        rows = self.markup.get("inline_keyboard", [])
        self.buttons = {button["text"]: button["callback_data"] for row in rows for button in row}


class Town:
    """Everybody, and the count of what has been answered."""

    def __init__(self, openings: list[str], *, taps: bool) -> None:
        self.people = {
            1_000 + place: Someone(1_000 + place, opening, taps) for place, opening in enumerate(openings)
        }
        self._pending: deque[dict[str, Any]] = deque()
        self._something = asyncio.Event()
        self._taps: dict[str, Someone] = {}
        self._number = 0
        self._left = len(self.people) * WARM_ROUNDS
        self._open = 0
        self._answered = asyncio.Event()
        self._mistake: Exception | None = None

    def begin(self, updates: int) -> None:
        """Everybody goes on, until so many updates have come from all of them together."""
        self._left = updates
        self._answered.clear()
        for someone in self.people.values():
            self._go_on(someone)

    async def all_answered(self) -> None:
        """Return once they have all been answered. Raises what was wrong with an answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._answered.wait()
        if self._mistake is not None:
            raise self._mistake

    def stop(self, mistake: Exception) -> None:
        """Something is wrong with the bot: nothing goes on."""
        self._mistake = mistake
        self._answered.set()

    def _go_on(self, someone: Someone) -> None:
        if not self._left:
            if not self._open:
                self._answered.set()
            return
        self._left -= 1
        self._open += 1
        self._number += 1
        update = someone.next(self._number)
        self._taps[str(self._number)] = someone
        self._pending.append(update)
        self._something.set()

    async def updates(self) -> list[dict[str, Any]]:
        """What is new, a hundred at most; when there is nothing, after a while nothing."""
        if not self._pending:
            self._something.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._something.wait(), LONG_POLL_SECONDS)
        await asyncio.sleep(GATHER_SECONDS)
        return [self._pending.popleft() for _ in range(min(100, len(self._pending)))]

    def heard(self, method: str, said: dict[str, Any]) -> object:
        """A call of the bot's reaches its person, who goes on when it was the last they waited for."""
        if method == "answerCallbackQuery":
            someone = self._taps[str(said["callback_query_id"])]
            result: object = True
        else:
            someone = self.people[int(said["chat_id"])]
            someone.shown(said)
            result = someone.message(1)
        someone.awaited.remove(method)
        if not someone.awaited:
            self._open -= 1
            self._go_on(someone)
        return result


def parameters(body: bytes) -> dict[str, Any]:
    """The call's parameters, from JSON or from a form."""
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


async def answer(town: Town, method: str, body: bytes) -> object:
    """Do what the method says."""
    if method == "getUpdates":
        return await town.updates()
    if method in WRITTEN | TAPPED:
        return town.heard(method, parameters(body))
    if method == "getMe":
        return {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
    return True


async def serve(town: Town, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept alive."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            body = await reader.readexactly(int(found[1])) if found else b""
            method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
            content = json.dumps({"ok": True, "result": await answer(town, method, body)}).encode()
            length = len(content)
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % length
                + content
            )
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        return
    except Exception as mistake:  # noqa: BLE001 - whatever it is, the run is worth nothing
        town.stop(mistake)
    finally:
        writer.close()


def say(line: object) -> None:
    """One line to whoever measures."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(workload: str, updates: int, openings: list[str]) -> None:
    """Say the port; "warm" when everybody is; after a line on stdin the seconds that the updates took."""
    town = Town(openings, taps=workload == "tap")
    server = await asyncio.start_server(lambda r, w: serve(town, r, w), "127.0.0.1", 0)
    say(server.sockets[0].getsockname()[1])
    town.begin(len(town.people) * WARM_ROUNDS)
    await town.all_answered()
    say("warm")
    await asyncio.to_thread(sys.stdin.readline)
    started_at = time.perf_counter()
    town.begin(updates)
    await town.all_answered()
    say(time.perf_counter() - started_at)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])))
