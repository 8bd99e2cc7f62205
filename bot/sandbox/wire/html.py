"""Telegram's HTML: the tags it knows become entities, anything broken is refused."""

import html
import re
from dataclasses import dataclass, field

from bot.sandbox.wire.entities import Entity, units
from bot.sandbox.wire.errors import ApiError, bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z][\w-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?""")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(slots=True)
class _Open:
    """A tag that still waits for its end."""

    name: str
    offset: int
    attributes: dict[str, str]


@dataclass(slots=True)
class _Reading:
    """How far the reading has come."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def refuse(self, reason: str) -> ApiError:
        return bad_request(f"can't parse entities: {reason}")

    def byte_offset(self, at: int) -> int:
        return len(self.source[:at].encode())

    def write(self, text: str) -> None:
        self.text.append(text)
        self.length += units(text)


def parse(source: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities; refuses unknown, unclosed and crossed tags with the byte offset."""
    reading = _Reading(source)
    while reading.at < len(source):
        stop = source.find("<", reading.at)
        stop = len(source) if stop < 0 else stop
        reading.write(_CHARACTER.sub(lambda match: html.unescape(match.group()), source[reading.at : stop]))
        reading.at = stop
        if source.startswith("</", stop):
            _close(reading)
        elif stop < len(source):
            _open(reading)
    if reading.stack:
        raise reading.refuse(f'Can\'t find end tag corresponding to start tag "{reading.stack[-1].name}"')
    return "".join(reading.text), reading.entities


def _open(reading: _Reading) -> None:
    begin = reading.at
    offset = reading.byte_offset(begin)
    match = _NAME.match(reading.source, begin + 1)
    name = match.group().lower() if match else ""
    at = match.end() if match else begin + 1
    if at >= len(reading.source):
        raise reading.refuse(f"Unclosed start tag at byte offset {offset}")
    if name not in _TYPES:
        raise reading.refuse(f'Unsupported start tag "{name}" at byte offset {offset}')
    attributes: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(reading.source, at):
        value = attribute[2] or ""
        attributes[attribute[1].lower()] = html.unescape(value.strip("\"'"))
        at = attribute.end()
    rest = re.compile(r"\s*>").match(reading.source, at)
    if rest is None:
        raise reading.refuse(f"Unclosed start tag at byte offset {offset}")
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise reading.refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    reading.stack.append(_Open(name, reading.length, attributes))
    reading.at = rest.end()


def _close(reading: _Reading) -> None:
    offset = reading.byte_offset(reading.at)
    end = reading.source.find(">", reading.at)
    if end < 0:
        raise reading.refuse(f"Unclosed end tag at byte offset {offset}")
    name = reading.source[reading.at + 2 : end].strip().lower()
    if not reading.stack:
        raise reading.refuse(f"Unexpected end tag at byte offset {offset}")
    opened = reading.stack.pop()
    if name not in {"", opened.name}:
        raise reading.refuse(
            f'Unmatched end tag at byte offset {offset}, expected "</{opened.name}>", found "</{name}>"'
        )
    reading.at = end + 1
    if reading.length > opened.offset:
        _add(reading, opened)


def _add(reading: _Reading, opened: _Open) -> None:
    entity: Entity = {
        "type": _TYPES[opened.name],
        "offset": opened.offset,
        "length": reading.length - opened.offset,
    }
    if opened.name == "a":
        if not opened.attributes.get("href"):
            return
        entity["url"] = opened.attributes["href"]
    if opened.name == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    if opened.name == "code" and _language_of_pre(reading, opened, entity):
        return
    if opened.name == "pre" and "language" in opened.attributes:
        entity["language"] = opened.attributes["language"]
    reading.entities.append(entity)


def _language_of_pre(reading: _Reading, opened: _Open, entity: Entity) -> bool:
    """A code tag right inside a pre tag only names the language."""
    outer = reading.stack[-1] if reading.stack else None
    if outer is None or outer.name != "pre" or outer.offset != entity["offset"]:
        return False
    if opened.attributes.get("class", "").startswith("language-"):
        outer.attributes["language"] = opened.attributes["class"].removeprefix("language-")
    return True
