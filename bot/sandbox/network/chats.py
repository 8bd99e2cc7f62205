"""People and chats as the network knows them, in the Bot API's own shapes."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MAX_MESSAGES = 2_000
GROUP = "group"


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on the phone."""

    user_id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "zh-hans"
    phone: str = ""
    started: bool = False
    blocked: bool = False

    def user(self) -> Json:
        """The Bot API's User."""
        body: Json = {"id": self.user_id, "is_bot": False, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username}
        return body | {key: value for key, value in optional.items() if value} | self._language()

    def _language(self) -> Json:
        return {"language_code": self.language_code} if self.language_code else {}


@dataclass(slots=True)
class Post:
    """A message in a chat: `body` is the Bot API's Message, the rest only the network knows."""

    body: Json
    by_bot: bool = False
    fixed: bool = False
    service: str = ""

    @property
    def message_id(self) -> int:
        """Its number, unique in this world."""
        return int(self.body["message_id"])


@dataclass(slots=True)
class Chat:
    """A conversation; a private one has the number of its person."""

    chat_id: int
    kind: str = "private"
    title: str = ""
    members: list[int] = field(default_factory=list)
    posts: dict[int, Post] = field(default_factory=dict)
    keyboard: Json | None = None
    placeholder: str | None = None
    unread: int = 0
    pinned: int | None = None

    def add(self, post: Post) -> None:
        """Keeps the post; the oldest makes room when there are too many."""
        self.posts[post.message_id] = post
        while len(self.posts) > MAX_MESSAGES:
            del self.posts[next(iter(self.posts))]


def chat_body(chat: Chat, person: Person | None) -> Json:
    """The Bot API's Chat."""
    if chat.kind == GROUP or person is None:
        return {"id": chat.chat_id, "type": chat.kind, "title": chat.title}
    user = person.user()
    names = {key: user[key] for key in ("first_name", "last_name", "username") if key in user}
    return {"id": chat.chat_id, "type": "private"} | names
