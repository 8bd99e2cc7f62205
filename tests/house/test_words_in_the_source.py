"""Words that have no place in the repository: names that say nothing, loose ends, other people's business."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.house.tree import PRODUCT, ROOT, files, nodes, none, parsed, read, shown, sources, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAYS_NOTHING = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
SAYS_NOTHING_OF_A_CLASS = ("Base", "Helper", "Helpers", "Manager", "Util", "Utils")

# Every pattern is put together from parts, so that this file does not hold what it looks for.
LOOSE_ENDS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "raise NotImplemented" + "Error"]
REGISTRIES = [
    r"py" + r"pi\.(org|python)",
    r"python" + r"hosted\.",
    r"npm" + r"js\.(org|com)",
    r"yarn" + r"pkg\.",
    r"crates" + r"\.io",
    r"ana" + r"conda\.(org|com)",
    r"jsd" + r"elivr\.",
    r"un" + r"pkg\.",
    r"(deb|security)\.deb" + r"ian\.org",
    r"docker" + r"\.io",
]
NOT_OURS_TO_TELL = [
    r"(?<![\w.:/-])/wo" + r"rk/",
    r"(?<![\w.:/-])/tm" + r"p/",
    r"/ro" + r"ot/",
    r"\b(chat)?g" + r"pt\b",
    r"\bll" + r"ms?\b",
    r"\banthro" + r"pic\b",
    r"\bclau" + r"de\b",
    r"\bopen" + r"ai\b",
    r"\bco" + r"pilot\b",
    r"\b(sub-?|coding )ag" + r"ents?\b",
    r"\bartificial intelli" + r"gence\b",
]
ISSUE_NUMBER = re.compile(r"(?<![&\w#])#\d{2,}\b|\b[A-Za-z][\w-]*#\d+\b|\bissue \d+\b", re.IGNORECASE)


def found(pattern: str, flags: int = 0, *, among: list[Path] | None = None) -> list[str]:
    """Where a pattern occurs, as `path:line`."""
    looked_for = re.compile(pattern, flags)
    return [
        f"{shown(path)}:{number}: {line.strip()[:80]}"
        for path in among or texts()
        if looked_for.search(read(path))
        for number, line in enumerate(read(path).splitlines(), start=1)
        if looked_for.search(line)
    ]


def test_no_file_and_no_folder_has_a_name_that_says_nothing() -> None:
    parts = {part for path in files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert set() == parts & SAYS_NOTHING


def test_no_class_has_a_name_that_says_nothing() -> None:
    none(
        [
            f"{shown(path)}: {node.name}"
            for path in sources(*PRODUCT, "tests")
            for node in nodes(path)
            if isinstance(node, ast.ClassDef) and node.name.endswith(SAYS_NOTHING_OF_A_CLASS)
        ]
    )


@pytest.mark.parametrize("word", LOOSE_ENDS)
def test_nothing_is_left_for_later(word: str) -> None:
    none(found(rf"\b{word}\b", among=sources(*PRODUCT, "tests")))


def test_nothing_is_printed_past_the_shell() -> None:
    none(
        [
            f"{shown(path)}:{node.lineno}"
            for path in sources(*PRODUCT, "tests")
            for node in nodes(path)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
    )


@pytest.mark.parametrize("pattern", REGISTRIES)
def test_no_package_registry_is_named(pattern: str) -> None:
    none(found(pattern, re.IGNORECASE))


@pytest.mark.parametrize("pattern", NOT_OURS_TO_TELL)
def test_the_repository_speaks_of_itself_alone(pattern: str) -> None:
    none(found(pattern, re.IGNORECASE))


def test_no_issue_is_named_by_a_number_that_only_its_tracker_knows() -> None:
    among = [*sources(*PRODUCT, "tests"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    none(found(ISSUE_NUMBER.pattern, re.IGNORECASE, among=among))


# Who may hold Chinese letters outside the texts: what is read rather than said, or data.
READS_OR_HOLDS_CHINESE = {
    "bot/chat/screens/takeover/away_words.py": "a leave as people type it",
    "bot/forms/days.py": "dates as people type them",
    "bot/forms/kinds/number.py": "counters as people type them",
    "bot/forms/numerals.py": "numerals as people type them",
    "bot/forms/shorthand.py": "the marks of the one-message report",
    "bot/sandbox/demo.py": "the demo union's people",
    "storage/rulebook/policy_values.py": "values of rules as people type them",
    "storage/exchange": "column heads and codes of the registers that are taken in and given out",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
OUR_NAME = "贴心"


def test_what_people_read_is_not_written_in_the_code() -> None:
    none(
        [
            f"{shown(path)}:{node.lineno}: {node.value[:40]!r}"
            for path in sources(*PRODUCT)
            if not shown(path).startswith(tuple(READS_OR_HOLDS_CHINESE))
            for node in _strings(parsed(path))
            if HAN.search(node.value.replace(OUR_NAME, ""))
        ]
    )


def test_the_exceptions_are_still_needed() -> None:
    for name in READS_OR_HOLDS_CHINESE:
        path = ROOT / name
        among = [path] if path.is_file() else sorted(path.rglob("*.py"))
        assert any(HAN.search(node.value) for one in among for node in _strings(parsed(one))), name


class _Literal(ast.Constant):
    value: str


def _strings(tree: ast.Module) -> Iterator[_Literal]:
    """String literals that are no docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node  # type: ignore[misc]  # a Constant whose value is known to be a string
