"""The outbox goes to Telegram, at Telegram's pace; knows no conversation and decides no words.

It takes letters from the database for the carrier and writes down what became of them, many in one
transaction. A letter is sent once by this process even before that is written down; after a kill, a letter
whose sending was not written down is sent again.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.chat.line.carrier import Carrier, Hooks
from bot.chat.line.pace import Pace
from storage.columns import new_id
from storage.errors import NotSaved
from storage.post import dispatch, outbox
from storage.post.dispatch import LEASE_SECONDS, Letter, Outcome
from storage.post.outbox import NEW, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.line.api import BotApi
    from storage.core.transaction import Transaction
    from storage.database import Database

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
HELD_MAX = 2_000
URGENT_EXTRA = 200

__all__ = ["Delivery", "Hooks", "Pace"]


class Delivery:
    """Sends the outbox of one database until stopped."""

    def __init__(
        self, database: Database, api: BotApi, *, pace: Pace | None = None, hooks: Hooks | None = None
    ) -> None:
        self._database = database
        self._api = api
        self._pace = pace or Pace()
        self._hooks = hooks or Hooks()
        self._owner = new_id()
        # Every letter in hand, until what became of it is on disk: the database may offer it again.
        self._held: dict[int, Letter] = {}
        self._outcomes: list[Outcome] = []
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None
        self._quiet: list[asyncio.Future[None]] = []
        self._renewed_at = 0.0
        self._stopping = False

    async def start(self) -> None:
        """Take up what is unsent, and whatever comes."""
        self._loop = asyncio.get_running_loop()
        self._carrier = Carrier(self._database, self._api, self._settle, self._pace, self._hooks)
        if self._database.is_sqlite:
            # One process writes here: whoever held letters before is dead.
            await self._database.run(dispatch.release)
        self._unlisten = self._database.listen(outbox.BELL, self._ring)
        self._task = asyncio.create_task(self._work(), name="delivery")

    async def stop(self) -> None:
        """Let what is on its way arrive, write it down, give the rest back."""
        if self._task is None:
            return
        if self._unlisten is not None:
            self._unlisten()
        await self._carrier.stop()
        self._stopping = True
        self._bell.set()
        await self._task
        with suppress(NotSaved):
            await self._database.run(self._give_back, self._outcomes)

    async def drained(self) -> None:
        """Return once everything that is due has been sent and written down."""
        waiter: asyncio.Future[None] = self._loop.create_future()
        self._quiet.append(waiter)
        self._bell.set()
        await waiter

    def _ring(self) -> None:
        self._loop.call_soon_threadsafe(self._bell.set)

    async def _work(self) -> None:
        while not self._stopping:
            self._bell.clear()
            waiters, self._quiet = self._quiet, []
            taken = await self._turn()
            if taken or self._held or self._outcomes:
                self._quiet = waiters + self._quiet
            else:
                self._carrier.forget_cards()
                for waiter in waiters:
                    waiter.set_result(None)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), POLL_SECONDS)

    async def _turn(self) -> int:
        """Write down what is known, take what is due; returns how many letters came."""
        outcomes, self._outcomes = self._outcomes, []
        room = HELD_MAX - len(self._held)
        try:
            letters, cards = await self._database.run(self._exchange, outcomes, room)
        except NotSaved:
            self._outcomes = outcomes + self._outcomes
            log.warning("delivery: the storage failed; what was sent will be written down later")
            await asyncio.sleep(POLL_SECONDS)
            self._bell.set()
            return 0
        except Exception:
            # One bad row must not silence everybody: try again, loudly.
            self._outcomes = outcomes + self._outcomes
            log.exception("delivery: could not turn over the outbox")
            await asyncio.sleep(POLL_SECONDS)
            return 0
        for outcome in outcomes:
            if outcome.state != NEW:
                self._held.pop(outcome.letter.id, None)
        self._learn(cards)
        fresh = [letter for letter in letters if letter.id not in self._held]
        for letter in fresh:
            self._held[letter.id] = letter
            self._carrier.add(letter)
        self._carrier.carry()
        return len(fresh)

    def _exchange(
        self, tx: Transaction, outcomes: list[Outcome], room: int
    ) -> tuple[list[Letter], dict[tuple[int, str], int]]:
        if outcomes:
            dispatch.settle(tx, outcomes)
        if self._held and self._loop.time() - self._renewed_at > LEASE_SECONDS / 3:
            dispatch.renew(tx, self._owner)
            self._renewed_at = self._loop.time()
        if room > 0:
            return dispatch.claim(tx, self._owner, room)
        return dispatch.claim(tx, self._owner, URGENT_EXTRA, Priority.REPLY)

    def _give_back(self, tx: Transaction, outcomes: list[Outcome]) -> None:
        dispatch.settle(tx, outcomes)
        dispatch.release(tx, self._owner)

    def _learn(self, cards: dict[tuple[int, str], int]) -> None:
        """The database knows the cards, except where something newer is not yet written down."""
        newer = {(outcome.letter.chat_id, outcome.letter.card) for outcome in self._outcomes}
        for card, message_id in cards.items():
            if card not in newer:
                self._carrier.learn_card(card, message_id)

    def _settle(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._bell.set()
