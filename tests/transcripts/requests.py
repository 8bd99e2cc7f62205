"""What is wrong with the requests a bot has made: by the published Bot API and the limits it tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.wire import entities, html
from tests import published_api

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.sandbox.network.faults import Call

TEXT_UNITS = 4_096
TOAST_UNITS = 200
DATA_BYTES = 64
BUTTONS, BUTTONS_A_ROW = 100, 8
PLACEHOLDER_UNITS = 64
COMMANDS, DESCRIPTION_UNITS = 100, 256
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# Refusals that a bot may meet without having done anything wrong.
HARMLESS = (
    "message is not modified",
    "terminated by other getUpdates",
    "query is too old",
    # Whether a card that stood for two days can still be taken away only Telegram knows.
    "message can't be deleted for everyone",
)


def wrong(api: Any, calls: Iterable[Call]) -> list[str]:  # noqa: ANN401 - JSON
    """Everything that is wrong with these calls."""
    return [fault for call in calls for fault in (*_against(api, call), *_beyond(call), *_refused(call))]


def _against(api: Any, call: Call) -> list[str]:  # noqa: ANN401 - JSON
    method = api["methods"].get(call.method)
    if method is None:
        return [f"{call.method} is unknown"]
    return published_api.faults_of_fields(api, call.parameters, method.get("fields", []), call.method)


def _refused(call: Call) -> Iterator[str]:
    if call.status not in (0, 200) and not any(one in call.description for one in HARMLESS):
        yield f"{call.method} was refused: {call.description}"


def _beyond(call: Call) -> Iterator[str]:
    given = call.parameters
    if call.method == "answerCallbackQuery":
        yield from _longer(call, "text", str(given.get("text", "-")), TOAST_UNITS)
    elif isinstance(given.get("text"), str):
        plain, _ = html.parse(given["text"]) if given.get("parse_mode") == "HTML" else (given["text"], [])
        yield from _longer(call, "text", plain.strip(), TEXT_UNITS)
    markup = given.get("reply_markup") or {}
    if "inline_keyboard" in markup:
        yield from _inline(call, markup["inline_keyboard"])
    if "keyboard" in markup:
        yield from _longer(call, "placeholder", markup["input_field_placeholder"], PLACEHOLDER_UNITS)
        yield from _rows(call, markup["keyboard"])
    if call.method == "setMyCommands":
        yield from _commands(call, given["commands"])


def _inline(call: Call, rows: list[list[dict[str, str]]]) -> Iterator[str]:
    yield from _rows(call, rows)
    for button in (one for row in rows for one in row):
        if not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
            yield f"{call.method}: the data of {button['text']} is {button['callback_data']}"


def _rows(call: Call, rows: list[list[dict[str, str]]]) -> Iterator[str]:
    if sum(map(len, rows)) > BUTTONS or not all(1 <= len(row) <= BUTTONS_A_ROW for row in rows):
        yield f"{call.method}: too many buttons, or an empty row"
    if not all(button["text"].strip() for row in rows for button in row):
        yield f"{call.method}: a button without words"


def _commands(call: Call, commands: list[dict[str, str]]) -> Iterator[str]:
    if len(commands) > COMMANDS:
        yield f"{call.method}: too many commands"
    for one in commands:
        if not COMMAND.fullmatch(one["command"]):
            yield f"{call.method}: no command: {one['command']}"
        yield from _longer(call, "description", one["description"], DESCRIPTION_UNITS)


def _longer(call: Call, name: str, text: str, units: int) -> Iterator[str]:
    if not 1 <= entities.units(text) <= units:
        yield f"{call.method}: {name} has {entities.units(text)} characters"
