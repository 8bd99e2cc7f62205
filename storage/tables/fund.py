"""Tables: aid, the ledger, and the rows of sums that are kept in step with it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from storage.codes import AidKind, AidState, EntryKind, FundSource, IncomeKind, PayMethod
from storage.columns import Instant, one_of


class Aid(SQLModel, table=True):
    """One piece of aid for one household, from proposal to revisit."""

    __tablename__ = "aid"
    __table_args__ = (
        one_of("kind", AidKind),
        one_of("source", FundSource),
        one_of("state", AidState),
        one_of("method", PayMethod, nullable=True),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("state NOT IN ('PAID', 'REVISITED') OR paid_on IS NOT NULL", name="paid_has_date"),
        Index("ix_aid_household_paid", "household_id", "paid_on"),
        Index("ix_aid_paid", "paid_on"),
        Index(
            "ix_aid_waiting",
            "waits_since",
            sqlite_where=text("state IN ('TO_REVIEW', 'TO_APPROVE')"),
            postgresql_where=text("state IN ('TO_REVIEW', 'TO_APPROVE')"),
        ),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    household_id: int = Field(foreign_key="households.id")
    kind: str
    source: str
    amount_fen: int = Field(sa_type=BigInteger)
    state: str
    reason: str | None = None
    method: str | None = None
    voucher_no: str | None = None
    paid_on: date | None = None
    proposed_by: int | None = Field(default=None, foreign_key="people.id")
    paid_by: int | None = Field(default=None, foreign_key="people.id")
    # Since when it waits for whoever its state names.
    waits_since: datetime | None = Field(default=None, sa_column=Column(Instant))
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    imported_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class LedgerEntry(SQLModel, table=True):
    """One movement of the company fund; appended, never changed; each linked to the one before."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        one_of("income_kind", IncomeKind, nullable=True),
        CheckConstraint("amount_fen != 0", name="amount_not_zero"),
        CheckConstraint("kind != 'PAYMENT' OR amount_fen < 0", name="payment_negative"),
        CheckConstraint("kind != 'INCOME' OR amount_fen > 0", name="income_positive"),
        CheckConstraint("kind != 'PAYMENT' OR aid_id IS NOT NULL", name="payment_names_aid"),
        CheckConstraint("(kind = 'REVERSAL') = (reverses_id IS NOT NULL)", name="reversal_names_entry"),
        Index("ix_ledger_union_day", "union_id", "happened_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id")
    kind: str
    income_kind: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    happened_on: date
    voucher_no: str | None = None
    aid_id: str | None = Field(default=None, foreign_key="aid.id", index=True)
    reverses_id: int | None = Field(default=None, foreign_key="ledger_entries.id", unique=True)
    note: str | None = None
    request_id: str = Field(unique=True)
    recorded_by: int | None = Field(default=None, foreign_key="people.id")
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    link: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class FundBalance(SQLModel, table=True):
    """A union's company fund now; kept in the same transaction as each entry, compared by `verify`."""

    __tablename__ = "fund_balances"
    __table_args__ = (
        CheckConstraint("balance_fen >= 0", name="balance_not_negative"),
        CheckConstraint("reserved_fen >= 0", name="reserved_not_negative"),
    )

    union_id: int = Field(
        foreign_key="unions.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    balance_fen: int = Field(sa_type=BigInteger)
    reserved_fen: int = Field(sa_type=BigInteger)
    head_id: int | None = None
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Budget(SQLModel, table=True):
    """A year's plan and what has been paid against it."""

    __tablename__ = "budgets"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount_not_negative"),)

    union_id: int = Field(
        foreign_key="unions.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    amount_fen: int = Field(sa_type=BigInteger)
    paid_fen: int = Field(default=0, sa_type=BigInteger)


class Standard(SQLModel, table=True):
    """The amount per person of a kind of aid in a year."""

    __tablename__ = "standards"
    __table_args__ = (
        one_of("kind", AidKind),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    union_id: int = Field(
        foreign_key="unions.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)


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
