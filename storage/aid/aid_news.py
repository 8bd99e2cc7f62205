"""Has people told of a piece of aid: whom it waits for now, and whoever asked for it; words nothing.

A bulletin carries ids, codes and fen alone: the household's name, the number and why something was returned
are looked up when it is told, and what is no longer so by then is not told at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.aid import approvers
from storage.aid_codes import AidAct, AidState
from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.office.matter import MatterStage
from storage.tables.people import PersonRow
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from storage.aid.aid_rows import AidRow
    from storage.core.transaction import Transaction

_PEOPLE = table_of(PersonRow)
_HERE = select(_PEOPLE.c.id).where(
    _PEOPLE.c.id == bindparam("person"), _PEOPLE.c.state != PersonState.REMOVED
)

# State → what whoever has it next is told.
_NEXT = {
    AidState.TO_REVIEW: "aid_to_review",
    AidState.TO_APPROVE: "aid_to_approve",
    AidState.APPROVED: "aid_to_pay",
}
# Act → what whoever asked for it is told, and whether at once.
BACK = {
    AidAct.REVIEWED: ("aid_reviewed", False),
    AidAct.APPROVED: ("aid_approved", True),
    AidAct.RETURNED: ("aid_returned", True),
    AidAct.REFUSED: ("aid_refused", True),
    AidAct.EXPIRED: ("aid_expired", True),
    AidAct.PAID: ("aid_paid", True),
    AidAct.PAY_FAILED: ("aid_pay_failed", True),
    AidAct.REVERSED: ("aid_reversed", True),
    AidAct.WAIVED: ("aid_waived", True),
    AidAct.WITHDRAWN: ("aid_withdrawn", True),
    AidAct.AMENDED: ("aid_amended", False),
    AidAct.TAKEN_BACK: ("aid_taken_back", True),
}
# Which decision was taken back → what is told instead; of an approval what stands above.
_TAKEN = {
    AidAct.REVIEWED: "aid_review_taken_back",
    AidAct.RETURNED: "aid_return_taken_back",
    AidAct.REFUSED: "aid_refusal_taken_back",
}


def waits(tx: Transaction, row: AidRow, *, besides: Collection[int] = ()) -> None:
    """Tell whom it waits for in its present state: officers, chairs or treasurers over the household's union.

    `besides`: who is not to be asked, because they may not decide on it or pay it. It is told once each
    time that it comes to a state; the office's own reminder then does not begin with the same again.
    """
    slug = _NEXT.get(row.state)
    if slug is None or row.waits_since is None:
        return
    asked = _asked(tx, row, besides)
    matter = _matter(tx, row)
    opens = f"{matter['matter']}:{row.state}:{matter['since']}:{MatterStage.OPENS}"
    # What waits anew on the same day, since it was taken back, is told anew.
    key = f"{opens}:{row.waits_since.isoformat()}" if bulletins.is_known(tx, asked, opens) else opens
    bulletins.post(tx, asked, slug, key=key, urgent=True, **_about(row), **matter)


def told(
    tx: Transaction,
    row: AidRow,
    act: AidAct,
    *,
    actor_id: int | None,
    people: Iterable[int] = (),
    payment_id: str = "",
    taken: AidAct | None = None,
    **details: int | str,
) -> None:
    """Tell whoever proposed it (and `people`) what became of it; whoever did it is not told of their own act.

    Where the proposer has left, the officers over the household are told instead.
    `payment_id`: of which payment, where there may be several. `taken`: what was taken back. `details` add to
    what the words may say: fen (another amount), count.
    """
    slug, urgent = BACK[act]
    slug = _TAKEN.get(taken, slug) if taken else slug
    hearers = list(dict.fromkeys(one for one in (*_authors(tx, row), *people) if one != actor_id))
    known = {**_about(row), "act": str(act), **details}
    if actor_id is not None:
        known["person"] = actor_id
    # What it says of a state that is left again before it is told is not told any more.
    if act in {AidAct.REVIEWED, AidAct.APPROVED, AidAct.RETURNED, AidAct.EXPIRED} and row.waits_since:
        known |= _matter(tx, row)
    # Each act is done once: what is approved again after it was taken back is told again.
    key = f"aid:{row.id}:{row.revision}:{slug}:{payment_id or tx.now.isoformat()}"
    bulletins.post(tx, hearers, slug, key=key, urgent=urgent, **known)


def not_to_pay(tx: Transaction, row: AidRow, treasurers: Iterable[int], *, actor_id: int) -> None:
    """Tell these treasurers at once that its approval was taken back: they may be on their way to pay it."""
    known = {**_about(row), "person": actor_id}
    key = f"aid:{row.id}:{row.revision}:aid_not_to_pay:{tx.now.isoformat()}"
    bulletins.post(tx, treasurers, "aid_not_to_pay", key=key, urgent=True, **known)


def emergency(tx: Transaction, row: AidRow, treasurers: Iterable[int]) -> None:
    """Tell these treasurers at once that an emergency waits to be paid, the officers that papers are due."""
    known = {**_about(row), **_matter(tx, row)}
    if row.proposed_by is not None:
        known["person"] = row.proposed_by
    if row.file_by is not None:
        known["until"] = row.file_by.isoformat()
    key = f"aid:{row.id}:emergency"
    bulletins.post(tx, treasurers, "aid_emergency", key=key, urgent=True, **known)
    officers = [one for one in bulletins.officers_of(tx, row.union_id) if one != row.proposed_by]
    papers = {name: value for name, value in known.items() if name not in {"matter", "since", "standing"}}
    bulletins.post(tx, officers, "aid_emergency_papers", key=key, urgent=False, **papers)


def _authors(tx: Transaction, row: AidRow) -> list[int]:
    if row.proposed_by is None:
        return []
    is_here = tx.connection.scalar(_HERE, {"person": row.proposed_by}) is not None
    return [row.proposed_by] if is_here else bulletins.officers_of(tx, row.union_id)


def _asked(tx: Transaction, row: AidRow, besides: Collection[int]) -> list[int]:
    if row.state == AidState.TO_REVIEW:
        return [one for one in bulletins.officers_of(tx, row.union_id) if one not in besides]
    if row.state == AidState.APPROVED:
        return bulletins.in_office(tx, Role.TREASURER, row.union_id, besides=besides)
    return approvers.asked(tx, row.union_id, besides, row.approvals_needed)


def _about(row: AidRow) -> dict[str, int | str]:
    return {
        "aid": row.id,
        "revision": row.revision,
        "household": row.household_id,
        "kind": str(row.kind),
        "fen": row.amount_fen,
    }


def _matter(tx: Transaction, row: AidRow) -> dict[str, int | str]:
    """What makes it stale: that it stands in another state by then, or stood in it anew."""
    since = (row.waits_since or tx.now).astimezone(tx.zone).date()
    return {"matter": f"approval:{row.id}", "standing": str(row.state), "since": since.isoformat()}
