"""Opens files 建档: the row, the sealed details, the five clears, the keys for searching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from storage.codes import HouseholdState
from storage.households import names
from storage.households.dossiers import CLEARS, HOUSEHOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from storage.codes import Category, Cause, Clear, ExitReason, SystemCategory
    from storage.database import Transaction


def add_household(
    tx: Transaction,
    *,
    file_no: str,
    name: str,
    union_id: int,
    category: Category,
    main_cause: Cause,
    opened_on: date,
    state: HouseholdState = HouseholdState.ACTIVE,
    system_category: SystemCategory | None = None,
    other_causes: Iterable[Cause] = (),
    members_count: int | None = None,
    income_per_head_fen: int | None = None,
    rigid_costs_fen: int | None = None,
    phone: str | None = None,
    address: str | None = None,
    id_number: str | None = None,
    bank_card: str | None = None,
    liaison_id: int | None = None,
    closed_on: date | None = None,
    close_reason: ExitReason | None = None,
) -> int:
    """Return the id of a new file; it is found by name, number and initials from now on.

    Income is per head and month, rigid costs per year, both in fen. Phone, address, ID and card are kept
    sealed. A file number that exists already, or dates out of order, violate the table's own rules.
    """
    row = {
        "file_no": file_no,
        "name": name,
        "union_id": union_id,
        "category": category,
        "main_cause": main_cause,
        "opened_on": opened_on,
        "state": state,
        "system_category": system_category,
        "other_causes": list(other_causes),
        "members_count": members_count,
        "income_per_head_fen": income_per_head_fen,
        "rigid_costs_fen": rigid_costs_fen,
        **_sealed(tx, phone=phone, address=address, id_number=id_number, bank_card=bank_card),
        "liaison_id": liaison_id,
        "closed_on": closed_on,
        "close_reason": close_reason,
    }
    added = insert(HOUSEHOLDS).returning(HOUSEHOLDS.c.id)
    household_id: int = tx.connection.execute(added, row).scalar_one()
    names.put(tx, household_id, name=name, file_no=file_no, union_id=union_id)
    return household_id


def _sealed(tx: Transaction, **texts: str | None) -> dict[str, bytes | None]:
    """The columns of what must not be read on disk, by their names."""
    return {
        f"{name}_sealed": tx.vault.seal(text, f"households.{name}") if text else None
        for name, text in texts.items()
    }


def rename(tx: Transaction, household_id: int, name: str) -> None:
    """Give a household another name; the old one finds it no more."""
    known = select(HOUSEHOLDS.c.name, HOUSEHOLDS.c.file_no, HOUSEHOLDS.c.union_id)
    row = tx.connection.execute(known.where(HOUSEHOLDS.c.id == household_id)).one()
    names.drop(tx, household_id, name=row.name, file_no=row.file_no)
    tx.connection.execute(update(HOUSEHOLDS).where(HOUSEHOLDS.c.id == household_id).values(name=name))
    names.put(tx, household_id, name=name, file_no=row.file_no, union_id=row.union_id)


def set_clear(
    tx: Transaction, household_id: int, clear: Clear, text: str, *, on: date | None, by: int | None
) -> None:
    """Write what the file itself says of one of the five clears; `on` and `by`: verified when and by whom."""
    tx.connection.execute(
        insert(CLEARS),
        {"household_id": household_id, "clear": clear, "text": text, "verified_on": on, "verified_by": by},
    )
