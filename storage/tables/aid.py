"""Tables: aid from proposal to revisit, its steps, its payments, lists of many, and a household's year."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, false, text
from sqlmodel import Field, SQLModel

from storage.aid_codes import AidAct, AidKind, AidState, BatchState, FundSource, PaymentState, PayMethod
from storage.columns import Instant, Json, one_of


class Aid(SQLModel, table=True):
    """One piece of aid for one household, from proposal to revisit.

    `revision` counts the changes of what was asked for: an approval counts for the revision it was given to.
    `paid_fen` and `paid_on` (the first payment's day) follow from its payments. `file_by`: until when the
    papers of an emergency are to be there, `filed_on`: since when they are. `guards`: of a list's item, the
    rules that want a look at it, by their names with commas between.
    """

    __tablename__ = "aid"
    __table_args__ = (
        one_of("kind", AidKind),
        one_of("source", FundSource),
        one_of("state", AidState),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name="paid_within_amount"),
        CheckConstraint("state NOT IN ('PAID', 'REVISITED') OR paid_on IS NOT NULL", name="paid_has_date"),
        Index("ix_aid_household_paid", "household_id", "paid_on"),
        Index("ix_aid_paid", "paid_on"),
        Index("ix_aid_batch", "batch_id", "state", "household_id"),
        Index(
            "uq_aid_batch_household",
            "batch_id",
            "household_id",
            unique=True,
            sqlite_where=text("batch_id IS NOT NULL"),
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
        Index(
            "ix_aid_batch_exceptions",
            "batch_id",
            "household_id",
            sqlite_where=text("guards != ''"),
            postgresql_where=text("guards != ''"),
        ),
        Index(
            "ix_aid_waiting",
            "waits_since",
            sqlite_where=text("state IN ('TO_REVIEW', 'TO_APPROVE')"),
            postgresql_where=text("state IN ('TO_REVIEW', 'TO_APPROVE')"),
        ),
        Index(
            "ix_aid_to_pay",
            "waits_since",
            sqlite_where=text("state = 'APPROVED'"),
            postgresql_where=text("state = 'APPROVED'"),
        ),
        Index(
            "ix_aid_unfiled",
            "file_by",
            sqlite_where=text("file_by IS NOT NULL AND filed_on IS NULL"),
            postgresql_where=text("file_by IS NOT NULL AND filed_on IS NULL"),
        ),
        Index(
            "ix_aid_returned",
            "waits_since",
            sqlite_where=text("state = 'RETURNED'"),
            postgresql_where=text("state = 'RETURNED'"),
        ),
        Index("ix_aid_recorded", "recorded_at"),
        Index("ix_aid_proposed", "proposed_by", "recorded_at"),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    household_id: int = Field(foreign_key="households.id")
    kind: str
    source: str
    for_year: int
    amount_fen: int = Field(sa_type=BigInteger)
    paid_fen: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    state: str
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    approvals_needed: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    reason: str | None = None
    answers: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    form_version: int | None = None
    batch_id: str | None = Field(default=None, foreign_key="aid_batches.id")
    guards: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    is_emergency: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    file_by: date | None = None
    filed_on: date | None = None
    paid_on: date | None = None
    proposed_by: int | None = Field(default=None, foreign_key="people.id")
    # Since when it waits for whoever its state names.
    waits_since: datetime | None = Field(default=None, sa_column=Column(Instant))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    imported_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class AidStep(SQLModel, table=True):
    """One act on one piece of aid, or on a whole list of it; appended, never changed.

    `for_person_id`: in whose place it was done. `guard`: the rule that was overridden, for `reason`.
    `answers`: what the proposal said before it was changed; where it was before it was given back or refused;
    which act was taken back; what was paid when the rest was waived.
    """

    __tablename__ = "aid_steps"
    __table_args__ = (
        one_of("act", AidAct),
        CheckConstraint("(aid_id IS NULL) != (batch_id IS NULL)", name="about_one_thing"),
        CheckConstraint("(act = 'OVERRIDE') = (guard != '')", name="override_names_guard"),
        Index("ix_aid_steps_aid", "aid_id", "id"),
        Index("ix_aid_steps_batch", "batch_id", "id"),
        Index("ix_aid_steps_person", "person_id", "done_at"),
        Index(
            "ix_aid_steps_overrides",
            "done_at",
            sqlite_where=text("act IN ('OVERRIDE', 'EMERGENCY')"),
            postgresql_where=text("act IN ('OVERRIDE', 'EMERGENCY')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    aid_id: str | None = Field(default=None, foreign_key="aid.id")
    batch_id: str | None = Field(default=None, foreign_key="aid_batches.id")
    act: str
    person_id: int | None = Field(default=None, foreign_key="people.id")
    for_person_id: int | None = Field(default=None, foreign_key="people.id")
    revision: int
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    guard: str = ""
    reason: str = ""
    answers: dict[str, object] | None = Field(default=None, sa_column=Column(Json))
    done_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Payment(SQLModel, table=True):
    """One payment of a piece of aid, or of a part of it; a failed one moved no money, or it came back.

    `entry_id`: how it left the company fund; none for other money and for what is no money.
    `receipts`: pictures of the receipt, as Telegram's file ids.
    """

    __tablename__ = "payments"
    __table_args__ = (
        one_of("method", PayMethod, nullable=True),
        one_of("state", PaymentState),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        Index("ix_payments_aid", "aid_id"),
        Index("ix_payments_paid", "paid_on"),
    )

    id: str = Field(primary_key=True)
    aid_id: str = Field(foreign_key="aid.id")
    amount_fen: int = Field(sa_type=BigInteger)
    paid_on: date
    method: str | None = None
    voucher_no: str | None = None
    state: str = PaymentState.PAID
    reason: str = ""
    receipts: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    entry_id: int | None = Field(default=None, foreign_key="ledger_entries.id")
    paid_by: int | None = Field(default=None, foreign_key="people.id")
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    imported_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class AidBatch(SQLModel, table=True):
    """One list of the same aid for many households: made from the files, approved once, paid once.

    `picked`: of whom it was made (`categories`, `unions`: ids), all where one is missing.
    `people` and `sum_fen` count what stands on it, `exceptions` those of them that want a look, `struck` who
    was struck from it, `left_out` who never came on it, by the rule; `paid_people` and `paid_fen` what of it
    is paid. `expected_people` and `after_household_id` say how far the making has come, or the paying. The
    last four say how it is paid, once that was confirmed.
    """

    __tablename__ = "aid_batches"
    __table_args__ = (
        one_of("kind", AidKind),
        one_of("source", FundSource),
        one_of("state", BatchState),
        one_of("method", PayMethod, nullable=True),
        CheckConstraint("people >= 0 AND sum_fen >= 0", name="sums_not_negative"),
        CheckConstraint("exceptions >= 0 AND struck >= 0", name="counts_not_negative"),
        CheckConstraint("paid_people BETWEEN 0 AND people", name="paid_within_people"),
        CheckConstraint("paid_fen BETWEEN 0 AND sum_fen", name="paid_within_sum"),
        Index("ix_aid_batches_union", "union_id", "for_year", "kind"),
        Index(
            "ix_aid_batches_working",
            "state",
            sqlite_where=text("state NOT IN ('PAID', 'REFUSED', 'WITHDRAWN')"),
            postgresql_where=text("state NOT IN ('PAID', 'REFUSED', 'WITHDRAWN')"),
        ),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    union_id: int = Field(foreign_key="unions.id")
    kind: str
    source: str
    for_year: int
    state: str
    revision: int = 1
    approvals_needed: int = 1
    reason: str = ""
    picked: dict[str, object] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    people: int = 0
    sum_fen: int = Field(default=0, sa_type=BigInteger)
    exceptions: int = 0
    struck: int = 0
    left_out: dict[str, int] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    paid_people: int = 0
    paid_fen: int = Field(default=0, sa_type=BigInteger)
    expected_people: int = 0
    after_household_id: int = 0
    made_by: int = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    waits_since: datetime | None = Field(default=None, sa_column=Column(Instant))
    paid_on: date | None = None
    method: str | None = None
    voucher_no: str | None = None
    paid_by: int | None = Field(default=None, foreign_key="people.id")


class HouseholdYear(SQLModel, table=True):
    """What a household has had in a year, by kind and source; kept with each payment."""

    __tablename__ = "household_years"
    __table_args__ = (
        one_of("kind", AidKind),
        one_of("source", FundSource),
        CheckConstraint("paid_fen >= 0 AND reserved_fen >= 0", name="sums_not_negative"),
        CheckConstraint("payments >= 0", name="payments_not_negative"),
    )

    household_id: int = Field(
        foreign_key="households.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    payments: int
    paid_fen: int = Field(sa_type=BigInteger)
    reserved_fen: int = Field(sa_type=BigInteger)
