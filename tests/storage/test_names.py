"""Finding a household by what a person types."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, text

from storage.codes import HouseholdState, Role
from storage.households import dossiers, filing, names
from storage.households.names import HOUSEHOLDS, KEYS
from tests.storage import union

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.members.people import Person

NAMES = {
    "K170001": "张三",
    "K170002": "张三丰",
    "K170003": "李张三",
    "K170030": "凤芳",
    "K170031": "单长乐",
    "K170032": "阿卜杜拉·买买提",
    "K170033": "Anna Li",
    "K180030": "欧阳修",
    "K170034": "𠮷田",
}


@pytest.fixture
def cadre(database: Database) -> Person:
    """A cadre in whose branch all these households are."""
    unions = database.transact(union.found)
    for file_no, name in NAMES.items():
        database.transact(union.household, unions.office, file_no, name)
    return database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)


def found(database: Database, person: Person, words: str, limit: int = 8) -> list[str]:
    return [line.name for line in database.transact(dossiers.search, person, words, limit)]


def test_any_part_of_a_name_finds_it(database: Database, cadre: Person) -> None:
    expected = {
        "张三": ["张三", "李张三", "张三丰"],
        "三丰": ["张三丰"],
        "芳": ["凤芳"],
        "凤": ["凤芳"],
        "张 三 丰": ["张三丰"],
        "阿卜杜拉买买提": ["阿卜杜拉·买买提"],
        "阿卜杜拉•买买提": ["阿卜杜拉·买买提"],
        "买买提": ["阿卜杜拉·买买提"],
        "𠮷": ["𠮷田"],
        "张五": [],
        "三张": [],
    }
    assert expected == {words: found(database, cadre, words) for words in expected}


def test_a_file_number_or_its_end_or_beginning_finds_it(database: Database, cadre: Person) -> None:
    expected = {
        "K170030": ["凤芳"],
        "k170030": ["凤芳"],
        "Ｋ１７００３０": ["凤芳"],
        "170030": ["凤芳"],
        "30": ["凤芳", "欧阳修"],
        "0030": ["凤芳", "欧阳修"],
        "K18": ["欧阳修"],
        "K170030x": [],
        "999": [],
    }
    assert expected == {words: found(database, cadre, words) for words in expected}


def test_initials_and_latin_names_find_it(database: Database, cadre: Person) -> None:
    expected = {
        "zsf": ["张三丰"],
        "ZSF": ["张三丰"],
        "oyx": ["欧阳修"],
        "scl": ["单长乐"],
        "dcl": ["单长乐"],
        "szl": ["单长乐"],
        "ff": ["凤芳"],
        "abdl": ["阿卜杜拉·买买提"],
        "al": ["Anna Li"],
        "anna": ["Anna Li"],
        "ANNA LI": ["Anna Li"],
        "zzz": [],
    }
    assert expected == {words: found(database, cadre, words) for words in expected}


def test_oddities_find_nothing_and_break_nothing(database: Database, cadre: Person) -> None:
    for words in ["", " ", "%", "_", "*", '"', "' OR 1=1 --", "\\", "NEAR(", "\x00", "😀", "。", "x" * 9000]:
        assert [] == found(database, cadre, words)


def test_a_percent_sign_stands_for_nothing_but_is_passed_over(database: Database, cadre: Person) -> None:
    assert ["张三丰"] == found(database, cadre, "%三丰%")


def test_an_exact_name_comes_first_even_when_its_file_is_closed(database: Database, cadre: Person) -> None:
    branch = next(iter(cadre.scope))
    database.transact(union.household, branch, "K100000", "王五", HouseholdState.CLOSED)
    database.transact(union.household, branch, "K100001", "王五一", HouseholdState.CLOSED)
    database.transact(union.household, branch, "K100002", "王五二")
    assert ["王五", "王五二", "王五一"] == found(database, cadre, "王五")


def test_no_more_than_asked_for_are_found(database: Database, cadre: Person) -> None:
    assert 2 == len(found(database, cadre, "张", limit=2))


def test_what_is_out_of_scope_is_not_found(database: Database, cadre: Person) -> None:
    boiler = database.transact(
        lambda tx: tx.connection.execute(text("SELECT id FROM unions WHERE name = '锅炉分会'")).scalar_one()
    )
    database.transact(union.household, boiler, "K190001", "张三")
    assert ["张三", "李张三", "张三丰"] == found(database, cadre, "张三")
    assert [] == found(database, cadre, "K190001")


def test_a_renamed_household_is_found_by_its_new_name_alone(database: Database, cadre: Person) -> None:
    line = database.transact(dossiers.search, cadre, "凤芳")[0]
    database.transact(filing.rename, line.id, "凤小芳")
    assert [] == found(database, cadre, "凤芳")
    assert ["凤小芳"] == found(database, cadre, "凤小芳")
    assert ["凤小芳"] == found(database, cadre, "fxf")
    assert ["凤小芳"] == found(database, cadre, "K170030")


def test_a_household_undone_leaves_no_keys(database: Database, cadre: Person) -> None:
    def undone(tx: Transaction) -> None:
        union.household(tx, next(iter(cadre.scope)), "K200000", "赵六")
        raise KeyError

    with pytest.raises(KeyError):
        database.transact(undone)
    assert [] == found(database, cadre, "赵六")


def test_readings_of_a_name_are_bounded() -> None:
    assert names.READINGS_MAX == len(names.initials("乐乐乐乐乐乐"))
    assert "l" * 6 == names.initials("乐乐乐乐乐乐")[0]


def test_a_name_without_a_reading_still_has_keys() -> None:
    assert {"=𠮷", "n𠮷", "fk1", "r1k"} == names.keys_of("𠮷", "K1")


HOUSEHOLD_COUNT = 20_000


def many(tx: Transaction) -> None:
    """Open many files at once, with names as common as they come."""
    chance = random.Random(7)  # noqa: S311 - the same names every time
    branch = tx.connection.execute(text("SELECT max(id) FROM unions")).scalar_one()
    rows, keys = [], []
    for number in range(1, HOUSEHOLD_COUNT + 1):
        name = (
            chance.choice("王李张刘陈杨赵黄周吴")
            + chance.choice("伟芳娜敏静丽强磊洋")
            + chance.choice("一二三")
        )
        file_no = f"K{number:06d}"
        rows.append(
            {
                "id": number,
                "file_no": file_no,
                "union_id": branch,
                "name": name,
                "state": "ACTIVE",
                "category": "LONG",
                "main_cause": "OTHER",
                "other_causes": [],
                "opened_on": tx.today,
            }
        )
        letters = {"n" + name, "n" + name[1:], "n" + name[2:], "f" + file_no.lower()}
        keys += [{"key": key, "household_id": number, "union_id": branch} for key in letters]
    tx.connection.execute(insert(HOUSEHOLDS), rows)
    tx.connection.execute(insert(KEYS), keys)


@pytest.mark.slow
def test_a_search_among_many_reads_the_index(database: Database) -> None:
    database.transact(union.found)
    database.transact(many)
    database.transact(lambda tx: tx.connection.execute(text("ANALYZE")))
    officer = database.transact(union.joined, union.OFFICER, Role.OFFICER, 1)
    for words in ("王", "伟一", "王伟一", "K0123"):
        plans = database.transact(plans_of, officer, words)
        assert len(plans) > 0
        for plan in plans:
            assert "household_keys" in plan
            assert re.search("Seq Scan on household|SCAN household", plan) is None


def plans_of(tx: Transaction, person: Person, words: str) -> list[str]:
    """Search, and return how the database went about each statement that reads the index."""
    asked: list[tuple[str, Any]] = []

    def remember(*seen: object) -> None:
        asked.append((str(seen[2]), seen[3]))

    event.listen(tx.connection, "before_cursor_execute", remember)
    assert dossiers.search(tx, person, words)
    event.remove(tx.connection, "before_cursor_execute", remember)
    explain = "EXPLAIN " if tx.connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    return [
        "\n".join(str(row[-1]) for row in tx.connection.exec_driver_sql(explain + statement, values))
        for statement, values in asked
        if "household_keys" in statement
    ]
