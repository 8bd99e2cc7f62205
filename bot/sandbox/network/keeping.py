"""Keeps the world on disk, so that a restart of the sandbox finds its chats again."""

import asyncio
import json
import logging
import os
import threading
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bot.sandbox.network.chats import Chat, Json, Person, Post
from bot.sandbox.network.files import StoredFile
from bot.sandbox.network.state import Event, State

VERSION = 1
PAUSE_SECONDS = 0.5
_log = logging.getLogger(__name__)


class Keeping:
    """Writes the whole state a moment after it changed; a file is replaced, never half written."""

    def __init__(self, state: State, folder: Path) -> None:
        self._state = state
        self._folder = folder
        self._file = folder / "world.json"
        self._files = folder / "files"
        self._changed = asyncio.Event()
        self._writing = threading.Lock()
        self._newest = 0
        state.subscribe(self._note)

    def load(self) -> datetime | None:
        """Fills the state with what was kept, and gives the instant it was; None when there is nothing.

        What cannot be read is set aside under another name, and the world begins anew.
        """
        self._files.mkdir(parents=True, exist_ok=True)
        if not self._file.exists():
            return None
        try:
            return self._fill(json.loads(self._file.read_bytes()))
        except (ValueError, KeyError, TypeError):
            _log.warning("the kept sandbox cannot be read; it is set aside")
            self._file.replace(self._file.with_suffix(".unreadable"))
            return None

    async def run(self) -> None:
        """Writes after changes until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._changed.clear()
            try:
                await asyncio.to_thread(self._write, *self._snapshot())
            except OSError as error:
                _log.warning("the sandbox cannot be kept: %s", error.strerror)

    def close(self) -> None:
        """Writes for the last time."""
        self._write(*self._snapshot())

    def _note(self, _event: Event) -> None:
        self._changed.set()

    def _snapshot(self) -> tuple[int, bytes, list[StoredFile]]:
        state = self._state
        self._newest += 1
        body: Json = {
            "version": VERSION,
            "now": state.clock().isoformat(),
            "next": {
                "update": state.updates.next_id,
                "message": state.next_message_id,
                "group": state.next_group_id,
                "file": state.files.next_number,
                "tap": state.taps.next_number,
            },
            "people": [asdict(person) for person in state.people.values()],
            "chats": [asdict(chat) for chat in state.chats.values()],
            "updates": list(state.updates.pending),
            "allowed": state.updates.allowed,
            "files": [asdict(stored) | {"data": None} for stored in state.files],
        }
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return self._newest, data, list(state.files)

    def _write(self, number: int, snapshot: bytes, files: list[StoredFile]) -> None:
        with self._writing:
            # A thread that comes late must not put older chats over newer ones.
            if number == self._newest:
                self._put(snapshot, files)

    def _put(self, snapshot: bytes, files: list[StoredFile]) -> None:
        wanted = {stored.file_id for stored in files}
        there = {path.name for path in self._files.iterdir()}
        for stored in files:
            if stored.file_id not in there:
                _replace(self._files / stored.file_id, stored.data)
        _replace(self._file, snapshot)
        for name in there - wanted:
            (self._files / name).unlink(missing_ok=True)

    def _fill(self, kept: Json) -> datetime:
        if kept["version"] != VERSION:
            raise ValueError(kept["version"])
        state = self._state
        people = {row["user_id"]: Person(**row) for row in kept["people"]}
        chats = {row["chat_id"]: _chat(row) for row in kept["chats"]}
        files = [StoredFile(**row | {"data": self._data(row["file_id"])}) for row in kept["files"]]
        numbers, now = kept["next"], datetime.fromisoformat(kept["now"])
        state.people |= people
        state.chats |= chats
        for stored in files:
            state.files.put(stored)
        state.updates.next_id, state.updates.allowed = numbers["update"], kept["allowed"]
        state.updates.pending.extend(kept["updates"])
        state.next_message_id, state.next_group_id = numbers["message"], numbers["group"]
        state.files.next_number, state.taps.next_number = numbers["file"], numbers["tap"]
        return now

    def _data(self, file_id: str) -> bytes:
        try:
            return (self._files / Path(file_id).name).read_bytes()
        except OSError:
            return b""


def _chat(row: Json) -> Chat:
    posts = {int(number): Post(**post) for number, post in row["posts"].items()}
    return Chat(**row | {"posts": posts})


def _replace(path: Path, data: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
