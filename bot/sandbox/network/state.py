"""The whole of the network's memory, and what every part of it may do with it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.sandbox.network.chats import GROUP, Chat, Json, Person, Post, chat_body
from bot.sandbox.network.faults import Faults
from bot.sandbox.network.files import FileStore
from bot.sandbox.network.pace import Limits, Pace
from bot.sandbox.network.profile import Profile
from bot.sandbox.network.taps import Taps
from bot.sandbox.network.updates import UpdateQueue
from bot.sandbox.network.webhook import Webhook

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be seen: `kind` is message, edit, delete, toast, tap_done, keyboard and so on."""

    kind: str
    chat_id: int
    data: Json


class State:
    """People, chats, files, updates. It belongs to one event loop; no method waits except `wait_for`."""

    def __init__(
        self,
        *,
        clock: Clock,
        profile: Profile,
        limits: Limits | None = None,
        tap_lasts_seconds: float = 30.0,
    ) -> None:
        self.clock = clock
        self.profile = profile
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore(clock)
        self.updates = UpdateQueue(self._taken)
        self.webhook = Webhook(self.updates, clock)
        self.faults = Faults()
        self.pace = Pace(limits)
        self.taps = Taps(tap_lasts_seconds)
        self.next_message_id = 1
        self.next_group_id = -1_000_001
        self._watchers: list[Callable[[Event], None]] = []
        self._wakes: set[asyncio.Event] = set()

    @property
    def date(self) -> int:
        """Now, in the seconds that Telegram's dates are."""
        return int(self.clock().timestamp())

    def add_person(self, person: Person) -> Person:
        """Somebody new, with a private chat that is not started yet; a known number keeps its chat."""
        if person.user_id in self.people:
            return self.people[person.user_id]
        self.people[person.user_id] = person
        self.chats.setdefault(person.user_id, Chat(person.user_id, members=[person.user_id]))
        return person

    def chat_body(self, chat: Chat) -> Json:
        """The Bot API's Chat of a chat."""
        return chat_body(chat, None if chat.kind == GROUP else self.people.get(chat.chat_id))

    def post(self, chat: Chat, content: Json, author: Json, *, service: str = "") -> Post:
        """Puts a message into a chat under the next number and shows it to who watches."""
        number, self.next_message_id = self.next_message_id, self.next_message_id + 1
        head: Json = {
            "message_id": number,
            "from": author,
            "chat": self.chat_body(chat),
            "date": self.date,
        }
        post = Post(head | content, by_bot=author["is_bot"], service=service)
        chat.add(post)
        self.notify("message", chat.chat_id, {"post": post})
        if post.by_bot and not service:
            self.set_unread(chat, chat.unread + 1)
        return post

    def set_unread(self, chat: Chat, count: int) -> None:
        """How many messages of the bot the person has not looked at."""
        if chat.unread != count:
            chat.unread = count
            self.notify("unread", chat.chat_id, {"count": count})

    def notify(self, kind: str, chat_id: int = 0, data: Json | None = None) -> None:
        """Tells everybody who watches or waits."""
        event = Event(kind, chat_id, data or {})
        for watcher in list(self._watchers):
            watcher(event)
        self.wake()

    def wake(self) -> None:
        """Lets everybody who waits for a condition look again."""
        for wake in self._wakes:
            wake.set()

    def subscribe(self, watcher: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `watcher` with every event until the function given back is called."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    async def wait_for(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """The first true value of `condition`, looked at after every change; TimeoutError when none comes."""
        wake = asyncio.Event()
        self._wakes.add(wake)
        try:
            async with asyncio.timeout(seconds):
                while not (found := condition()):
                    await wake.wait()
                    wake.clear()
                return found
        finally:
            self._wakes.discard(wake)

    def _taken(self, update: Json) -> None:
        body = update.get("message") or (update.get("callback_query") or {}).get("message")
        if isinstance(body, dict) and isinstance(body.get("chat"), dict):
            self.notify("read", body["chat"].get("id", 0))
        self.wake()
