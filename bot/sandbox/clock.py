"""A clock that runs with real time and can be turned forward by hand."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as TimeOfDay  # noqa: N812 - `time` is the module of the monotonic clock
from zoneinfo import ZoneInfo

MAX_TURN = timedelta(days=400)
MORNING = TimeOfDay(8, 30)
MIDNIGHT = TimeOfDay(0, 0)
UTC = ZoneInfo("UTC")

# The moments of a day at which a turned clock stops, so that whoever works by it can.
Mornings = Callable[[date], Iterable[datetime]]


class TurnableClock:
    """Aware UTC instants from a start on; goes on with real elapsed time and never back."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the start needs a time zone")
        self._base = start.astimezone(UTC)
        self._since_seconds = time.monotonic()

    def __call__(self) -> datetime:
        """The instant it is now."""
        return self._base + timedelta(seconds=time.monotonic() - self._since_seconds)

    def set(self, instant: datetime) -> None:
        """It is now `instant`; an instant that has passed is refused with ValueError."""
        if instant < self():
            raise ValueError("the clock turns forward only")
        self._base = instant.astimezone(UTC)
        self._since_seconds = time.monotonic()

    def walk(self, to: datetime, zone: ZoneInfo, mornings: Mornings | None = None) -> Iterator[datetime]:
        """Turns to each morning on the way (08:30 in `zone` unless told), then to `to`; yields each time."""
        for stop in stops(self(), to, zone, mornings):
            if stop > self():
                self.set(stop)
            yield stop


def stops(
    start: datetime, to: datetime, zone: ZoneInfo, mornings: Mornings | None = None
) -> Iterator[datetime]:
    """Every morning strictly between, in order, then `to`; all UTC. Unless told it is 08:30 of `zone`."""

    def half_past_eight(day: date) -> Iterable[datetime]:
        return (datetime.combine(day, MORNING, tzinfo=zone),)

    day = start.astimezone(zone).date()
    while datetime.combine(day, MIDNIGHT, tzinfo=zone) < to:
        for morning in sorted((mornings or half_past_eight)(day)):
            if start < morning < to:
                yield morning.astimezone(UTC)
        day += timedelta(days=1)
    yield to.astimezone(UTC)


class Turning:
    """Turns of the clock, one after another, each awaited by those who work by the clock."""

    def __init__(
        self,
        clock: TurnableClock,
        zone: ZoneInfo,
        on_turn: Callable[[datetime], Awaitable[None]],
        announce: Callable[[], None],
        mornings: Mornings | None = None,
    ) -> None:
        self._clock = clock
        self._zone = zone
        self._on_turn = on_turn
        self._announce = announce
        self._mornings = mornings
        self._one_at_a_time = asyncio.Lock()
        self.zone = zone
        self.turning = False

    @property
    def now(self) -> datetime:
        """The instant it is now, in the zone shown to people."""
        return self._clock().astimezone(self._zone)

    async def turn(self, *, days: int = 0, hours: int = 0) -> None:
        """Goes forward by calendar days (the time of day stays) and hours; refuses others with ValueError."""
        if days < 0 or hours < 0 or not timedelta() < timedelta(days=days, hours=hours) <= MAX_TURN:
            raise ValueError("a turn goes forward, by at most 400 days")
        async with self._one_at_a_time:
            to = (self.now + timedelta(days=days)).astimezone(UTC) + timedelta(hours=hours)
            self.turning = True
            try:
                for stop in self._clock.walk(to, self._zone, self._mornings):
                    self._announce()
                    await self._on_turn(stop)
            finally:
                self.turning = False
                self._announce()
