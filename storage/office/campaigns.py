"""The union's yearly campaigns: which of them run, one of them in full, and that it is done.

A campaign is the work of the union at the root of a tree, which has the fund, the budget and the standards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, text

from storage import audit, errors
from storage.codes import CampaignKind, HouseholdState, Role
from storage.columns import table_of
from storage.due import policies
from storage.members import offices
from storage.office import campaign_calendar
from storage.office.campaign_calendar import CHAIR_DAYS, SOON_DAYS, Campaign
from storage.office.matter import Matter, MatterStage, reached, state_on
from storage.rulebook import workdays
from storage.tables.dossiers import Household
from storage.tables.office import CampaignDone
from storage.tables.people import PersonRow, RoleRow, Union

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Whoever leads the union's work may say that a campaign is done, and take it back for so long. Our default.
LEADERS = offices.LEADERS
UNDO_WITHIN = timedelta(minutes=10)
# Who is on file, and so on a list of the festival.
ON_FILE = (HouseholdState.ACTIVE, HouseholdState.EXIT_PROPOSED, HouseholdState.EXIT_PUBLIC)

_UNIONS = table_of(Union)
_PEOPLE = table_of(PersonRow)
_ROLES = table_of(RoleRow)
_DONE = table_of(CampaignDone)
_HOUSEHOLDS = table_of(Household)

_ROOTS = select(_UNIONS.c.id, _UNIONS.c.name).where(_UNIONS.c.parent_id.is_(None)).order_by(_UNIONS.c.id)
_THIS = (
    _DONE.c.union_id == bindparam("union"),
    _DONE.c.kind == bindparam("campaign"),
    _DONE.c.year == bindparam("of_year"),
)
_DONE_BY: Select[Any] = (
    select(_DONE.c.done_at, _PEOPLE.c.name).join(_PEOPLE, _PEOPLE.c.id == _DONE.c.done_by).where(*_THIS)
)
_DONE_SINCE = select(_DONE.c.union_id, _DONE.c.kind, _DONE.c.year).where(_DONE.c.year >= bindparam("of_year"))
_FINISH = text(
    "INSERT INTO campaigns_done (union_id, kind, year, done_by, done_at) "
    "VALUES (:union, :campaign, :of_year, :person, :now) ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=_DONE.c.done_at.type))
_LED_SINCE = (
    select(func.min(_PEOPLE.c.joined_at))
    .join(_ROLES, _ROLES.c.person_id == _PEOPLE.c.id)
    .where(_ROLES.c.union_id == bindparam("union"), _ROLES.c.role.in_(LEADERS))
)


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """One campaign; `done_by` and `done_at` once somebody has said that it is done."""

    campaign: Campaign
    union_id: int
    union_name: str
    done_by: str | None
    done_at: datetime | None
    may_finish: bool
    may_undo: bool


def open_on(tx: Transaction, on: date, *, scope: Collection[int] | None = None) -> list[Matter]:
    """Return the campaigns that are open, due or late on a day and not done, of the roots within `scope`.

    One that was due before anybody led the union's work here is history, and so is one a month late.
    """
    roots = [row.id for row in tx.connection.execute(_ROOTS) if scope is None or row.id in scope]
    done = {tuple(row) for row in tx.connection.execute(_DONE_SINCE, {"of_year": on.year - 1})}
    matters = []
    for union_id in roots:
        lead_days = policies.of(tx, union_id).campaign_days
        for kind in CampaignKind:
            one = campaign_calendar.running(kind, on, lead_days[kind])
            if one is None or (union_id, str(kind), one.year) in done:
                continue
            if on > one.due_on and not _was_led(tx, union_id, one.due_on):
                continue
            matters.append(_matter(one, union_id, on))
    return matters


def card(tx: Transaction, person: Person, union_id: int, kind: str, year: int) -> CampaignCard:
    """Return one campaign, done or not. Refuses NotFound: no such one, or out of the person's scope."""
    campaign, name = _find(tx, person, union_id, kind, year)
    done, leads = _done(tx, union_id, campaign), _leads(tx, person, union_id)
    return CampaignCard(
        campaign=campaign,
        union_id=union_id,
        union_name=name,
        done_by=None if done is None else done.name,
        done_at=None if done is None else done.done_at,
        may_finish=done is None and leads,
        may_undo=done is not None and tx.now - done.done_at <= UNDO_WITHIN and leads,
    )


