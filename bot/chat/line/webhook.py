"""Telegram's door: one address that stores an update with the right secret, and only then says yes."""

from __future__ import annotations

import hmac
import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from storage.errors import NotSaved
from storage.post import inbox

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.chat.line.intake import Intake

log = logging.getLogger(__name__)

BODY_BYTES_MAX = 1_000_000
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name, not the secret


def application(intake: Intake, *, secret: str, path: str) -> Starlette:
    """Return the ASGI application with one route, POST `path`.

    Answers 200 once the update is on disk, 403 for another secret, 413 above a megabyte, 400 for what is no
    update, 405 for another method, 500 when the storage failed (Telegram then tries again).
    """
    if not secret:
        raise ValueError("a webhook without a secret would take updates from anybody")

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        body = await _body(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return Response(status_code=await _accept(intake, body))

    return Starlette(routes=[Route(path, receive, methods=["POST"])])


async def _body(request: Request) -> bytes | None:
    """Return the body, None as soon as it is too long."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > BODY_BYTES_MAX:
            return None
    return bytes(parts)


async def _accept(intake: Intake, body: bytes) -> HTTPStatus:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return HTTPStatus.BAD_REQUEST
    if not isinstance(raw, dict) or not inbox.is_numbered(raw):
        return HTTPStatus.BAD_REQUEST
    try:
        await intake.accept([raw])
    except NotSaved:
        log.error("webhook: the storage failed")  # noqa: TRY400 - a full disk needs no traceback
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.OK
