"""Whose records these are: the union's name, where a folder of records says it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = "expected.json"


def union_name(path: Path) -> str:
    """Return the name in the folder's own table of figures (`expected.json`); "" when it has none."""
    figures = path / FIGURES
    if not figures.is_file():
        return ""
    try:
        name = json.loads(figures.read_text(encoding="utf-8")).get("union", "")
    except (ValueError, AttributeError):
        return ""
    return name if isinstance(name, str) else ""
