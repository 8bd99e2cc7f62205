"""Tables: visit and revisit reports, who went, their revisions and files.

A report's id is its draft's id: made before the work, so that a second submit finds it done.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from storage.codes import REPORTS, ReportState
from storage.columns import Instant, Json, one_of


class Visit(SQLModel, table=True):
    """A home visit, or an attempt at one when nobody was met (`met` is NOBODY)."""

    __tablename__ = "visits"
    __table_args__ = (
        one_of("state", ReportState),
        CheckConstraint("revision >= 1", name="revision_positive"),
        Index("ix_visits_household_day", "household_id", "visited_on"),
        Index("ix_visits_day", "visited_on"),
        Index("ix_visits_reporter", "reported_by", "reported_at"),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    household_id: int = Field(foreign_key="households.id")
    visited_on: date
    way: str
    kind: str
    met: str
    assessment: str | None = None
    measure: str | None = None
    needs: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    next_visit_on: date | None = None
    note: str | None = None
    answers: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    form_version: int
    state: str = ReportState.SUBMITTED
    revision: int = 1
    reported_by: int | None = Field(default=None, foreign_key="people.id")
    reported_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    imported_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Visitor(SQLModel, table=True):
    """Who went."""

    __tablename__ = "visit_visitors"
    __table_args__ = (Index("ix_visit_visitors_person", "person_id", "visit_id"),)

    visit_id: str = Field(foreign_key="visits.id", primary_key=True)
    person_id: int = Field(foreign_key="people.id", primary_key=True)


class Revisit(SQLModel, table=True):
    """Going back after a payment to see whether it helped."""

    __tablename__ = "revisits"
    __table_args__ = (
        one_of("state", ReportState),
        CheckConstraint("revision >= 1", name="revision_positive"),
        Index("ix_revisits_aid", "aid_id"),
        Index("ix_revisits_household_day", "household_id", "visited_on"),
        Index("ix_revisits_reporter", "reported_by", "reported_at"),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    household_id: int = Field(foreign_key="households.id")
    aid_id: str = Field(foreign_key="aid.id")
    visited_on: date
    way: str
    met: str
    received: str | None = None
    conclusion: str | None = None
    again_on: date | None = None
    answers: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    form_version: int
    state: str = ReportState.SUBMITTED
    revision: int = 1
    reported_by: int | None = Field(default=None, foreign_key="people.id")
    reported_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ReportRevision(SQLModel, table=True):
    """What a report said before it was amended or undone; never changed."""

    __tablename__ = "report_revisions"
    __table_args__ = (one_of("kind", REPORTS),)

    report_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    answers: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    changed_by: int = Field(foreign_key="people.id")
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
