"""Office matters: idle drafts, waiting approvals, ending publications and campaigns, as one list.

They have no rows of their own: each is read from the facts whenever somebody asks, and is gone once it is
done. What is told of them are bulletins, one for each stage that is reached.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage import errors
from storage.codes import Role
from storage.members import offices
from storage.office import campaigns, matters_read, papers, plans
from storage.office.matter import Matter, MatterStage
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["Matter", "MatterStage", "due", "get", "tell"]

OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR})
# Whatever began longer ago has reached its last stage. Our default.
BEGUN_DAYS = 90
# A stage that was reached longer ago than the longest holidays last has been told. Our default.
TOLD_DAYS = 15
# As many of a kind as anybody will look at. Our default.
READ_MAX = 500
# Stages of which nobody is told: a file has just gone on public notice, which is no work yet; an emergency
# is told by itself when it is approved.
_SILENT = frozenset({("publicity", MatterStage.OPENS), ("papers", MatterStage.OPENS)})


def due(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    person: Person | None = None,
    limit: int | None = None,
) -> list[Matter]:
    """Return the matters that are open, due or late on a day, the longest late first.

    `scope`: only those of these unions. `person`: only what that person has to do, by their roles and in the
    unions they lead: their drafts; as officer reviews, publications, campaigns and the drafts that others
    left for a week; as chair approvals, of lists and budgets too, and whatever has come as far as the chairs,
    or lies with them because no officer can be told.
    """
    if person is None:
        found = _all(tx, on, scope, limit)
    else:
        reach = person.scope if scope is None else person.scope & frozenset(scope)
        found = _own(tx, on, person, reach)
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.key))[:limit]


def get(tx: Transaction, person: Person, key: str) -> Matter:
    """Return one matter as it stands today: the person's own draft, or one of their scope. Refuses NotFound.

    Cadres see their own drafts and the papers they are to bring, officers, chairs and auditors whatever is in
    their scope.
    """
    kind, _, subject = key.partition(":")
    leads = bool(person.roles & OVERSEERS)
    found: list[Matter] = []
    if kind == "draft":
        found = matters_read.drafts(tx, tx.today, only=subject)
        found = [one for one in found if one.assignee_id == person.id or leads]
    elif kind == "papers":
        found = papers.unfiled(tx, tx.today, only=subject)
        found = [one for one in found if one.assignee_id == person.id or leads]
    elif leads and kind == "approval":
        found = matters_read.approvals(tx, tx.today, only=subject)
    elif leads and kind == "publicity" and _is_id(subject):
        found = matters_read.publications(tx, tx.today, only=int(subject))
    elif leads and kind in {"batch", "budget"}:
        found = plans.waiting(tx, tx.today, scope=person.scope, only=key)
    elif leads and kind == "campaign":
        found = campaigns.open_on(tx, tx.today, scope=person.scope)
    for one in found:
        if one.key == key and (one.union_id in person.scope or one.assignee_id == person.id):
            return one
    raise errors.NotFound(key=key)


def tell(tx: Transaction) -> None:
    """Post the bulletins of every stage that has been reached, to whom it may concern.

    Idempotent: a stage is told once to each person, a stage that passed unseen not at all. A draft goes to
    its author, then to the officers; aid to whoever is to review or approve it, then to the chairs; a
    publication and a campaign to the officers, a campaign that is late to the chairs as well; the papers of
    an emergency to the household's cadre and the officers, then to the chairs as well; a list of aid and a
    budget to the chairs.
    """
    since = tx.today - timedelta(days=BEGUN_DAYS)
    newest = tx.today - timedelta(days=TOLD_DAYS)
    found = [
        *matters_read.drafts(tx, tx.today, since=since),
        *matters_read.approvals(tx, tx.today, since=since),
        *matters_read.publications(tx, tx.today, since=since),
        *papers.unfiled(tx, tx.today, since=since),
        *plans.waiting(tx, tx.today),
        *campaigns.open_on(tx, tx.today),
    ]
    hearers = _Hearers(tx)
    for one in found:
        if one.stage_on >= newest and (one.kind, one.stage) not in _SILENT:
            slug, details = _words(tx, one)
            bulletins.post(tx, hearers.of(one), slug, key=one.told_as, urgent=False, **details)
            if one.kind == "draft" and one.stage == MatterStage.OFFICER and one.assignee_hears:
                # The first reminder may have fallen into the holidays: the officer is not to hear alone.
                author = [one.assignee_id or 0]
                bulletins.post(tx, author, "draft_due", key=one.told_as, urgent=False, **details)


def _is_id(text: str) -> bool:
    """Whether a forgeable text can be the id of a row: more than nine digits are none on every database."""
    return text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - nine digits


def _all(tx: Transaction, on: date, scope: Collection[int] | None, limit: int | None) -> list[Matter]:
    return [
        *matters_read.drafts(tx, on, scope=scope, limit=limit),
        *matters_read.approvals(tx, on, scope=scope, limit=limit),
        *matters_read.publications(tx, on, scope=scope, limit=limit),
        *papers.unfiled(tx, on, scope=scope, limit=limit),
        *plans.waiting(tx, on, scope=scope),
        *campaigns.open_on(tx, on, scope=scope),
    ]


def _own(tx: Transaction, on: date, person: Person, scope: Collection[int]) -> list[Matter]:
    found = matters_read.drafts(tx, on, author_id=person.id, limit=READ_MAX)
    found += papers.unfiled(tx, on, cadre_id=person.id, scope=person.scope, limit=READ_MAX)
    led = offices.led(tx, person).intersection(scope)
    if not led:
        return found
    # What is another office's is left out after reading: a limit of the caller's would cut too early.
    others = [one for one in _all(tx, on, led, READ_MAX) if one.assignee_id != person.id]
    hearers = _Hearers(tx)
    # Where there is an officer over the person's own union, nobody need be asked union by union.
    instead = Role.OFFICER not in person.roles and person.id in hearers.officers(person.union_id)
    return found + [
        one
        for one in others
        if _is_for(one, person.roles) or (instead and _is_told(one) and person.id in hearers.of(one))
    ]


def _is_for(matter: Matter, roles: Collection[Role]) -> bool:
    """Whether it is for the office of somebody with these roles, or has come up to the chairs."""
    if matter.kind == "draft":
        return matter.stage == MatterStage.OFFICER and Role.OFFICER in roles
    return matter.role in roles or (matter.stage == MatterStage.CHAIR and Role.CHAIR in roles)


def _is_told(matter: Matter) -> bool:
    """Whether it has come to an office at all: a draft is its author's alone at first."""
    return matter.kind != "draft" or matter.stage == MatterStage.OFFICER


