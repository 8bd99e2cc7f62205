"""What is wrong with a file that is to be imported, one line for each bad cell; knows no sheet."""

from __future__ import annotations

from typing import NamedTuple

VALUE_CHARACTERS = 40
FAULTS_KEPT = 10_000


class Fault(NamedTuple):
    """One thing wrong, as a person finds it in the file.

    `row` counts as a table program shows it, the header being 1; it is 0 for the file as a whole.
    `reason` finds the words (`exchange.reason.<reason>`), `value` and `details` fill their placeholders.
    """

    file: str
    row: int
    column: str
    reason: str
    value: str
    details: dict[str, object]


class Faults:
    """Gathers faults in the order they are found; beyond ten thousand they are only counted."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.uncounted = 0

    def add(
        self, file: str, row: int, column: str, reason: str, value: object = "", **details: object
    ) -> None:
        """Keep one more."""
        if len(self.found) < FAULTS_KEPT:
            self.found.append(Fault(file, row, column, reason, str(value)[:VALUE_CHARACTERS], details))
        else:
            self.uncounted += 1

    def sorted(self) -> list[Fault]:
        """Return all of them file by file, in the order of the rows."""
        files = {fault.file: place for place, fault in reversed(list(enumerate(self.found)))}
        ordered = sorted(self.found, key=lambda fault: (files[fault.file], fault.row))
        if self.uncounted:
            ordered.append(Fault("", 0, "", "more", str(self.uncounted), {}))
        return ordered
