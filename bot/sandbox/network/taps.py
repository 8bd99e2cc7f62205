"""The taps on buttons that wait for their answer."""

import time
from dataclasses import dataclass, field

from bot.sandbox.wire.errors import bad_request

MAX_OPEN = 10_000


@dataclass(slots=True)
class Tap:
    """One press of a button."""

    tap_id: str
    person_id: int
    message_id: int
    at_seconds: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot said to a tap; an empty text only ends the waiting."""

    tap_id: str
    person_id: int
    text: str
    alert: bool


class Taps:
    """A tap can be answered once, and for some seconds of real time only, however the clock is turned."""

    def __init__(self, lasts_seconds: float) -> None:
        self.lasts_seconds = lasts_seconds
        self.answers: list[Answer] = []
        self._open: dict[str, Tap] = {}
        self.next_number = 1

    def open(self, person_id: int, message_id: int) -> Tap:
        """A new tap."""
        number, self.next_number = self.next_number, self.next_number + 1
        tap = Tap(str(4_000_000_000_000_000 + number), person_id, message_id)
        self._open[tap.tap_id] = tap
        while len(self._open) > MAX_OPEN:
            del self._open[next(iter(self._open))]
        return tap

    def answer(self, tap_id: str, text: str, *, alert: bool) -> Answer:
        """Ends the waiting; refuses a tap that is unknown, answered or too old."""
        tap = self._open.pop(tap_id, None)
        if tap is None or time.monotonic() - tap.at_seconds > self.lasts_seconds:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        answer = Answer(tap_id, tap.person_id, text, alert)
        self.answers.append(answer)
        del self.answers[:-MAX_OPEN]
        return answer
