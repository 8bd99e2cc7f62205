"""Transcripts as they are written: one line an act or an expectation, in a plain text file.

    张东: 走访 施磊斌                    types; further indented lines belong to the same message
    张东 types 5000 times: 困            types that often
    张东 taps: 提交                      the newest button with this label (a label may end in …)
    张东 taps twice: 提交                two taps before the first is answered
    张东 taps old: 持平                  the oldest button that ever had this label
    张东 taps 曹玉芳's: 提交             a button of somebody else's chat, forged
    张东 taps data: due:open:1           forged data, under the newest message of the bot
    张东 sends: photo | same photo | album of 3 | voice | place | sticker | document 30MB | picture file
    张东 sends: own contact | contact of 曹玉芳 | forwarded contact of 曹玉芳
    张东 in the group: /due              types in the group of everybody
    张东 blocks | unblocks
    bot: 已提交…                         a message that came, or changed, since the last act; … is anything
    bot to 林晓梅: …                     the same in another person's chat
    bot is silent | bot to 张东 is silent     nothing came and nothing changed
    buttons: [提交] [修改]               are under that message; `no buttons:` are not
    keyboard: [走访] [回访]              stay under the chat; `no keyboard:` do not
    toast: 已提交                        what a tap since the last act was answered
    clock: +1 day | +20 minutes
    restart | kill
    down: +220 minutes                   stopped, and started again so much later
    张东 needed: 5 taps, 1 message       since the beginning, or since `count anew`

`{code}` in what is typed stands for the newest invitation code that anybody was shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LINE = re.compile(r"(?P<head>[^:]+)(?::\s*(?P<rest>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `head` before the colon, `rest` behind it, and where it stands."""

    number: int
    head: str
    rest: str


@dataclass(frozen=True, slots=True)
class Script:
    """One transcript; `title` is its first comment."""

    name: str
    title: str
    lines: tuple[Line, ...] = field(default=())


def read(path: Path) -> Script:
    """Read a transcript; a line that begins with blanks goes on with the one before."""
    title, blocks = "", list[tuple[int, str]]()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.rstrip()
        if line.startswith("#") or not line:
            title = title or line.lstrip("# ")
        elif line[0] == " ":
            blocks[-1] = blocks[-1][0], f"{blocks[-1][1]}\n{line.strip()}"
        else:
            blocks.append((number, line))
    return Script(path.stem, title, tuple(_line(number, text) for number, text in blocks))


def _line(number: int, text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError(f"line {number}: {text}")
    return Line(number, found["head"].strip(), (found["rest"] or "").strip())


def labels(text: str) -> list[str]:
    """The labels in `[提交] [修改]`."""
    return re.findall(r"\[([^\]]*)\]", text)


def matches(expected: str, said: str) -> bool:
    """Whether what was said is what was expected, … standing for anything."""
    pattern = ".*".join(re.escape(part) for part in _tight(expected).split("…"))
    return re.fullmatch(pattern, _tight(said), re.DOTALL) is not None


def _tight(text: str) -> str:
    """The text without its empty lines, which transcripts leave out."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
