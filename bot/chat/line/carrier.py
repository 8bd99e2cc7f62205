"""Carries letters to Telegram, different chats side by side, and copes with every answer it gives.

What became of a letter goes to `settle`; it is somebody else's to write down.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.chat.line.api import ApiRefused, NoAnswer, NotReached
from bot.chat.line.pace import Lines, Pace
from bot.chat.line.posting import TAP_TOO_OLD, MaybeSent, Sources, post
from storage.errors import NotSaved
from storage.post import dispatch
from storage.post.dispatch import Letter, Outcome
from storage.post.outbox import EXPIRED, FAILED, NEW, REPLACED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import BinaryIO

    from bot.chat.line.api import BotApi
    from storage.database import Database

log = logging.getLogger(__name__)

FLYING_MAX = 64
STOP_SECONDS = 5.0
PAUSE_SECONDS = 0.5
PAUSE_MAX_SECONDS = 30.0
SENDS_MAX = 2
TOKEN_CODES = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
BLOCKED_WORDS = (
    "chat not found",
    "user is deactivated",
    "bot can't initiate conversation",
    "PEER_ID_INVALID",
)


async def _nobody(_chat_id: int) -> None:
    """Tell nobody."""


async def _unheard(_letter: Letter, _error: str) -> None:
    """Tell nobody."""


async def _no_artist(kind: str, _figures: Mapping[str, Any]) -> bytes:
    """Draw nothing: the words go alone."""
    raise LookupError(f"nobody here draws {kind}")


async def _no_clerk(order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
    """Make nothing: the words go alone."""
    raise LookupError(f"nobody here makes {order['make']}")


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who wants to know: a chat that cannot be written to any more, a letter that Telegram will not have.

    And who draws the pictures of letters that bring only figures, and makes files of those that bring ids.
    """

    on_blocked: Callable[[int], Awaitable[None]] = _nobody
    on_refused: Callable[[Letter, str], Awaitable[None]] = _unheard
    draw: Callable[[str, Mapping[str, Any]], Awaitable[bytes]] = _no_artist
    make: Callable[[Mapping[str, Any]], Awaitable[tuple[str, BinaryIO, str]]] = _no_clerk


