"""Opens many files at once: their rows, what is clear of them, the keys under which they are found."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from storage.codes import Clear
from storage.exchange import words
from storage.households import names
from storage.households.dossiers import CLEARS, HOUSEHOLDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from storage.core.transaction import Transaction
    from storage.exchange.layout import HouseholdRecord

AT_ONCE = 1_000


def add(
    tx: Transaction,
    records: Iterable[HouseholdRecord],
    union_ids: Mapping[str, int],
    liaison_id: Callable[[str | None, str], int | None],
) -> dict[str, int]:
    """Open a file for each record, marked as imported, and return their ids by file number.

    Phones are sealed. The five clears say what the record says, verified on the day the file was opened; the
    clear of the cause is the main cause's own label. Each file is found by name, number and initials.
    """
    ids: dict[str, int] = {}
    left = iter(records)
    while chunk := list(islice(left, AT_ONCE)):
        tx.connection.execute(
            insert(HOUSEHOLDS),
            [
                _household(tx, row, union_ids[row.branch], liaison_id(row.liaison, row.branch))
                for row in chunk
            ],
        )
        numbers = [row.file_no for row in chunk]
        opened = select(HOUSEHOLDS.c.file_no, HOUSEHOLDS.c.id).where(HOUSEHOLDS.c.file_no.in_(numbers))
        ids.update((row.file_no, row.id) for row in tx.connection.execute(opened))
        tx.connection.execute(insert(CLEARS), [clear for row in chunk for clear in _clears(row, ids)])
        tx.connection.execute(
            insert(names.KEYS), [key for row in chunk for key in _keys(row, ids, union_ids[row.branch])]
        )
    return ids


def _household(
    tx: Transaction, row: HouseholdRecord, union_id: int, liaison_id: int | None
) -> dict[str, object]:
    return {
        "file_no": row.file_no,
        "union_id": union_id,
        "name": row.name,
        "state": row.state,
        "category": row.category,
        "main_cause": row.main_cause,
        "other_causes": [],
        "members_count": row.members_count,
        "income_per_head_fen": row.income_per_head_fen,
        "phone_sealed": None if row.phone is None else tx.vault.seal(row.phone, "households.phone"),
        "liaison_id": liaison_id,
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
        "close_reason": row.close_reason,
        "missed_visits": 0,
        "imported_at": tx.now,
    }


def _clears(row: HouseholdRecord, ids: Mapping[str, int]) -> Iterator[dict[str, object]]:
    told = {
        Clear.FAMILY: row.family,
        Clear.CAUSE: words.label(words.CAUSES, row.main_cause),
        Clear.SKILL: row.skill,
        Clear.JOB: row.job,
        Clear.MIND: row.mind,
    }
    for clear, text in told.items():
        if text is not None:
            yield {
                "household_id": ids[row.file_no],
                "clear": clear,
                "text": text,
                "verified_on": row.opened_on,
                "verified_by": None,
            }


def _keys(row: HouseholdRecord, ids: Mapping[str, int], union_id: int) -> Iterator[dict[str, object]]:
    for key in sorted(names.keys_of(row.name, row.file_no)):
        yield {"key": key, "household_id": ids[row.file_no], "union_id": union_id}
