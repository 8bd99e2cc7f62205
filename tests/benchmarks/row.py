"""One measured figure, and what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`value` in `unit`, measured over `n`; `at_least` and `at_most` are promises, None: there is none."""

    benchmark: str
    what: str
    value: float
    unit: str
    n: int
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the promise holds; true where there is none."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)
