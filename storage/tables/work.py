"""Tables: what is due, what was told of it, and the reports that are being filled."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from storage.codes import (
    DraftState,
    FollowupKind,
    FollowupState,
    NoticeReason,
    ReportKind,
    Role,
    Stage,
    StepAct,
)
from storage.columns import Instant, Json, one_of


class Followup(SQLModel, table=True):
    """One thing due for one household; rebuilt from the facts whenever they change.

    `next_stage` and `next_stage_on` say what will be told next, so that a tick reads only what is due.
    `person_id`: who was given it in the liaison's place, `for_role`: whose office has it; else the liaison's.
    `turn` counts how often it was put on a new footing (put off, given to somebody else): each is told anew.
    """

    __tablename__ = "followups"
    __table_args__ = (
        one_of("kind", FollowupKind),
        one_of("state", FollowupState),
        one_of("next_stage", Stage, nullable=True),
        one_of("for_role", Role, nullable=True),
        CheckConstraint("opens_on <= due_on", name="opens_before_due"),
        CheckConstraint("snoozes BETWEEN 0 AND 3", name="snoozes_bounded"),
        Index(
            "uq_followups_open",
            "household_id",
            "kind",
            text("coalesce(aid_id, '')"),
            "round",
            unique=True,
            sqlite_where=text("state = 'OPEN'"),
            postgresql_where=text("state = 'OPEN'"),
        ),
        Index("ix_followups_next_stage", "state", "next_stage_on"),
        Index("ix_followups_due", "state", "opens_on"),
        Index("ix_followups_household", "household_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="households.id")
    kind: str
    aid_id: str | None = Field(default=None, foreign_key="aid.id", index=True)
    round: int = 1
    opens_on: date
    due_on: date
    ladder_from: date
    state: str = FollowupState.OPEN
    next_stage: str | None = Stage.OPENS
    next_stage_on: date | None = None
    source: str
    interval_days: int | None = None
    snoozes: int = 0
    snoozed_until: date | None = None
    turn: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    person_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    for_role: str | None = None
    closed_by: int | None = Field(default=None, foreign_key="people.id")
    done_by_report: str | None = None
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Notice(SQLModel, table=True):
    """That one stage of one due item is (`told_at`) or is to be told to one person; the key tells it once.

    `turn` is part of the key: an item that was put off, or given to somebody else, is told again.
    `because` says why this person: as its liaison, as officer or chair of the ladder, or for another.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("because", NoticeReason),
        Index(
            "ix_notices_waiting",
            "person_id",
            "followup_id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        # Without what waits, of which there is an index of its own: history is never walked to find that.
        Index(
            "ix_notices_told",
            "person_id",
            "told_at",
            sqlite_where=text("told_at IS NOT NULL"),
            postgresql_where=text("told_at IS NOT NULL"),
        ),
    )

    followup_id: int = Field(foreign_key="followups.id", primary_key=True)
    due_on: date = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    turn: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person_id: int = Field(
        foreign_key="people.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    because: str
    told_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class FollowupStep(SQLModel, table=True):
    """One thing done about a due item without a report; what was told stands in the notices."""

    __tablename__ = "followup_steps"
    __table_args__ = (one_of("act", StepAct), Index("ix_followup_steps_person", "person_id", "done_at"))

    id: int | None = Field(default=None, primary_key=True)
    followup_id: int = Field(foreign_key="followups.id", index=True)
    household_id: int = Field(foreign_key="households.id", index=True)
    person_id: int = Field(foreign_key="people.id")
    act: str
    until_on: date | None = None
    other_person_id: int | None = Field(default=None, foreign_key="people.id")
    reason: str = ""
    done_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Digest(SQLModel, table=True):
    """That a person has had a day's digest."""

    __tablename__ = "digests"

    person_id: int = Field(
        foreign_key="people.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    day: date = Field(primary_key=True)
    sent_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DraftRow(SQLModel, table=True):
    """A report being filled; `subject` is what it is about (household or payment), one open draft each."""

    __tablename__ = "drafts"
    __table_args__ = (
        one_of("form", ReportKind),
        one_of("state", DraftState),
        Index(
            "uq_drafts_subject",
            "person_id",
            "form",
            "subject",
            unique=True,
            sqlite_where=text("state IN ('ACTIVE', 'KEPT')"),
            postgresql_where=text("state IN ('ACTIVE', 'KEPT')"),
        ),
        Index(
            "uq_drafts_active",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'ACTIVE'"),
            postgresql_where=text("state = 'ACTIVE'"),
        ),
        Index("ix_drafts_household", "household_id", "state"),
    )

    id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    form: str
    subject: str
    household_id: int = Field(foreign_key="households.id")
    aid_id: str | None = Field(default=None, foreign_key="aid.id")
    amends: str | None = None
    followup_id: int | None = Field(default=None, foreign_key="followups.id")
    content: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    state: str = DraftState.ACTIVE
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Question(SQLModel, table=True):
    """What the bot last asked a person outside a report (whose file?), so that a bare name is its answer."""

    __tablename__ = "questions"

    person_id: int = Field(
        foreign_key="people.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    purpose: str
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
