"""A Bot API as cheap as it can be, in a process of its own: its cost must not be counted as the bot's.

Plain asyncio, no HTTP library: it hands out updates of many people and answers whatever is called. It starts
the stopwatch with the first update taken and stops it with the last answer sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
import time
from urllib.parse import parse_qs

PEOPLE = 200
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Stopwatch:
    """What is handed out and what has come back."""

    def __init__(self, updates: int) -> None:
        self.updates = updates
        self.given = 0
        self.answered: set[str] = set()
        self.started_at = 0.0
        self.ended_at = 0.0
        self.done = asyncio.Event()


def update(number: int) -> dict[str, object]:
    """The message of one of 200 people, as Telegram delivers it."""
    person = 1_000 + number % PEOPLE
    who = {"id": person, "is_bot": False, "first_name": "张东", "language_code": "zh-hans"}
    chat = {"id": person, "type": "private", "first_name": "张东"}
    text = f"echo {number}"
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1_504_486_800, "chat": chat, "from": who, "text": text},
    }


def parameters(body: bytes) -> dict[str, object]:
    """The call's parameters, from JSON or from a form."""
    if body.startswith(b"{"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


async def answer(watch: Stopwatch, method: str, body: bytes) -> object:
    """Do what the method says, as far as a stopwatch needs it."""
    if method == "getUpdates":
        offset = int(str(parameters(body).get("offset") or 0))
        first = max(offset, 1)
        watch.started_at = watch.started_at or time.perf_counter()
        if first > watch.updates:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(watch.done.wait(), 1)
        return [update(number) for number in range(first, min(first + 100, watch.updates + 1))]
    if method == "sendMessage":
        said = parameters(body)
        watch.answered.add(str(said["text"]))
        if len(watch.answered) == watch.updates:
            watch.ended_at = time.perf_counter()
            watch.done.set()
        chat = {"id": int(str(said["chat_id"])), "type": "private", "first_name": "张东"}
        return {"message_id": 1, "date": 1_504_486_800, "chat": chat, "text": said["text"]}
    if method == "getMe":
        return {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
    return True


async def serve(watch: Stopwatch, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, kept alive."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            body = await reader.readexactly(int(found[1])) if found else b""
            method = head.split(b" ", 2)[1].rsplit(b"/", 1)[1].decode()
            content = json.dumps({"ok": True, "result": await answer(watch, method, body)}).encode()
            length = len(content)
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % length
                + content
            )
    writer.close()


async def main(updates: int) -> None:
    """Serve until every update is answered; say the port first and the seconds last, on stdout."""
    watch = Stopwatch(updates)
    server = await asyncio.start_server(lambda r, w: serve(watch, r, w), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await watch.done.wait()
    sys.stdout.write(f"{watch.ended_at - watch.started_at}\n")
    sys.stdout.flush()
    await asyncio.sleep(0.5)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1])))
