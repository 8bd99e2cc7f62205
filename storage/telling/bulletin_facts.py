"""The names, numbers and phones behind the ids that bulletins carry, as they are at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.aid_codes import AidAct
from storage.among import among
from storage.codes import ReportState
from storage.columns import table_of
from storage.members import phones
from storage.tables.aid import Aid, AidStep
from storage.tables.dossiers import Household
from storage.tables.office import Handover
from storage.tables.people import PersonRow, Union
from storage.tables.reports import Revisit, Visit
from storage.telling import matter_news

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

_HOUSEHOLDS = table_of(Household)
_UNIONS = table_of(Union)
_PEOPLE = table_of(PersonRow)
_HANDOVERS = table_of(Handover)
# What is done about aid with a reason that whoever asked for it is told.
_REASONED = (
    AidAct.RETURNED,
    AidAct.REFUSED,
    AidAct.WITHDRAWN,
    AidAct.PAY_FAILED,
    AidAct.REVERSED,
    AidAct.WAIVED,
)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_READ_HOUSEHOLDS: Select[Any] = (
    select(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.name, _HOUSEHOLDS.c.file_no, _UNIONS.c.name.label("union_name"))
    .join(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .where(among(_HOUSEHOLDS.c.id, "ids"))
)
_READ_PEOPLE: Select[Any] = select(_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.phone_sealed).where(
    among(_PEOPLE.c.id, "ids")
)
_READ_VISITS: Select[Any] = select(_VISITS.c.id, _VISITS.c.number, _VISITS.c.state, _VISITS.c.answers).where(
    among(_VISITS.c.id, "ids")
)
_READ_REVISITS: Select[Any] = select(
    _REVISITS.c.id, _REVISITS.c.number, _REVISITS.c.state, _REVISITS.c.answers
).where(among(_REVISITS.c.id, "ids"))
_AID = table_of(Aid)
_STEPS = table_of(AidStep)
# The newest of its acts that has a reason is the one that is told of.
_BECAUSE = (
    select(_STEPS.c.reason)
    .where(_STEPS.c.aid_id == _AID.c.id, _STEPS.c.reason != "", _STEPS.c.act.in_(_REASONED))
    .order_by(_STEPS.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_READ_AID: Select[Any] = select(
    _AID.c.id, _AID.c.number, _AID.c.kind, _AID.c.amount_fen, _BECAUSE.label("because")
).where(among(_AID.c.id, "ids"))
_READ_HANDOVERS: Select[Any] = select(_HANDOVERS.c.id, _HANDOVERS.c.reason).where(
    among(_HANDOVERS.c.id, "ids")
)
_READ: dict[str, tuple[Select[Any], tuple[str, ...]]] = {
    "household": (_READ_HOUSEHOLDS, ("household",)),
    "person": (_READ_PEOPLE, ("person", "other")),
    "visit": (_READ_VISITS, ("visit",)),
    "revisit": (_READ_REVISITS, ("revisit",)),
    "handover": (_READ_HANDOVERS, ("handover",)),
    "aid": (_READ_AID, ("aid",)),
}

Details = dict[str, int | str]
Facts = dict[str, str | None]


def of(tx: Transaction, details: Sequence[Details]) -> list[Facts | None]:
    """Return the facts of each, in order; None where the report was taken back, or the office matter is over.

    household gives name, file_no and union; person gives person and phone; other gives other; visit and
    revisit give number and reason; handover gives what was said; aid gives number, kind, whole_fen and why it
    was returned, refused, withdrawn, not paid, waived or reversed. What is not there, or has no phone, is
    None.
    """
    rows = {
        kind: _by_id(tx, statement, {one[name] for one in details for name in names if name in one})
        for kind, (statement, names) in _READ.items()
    }
    over = matter_news.outdated(tx, details)
    return [None if is_over else _facts(tx, one, rows) for one, is_over in zip(details, over, strict=True)]


def _by_id(tx: Transaction, statement: Select[Any], ids: Iterable[int | str]) -> dict[int | str, Row[Any]]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: row for row in tx.connection.execute(statement, {"ids": wanted})}


def _facts(
    tx: Transaction, details: Details, rows: Mapping[str, Mapping[int | str, Row[Any]]]
) -> Facts | None:
    facts: Facts = {}
    if "household" in details:
        home = rows["household"].get(details["household"])
        facts |= {"name": home and home.name, "file_no": home and home.file_no}
        facts["union"] = home and home.union_name
    if "person" in details:
        person = rows["person"].get(details["person"])
        facts["person"] = person and person.name
        facts["phone"] = phones.opened(tx, person and person.phone_sealed)
    if "other" in details:
        other = rows["person"].get(details["other"])
        facts["other"] = other and other.name
    if "handover" in details:
        handover = rows["handover"].get(details["handover"])
        facts["said"] = handover and handover.reason
    if "aid" in details:
        aid = rows["aid"].get(details["aid"])
        facts |= {"number": aid and aid.number, "reason": aid and aid.because, "kind": aid and aid.kind}
        facts["whole_fen"] = str(aid.amount_fen) if aid else None
    for kind in ("visit", "revisit"):
        if kind not in details:
            continue
        report = rows[kind].get(details[kind])
        if report is None or report.state != ReportState.SUBMITTED:
            return None
        facts |= {"number": report.number, "reason": str(report.answers.get("not_received_reason", ""))}
    return facts
