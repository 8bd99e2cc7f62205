"""What is approved and not paid: the treasurer's list, and its sum; nothing is paid here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from storage import errors, rules
from storage.aid import aid_rows
from storage.aid.aid_lines import LINES, AidLine, states_seen
from storage.aid.aid_rows import AID, HOUSEHOLDS
from storage.aid_codes import AidKind, AidState, BatchState, FundSource, PayMethod
from storage.among import among
from storage.codes import Role
from storage.columns import table_of
from storage.members import offices
from storage.tables.aid import AidBatch

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

CARD_DIGITS = 4

_BATCHES = table_of(AidBatch)
# What stands on a list is paid with it, until the list is paid; what failed then is paid by itself.
_BY_ITSELF = or_(
    AID.c.batch_id.is_(None),
    AID.c.batch_id.not_in(
        select(_BATCHES.c.id).where(_BATCHES.c.state.in_((BatchState.APPROVED, BatchState.PAYING)))
    ),
)
_WAITS = and_(AID.c.state == AidState.APPROVED, _BY_ITSELF, among(HOUSEHOLDS.c.union_id + 0, "unions"))
_READ: Select[Any] = LINES.add_columns(HOUSEHOLDS.c.bank_card_sealed, HOUSEHOLDS.c.union_id)
_LIST = (
    _READ.where(_WAITS)
    .order_by(AID.c.is_emergency.desc(), AID.c.waits_since, AID.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("passed"))
)
_ONE = _READ.where(AID.c.id == bindparam("aid"))
_TOTAL = (
    select(func.count(), func.coalesce(func.sum(AID.c.amount_fen - AID.c.paid_fen), 0))
    .select_from(aid_rows.FROM)
    .where(_WAITS)
)


@dataclass(frozen=True, slots=True)
class PayLine(AidLine):
    """Approved aid with what of it is left to pay, in fen, and how it would best reach the household.

    `card_last4`: of the household's bank card, for treasurers alone. `method` None: nothing is handed over.
    """

    left_fen: int
    card_last4: str | None
    method: PayMethod | None


def to_pay(tx: Transaction, person: Person, limit: int, offset: int = 0) -> list[PayLine]:
    """Return what waits to be paid, emergencies first, then the longest waiting.

    A treasurer has what is theirs to pay, others what they see. What stands on a list is not here until that
    list was paid.
    """
    pays = offices.over(tx, person.id, Role.TREASURER)
    unions = _unions(person, pays)
    if not unions:
        return []
    asked = {"unions": unions, "most": limit, "passed": offset}
    return [_line(tx, row, pays) for row in tx.connection.execute(_LIST, asked)]


def total(tx: Transaction, person: Person) -> tuple[int, int]:
    """Return how much that is: pieces of aid, and fen."""
    unions = _unions(person, offices.over(tx, person.id, Role.TREASURER))
    if not unions:
        return 0, 0
    people, fen = tx.connection.execute(_TOTAL, {"unions": unions}).one()
    return int(people), int(fen)


def line(tx: Transaction, person: Person, aid_id: str) -> PayLine:
    """Return one piece of aid as it is to be paid, in whatever state. Refuses NotFound."""
    row = tx.connection.execute(_ONE, {"aid": aid_id}).one_or_none()
    if row is None or row.union_id not in person.scope or row.state not in states_seen(person):
        raise errors.NotFound(aid_id=aid_id)
    return _line(tx, row, offices.over(tx, person.id, Role.TREASURER))


def _unions(person: Person, pays: frozenset[int]) -> list[int]:
    """Where they pay; where they see aid, if they pay nowhere."""
    if pays or AidState.APPROVED not in states_seen(person):
        return sorted(pays)
    return sorted(person.scope)


def _line(tx: Transaction, row: Row[Any], pays: frozenset[int]) -> PayLine:
    own = {"bank_card_sealed", "union_id"}
    known = {name: value for name, value in row._mapping.items() if name not in own}  # noqa: SLF001 - public
    known |= {"kind": AidKind(row.kind), "source": FundSource(row.source), "state": AidState(row.state)}
    sealed = row.bank_card_sealed if row.union_id in pays else None
    card = None if sealed is None else tx.vault.open(sealed, "households.bank_card")
    return PayLine(
        **{**known, "is_emergency": bool(row.is_emergency)},
        left_fen=row.amount_fen - row.paid_fen,
        card_last4=None if card is None else card[-CARD_DIGITS:],
        method=_method(known["kind"], has_card=row.bank_card_sealed is not None),
    )


def _method(kind: AidKind, *, has_card: bool) -> PayMethod | None:
    if kind in rules.COUNTED_ONLY:
        return None
    if kind in rules.WITHOUT_CASH:
        return PayMethod.GOODS
    return PayMethod.TRANSFER if has_card else PayMethod.CASH
