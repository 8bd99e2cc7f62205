"""The published description of the Bot API, and what is wrong with a value or a request by its word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PUBLISHED = Path(__file__).parents[2] / "shared/data/botapi/api-10.0.json"
SCALARS: dict[str, Any] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
    "True": bool,
}


def load() -> Any:  # noqa: ANN401 - JSON
    """Read the description; the test is skipped where it does not lie beside the repository."""
    if not PUBLISHED.exists():
        pytest.skip("the published description of the Bot API is not beside the repository")
    return json.loads(PUBLISHED.read_text())


def faults(api: Any, value: Any, kinds: list[str], where: str) -> list[str]:  # noqa: ANN401 - JSON
    """What is wrong with a value that should be of one of these types: nothing for one of them."""
    tries = [_faults_of(api, value, kind, where) for kind in kinds]
    return min(tries, key=len)


def _faults_of(api: Any, value: Any, kind: str, where: str) -> list[str]:  # noqa: ANN401 - JSON
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        return [f for i, item in enumerate(value) for f in faults(api, item, [kind[9:]], f"{where}[{i}]")]
    if kind in SCALARS:
        right = isinstance(value, SCALARS[kind]) and (
            kind in {"Boolean", "True"} or not isinstance(value, bool)
        )
        return [] if right else [f"{where}: no {kind}"]
    described = api["types"][kind]
    if subtypes := described.get("subtypes"):
        return faults(api, value, subtypes, where)
    if not isinstance(value, dict):
        return [f"{where}: no {kind}"]
    return faults_of_fields(api, value, described.get("fields", []), where)


def faults_of_fields(api: Any, given: Any, fields: list[Any], where: str) -> list[str]:  # noqa: ANN401 - JSON
    """What is missing, unknown or of a wrong type among the fields that are given."""
    known = {field["name"]: field for field in fields}
    missing = [
        f"{where}.{name} is missing" for name, f in known.items() if f["required"] and name not in given
    ]
    unknown = [f"{where}.{name} is unknown" for name in given if name not in known]
    there = [(name, item) for name, item in given.items() if name in known]
    inner = [f for name, item in there for f in faults(api, item, known[name]["types"], f"{where}.{name}")]
    return missing + unknown + inner
