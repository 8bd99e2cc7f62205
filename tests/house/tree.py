"""What the house rules look at: the checkout's own files, the sources among them, their syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "storage")
GENERATED = ROOT / "storage" / "migrations" / "versions"

_OURS_WITH_A_DOT = {".ci", ".env.example", ".gitignore"}
_NOT_OURS = {"__pycache__", "bench.json", "dist", "sandbox-data"}
_NOT_OURS_ENDINGS = {".db", ".db-shm", ".db-wal", ".lock"}
_READ_AS_TEXT = {
    "",
    ".css",
    ".csv",
    ".example",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".mako",
    ".md",
    ".py",
    ".svg",
}
_READ_AS_TEXT |= {".toml", ".txt"}


def files() -> Iterator[Path]:
    """Every file that belongs to the repository; what a run leaves behind is left out."""
    yield from _files(ROOT)


def texts() -> Iterator[Path]:
    """The files a person can read as text, the lock file among them."""
    yield from (path for path in files() if path.suffix in _READ_AS_TEXT or path.name == "requirements.lock")


def sources(*roots: str) -> list[Path]:
    """The Python files below these folders, in order."""
    return sorted(path for root in roots for path in (ROOT / root).rglob("*.py"))


@cache
def read(path: Path) -> str:
    """What stands in a file."""
    return path.read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(read(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree."""
    return tuple(ast.walk(parsed(path)))


def shown(path: Path) -> str:
    """A path as messages name it."""
    return path.relative_to(ROOT).as_posix()


def none(faults: list[str]) -> None:
    """Fail with one line for each fault, in full."""
    assert [] == faults, "\n" + "\n".join(faults)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a file with its number of lines."""
    for node in nodes(path):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if not _is_ours(path):
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _is_ours(path: Path) -> bool:
    if path.name.startswith("."):
        return path.name in _OURS_WITH_A_DOT
    if path.name == "requirements.lock":
        return True
    left_behind = path.name in _NOT_OURS or path.name.endswith(".egg-info")
    return not left_behind and path.suffix not in _NOT_OURS_ENDINGS