def finish(tx: Transaction, person: Person, union_id: int, kind: str, year: int) -> None:
    """Say that a campaign is done: nobody is told of it any more. Done a second time it does nothing.

    Refuses NotFound, and NotAllowed to whoever is neither officer nor chair.
    """
    campaign, _ = _find(tx, person, union_id, kind, year)
    if not _leads(tx, person, union_id):
        raise errors.NotAllowed
    done = tx.connection.execute(_FINISH, {**_named(union_id, campaign), "person": person.id, "now": tx.now})
    if done.rowcount:
        audit.record(tx, person_id=person.id, act="campaign.finish", subject=_subject(union_id, campaign))


def undo(tx: Transaction, person: Person, union_id: int, kind: str, year: int) -> None:
    """Take back within ten minutes that a campaign is done; where it is not done there is nothing to do.

    Refuses NotFound, NotAllowed, TooLateToReopen.
    """
    campaign, _ = _find(tx, person, union_id, kind, year)
    if not _leads(tx, person, union_id):
        raise errors.NotAllowed
    done = _done(tx, union_id, campaign)
    if done is None:
        return
    if tx.now - done.done_at > UNDO_WITHIN:
        raise errors.TooLateToReopen
    tx.connection.execute(delete(_DONE).where(*_THIS), _named(union_id, campaign))
    audit.record(tx, person_id=person.id, act="campaign.undo", subject=_subject(union_id, campaign))


def on_file(tx: Transaction, union_id: int, *, seen_from: date | None = None) -> int:
    """Return how many households of a union are on file, or how many of them were seen since a day."""
    path = tx.connection.scalar(select(_UNIONS.c.path).where(_UNIONS.c.id == union_id))
    below = select(_UNIONS.c.id).where(_UNIONS.c.path.startswith(path))
    theirs = (_HOUSEHOLDS.c.union_id.in_(below), _HOUSEHOLDS.c.state.in_(ON_FILE))
    statement = select(func.count()).select_from(_HOUSEHOLDS).where(*theirs)
    if seen_from is not None:
        statement = statement.where(_HOUSEHOLDS.c.last_visit_on >= seen_from)
    return tx.connection.scalar(statement) or 0


def _find(tx: Transaction, person: Person, union_id: int, kind: str, year: int) -> tuple[Campaign, str]:
    names = {row.id: row.name for row in tx.connection.execute(_ROOTS)}
    known = union_id in names and union_id in person.scope and kind in set(CampaignKind)
    if not known or abs(year - tx.today.year) > 1:
        raise errors.NotFound
    lead_days = policies.of(tx, union_id).campaign_days[CampaignKind(kind)]
    # A campaign that was switched off meanwhile can still be looked at by an old button.
    campaign = campaign_calendar.campaign(CampaignKind(kind), year, max(lead_days, 1))
    if campaign is None or campaign.opens_on > tx.today:
        raise errors.NotFound
    return campaign, names[union_id]


def _leads(tx: Transaction, person: Person, union_id: int) -> bool:
    return union_id in offices.led(tx, person)


def _named(union_id: int, campaign: Campaign) -> dict[str, object]:
    return {"union": union_id, "campaign": campaign.kind, "of_year": campaign.year}


def _done(tx: Transaction, union_id: int, campaign: Campaign) -> Row[Any] | None:
    return tx.connection.execute(_DONE_BY, _named(union_id, campaign)).one_or_none()


def _was_led(tx: Transaction, union_id: int, on: date) -> bool:
    since = tx.connection.scalar(_LED_SINCE, {"union": union_id})
    return since is not None and since.astimezone(tx.zone).date() <= on


def _subject(union_id: int, campaign: Campaign) -> str:
    return f"campaign:{union_id}.{campaign.kind}.{campaign.year}"


def _matter(campaign: Campaign, union_id: int, on: date) -> Matter:
    """The campaign as it stands; its day is told on the last working day before it, not in the holidays."""
    told_on = workdays.workday_until(campaign.due_on)
    days = {
        MatterStage.OPENS: campaign.opens_on,
        MatterStage.DUE: max(campaign.opens_on, told_on),
        MatterStage.CHAIR: campaign.due_on + timedelta(days=CHAIR_DAYS),
    }
    soon_on = campaign.due_on - timedelta(days=SOON_DAYS)
    if soon_on > campaign.opens_on:
        days[MatterStage.SOON] = soon_on
    stage = reached(on, days) or MatterStage.OPENS
    return Matter(
        kind="campaign",
        slug=str(campaign.kind),
        key=f"campaign:{union_id}.{campaign.kind}.{campaign.year}",
        household=None,
        union_id=union_id,
        since=campaign.opens_on,
        due_on=campaign.due_on,
        state=state_on(on, campaign.due_on),
        stage=stage,
        stage_on=days[stage],
        role=Role.OFFICER,
    )
