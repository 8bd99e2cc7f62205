"""Who knows whom, where the contracts in pyproject.toml cannot say it: no circle, and a ground floor."""

from __future__ import annotations

import graphlib
import sys
from functools import cache

import grimp
import pytest

from tests.house.tree import PRODUCT, none

# Module or package of the ground floor → what of ours it may know. These and the standard library, unless
# FOREIGN names more: they can be read and tested with nothing else in hand.
GROUND_FLOOR = {
    "bot.forms": {"bot.forms"},
    "bot.texts": {"bot.texts"},
    "bot.sandbox": {"bot.sandbox"},
    "storage.aid_codes": set[str](),
    "storage.codes": set[str](),
    "storage.columns": set[str](),
    "storage.errors": set[str](),
    "storage.rules": {"storage.codes", "storage.aid_codes"},
    "storage.secrets": set[str](),
    "storage.tables": {"storage.tables", "storage.aid_codes", "storage.codes", "storage.columns"},
}
FOREIGN = {
    "bot.sandbox": {"aiohttp", "starlette", "uvicorn"},
    "storage.columns": {"sqlalchemy", "sqlmodel"},
    "storage.secrets": {"cryptography"},
    "storage.tables": {"sqlalchemy", "sqlmodel"},
}


@cache
def known(*, typing_too: bool) -> grimp.ImportGraph:
    """Who imports whom; with `typing_too` also what only the type checker imports."""
    return grimp.build_graph(
        *PRODUCT,
        include_external_packages=True,
        exclude_type_checking_imports=not typing_too,
        cache_dir=None,
    )


def ours(graph: grimp.ImportGraph) -> list[str]:
    """The modules of the product, in order."""
    return sorted(name for name in graph.modules if name.partition(".")[0] in PRODUCT)


def within(module: str, place: str) -> bool:
    """Whether a module is this place or lies below it."""
    return module == place or module.startswith(f"{place}.")


def test_no_circle_of_modules() -> None:
    graph = known(typing_too=False)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in ours(graph)}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as circle:
        pytest.fail(" → ".join(reversed(circle.args[1])))


def test_no_module_imports_a_package_it_lies_in() -> None:
    graph = known(typing_too=True)
    none(
        [
            f"{module} imports {package}"
            for module in ours(graph)
            for package in sorted(graph.find_modules_directly_imported_by(module))
            if module.startswith(f"{package}.")
        ]
    )


@pytest.mark.parametrize("place", GROUND_FLOOR)
def test_the_ground_floor_knows_nothing_above_it(place: str) -> None:
    graph = known(typing_too=True)
    allowed = GROUND_FLOOR[place]
    none(
        [
            f"{module} imports {other}"
            for module in ours(graph)
            if within(module, place)
            for other in sorted(graph.find_modules_directly_imported_by(module))
            if other.partition(".")[0] in PRODUCT and not any(within(other, one) for one in allowed)
        ]
    )


@pytest.mark.parametrize("place", GROUND_FLOOR)
def test_the_ground_floor_stands_on_the_standard_library(place: str) -> None:
    graph = known(typing_too=True)
    allowed = sys.stdlib_module_names | FOREIGN.get(place, set()) | set(PRODUCT)
    none(
        [
            f"{module} imports {other}"
            for module in ours(graph)
            if within(module, place)
            for other in sorted(graph.find_modules_directly_imported_by(module))
            if other.partition(".")[0] not in allowed
        ]
    )
