"""Plays a transcript on a stage: the persons' lines are done, the bot's are waited for and compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.world import buttons
from tests.sandbox.pictures import png
from tests.transcripts.script import labels, matches
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from bot.sandbox.network.state import Event
    from tests.transcripts.script import Line, Script
    from tests.transcripts.stage import Stage

_CODE = re.compile(r"start=([\w-]+)")
# What a person in the middle of a report is told after each restart.
RESTARTED = "刚才重启过"
BIG_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class Version:
    """A message of the bot as it read at one moment."""

    chat_id: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Effort:
    """What a report has cost a person."""

    taps: int = 0
    messages: int = 0


class Player:
    """One performance.

    `restarting`: after every act the bot is stopped and started before it answers. `repeating`: every update
    comes once more at once and once more later, and every tap again under a number of its own.
    """

    def __init__(
        self, stage: Stage, script: Script, *, restarting: bool = False, repeating: bool = False
    ) -> None:
        self._stage = stage
        self._world = stage.world
        self._script = script
        self._restarting = restarting
        self._repeating = repeating
        self._first_update = 0
        self._versions: list[Version] = []
        self._first_new = 0
        self._first_toast = 0
        self._waits = False
        self._typed = False
        self._speaker = 0
        self._found: Version | None = None
        self._code = ""
        self._group = 0
        self._efforts: dict[str, Effort] = {}
        stage.world.subscribe(self._note)

    async def play(self) -> None:
        """Play every line. Raises AssertionError naming the line that went otherwise."""
        for line in self._script.lines:
            await self._play(line)
        await self._settle()

    async def _play(self, line: Line) -> None:
        head, _, more = line.head.partition(" ")
        try:
            if head in PEOPLE:
                await self._act(head, more, line)
            elif head == "bot":
                await self._settle()
                self._expect_said(more, line)
            else:
                await self._other(line)
        except AssertionError as error:
            raise AssertionError(f"{self._script.name}:{line.number}: {error}") from None

    async def _other(self, line: Line) -> None:
        if line.head == "clock":
            await self._turn(line)
        elif line.head == "restart":
            await self._stage.restart()
        elif line.head == "kill":
            await self._stage.kill()
        elif line.head == "down":
            await self._settle()
            self._begin_listening()
            await self._stage.down(int(line.rest.removeprefix("+").removesuffix(" minutes")))
        elif line.head == "count anew":
            self._efforts.clear()
        else:
            await self._settle()
            self._expect_shown(line)

    # Acts.

    async def _act(self, name: str, more: str, line: Line) -> None:
        if more == "needed":
            self._expect_effort(name, line)
            return
        person = self._speaker = PEOPLE[name].user_id
        typed = not more or more.startswith("types")
        if not (typed and self._typed):
            # Only words may come in a burst; whatever else is done waits for the answer before.
            await self._settle()
        self._typed = typed
        if not self._waits:
            self._begin_listening()
        self._waits = True
        effort = self._efforts.setdefault(name, Effort())
        if more.startswith("taps"):
            effort.taps += 1
            self._tap(person, more, line.rest)
        elif more == "sends":
            self._send(person, line.rest)
        elif more in ("blocks", "unblocks"):
            getattr(self._world, more.removesuffix("s"))(person)
        else:
            effort.messages += 1
            self._type(person, more, line.rest)

    def _type(self, person: int, how: str, text: str) -> None:
        text = text.replace("{code}", self._code)
        if how == "in the group":
            everybody = [one.user_id for one in PEOPLE.values()]
            self._group = self._group or self._world.add_group("工会", everybody)
            self._world.send_text(person, text, chat_id=self._group)
        elif how.startswith("types"):
            self._world.send_text(person, text * int(how.split()[1]))
        else:
            assert not how, how
            self._world.send_text(person, text)

    def _tap(self, person: int, how: str, label: str) -> None:
        if how == "taps data":
            self._world.tap(person, self._newest(person).message_id, label)
            return
        if how.endswith("'s"):
            other = PEOPLE[how.removeprefix("taps ").removesuffix("'s")].user_id
            _, data = self._button(other, label)
            self._world.tap(person, self._newest(person).message_id, data)
            return
        find = self._old_button if how == "taps old" else self._button
        message_id, data = find(person, label)
        for _ in range(2 if how == "taps twice" else 1):
            self._world.tap(person, message_id, data)

    def _send(self, person: int, what: str) -> None:
        world = self._world
        if what == "photo":
            world.send_photo(person, png())
        elif what == "same photo":
            photos = [post.body["photo"] for post in world.posts(person) if "photo" in post.body]
            world._send(person, {"photo": photos[-1]})
        elif what.startswith("album of"):
            world.send_album(person, [png()] * int(what.rsplit(maxsplit=1)[-1]))
        elif what == "voice":
            world.send_voice(person, b"ogg")
        elif what == "long voice":
            world.send_voice(person, b"ogg", duration_seconds=301)
        elif what == "place":
            world.send_place(person, 23.71, 103.27)
        elif what == "sticker":
            world.send_sticker(person)
        elif what == "picture file":
            world.send_document(person, png(), name="IMG_1.png", mime_type="image/png")
        elif what == "document 30MB":
            world.send_document(person, b"1", size_bytes=BIG_BYTES)
        else:
            self._send_contact(person, what)

    def _send_contact(self, person: int, what: str) -> None:
        if what == "own contact":
            self._world.send_contact(person, user_id=person)
            return
        known = PEOPLE[what.rsplit(maxsplit=1)[-1]]
        assert what in (f"contact of {known.name}", f"forwarded contact of {known.name}"), what
        if what.startswith("forwarded"):
            body = {"phone_number": known.phone, "first_name": known.name, "user_id": known.user_id}
            self._world._send(person, {"contact": body}, forwarded_from="某人")
        else:
            self._world.send_contact(person, user_id=known.user_id)

    async def _turn(self, line: Line) -> None:
        await self._settle()
        self._begin_listening()
        number, unit = line.rest.removeprefix("+").split()
        unit = unit.rstrip("s") + "s"
        assert unit in ("days", "minutes"), line.rest
        await self._stage.turn(**{unit: int(number)})

    # Looking.

    async def _settle(self) -> None:
        if self._waits and self._restarting:
            await self._stage.restart()
        if self._waits and self._repeating:
            await self._repeat()
        self._waits = False
        await self._stage.settle()

    async def _repeat(self) -> None:
        """Telegram gives the updates of this act again: at once, later, and taps as if they were new."""
        updates = self._world.updates
        fresh = [one for one in updates.history if one["update_id"] >= self._first_update]
        for update in fresh:
            updates.redeliver(update["update_id"])
        for update in fresh:
            if "callback_query" in update:
                updates.push("callback_query", update["callback_query"])
        await self._stage.settle()
        for update in fresh:
            updates.redeliver(update["update_id"])

    def _begin_listening(self) -> None:
        self._first_new = len(self._versions)
        self._first_toast = len(self._world.taps.answers)
        self._first_update = self._world.updates.next_id
        self._found = None

    def _note(self, event: Event) -> None:
        post = event.data.get("post")
        if event.kind not in ("message", "edit") or post is None or not post.by_bot or post.service:
            return
        shown = tuple((one["text"], one["callback_data"]) for one in buttons(post.body))
        text = str(post.body.get("text", post.body.get("caption", "")))
        self._versions.append(Version(event.chat_id, post.message_id, text, shown))
        self._code = next(iter(_CODE.findall(str(post.body))), self._code)

    def _new(self, chat_id: int) -> list[Version]:
        return [one for one in self._versions[self._first_new :] if one.chat_id == chat_id]

    def _newest(self, person: int) -> Any:  # noqa: ANN401 - a post of the world
        return next(post for post in reversed(self._world.posts(person)) if post.by_bot)

    def _button(self, person: int, label: str) -> tuple[int, str]:
        for post in reversed(self._world.posts(person)):
            for one in buttons(post.body):
                if matches(label, one["text"]):
                    return post.message_id, one["callback_data"]
        raise AssertionError(f"nobody shows [{label}]; there are {self._world.labels(person)}")

    def _old_button(self, person: int, label: str) -> tuple[int, str]:
        for version in self._versions:
            for text, data in version.buttons:
                if version.chat_id == person and matches(label, text):
                    return version.message_id, data
        raise AssertionError(f"nobody ever showed [{label}]")

    # Expectations.

    def _expect_said(self, more: str, line: Line) -> None:
        if more.endswith("is silent"):
            chat = self._chat(more.removesuffix("is silent").strip())
            told = [one.text for one in self._new(chat)]
            assert [] == told or (self._restarting and told[0].startswith(RESTARTED))
            return
        chat = self._chat(more)
        new = self._new(chat)
        found = [one for one in new if matches(line.rest, one.text)]
        said = "\n---\n".join(one.text for one in new) or "nothing"
        assert found, f"expected\n{line.rest}\nbut the bot said\n{said}"
        self._found = found[-1]

    def _chat(self, more: str) -> int:
        if more == "in the group":
            return self._group
        if more.startswith("to "):
            return PEOPLE[more.removeprefix("to ")].user_id
        assert not more, more
        return self._speaker

    def _expect_shown(self, line: Line) -> None:
        if line.head == "toast":
            told = [one.text for one in self._world.taps.answers[self._first_toast :] if one.text]
            assert any(matches(line.rest, text) for text in told), f"expected {line.rest}, toasts: {told}"
            return
        if line.head == "no toast":
            assert [] == [one.text for one in self._world.taps.answers[self._first_toast :] if one.text]
            return
        wanted = set(labels(line.rest))
        assert wanted, line
        shown = self._keyboard() if "keyboard" in line.head else self._labels()
        if line.head.startswith("no "):
            assert set() == wanted & shown
        else:
            assert line.head in ("buttons", "keyboard"), line.head
            assert set() == wanted - shown, f"missing {wanted - shown}; there are {sorted(shown)}"

    def _labels(self) -> set[str]:
        assert self._found is not None, "no message was looked at"
        return {label for label, _ in self._found.buttons}

    def _keyboard(self) -> set[str]:
        keyboard = self._world.chats[self._speaker].keyboard or {}
        return {key["text"] for row in keyboard.get("keyboard", []) for key in row}

    def _expect_effort(self, name: str, line: Line) -> None:
        effort = self._efforts.get(name, Effort())
        assert line.rest == f"{effort.taps} taps, {effort.messages} messages"
