"""What a check of every sum and chain found, in words; it changes nothing, however much it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import audit
from storage.errors import NotAllowed
from storage.money import fund
from storage.oversight.readers import OVERSEERS

if TYPE_CHECKING:
    from typing import BinaryIO

    from bot.outputs.desk import Desk

SHOWN = 10


def write(desk: Desk, file: BinaryIO) -> str:
    """Check and write the message; refuses NotAllowed to all who do not oversee."""
    if desk.person is not None and not desk.person.roles & OVERSEERS:
        raise NotAllowed
    file.write("\n".join(_lines(desk)).encode())
    return "check.txt"


def _lines(desk: Desk) -> list[str]:
    say = desk.words.say
    findings = [*fund.check(desk.tx), *audit.check(desk.tx)]
    head = audit.head(desk.tx)
    end = say("audit.check.head", number=head.entry_id, link=head.link[:16]) if head else ""
    if not findings:
        return [say("audit.check.holds"), end]
    named = [say("audit.check.finding", what=_what(desk, one), finding=one) for one in findings[:SHOWN]]
    rest = len(findings) - len(named)
    more = [say("audit.check.more", count=rest)] if rest else []
    return [say("audit.check.differs", count=len(findings)), *named, *more, say("audit.check.tell"), end]


def _what(desk: Desk, finding: str) -> str:
    """Which records a finding is about, by the table that begins it."""
    key = f"audit.check.of.{finding.partition(' ')[0]}"
    return desk.words.plain(key if desk.words.has(key) else "audit.check.of.other")
