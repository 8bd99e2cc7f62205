"""The same stages as for transcripts."""

from __future__ import annotations

from tests.transcripts.conftest import furnished, once, opening, without_pace

__all__ = ["furnished", "once", "opening", "without_pace"]
