"""Files, functions and docstrings: small enough to be read, and each says what it is for."""

from __future__ import annotations

import ast
import statistics

from tests.house.tree import GENERATED, PRODUCT, ROOT, functions, none, parsed, shown, sources

FILE_LINES = 300
FUNCTION_LINES = 50
USUAL_FUNCTION_LINES = 12


def test_no_file_of_the_product_is_longer_than_300_lines() -> None:
    written = [path for path in sources(*PRODUCT) if GENERATED not in path.parents]
    written += sorted((ROOT / "bot").rglob("*.js"))
    lines = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    none([f"{path}: {count} lines" for path, count in lines.items() if count > FILE_LINES])


def test_no_function_of_the_product_is_longer_than_50_lines() -> None:
    none(
        [
            f"{shown(path)}: {name}, {lines} lines"
            for path in sources(*PRODUCT)
            if GENERATED not in path.parents
            for name, lines in functions(path)
            if lines > FUNCTION_LINES
        ]
    )


def test_the_usual_function_is_about_ten_lines_long() -> None:
    lengths = [lines for path in sources(*PRODUCT) for _, lines in functions(path)]
    assert statistics.median(lengths) <= USUAL_FUNCTION_LINES


def test_every_module_begins_with_a_line_that_tells_its_purpose() -> None:
    silent = []
    for path in sources(*PRODUCT, "tests"):
        first = (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
        if not first.endswith((".", "?")) or (len(first.split()) < 2 and path.parts[-2] in PRODUCT):
            silent.append(f"{shown(path)}: {first!r}")
    none(silent)


def test_an_init_file_holds_its_one_line_and_nothing_else() -> None:
    none(
        [
            shown(path)
            for path in sources(*PRODUCT, "tests")
            if path.name == "__init__.py"
            and (
                len(parsed(path).body) != 1
                or len((ast.get_docstring(parsed(path)) or "\n").splitlines()) != 1
            )
        ]
    )
