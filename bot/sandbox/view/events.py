"""The stream of events to the page, as long as it is open."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse

from bot.sandbox.network.chats import Json
from bot.sandbox.network.state import Event, State
from bot.sandbox.persona import Persona
from bot.sandbox.view import messages

MAX_WAITING = 1_000
MAX_STREAMS = 50
HEARTBEAT_SECONDS = 15.0
_END = ""


class PageEvents:
    """Every open page gets every event; one that does not keep up is cut off and comes back by itself."""

    def __init__(self, state: State, personas: Mapping[int, Persona]) -> None:
        self._state = state
        self._personas = personas
        self._streams: set[asyncio.Queue[str]] = set()
        self._closed = False
        state.subscribe(self._heard)

    @property
    def full(self) -> bool:
        """Whether no further page can listen."""
        return len(self._streams) >= MAX_STREAMS

    def tell(self, event: Json) -> None:
        """Sends one event to every page."""
        line = json.dumps(event)
        for stream in list(self._streams):
            if stream.qsize() >= MAX_WAITING:
                self._end(stream)
            else:
                stream.put_nowait(line)

    def close(self) -> None:
        """Ends every stream."""
        self._closed = True
        for stream in list(self._streams):
            self._end(stream)

    def response(self, first: Json) -> StreamingResponse:
        """A stream that begins with `first`."""
        # Listening begins here, not with the first read, so that nothing falls between.
        stream: asyncio.Queue[str] = asyncio.Queue()
        stream.put_nowait(json.dumps(first))
        self._streams.add(stream)
        if self._closed:
            self._end(stream)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._lines(stream), media_type="text/event-stream", headers=headers)

    async def _lines(self, stream: asyncio.Queue[str]) -> AsyncIterator[str]:
        try:
            while True:
                try:
                    line = await asyncio.wait_for(stream.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": \n\n"
                    continue
                if line == _END:
                    return
                yield f"data: {line}\n\n"
        finally:
            self._streams.discard(stream)

    def _end(self, stream: asyncio.Queue[str]) -> None:
        self._streams.discard(stream)
        while not stream.empty():
            stream.get_nowait()
        stream.put_nowait(_END)

    def _heard(self, event: Event) -> None:
        if self._streams:
            for shown in messages.happening(self._state, event, self._personas):
                self.tell(shown)
