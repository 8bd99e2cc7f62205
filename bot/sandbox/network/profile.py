"""What the bot says of itself: names, descriptions, commands, the menu button."""

import json
from dataclasses import dataclass, field

from bot.sandbox.network.chats import Chat, Json, Person

DEFAULT_SCOPE: Json = {"type": "default"}
Key = tuple[str, str]


def scope_key(scope: Json, language: str) -> Key:
    """One list of commands is kept for each scope and language."""
    return json.dumps(scope, sort_keys=True), language


@dataclass(slots=True)
class Profile:
    """The bot's identity and the lists it has set."""

    user_id: int
    token: str
    name: str
    username: str
    commands: dict[Key, list[Json]] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def user(self) -> Json:
        """The Bot API's User of the bot, as it stands in messages."""
        return {"id": self.user_id, "is_bot": True, "first_name": self.name, "username": self.username}

    def commands_for(self, chat: Chat, person: Person) -> list[Json]:
        """The commands this person sees in a private chat: the narrowest list that is set."""
        language = person.language_code.partition("-")[0]
        scopes: tuple[Json, ...] = (
            {"type": "chat", "chat_id": chat.chat_id},
            {"type": "all_private_chats"},
            DEFAULT_SCOPE,
        )
        for scope in scopes:
            for wanted in (language, ""):
                if found := self.commands.get(scope_key(scope, wanted)):
                    return found
        return []
