"""Text and its entities, counted as Telegram counts: in UTF-16 units."""

import re
from typing import Any

Entity = dict[str, Any]

MAX_ENTITIES = 100
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31}(?!\w))",
)


def units(text: str) -> int:
    """Length in UTF-16 units: most characters one, emoji two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def detect(text: str, given: list[Entity]) -> list[Entity]:
    """The entities given and those Telegram finds by itself: commands, addresses, mentions."""
    found = [_entity(text, match) for match in _FOUND.finditer(text)]
    alone = [entity for entity in found if not any(_meet(entity, other) for other in given)]
    return sorted(given + alone, key=lambda entity: (entity["offset"], -entity["length"]))[:MAX_ENTITIES]


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without the white space around; entities are moved along and empty ones dropped."""
    bare = text.strip()
    shift = units(text) - units(text.lstrip())
    end = units(bare)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        stop = min(entity["offset"] - shift + entity["length"], end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return bare, kept


def _entity(text: str, match: re.Match[str]) -> Entity:
    return {
        "type": match.lastgroup or "",
        "offset": units(text[: match.start()]),
        "length": units(match.group()),
    }


def _meet(one: Entity, other: Entity) -> bool:
    if other["type"] in {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote"}:
        return False
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )
