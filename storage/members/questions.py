"""What the bot last asked a person outside a report, so that a bare name can be its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import bindparam, delete, insert, select, update

from storage.columns import table_of
from storage.tables.work import Question

if TYPE_CHECKING:
    from storage.database import Transaction

# After this long a bare name is more likely a new thought than an answer.
ANSWER_WITHIN = timedelta(hours=12)
# What was asked of one certain thing (`purpose:of what`) is an act when answered: it waits for less long.
CERTAIN_WITHIN = timedelta(minutes=30)
_QUESTIONS = table_of(Question)
_THEIRS = _QUESTIONS.c.person_id == bindparam("person")
_ASKED = select(_QUESTIONS.c.purpose, _QUESTIONS.c.asked_at).where(_THEIRS)
_FORGET = delete(_QUESTIONS).where(_THEIRS)
_FORGET_OPEN = _FORGET.where(~_QUESTIONS.c.purpose.contains(":"))
# Every command asks for it: built once, it costs a tenth.
_LAPSE = (
    update(_QUESTIONS)
    .where(_THEIRS, _QUESTIONS.c.purpose.contains(":"), _QUESTIONS.c.asked_at > bindparam("over"))
    .values(asked_at=bindparam("over"))
)


def ask(tx: Transaction, person_id: int, purpose: str) -> None:
    """Remember that `purpose` (a route, or `route:of what`) was asked; it replaces what was asked before."""
    forget(tx, person_id)
    tx.connection.execute(insert(_QUESTIONS).values(person_id=person_id, purpose=purpose, asked_at=tx.now))


def asked(tx: Transaction, person_id: int) -> str | None:
    """Return the purpose that still waits for an answer, if one does."""
    row = tx.connection.execute(_ASKED, {"person": person_id}).one_or_none()
    if row is None or tx.now - row.asked_at > (CERTAIN_WITHIN if ":" in row.purpose else ANSWER_WITHIN):
        return None
    return str(row.purpose)


def mark(purpose: str) -> str:
    """Return a short word for exactly this question: the button of another one does not answer it."""
    return f"{crc32(purpose.encode()):08x}"


def lapsed(tx: Transaction, person_id: int) -> str | None:
    """Return what was asked of one certain thing and waits no more, while the person may still remember it.

    Nothing typed answers it; whoever asked may put it again.
    """
    row = tx.connection.execute(_ASKED, {"person": person_id}).one_or_none()
    if row is None or ":" not in row.purpose:
        return None
    return str(row.purpose) if CERTAIN_WITHIN < tx.now - row.asked_at <= ANSWER_WITHIN else None


def lapse_certain(tx: Transaction, person_id: int) -> None:
    """What was asked of one certain thing waits no more: the person has turned to something else."""
    over = tx.now - CERTAIN_WITHIN - timedelta(seconds=1)
    tx.connection.execute(_LAPSE, {"person": person_id, "over": over})


def forget_open(tx: Transaction, person_id: int) -> None:
    """No bare name is an answer any more; what was asked of one certain thing stays as it is."""
    tx.connection.execute(_FORGET_OPEN, {"person": person_id})


def forget(tx: Transaction, person_id: int) -> None:
    """Nothing is asked any more."""
    tx.connection.execute(_FORGET, {"person": person_id})
