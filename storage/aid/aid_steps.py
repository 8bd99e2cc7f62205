"""What was done about a piece of aid, or a list of it, act by act: written once, never changed.

Every act is kept twice: here with its reason, and in the audit chain without it, for a reason may tell of a
household what the chain must not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, insert, select

from storage import audit
from storage.aid_codes import AidAct, AidState
from storage.columns import table_of
from storage.tables.aid import AidStep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Select

    from storage.core.transaction import Transaction

STEPS = table_of(AidStep)

_ADD = insert(STEPS)
# An approval counts for the revision it was given to, until it is taken back.
_JUDGED = (AidAct.APPROVED, AidAct.EMERGENCY, AidAct.TAKEN_BACK)
_ABOUT = {
    "aid": STEPS.c.aid_id == bindparam("about"),
    "batch": STEPS.c.batch_id == bindparam("about"),
}
_APPROVALS: dict[str, Select[Any]] = {
    kind: select(STEPS.c.act, STEPS.c.person_id, STEPS.c.for_person_id, STEPS.c.done_at, STEPS.c.answers)
    .where(about, STEPS.c.revision == bindparam("revision"), STEPS.c.act.in_(_JUDGED))
    .order_by(STEPS.c.id)
    for kind, about in _ABOUT.items()
}
# Whoever asked for it in any of its revisions decides on none of them.
_ASKED = (AidAct.PROPOSED, AidAct.AMENDED)
_AUTHORS: dict[str, Select[Any]] = {
    kind: select(STEPS.c.person_id)
    .where(about, STEPS.c.act.in_(_ASKED), STEPS.c.person_id.is_not(None))
    .distinct()
    for kind, about in _ABOUT.items()
}
# What one person decides, each of which they may take back.
DECIDED = (AidAct.REVIEWED, AidAct.APPROVED, AidAct.RETURNED, AidAct.REFUSED)
_DECISIONS: dict[str, Select[Any]] = {
    kind: select(STEPS.c.act, STEPS.c.person_id, STEPS.c.for_person_id, STEPS.c.done_at, STEPS.c.answers)
    .where(
        about,
        STEPS.c.revision == bindparam("revision"),
        STEPS.c.act.in_((*DECIDED, AidAct.TAKEN_BACK)),
        STEPS.c.person_id == bindparam("person"),
    )
    .order_by(STEPS.c.id)
    for kind, about in _ABOUT.items()
}
_WAIVED = select(exists().where(STEPS.c.aid_id == bindparam("about"), STEPS.c.act == AidAct.WAIVED))


@dataclass(frozen=True, slots=True)
class Given:
    """One decision that stands; `for_person_id`: in whose place it was made; `before`: where it was then."""

    person_id: int
    for_person_id: int | None
    done_at: datetime
    before: AidState | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What one person decided about a revision: what stands of it, and what they have taken back since."""

    standing: Mapping[AidAct, Given]
    taken_back: frozenset[AidAct]


def record(
    tx: Transaction,
    act: AidAct,
    *,
    number: str,
    revision: int,
    person_id: int | None,
    aid_id: str | None = None,
    batch_id: str | None = None,
    for_person_id: int | None = None,
    amount_fen: int | None = None,
    guard: str = "",
    reason: str = "",
    answers: Mapping[str, object] | None = None,
) -> None:
    """Append one act on a piece of aid or on a list (one of the two), and its entry in the audit chain.

    `person_id` None: the clock. `guard`: the slug of the rule that an OVERRIDE went beyond, for `reason`.
    `answers`: what the proposal said before it was changed; of what is given back or refused, the state that
    it was in; of what is taken back, which act that was; of what is waived, what is paid (`paid_fen`).
    """
    row: dict[str, object] = {"aid_id": aid_id, "batch_id": batch_id, "act": str(act), "revision": revision}
    row |= {"person_id": person_id, "for_person_id": for_person_id, "amount_fen": amount_fen}
    row |= {"guard": guard, "reason": reason, "answers": None if answers is None else dict(answers)}
    tx.connection.execute(_ADD, {**row, "done_at": tx.now})
    told: dict[str, object] = {"revision": revision, "amount_fen": amount_fen}
    told |= {"in_place_of": for_person_id, "guard": guard}
    if act == AidAct.TAKEN_BACK:
        told["taken_back"] = str(taken(answers))
    if act == AidAct.WAIVED:
        told["paid_fen"] = paid_fen(answers)
    audit.record(
        tx,
        person_id=person_id,
        act=f"aid.{act.lower()}",
        subject=number,
        **{name: value for name, value in told.items() if value not in {None, ""}},
    )


def approvals(
    tx: Transaction, revision: int, *, aid_id: str | None = None, batch_id: str | None = None
) -> list[Given]:
    """Return the approvals that stand for a revision, in the order in which they were given."""
    kind, about = _about(aid_id, batch_id)
    standing: dict[int, Given] = {}
    for row in tx.connection.execute(_APPROVALS[kind], {"about": about, "revision": revision}):
        if row.act == AidAct.TAKEN_BACK:
            if taken(row.answers) == AidAct.APPROVED:
                standing.pop(row.person_id, None)
        else:
            standing[row.person_id] = Given(row.person_id, row.for_person_id, row.done_at)
    return list(standing.values())


def authors(tx: Transaction, *, aid_id: str | None = None, batch_id: str | None = None) -> frozenset[int]:
    """Return everybody who proposed it or changed what was proposed: none of them may decide on it."""
    kind, about = _about(aid_id, batch_id)
    return frozenset(tx.connection.scalars(_AUTHORS[kind], {"about": about}))


def taken(answers: Mapping[str, object] | None) -> AidAct:
    """Which act a TAKEN_BACK took back, by what its step keeps; an approval where it names none."""
    return AidAct(str((answers or {}).get("act", AidAct.APPROVED)))


def paid_fen(answers: Mapping[str, object] | None) -> int | None:
    """What was paid when the rest was waived, by what its step keeps; None of any other act."""
    fen = (answers or {}).get("paid_fen")
    return fen if isinstance(fen, int) else None


def was_waived(tx: Transaction, aid_id: str) -> bool:
    """Whether a rest of it was ever waived."""
    return bool(tx.connection.scalar(_WAIVED, {"about": aid_id}))


def decisions(
    tx: Transaction, person_id: int, revision: int, *, aid_id: str | None = None, batch_id: str | None = None
) -> Decisions:
    """Return what this person decided about this revision: a second tap finds its own first one."""
    kind, about = _about(aid_id, batch_id)
    standing: dict[AidAct, Given] = {}
    taken_back: set[AidAct] = set()
    asked = {"about": about, "revision": revision, "person": person_id}
    for row in tx.connection.execute(_DECISIONS[kind], asked):
        if row.act == AidAct.TAKEN_BACK:
            act = taken(row.answers)
            standing.pop(act, None)
            taken_back.add(act)
        else:
            state = (row.answers or {}).get("state")
            before = AidState(state) if state else None
            standing[AidAct(row.act)] = Given(row.person_id, row.for_person_id, row.done_at, before)
    return Decisions(standing, frozenset(taken_back))


def _about(aid_id: str | None, batch_id: str | None) -> tuple[str, str]:
    return ("batch", batch_id) if batch_id is not None else ("aid", aid_id or "")
