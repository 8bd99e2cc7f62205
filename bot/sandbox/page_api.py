"""What the sandbox page asks and tells over HTTP. Everything that changes needs the page's own header."""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.sandbox.clock import Turning
from bot.sandbox.network.chats import Json
from bot.sandbox.persona import Persona
from bot.sandbox.view import messages
from bot.sandbox.view.acts import PageActs, RefusedError
from bot.sandbox.view.events import PageEvents
from bot.sandbox.wire import parameters
from bot.sandbox.wire.body import TooLargeError, read_body
from bot.sandbox.wire.errors import ApiError
from bot.sandbox.world import BlockedError, World

MAX_BODY_BYTES = 60_000_000
OWN_HEADER = "x-tiexin-sandbox"
_INLINE = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "audio/ogg",
        "audio/webm",
        "audio/mp4",
        "audio/wav",
    }
)
_FRESH = {"Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class PageApi:
    """The page's side of the world."""

    def __init__(
        self, world: World, turning: Turning, personas: Sequence[Persona], *, language: str, page: Path
    ) -> None:
        self._world = world
        self._turning = turning
        self._personas = {one.slug: one for one in personas}
        self._language = language
        self._page = page.resolve()
        self._acts = PageActs(world, self._personas)
        self.events = PageEvents(world, {one.user_id: one for one in personas})
        self.routes = [
            Route("/", self._index),
            Route("/static/{path:path}", self._static),
            Route("/api/personas", self._people),
            Route("/api/events", self._events),
            Route("/api/clock", self._clock),
            Route("/api/clock/turn", self._turn, methods=["POST"]),
            Route("/api/file/{file_id}", self._file),
            Route("/api/chat/{slug}", self._chat),
            Route("/api/chat/{slug}/{act}", self._act, methods=["POST"]),
        ]

    def clock(self) -> Json:
        """How late it is in the sandbox."""
        zone = self._turning.zone.key
        return {"now": self._turning.now.isoformat(), "zone": zone, "turning": self._turning.turning}

    def announce_clock(self) -> None:
        """Tells every page how late it is."""
        self.events.tell({"type": "clock"} | self.clock())

    async def _index(self, _request: Request) -> Response:
        return self._page_file("index.html")

    async def _static(self, request: Request) -> Response:
        return self._page_file(request.path_params["path"])

    def _page_file(self, name: str) -> Response:
        path = (self._page / name).resolve()
        if not path.is_relative_to(self._page) or not path.is_file():
            return _error("not_found", 404)
        return FileResponse(path, headers=_FRESH)

    async def _people(self, _request: Request) -> Response:
        chats, profile = self._world.chats, self._world.profile
        people = [messages.persona(one, chats[one.user_id]) for one in self._personas.values()]
        bot = {"name": profile.name, "username": profile.username}
        return _answer({"personas": people, "bot": bot, "language": self._language})

    async def _events(self, _request: Request) -> Response:
        if self.events.full:
            return _error("too_many", 503)
        return self.events.response({"type": "clock"} | self.clock())

    async def _clock(self, _request: Request) -> Response:
        return _answer(self.clock())

    async def _chat(self, request: Request) -> Response:
        one = self._personas.get(request.path_params["slug"])
        if one is None:
            return _error("unknown_persona", 404)
        self._world.read(one.user_id)
        return _answer(messages.conversation(self._world, one))

    async def _file(self, request: Request) -> Response:
        stored = self._world.files.get(request.path_params["file_id"])
        if stored is None or not stored.data:
            return _error("not_found", 404)
        inline = stored.kind in {"photo", "voice"} and stored.mime_type in _INLINE
        headers = dict(_FRESH)
        if not inline:
            headers["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(stored.name or 'file')}"
        kind = stored.mime_type if inline else "application/octet-stream"
        return Response(stored.data, media_type=kind, headers=headers)

    async def _act(self, request: Request) -> Response:
        one = self._personas.get(request.path_params["slug"])
        act = self._acts.table.get(request.path_params["act"])
        if one is None or act is None:
            return _error("unknown_persona" if one is None else "not_found", 404)
        try:
            return _answer(act(one.user_id, await _given(request)))
        except RefusedError as refused:
            return _error(refused.slug, refused.status)
        except BlockedError:
            return _error("blocked", 409)

    async def _turn(self, request: Request) -> Response:
        try:
            given = await _given(request)
            days, hours = (_count(given, name) for name in ("days", "hours"))
            await self._turning.turn(days=days, hours=hours)
        except RefusedError as refused:
            return _error(refused.slug, refused.status)
        except ValueError:
            return _error("bad_turn", 400)
        except Exception:  # noqa: BLE001 - whatever those who work by the clock raise
            _log.exception("a turn of the clock was not finished")
            return _error("turn_failed", 500)
        return _answer(self.clock())


async def _given(request: Request) -> parameters.Parameters:
    if request.headers.get(OWN_HEADER) != "1":
        raise RefusedError("not_from_page", 403)
    try:
        body = await read_body(request, MAX_BODY_BYTES)
        return parameters.read_plain("", request.headers.get("content-type", ""), body)
    except TooLargeError:
        raise RefusedError("too_large", 413) from None
    except ApiError:
        raise RefusedError("bad_request") from None


def _count(given: parameters.Parameters, name: str) -> int:
    value = given.values.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedError("bad_turn")
    return value


def _answer(body: Json, status: int = HTTPStatus.OK) -> Response:
    data = json.dumps(body).encode()
    return Response(data, status_code=status, media_type="application/json", headers=_FRESH)


def _error(slug: str, status: int) -> Response:
    return _answer({"error": slug}, status)
