"""Methods by which the bot says who it is and what it can be asked."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.methods.call import Asked, Method
from bot.sandbox.network.chats import Json
from bot.sandbox.network.profile import DEFAULT_SCOPE, Key, scope_key
from bot.sandbox.wire.entities import units
from bot.sandbox.wire.errors import bad_request

MAX_COMMANDS = 100
MAX_DESCRIPTION_UNITS = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(asked: Asked) -> Json:
    """Who the bot is."""
    switches = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return asked.state.profile.user() | switches


def set_my_commands(asked: Asked) -> bool:
    """The commands shown to a scope and a language."""
    commands = asked.given.listed("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    asked.state.profile.commands[_key(asked)] = [_command(command) for command in commands]
    asked.state.notify("commands")
    return True


def get_my_commands(asked: Asked) -> list[Json]:
    """The commands set for exactly this scope and language."""
    return asked.state.profile.commands.get(_key(asked), [])


def delete_my_commands(asked: Asked) -> bool:
    """Back to the wider scope's commands."""
    asked.state.profile.commands.pop(_key(asked), None)
    asked.state.notify("commands")
    return True


def set_chat_menu_button(asked: Asked) -> bool:
    """What the button beside the words opens."""
    button = asked.given.mapped("menu_button", "menu button") or {"type": "default"}
    asked.state.profile.menu_buttons[asked.given.integer("chat_id")] = button
    return True


def get_chat_menu_button(asked: Asked) -> Json:
    """What was set, for the chat or for all."""
    buttons = asked.state.profile.menu_buttons
    everywhere = buttons.get(0, {"type": "commands"})
    return buttons.get(asked.given.integer("chat_id"), everywhere)


def log_out(_asked: Asked) -> bool:
    """Nothing to leave on this machine."""
    return True


def _key(asked: Asked) -> Key:
    scope = asked.given.mapped("scope", "bot command scope") or DEFAULT_SCOPE
    return scope_key(scope, asked.given.text("language_code"))


def _command(command: Any) -> Json:  # noqa: ANN401 - it came as JSON
    if not isinstance(command, dict):
        raise bad_request("can't parse bot command: expected an Object")
    name = str(command.get("command", "")).lstrip("/")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(command.get("description", ""))
    if not 1 <= units(description) <= MAX_DESCRIPTION_UNITS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _setter(name: str) -> Method:
    def set_text(asked: Asked) -> bool:
        text = asked.given.text(name)
        if units(text) > _TEXT_LIMITS[name]:
            raise bad_request(f"{name} is too long")
        asked.state.profile.texts[name, asked.given.text("language_code")] = text
        if name == "name" and text and not asked.given.text("language_code"):
            asked.state.profile.name = text
        return True

    return set_text


def _getter(name: str) -> Method:
    def get_text(asked: Asked) -> Json:
        texts, language = asked.state.profile.texts, asked.given.text("language_code")
        fallback = asked.state.profile.name if name == "name" else ""
        return {name: texts.get((name, language)) or texts.get((name, "")) or fallback}

    return get_text


METHODS: Mapping[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "logOut": log_out,
    "close": log_out,
}
