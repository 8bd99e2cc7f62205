"""Tables: households in hardship, their members, and the five clears."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from storage.codes import Category, Cause, Clear, ExitReason, HouseholdState, SystemCategory
from storage.columns import Instant, Json, one_of


class Household(SQLModel, table=True):
    """One file: a household and the employee who is its key person."""

    __tablename__ = "households"
    __table_args__ = (
        one_of("state", HouseholdState),
        one_of("category", Category),
        one_of("system_category", SystemCategory, nullable=True),
        one_of("main_cause", Cause),
        one_of("close_reason", ExitReason, nullable=True),
        CheckConstraint("members_count IS NULL OR members_count > 0", name="members_count_positive"),
        CheckConstraint(
            "income_per_head_fen IS NULL OR income_per_head_fen >= 0", name="income_per_head_not_negative"
        ),
        CheckConstraint("rigid_costs_fen IS NULL OR rigid_costs_fen >= 0", name="rigid_costs_not_negative"),
        CheckConstraint("state != 'CLOSED' OR closed_on IS NOT NULL", name="closed_has_date"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closed_after_opened"),
        Index("ix_households_union_state", "union_id", "state"),
        Index("ix_households_liaison", "liaison_id"),
        Index(
            "ix_households_public",
            "public_from",
            sqlite_where=text("public_from IS NOT NULL"),
            postgresql_where=text("public_from IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    file_no: str = Field(unique=True, min_length=1)
    union_id: int = Field(foreign_key="unions.id")
    name: str = Field(min_length=1)
    state: str = HouseholdState.ACTIVE
    category: str
    system_category: str | None = None
    main_cause: str
    other_causes: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    members_count: int | None = None
    income_per_head_fen: int | None = Field(default=None, sa_type=BigInteger)
    rigid_costs_fen: int | None = Field(default=None, sa_type=BigInteger)
    phone_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    address_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    id_number_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    bank_card_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    liaison_id: int | None = Field(default=None, foreign_key="people.id")
    opened_on: date
    closed_on: date | None = None
    close_reason: str | None = None
    monitor_from: date | None = None
    paused_until: date | None = None
    # The first day of a publication 公示 that runs now.
    public_from: date | None = None
    last_visit_on: date | None = None
    last_visit_id: str | None = None
    missed_visits: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    imported_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    # The last day the imported records tell of: what fell due by then is history, not work to do.
    history_until: date | None = None


class Member(SQLModel, table=True):
    """One person of a household; names of children never leave storage."""

    __tablename__ = "household_members"
    __table_args__ = (
        CheckConstraint("income_fen IS NULL OR income_fen >= 0", name="income_not_negative"),
        CheckConstraint(
            "birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name="birth_year_plausible"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="households.id", index=True)
    name_sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    relation: str
    birth_year: int | None = None
    health: str | None = None
    income_fen: int | None = Field(default=None, sa_type=BigInteger)


class ClearRow(SQLModel, table=True):
    """One of the five clears: what is known, and when and by whom it was last verified."""

    __tablename__ = "household_clears"
    __table_args__ = (one_of("clear", Clear),)

    household_id: int = Field(foreign_key="households.id", primary_key=True)
    clear: str = Field(primary_key=True)
    text: str
    verified_on: date | None = None
    verified_by: int | None = Field(default=None, foreign_key="people.id")
    # What the file said before any visit report spoke of it; set by the first that does, so that a report
    # can be amended or undone and the rest told again.
    registered_text: str | None = None
    registered_on: date | None = None
    registered_by: int | None = Field(default=None, foreign_key="people.id")