class Carrier:
    """Sends letters at a pace; a chat's letters one after another."""

    def __init__(
        self,
        database: Database,
        api: BotApi,
        settle: Callable[[Outcome], None],
        pace: Pace,
        hooks: Hooks,
    ) -> None:
        self._database = database
        self._api = api
        self._settle = settle
        self._hooks = hooks
        self._sources = Sources(self._contents, hooks.draw, hooks.make)
        self._lines = Lines(pace)
        self._loop = asyncio.get_running_loop()
        self._cards: dict[tuple[int, str], int] = {}
        self._flying: set[asyncio.Task[None]] = set()
        self._flooded: dict[int, float] = {}
        self._outage_seconds = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def add(self, letter: Letter) -> None:
        """Queue a letter; an older state of the same card that has not left is replaced."""
        self._replace(self._lines.add(letter, self._loop.time()))

    def learn_card(self, card: tuple[int, str], message_id: int) -> None:
        """Know which message is the card of that chat and name."""
        self._cards[card] = message_id

    def forget_cards(self) -> None:
        """Nothing is in hand: the database knows every card."""
        self._cards.clear()

    async def stop(self) -> None:
        """Let what is on its way arrive (5 seconds); send nothing more."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._flying:
            await asyncio.wait(self._flying, timeout=STOP_SECONDS)
        for task in self._flying:
            task.cancel()

    def carry(self) -> None:
        """Send whatever may be sent now, and come back when more may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._stopped:
            return
        now = self._loop.time()
        while len(self._flying) < FLYING_MAX and (letter := self._lines.take(now)) is not None:
            task = asyncio.create_task(self._fly(letter))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        wait = self._lines.wait(now)
        if wait is not None and len(self._flying) < FLYING_MAX:
            self._timer = self._loop.call_later(max(wait, 0.001), self.carry)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("delivery: a letter failed in a way nobody thought of", exc_info=task.exception())
        self.carry()

    async def _fly(self, letter: Letter) -> None:
        if letter.expires_at is not None and letter.expires_at <= self._database.clock():
            self._close(Outcome(letter, EXPIRED))
            return
        standing = self._cards.get((letter.chat_id, letter.card)) if letter.card else None
        try:
            if letter.tries:
                # Whether the last one arrived is unknown. Repeat it only over a line that is known to work.
                await self._probe()
            outcome = await post(self._api, letter, standing, self._sources)
        except ApiRefused as refusal:
            await self._refused(letter, refusal)
        except NotReached:
            self._unreachable(letter)
        except NoAnswer:
            self._again(letter, PAUSE_SECONDS)
        except MaybeSent:
            await self._maybe_sent(letter)
        except Exception as error:
            log.exception("delivery: letter %d could not be sent", letter.id)
            await self._give_up(letter, type(error).__name__)
        else:
            self._outage_seconds = 0.0
            self._close(outcome)

    async def _probe(self) -> None:
        try:
            await self._api.call("getMe", {})
        except NoAnswer as error:
            raise NotReached(str(error)) from None

    async def _contents(self, letter: Letter) -> dict[str, bytes]:
        return await self._database.run(dispatch.contents, letter.id)

    def _close(self, outcome: Outcome) -> None:
        """This letter is over; the chat's next one may go."""
        letter = outcome.letter
        if letter.card is not None:
            if outcome.card_gone:
                self._cards.pop((letter.chat_id, letter.card), None)
            elif outcome.card_message_id is not None:
                self._cards[letter.chat_id, letter.card] = outcome.card_message_id
        self._settle(outcome)
        self._lines.finish(letter, self._loop.time())

    def _again(self, letter: Letter, pause_seconds: float) -> None:
        self._replace(self._lines.put_back(letter, self._loop.time(), pause_seconds))

    async def _refused(self, letter: Letter, refusal: ApiRefused) -> None:
        text = refusal.description or str(refusal.code)
        if refusal.code == HTTPStatus.TOO_MANY_REQUESTS:
            self._flood(letter, max(refusal.retry_after_seconds, 1.0))
        elif refusal.code == HTTPStatus.FORBIDDEN or any(word in text for word in BLOCKED_WORDS):
            await self._blocked(letter, text)
        elif refusal.code in TOKEN_CODES and not await self._knows_us():
            self._unreachable(letter)
        elif TAP_TOO_OLD in text:
            self._close(Outcome(letter, FAILED, error=text))
        else:
            log.warning("delivery: letter %d (%s) refused: %s", letter.id, letter.method, text)
            await self._give_up(letter, text)

    async def _give_up(self, letter: Letter, text: str) -> None:
        """This letter alone will not go; whoever wants to know is told."""
        self._close(Outcome(letter, FAILED, error=text))
        with suppress(NotSaved):
            await self._hooks.on_refused(letter, text)

    async def _knows_us(self) -> bool:
        """Tell a wrong method from a token that is not taken (any more, or at the moment)."""
        with suppress(ApiRefused, NotReached, NoAnswer):
            await self._api.call("getMe", {})
            return True
        return False

    def _flood(self, letter: Letter, seconds: float) -> None:
        """Too many: this chat pauses; when a second chat is told so meanwhile, it is about all of us."""
        now = self._loop.time()
        self._flooded = {chat: until for chat, until in self._flooded.items() if until > now}
        self._flooded[letter.chat_id] = now + seconds
        self._lines.pause_all(now + (seconds if len(self._flooded) > 1 else min(seconds, 1.0)))
        self._again(letter, seconds)

    async def _blocked(self, letter: Letter, text: str) -> None:
        for other in self._lines.drop(letter.chat_id):
            self._settle(Outcome(other, FAILED, error=text))
        self._close(Outcome(letter, FAILED, error=text))
        with suppress(NotSaved):
            await self._database.run(dispatch.give_up_chat, letter.chat_id, text)
        await self._hooks.on_blocked(letter.chat_id)

    def _unreachable(self, letter: Letter) -> None:
        """Nothing gets through: everybody waits, longer each time."""
        self._outage_seconds = min(max(self._outage_seconds * 2, PAUSE_SECONDS), PAUSE_MAX_SECONDS)
        pause = self._outage_seconds * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
        self._lines.pause_all(self._loop.time() + pause)
        self._again(letter, 0.0)

    async def _maybe_sent(self, letter: Letter) -> None:
        letter.tries += 1
        if letter.tries >= SENDS_MAX:
            await self._give_up(letter, "sent twice, and no answer")
            return
        self._settle(Outcome(letter, NEW, error="sent, and no answer"))
        self._again(letter, PAUSE_SECONDS)

    def _replace(self, older: Letter | None) -> None:
        if older is not None:
            self._settle(Outcome(older, REPLACED))
