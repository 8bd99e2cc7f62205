"""One name, one thing: what a comprehension calls its items is not what its function calls from the module.

Readers confuse the two, and so do the first releases of Python 3.12.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.house.tree import PRODUCT, nodes, none, parsed, shown, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def items_of(comprehension: ast.AST) -> set[str]:
    """What a comprehension calls its items."""
    return {
        name.id
        for each in getattr(comprehension, "generators", [])
        for name in ast.walk(each.target)
        if isinstance(name, ast.Name)
    }


def taken_from_outside(node: ast.AST, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names read below a node that no comprehension around them has made."""
    if isinstance(node, COMPREHENSIONS):
        hidden = hidden | items_of(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in hidden:
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from taken_from_outside(child, hidden)


def names_in(module: ast.Module) -> set[str]:
    """The functions and classes of a module, and what it imports."""
    found: set[str] = set()
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def hidden_in(function: ast.AST) -> set[str]:
    """What the comprehensions of a function call their items and the function reads as something else."""
    made = {
        name for node in ast.walk(function) if isinstance(node, COMPREHENSIONS) for name in items_of(node)
    }
    return made & set(taken_from_outside(function)) if made else set()


def test_a_comprehension_hides_the_name_it_makes_from_the_rest() -> None:
    function = ast.parse("def f(): return [line for line in b], line(1), [one for one in c]")
    assert {"line"} == hidden_in(function)


def test_no_comprehension_hides_what_its_function_uses_of_the_module() -> None:
    none(
        [
            f"{shown(path)}:{node.lineno} {node.name}: {', '.join(sorted(hidden))}"
            for path in sources(*PRODUCT, "tests")
            for node in nodes(path)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and (hidden := hidden_in(node) & names_in(parsed(path)))
        ]
    )
