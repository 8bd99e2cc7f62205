"""Finds households by any part of the name, by file number or by pinyin initials; knows no person or scope.

Each household has a few keys in one index: every ending of its name, its initials in every plausible
reading, its file number forwards and backwards. A search is then one range of that index, whatever the
length of what was typed, on both databases alike.
"""

from __future__ import annotations

import unicodedata
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, case, delete, func, insert, select

from storage.codes import HouseholdState
from storage.columns import table_of
from storage.tables.dossiers import Household
from storage.tables.names import HouseholdKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Transaction

KEYS = table_of(HouseholdKey)
HOUSEHOLDS = table_of(Household)

KEY_CHARACTERS = 32
READINGS_MAX = 8
# A single frequent character may fit a tenth of all households: only so many are looked at for the best.
POOL = 500
OVER = (HouseholdState.CLOSED, HouseholdState.REJECTED)
LAST_CHARACTER = "\U0010ffff"

WHOLE_NAME, PART_OF_NAME, INITIALS, FILE_NO, FILE_NO_BACKWARDS = "=", "n", "i", "f", "r"


def folded(words: str) -> str:
    """Return the letters and digits of a text alone, in one width and one case."""
    normal = unicodedata.normalize("NFKC", words).casefold()
    return "".join(mark for mark in normal if unicodedata.category(mark)[0] in "LMN")


def initials(name: str) -> list[str]:
    """Return the pinyin initials of a name in at most eight readings, the most usual first."""
    letters = [
        readings
        for word in unicodedata.normalize("NFKC", name).casefold().split()
        for place, mark in enumerate(word)
        # Of a word in letters only the first one counts.
        if not (mark.isascii() and place > 0) and (readings := _readings(mark))
    ]
    return list(islice(_combined(letters), READINGS_MAX)) if letters else []


def _readings(mark: str) -> list[str]:
    """Return the first letters of a character's readings, the usual one first."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionaries take longer to load than most commands

    found = (_first_letter(text) for text in pinyin(mark, style=Style.FIRST_LETTER, heteronym=True)[0])
    return list(dict.fromkeys(filter(None, found)))


def _combined(letters: list[list[str]]) -> Iterator[str]:
    """Yield every reading of the whole, those with the fewest unusual parts first."""
    manifold = [place for place, readings in enumerate(letters) if len(readings) > 1]
    for count in range(len(manifold) + 1):
        for unusual in combinations(manifold, count):
            choices = [each[1:] if place in unusual else each[:1] for place, each in enumerate(letters)]
            yield from map("".join, product(*choices))


def _first_letter(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:1])[:1]
    return plain if plain.isascii() and plain.isalpha() else ""


def keys_of(name: str, file_no: str) -> set[str]:
    """Return every key under which a household is found."""
    whole, number = folded(name), folded(file_no)
    keys = {WHOLE_NAME + whole[:KEY_CHARACTERS]}
    keys.update(PART_OF_NAME + whole[start : start + KEY_CHARACTERS] for start in range(len(whole)))
    keys.update(INITIALS + reading[:KEY_CHARACTERS] for reading in initials(name))
    keys.add(FILE_NO + number[:KEY_CHARACTERS])
    keys.add(FILE_NO_BACKWARDS + number[::-1][:KEY_CHARACTERS])
    return keys


def put(tx: Transaction, household_id: int, *, name: str, file_no: str, union_id: int) -> None:
    """Make a new household findable under this name and number."""
    keys = sorted(keys_of(name, file_no))
    tx.connection.execute(
        insert(KEYS), [{"key": key, "household_id": household_id, "union_id": union_id} for key in keys]
    )


def drop(tx: Transaction, household_id: int, *, name: str, file_no: str) -> None:
    """Let a household be found no more under this name and number; to be done before it gets others."""
    tx.connection.execute(
        delete(KEYS).where(KEYS.c.key.in_(keys_of(name, file_no)), KEYS.c.household_id == household_id)
    )


def find(tx: Transaction, words: str, scope: frozenset[int], limit: int) -> list[int]:
    """Return the ids of at most `limit` households in scope, the best first; [] for words without letters.

    An exact name or number comes first, then files on hand before those that are over.
    """
    found: dict[int, None] = {}
    for first, last in _ranges(folded(words)[:KEY_CHARACTERS]):
        if len(found) >= limit:
            break
        asked = {"first": first, "last": last, "scope": list(scope), "limit": limit}
        found.update((row.id, None) for row in tx.connection.execute(IN_RANGE, asked))
    return list(found)[:limit]


def _ranges(typed: str) -> Iterator[tuple[str, str]]:
    """Yield the ranges of keys that what was typed may mean, the likeliest first."""
    if not typed:
        return
    yield WHOLE_NAME + typed, WHOLE_NAME + typed + "\x01"
    starts: tuple[str, ...]
    if typed.isascii() and typed.isalpha():
        starts = (INITIALS + typed, PART_OF_NAME + typed, FILE_NO + typed)
    elif typed.isascii():
        starts = (FILE_NO_BACKWARDS + typed[::-1], FILE_NO + typed, PART_OF_NAME + typed)
    else:
        starts = (PART_OF_NAME + typed,)
    for start in starts:
        yield start, start + LAST_CHARACTER


def _in_range() -> Select[tuple[int]]:
    """Return the search of one range; scope is held against the keys, to be quick, and against the files."""
    pool = (
        select(KEYS.c.household_id, KEYS.c.key)
        .where(
            KEYS.c.key >= bindparam("first"),
            KEYS.c.key < bindparam("last"),
            KEYS.c.union_id.in_(bindparam("scope", expanding=True)),
        )
        .order_by(KEYS.c.key, KEYS.c.household_id)
        .limit(POOL)
        .subquery()
    )
    over = case((HOUSEHOLDS.c.state.in_(OVER), 1), else_=0)
    return (
        select(HOUSEHOLDS.c.id)
        .join(pool, pool.c.household_id == HOUSEHOLDS.c.id)
        .where(HOUSEHOLDS.c.union_id.in_(bindparam("scope", expanding=True)))
        .group_by(HOUSEHOLDS.c.id)
        .order_by(over, func.min(pool.c.key), HOUSEHOLDS.c.id)
        .limit(bindparam("limit"))
    )


IN_RANGE = _in_range()