def _words(tx: Transaction, matter: Matter) -> tuple[str, dict[str, int | str]]:
    """The slug under which the words stand, and what fills them."""
    details: dict[str, int | str] = {
        "matter": matter.key,
        "standing": matter.slug,
        "since": matter.since.isoformat(),
        "until": matter.due_on.isoformat(),
    }
    if matter.household is not None:
        details["household"] = matter.household.id
    if matter.assignee_id is not None:
        details["person"] = matter.assignee_id
    if matter.kind == "approval":
        return f"{matter.slug.lower()}_{matter.stage}", details
    if matter.kind == "batch":
        details |= {"batch": matter.subject, "number": matter.payment_no or ""}
    if matter.kind == "budget":
        details |= {"budget": int(matter.payment_no or 0), "year": int(matter.payment_no or 0)}
    if matter.kind != "campaign":
        return f"{matter.kind}_{matter.stage}", details
    details["campaign"] = matter.slug
    details["count"] = campaigns.on_file(tx, matter.union_id)
    starts = matter.stage in (MatterStage.OPENS, MatterStage.SOON)
    return f"campaign_{matter.slug if starts else matter.stage}", details


class _Hearers:
    """Who hears of a matter; looked up once for each union."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._officers: dict[int, list[int]] = {}
        self._chairs: dict[int, list[int]] = {}

    def of(self, matter: Matter) -> list[int]:
        if matter.kind == "draft":
            author = matter.assignee_id or 0
            if matter.stage == MatterStage.DUE:
                return [author]
            return [one for one in self.officers(matter.union_id) if one != author]
        told = self.chairs if matter.role == Role.CHAIR else self.officers
        ids = told(matter.union_id)
        if matter.assignee_id is not None and matter.stage != MatterStage.CHAIR:
            ids = list(dict.fromkeys([matter.assignee_id, *ids]))
        return [*ids, *self.chairs(matter.union_id)] if matter.stage == MatterStage.CHAIR else ids

    def officers(self, union_id: int) -> list[int]:
        if union_id not in self._officers:
            self._officers[union_id] = bulletins.officers_of(self._tx, union_id)
        return self._officers[union_id]

    def chairs(self, union_id: int) -> list[int]:
        if union_id not in self._chairs:
            self._chairs[union_id] = bulletins.reachable(self._tx, Role.CHAIR, union_id)
        return self._chairs[union_id]
