"""HTTP to the Bot API over aiohttp, for python-telegram-bot's Bot and for our own calls; logs nothing.

The token is part of every address, so no address may reach a log, an exception or a traceback from here.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 60.0
CONNECTIONS_MAX = 100
# Below what servers keep, so that a request is not put on a connection that is just being closed.
KEEP_ALIVE_SECONDS = 15.0
JSON_HEADERS = {"Content-Type": "application/json", "User-Agent": "tiexin"}
PLAIN_HEADERS = {"User-Agent": "tiexin"}

V = TypeVar("V")


class NotReached(Exception):
    """The request never left: nothing can have happened at the other end."""


class NoAnswer(Exception):
    """The request left, and nobody knows what became of it."""


class Http:
    """A pool of connections that outlives single requests."""

    def __init__(self, connections: int = CONNECTIONS_MAX) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection; the next request opens the pool again."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self,
        method: str,
        url: str,
        body: bytes | aiohttp.FormData | None = None,
        *,
        connect_seconds: float | None = CONNECT_SECONDS,
        read_seconds: float | None = READ_SECONDS,
        total_seconds: float | None = None,
    ) -> tuple[int, bytes]:
        """Return status and body. Raises NotReached or NoAnswer, never with the address in it."""
        timeout = aiohttp.ClientTimeout(
            total=total_seconds, sock_connect=connect_seconds, sock_read=read_seconds
        )
        headers = JSON_HEADERS if isinstance(body, bytes) else PLAIN_HEADERS
        try:
            async with self._open().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotReached(type(error).__name__) from None
        except aiohttp.InvalidURL:
            raise NotReached("the address is not valid") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=300
            )
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def form(fields: Mapping[str, str], files: Mapping[str, tuple[str, Any, str]]) -> aiohttp.FormData:
    """Return a multipart body; `files`: name → (filename, bytes or open file, media type)."""
    # Names as they are: Telegram shows a percent-encoded one to people just so.
    data = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in fields.items():
        data.add_field(name, value)
    for name, (filename, content, media_type) in files.items():
        readable = io.BytesIO(content) if isinstance(content, bytes) else content
        data.add_field(name, readable, filename=filename, content_type=media_type)
    return data


class AiohttpRequest(BaseRequest):
    """What python-telegram-bot's Bot speaks through instead of httpx: a fraction of the cost per request."""

    def __init__(self, http: Http | None = None, *, read_timeout: float | None = READ_SECONDS) -> None:
        self.http = http or Http()
        self._read_timeout = read_timeout

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Nothing to prepare: the pool opens with the first request."""

    async def shutdown(self) -> None:
        """Close the pool."""
        await self.http.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - waiting for a place is part of connecting
    ) -> tuple[int, bytes]:
        """Send one request. Raises TimedOut or NetworkError; the address is in neither."""
        reading = _given(read_timeout, self._read_timeout)
        total = None
        if request_data is not None and request_data.contains_files:
            writing = _given(write_timeout, UPLOAD_SECONDS)
            total = None if reading is None or writing is None else reading + writing
        try:
            return await self.http.send(
                method,
                url,
                _body(request_data),
                connect_seconds=_given(connect_timeout, CONNECT_SECONDS),
                read_seconds=reading,
                total_seconds=total,
            )
        except (NotReached, NoAnswer) as error:
            if "Timeout" in str(error):
                raise TimedOut(str(error)) from None
            raise NetworkError(str(error)) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer; unlike the default it logs nothing of what it could not read."""
        try:
            return dict(json.loads(payload))
        except (ValueError, TypeError):
            raise TelegramError("Invalid server response") from None


def _given(value: ODVInput[float], default: float | None) -> float | None:
    if isinstance(value, DefaultValue):
        return default
    return None if value is None else float(value)


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if request_data.contains_files:
        files: dict[str, tuple[str, Any, str]] = dict(request_data.multipart_data)
        return form(request_data.json_parameters, files)
    return json.dumps(request_data.parameters).encode()
