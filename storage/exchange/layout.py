"""The sheets of a union's records: their names, their columns, and what a good row becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from storage.exchange import words
from storage.exchange.cells import (
    EARLIEST_YEAR,
    FUND_LIMIT_FEN,
    HOUSEHOLD_LIMIT_FEN,
    LATEST_YEAR,
    Parser,
    code,
    codes,
    day,
    money,
    names,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from storage.aid_codes import AidKind, FundSource, IncomeKind, PayMethod
    from storage.codes import Category, Cause, ExitReason, HouseholdState

MEMBERS_MOST = 99
NAME_CHARACTERS = 60
SHORT_CHARACTERS = 40
TEXT_CHARACTERS = 2_000

RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it fills, how its cells are read; an optional cell may be empty."""

    name: str
    field: str
    parse: Parser
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sheet(Generic[RecordT]):
    """One file or sheet: its name, what a row becomes, its columns, what a repeated row is a sign of."""

    name: str
    record: Callable[..., RecordT]
    columns: tuple[Column, ...]
    repeated: str = "duplicate_row"

    def column(self, field: str) -> str:
        """Return the heading of the column that fills `field`."""
        return next(column.name for column in self.columns if column.field == field)


@dataclass(frozen=True, slots=True)
class HouseholdRecord:
    """A row of the register of households."""

    row: int
    file_no: str
    name: str
    branch: str
    phone: str | None
    category: Category
    main_cause: Cause
    members_count: int | None
    income_per_head_fen: int | None
    family: str | None
    skill: str | None
    job: str | None
    mind: str | None
    opened_on: date
    state: HouseholdState
    closed_on: date | None
    close_reason: ExitReason | None
    liaison: str | None


@dataclass(frozen=True, slots=True)
class CadreRecord:
    """A row of the register of cadres."""

    row: int
    name: str
    branch: str


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A row of the visits."""

    row: int
    file_no: str
    visited_on: date
    way: str
    visitors: tuple[str, ...]
    met: str
    assessment: str | None
    needs: tuple[str, ...] | None
    note: str | None


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A row of the aid that was paid."""

    row: int
    file_no: str
    kind: AidKind
    source: FundSource
    amount_fen: int
    paid_on: date
    method: PayMethod | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class IncomeRecord:
    """A row of the fund's income."""

    row: int
    happened_on: date
    kind: IncomeKind
    amount_fen: int
    voucher_no: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class BudgetRecord:
    """A year's budget."""

    row: int
    year: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class StandardRecord:
    """A year's amount per person of one kind of aid."""

    row: int
    year: int
    kind: AidKind
    amount_fen: int


def _c(name: str, field: str, parse: Parser, *, optional: bool = False) -> Column:
    return Column(name, field, parse, optional)


_SHORT = text(SHORT_CHARACTERS)
_NAME = text(NAME_CHARACTERS)
_LONG = text(TEXT_CHARACTERS)
_YEAR = whole(EARLIEST_YEAR, LATEST_YEAR)

HOUSEHOLDS = Sheet(
    "困难职工名册",
    HouseholdRecord,
    (
        _c("档案编号", "file_no", _SHORT),
        _c("姓名", "name", _NAME),
        _c("所属分会", "branch", _NAME),
        _c("手机", "phone", _SHORT, optional=True),
        _c("困难类别", "category", code(words.CATEGORIES)),
        _c("主要致困原因", "main_cause", code(words.CAUSES)),
        _c("家庭人口", "members_count", whole(1, MEMBERS_MOST), optional=True),
        _c(
            "家庭月人均收入",
            "income_per_head_fen",
            money(HOUSEHOLD_LIMIT_FEN, may_be_zero=True),
            optional=True,
        ),
        _c("家庭状况", "family", _LONG, optional=True),
        _c("技术特长", "skill", _LONG, optional=True),
        _c("就业要求", "job", _LONG, optional=True),
        _c("思想状况", "mind", _LONG, optional=True),
        _c("建档日期", "opened_on", day),
        _c("状态", "state", code(words.STATES)),
        _c("注销日期", "closed_on", day, optional=True),
        _c("注销原因", "close_reason", code(words.EXIT_REASONS), optional=True),
        _c("帮扶联系人", "liaison", _NAME, optional=True),
    ),
)
CADRES = Sheet(
    "干部名册",
    CadreRecord,
    (_c("姓名", "name", _NAME), _c("所属分会", "branch", _NAME)),
    repeated="same_name",
)
VISITS = Sheet(
    "走访记录",
    VisitRecord,
    (
        _c("档案编号", "file_no", _SHORT),
        _c("走访日期", "visited_on", day),
        _c("走访方式", "way", code(words.WAYS)),
        _c("走访人", "visitors", names),
        _c("见到", "met", code(words.MET)),
        _c("评估", "assessment", code(words.ASSESSMENTS), optional=True),
        _c("需求", "needs", codes(words.NEEDS), optional=True),
        _c("记录", "note", _LONG, optional=True),
    ),
)
PAYMENTS = Sheet(
    "帮扶发放",
    PaymentRecord,
    (
        _c("档案编号", "file_no", _SHORT),
        _c("帮扶项目", "kind", code(words.AID_KINDS)),
        _c("资金来源", "source", code(words.SOURCES)),
        _c("金额", "amount_fen", money(HOUSEHOLD_LIMIT_FEN, may_be_zero=True)),
        _c("发放日期", "paid_on", day),
        _c("发放方式", "method", code(words.METHODS), optional=True),
        _c("事由", "reason", _LONG, optional=True),
    ),
)
INCOMES = Sheet(
    "资金收入",
    IncomeRecord,
    (
        _c("日期", "happened_on", day),
        _c("来源", "kind", code(words.INCOME_KINDS)),
        _c("金额", "amount_fen", money(FUND_LIMIT_FEN)),
        _c("凭证号", "voucher_no", _SHORT, optional=True),
        _c("摘要", "note", _LONG, optional=True),
    ),
)
BUDGETS = Sheet(
    "预算",
    BudgetRecord,
    (_c("年度", "year", _YEAR), _c("金额", "amount_fen", money(FUND_LIMIT_FEN, may_be_zero=True))),
)
STANDARDS = Sheet(
    "标准",
    StandardRecord,
    (
        _c("年度", "year", _YEAR),
        _c("帮扶项目", "kind", code(words.AID_KINDS)),
        _c("每人金额", "amount_fen", money(HOUSEHOLD_LIMIT_FEN)),
    ),
)

SHEETS: tuple[Sheet[Any], ...] = (HOUSEHOLDS, CADRES, VISITS, PAYMENTS, INCOMES, BUDGETS, STANDARDS)
