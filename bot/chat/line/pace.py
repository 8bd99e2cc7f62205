"""Telegram's pace: who of those who wait may be written to now; no network, no storage, no clock of its own.

Seconds are those of a monotonic clock that the caller passes in.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.post.outbox import Priority

if TYPE_CHECKING:
    from storage.post.dispatch import Letter

LANES_KEPT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits: Telegram allows 30 messages a second in all and one a second to a chat, with short bursts."""

    overall_per_second: float = 25.0
    # A burst and the second after it stay below the 30: letters may catch one another up on the way.
    overall_burst: int = 3
    chat_per_second: float = 1.0
    # A person who taps through a report is answered at once; whoever is too fast even for that, Telegram
    # slows down itself (retry_after).
    chat_burst: int = 20


class Bucket:
    """Tokens that refill with time; a pause empties it until a moment."""

    __slots__ = ("_burst", "_filled_at", "_paused_until", "_rate", "_tokens")

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at = 0.0
        self._paused_until = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until a token is there; 0 when there is one."""
        self._fill(now)
        missing = 0.0 if self._tokens >= 1 else (1 - self._tokens) / self._rate
        return max(missing, self._paused_until - now, 0.0)

    def take(self, now: float) -> None:
        """Use one token."""
        self._fill(now)
        self._tokens -= 1

    def pause(self, until: float) -> None:
        """Give none before `until`."""
        self._paused_until = max(self._paused_until, until)

    def is_rested(self, now: float) -> bool:
        """Whether it is as good as new."""
        self._fill(now)
        return self._tokens >= self._burst and self._paused_until <= now

    def _fill(self, now: float) -> None:
        self._tokens = min(float(self._burst), self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now


class Lane:
    """One chat's letters in order, one at a time on its way. Answers to taps have a lane of their own."""

    __slots__ = ("bucket", "busy", "is_asleep", "letters")

    def __init__(self, bucket: Bucket | None) -> None:
        self.bucket = bucket
        self.busy = False
        self.is_asleep = False
        self.letters: list[tuple[int, int, Letter]] = []


class Lines:
    """Everybody who waits, and the rule who goes next: the most urgent, then the oldest."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._overall = Bucket(pace.overall_per_second, pace.overall_burst)
        self._all_paused_until = 0.0
        self._lanes: dict[tuple[int, bool], Lane] = {}
        self._ready: list[tuple[int, int, tuple[int, bool]]] = []
        self._asleep: list[tuple[float, tuple[int, bool]]] = []
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def add(self, letter: Letter, now: float) -> Letter | None:
        """Queue a letter; returns the one it makes needless (an older, unsent state of the same card)."""
        key = _lane_of(letter)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = self._new_lane(key, now)
        older = _same_card(lane, letter)
        if older is not None and older.id > letter.id:
            older.repost = older.repost or letter.repost
            self._offer(key, lane, now)
            return letter
        if older is not None:
            letter.repost = letter.repost or older.repost
            lane.letters = [entry for entry in lane.letters if entry[2] is not older]
            heapq.heapify(lane.letters)
            self._waiting -= 1
        heapq.heappush(lane.letters, (letter.priority, letter.id, letter))
        self._waiting += 1
        self._offer(key, lane, now)
        return older

    def take(self, now: float) -> Letter | None:
        """Return the letter that goes now, None when nobody may; its chat is busy until `finish`."""
        self._wake(now)
        while self._ready and self._all_paused_until <= now:
            priority, number, key = self._ready[0]
            lane = self._lanes.get(key)
            if lane is None or lane.busy or not lane.letters or lane.letters[0][:2] != (priority, number):
                heapq.heappop(self._ready)
                continue
            if lane.bucket is not None:
                if self._overall.wait(now) > 0:
                    return None
                self._overall.take(now)
                lane.bucket.take(now)
            heapq.heappop(self._ready)
            lane.busy = True
            self._waiting -= 1
            return heapq.heappop(lane.letters)[2]
        return None

    def wait(self, now: float) -> float | None:
        """Return the seconds after which `take` may find somebody; None: not before something changes."""
        moments = [self._asleep[0][0]] if self._asleep else []
        if self._ready:
            moments.append(now + self._overall.wait(now))
        if not moments:
            return None
        return max(min(moments), self._all_paused_until) - now

    def finish(self, letter: Letter, now: float) -> None:
        """The letter is through; the next of its chat may go."""
        key = _lane_of(letter)
        lane = self._lanes[key]
        lane.busy = False
        self._offer(key, lane, now)

    def put_back(self, letter: Letter, now: float, pause_seconds: float) -> Letter | None:
        """The letter must go again, not before a pause; returns it when a newer state of its card waits."""
        lane = self._lanes[_lane_of(letter)]
        lane.busy = False
        if lane.bucket is None:
            self._all_paused_until = max(self._all_paused_until, now + min(pause_seconds, 1.0))
        else:
            lane.bucket.pause(now + pause_seconds)
        return self.add(letter, now)

    def pause_all(self, until: float) -> None:
        """Nobody goes before `until`."""
        self._all_paused_until = max(self._all_paused_until, until)

    def drop(self, chat_id: int) -> list[Letter]:
        """Forget whatever waits for a chat and return it."""
        dropped = []
        for toast in (True, False):
            lane = self._lanes.get((chat_id, toast))
            if lane is not None:
                dropped += [letter for _, _, letter in lane.letters]
                lane.letters.clear()
        self._waiting -= len(dropped)
        return dropped

    def _new_lane(self, key: tuple[int, bool], now: float) -> Lane:
        if len(self._lanes) >= LANES_KEPT_MAX:
            self._lanes = {key: lane for key, lane in self._lanes.items() if not _is_idle(lane, now)}
        return Lane(None if key[1] else Bucket(self._pace.chat_per_second, self._pace.chat_burst))

    def _offer(self, key: tuple[int, bool], lane: Lane, now: float) -> None:
        if lane.busy or not lane.letters:
            return
        wait = lane.bucket.wait(now) if lane.bucket else 0.0
        if wait <= 0:
            heapq.heappush(self._ready, (*lane.letters[0][:2], key))
        elif not lane.is_asleep:
            lane.is_asleep = True
            heapq.heappush(self._asleep, (now + wait, key))

    def _wake(self, now: float) -> None:
        while self._asleep and self._asleep[0][0] <= now:
            _, key = heapq.heappop(self._asleep)
            lane = self._lanes.get(key)
            if lane is not None:
                lane.is_asleep = False
                self._offer(key, lane, now)


def _lane_of(letter: Letter) -> tuple[int, bool]:
    return letter.chat_id, letter.priority == Priority.TOAST


def _same_card(lane: Lane, letter: Letter) -> Letter | None:
    if letter.card is None or letter.method != "sendMessage":
        return None
    for _, _, other in lane.letters:
        if other.card == letter.card and other.method == "sendMessage":
            return other
    return None


def _is_idle(lane: Lane, now: float) -> bool:
    return not lane.busy and not lane.letters and (lane.bucket is None or lane.bucket.is_rested(now))
