"""Tables: the ledger, the fund's sums kept in step with it, the year's plan, the standards of aid."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.aid_codes import AidKind, BudgetState, EntryKind, FundSource, IncomeKind
from storage.codes import Category
from storage.columns import Instant, Json, one_of


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


class BudgetRevision(SQLModel, table=True):
    """One version of a year's plan, drafted from what was spent, or changed later for a reason.

    `lines` is fen by kind of aid, `basis` the same as it was spent in the year it is drafted from. Only a
    draft changes, to adopted or refused, once; `waits_since` it was handed in. `source` names whose money a
    top-up is.
    """

    __tablename__ = "budget_revisions"
    __table_args__ = (
        one_of("state", BudgetState),
        one_of("source", FundSource, nullable=True),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("(state = 'DRAFT') = (decided_at IS NULL)", name="decided_has_moment"),
        UniqueConstraint("union_id", "year", "revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id")
    year: int
    revision: int
    amount_fen: int = Field(sa_type=BigInteger)
    lines: dict[str, int] = Field(sa_column=Column(Json, nullable=False))
    basis: dict[str, object] = Field(sa_column=Column(Json, nullable=False))
    reason: str = ""
    source: str | None = None
    state: str = BudgetState.DRAFT
    drafted_by: int | None = Field(default=None, foreign_key="people.id")
    drafted_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    waits_since: datetime | None = Field(default=None, sa_column=Column(Instant))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class StandardRow(SQLModel, table=True):
    """What may be given of a kind of aid in a year, as a union set it; the newest of a key holds.

    `category` empty: for every category. `amount_fen` set: exactly that; else from `lowest_fen` to
    `highest_fen`. `cap_fen`: at most that for one household in the year. A year without a row of its own has
    the one of the year before.
    """

    __tablename__ = "aid_standards"
    __table_args__ = (
        one_of("kind", AidKind),
        one_of("category", ("", *Category)),
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name="amount_positive"),
        CheckConstraint("lowest_fen IS NULL OR lowest_fen >= 0", name="lowest_not_negative"),
        CheckConstraint(
            "highest_fen IS NULL OR highest_fen >= coalesce(lowest_fen, 0)", name="band_in_order"
        ),
        CheckConstraint("cap_fen IS NULL OR cap_fen > 0", name="cap_positive"),
        Index("ix_aid_standards_union", "union_id", "kind", "year"),
    )

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id")
    year: int
    kind: str
    category: str = ""
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    lowest_fen: int | None = Field(default=None, sa_type=BigInteger)
    highest_fen: int | None = Field(default=None, sa_type=BigInteger)
    cap_fen: int | None = Field(default=None, sa_type=BigInteger)
    set_by: int | None = Field(default=None, foreign_key="people.id")
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PublicNotice(SQLModel, table=True):
    """That a quarter's notice was published, and what exactly: the file's SHA-256 and the audit chain's head.

    `quarter` 0: the whole year. Published anew it is one more row.
    """

    __tablename__ = "public_notices"
    __table_args__ = (
        CheckConstraint("quarter BETWEEN 0 AND 4", name="quarter_known"),
        Index("ix_public_notices_union", "union_id", "year", "quarter"),
    )

    id: int | None = Field(default=None, primary_key=True)
    union_id: int = Field(foreign_key="unions.id")
    year: int
    quarter: int
    digest: str
    audit_head: str
    published_by: int | None = Field(default=None, foreign_key="people.id")
    published_at: datetime = Field(sa_column=Column(Instant, nullable=False))
