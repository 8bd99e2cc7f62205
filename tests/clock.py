"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2017, 9, 4, 1, 0, tzinfo=UTC)


class FakeClock:
    """Callable like the real one; `set` and `advance` move it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        """Stand at `now`, an aware moment."""
        self.now = now

    def advance(self, **parts: float) -> None:
        """Move on by the parts of a timedelta: `clock.advance(days=1)`."""
        self.now += timedelta(**parts)
