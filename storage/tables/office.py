"""Tables: a union's own rules, who is away, handovers, and what people are told beside due items."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Column, Index, false, text
from sqlmodel import Field, SQLModel

from storage.codes import CampaignKind, HandoverState
from storage.columns import Instant, Json, one_of


class PolicyRow(SQLModel, table=True):
    """One rule as a union set it, by whom and when; the newest of a key holds, older ones are its history.

    `value` null: the union went back to what the union above it, or the product, has.
    """

    __tablename__ = "policies"
    __table_args__ = (Index("ix_policies_union", "union_id", "key", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id")
    key: str = Field(min_length=1)
    value: object = Field(default=None, sa_column=Column(Json))
    set_by: int | None = Field(default=None, foreign_key="people.id")
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Recount(SQLModel, table=True):
    """That every household of a union (and below) is to be brought in step with changed rules.

    `after_household_id`: how far that has come; the row goes when it is done.
    """

    __tablename__ = "recounts"

    union_id: int = Field(
        foreign_key="unions.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    after_household_id: int = 0
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Absence(SQLModel, table=True):
    """That somebody is away for some days and who stands in for them; it ends by itself, or earlier."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
        CheckConstraint("person_id != substitute_id", name="substitute_is_another"),
        Index("ix_absences_person", "person_id", "until_on"),
        Index("ix_absences_substitute", "substitute_id", "until_on"),
        Index("ix_absences_until", "until_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    substitute_id: int = Field(foreign_key="people.id")
    from_on: date
    until_on: date
    # That the substitute also approves in this person's place.
    may_approve: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_by: int = Field(foreign_key="people.id")
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class Handover(SQLModel, table=True):
    """Households offered by one cadre (or by an officer in their name) to another, until that one answers.

    `reason`: why it was declined, if that was said.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        one_of("state", HandoverState),
        Index("ix_handovers_receiver", "receiver_id", "state"),
        Index("ix_handovers_giver", "giver_id", "state"),
    )

    id: str = Field(primary_key=True)
    giver_id: int = Field(foreign_key="people.id")
    receiver_id: int = Field(foreign_key="people.id")
    asked_by: int = Field(foreign_key="people.id")
    state: str = HandoverState.OFFERED
    reason: str = ""
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class HandoverHousehold(SQLModel, table=True):
    """One household of a handover."""

    __tablename__ = "handover_households"

    handover_id: str = Field(foreign_key="handovers.id", primary_key=True)
    household_id: int = Field(
        foreign_key="households.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )


class Bulletin(SQLModel, table=True):
    """One thing a person is to be told beside due items, once (`key`): alone and soon, or in their digest.

    `details` holds ids and days, never a name, a phone number or a diagnosis.
    """

    __tablename__ = "bulletins"
    __table_args__ = (
        Index("uq_bulletins_key", "person_id", "key", unique=True),
        Index(
            "ix_bulletins_waiting",
            "person_id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id")
    key: str = Field(min_length=1)
    slug: str = Field(min_length=1)
    details: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    is_urgent: bool = Field(sa_column=Column(Boolean, nullable=False))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    told_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class CampaignDone(SQLModel, table=True):
    """That a union has finished a yearly campaign."""

    __tablename__ = "campaigns_done"
    __table_args__ = (one_of("kind", CampaignKind),)

    union_id: int = Field(
        foreign_key="unions.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    kind: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    done_by: int = Field(foreign_key="people.id")
    done_at: datetime = Field(sa_column=Column(Instant, nullable=False))
