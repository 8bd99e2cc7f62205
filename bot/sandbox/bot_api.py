"""The Bot API over HTTP: routes, token, faults and the wording of answers."""

import asyncio
import inspect
import json
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.methods.call import Asked
from bot.sandbox.methods.table import METHODS, NAMES, PACED
from bot.sandbox.network.faults import Call, Fault
from bot.sandbox.network.state import State
from bot.sandbox.wire import parameters
from bot.sandbox.wire.body import TooLargeError, read_body
from bot.sandbox.wire.errors import ApiError

MAX_BODY_BYTES = 60_000_000


class BotApi:
    """Answers what a bot asks, or spoils it as ordered."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]

    async def _call(self, request: Request) -> Response:
        method = NAMES.get(request.path_params["method"].lower(), request.path_params["method"])
        try:
            given = await self._given(request)
        except ApiError as error:
            return _refusal(error)
        call = Call(method, parameters.logged(given))
        faults = self._noted(call)
        response = await self._spoilt(request, call, faults)
        if response is None:
            response = await self._done(method, given, call)
        if any(fault.kind == "drop" and fault.after for fault in faults):
            response = await _drop(request, call)
        self._state.wake()
        return response

    async def _given(self, request: Request) -> parameters.Parameters:
        if request.path_params["token"] != self._state.profile.token:
            raise ApiError(401, "Unauthorized")
        try:
            body = await read_body(request, MAX_BODY_BYTES)
        except TooLargeError:
            raise ApiError(413, "Request Entity Too Large") from None
        return parameters.read(request.url.query, request.headers.get("content-type", ""), body)

    def _noted(self, call: Call) -> list[Fault]:
        """Records the call for whoever watches, and finds the faults ordered for it."""
        self._state.faults.calls.append(call)
        self._state.wake()
        return self._state.faults.struck(call.method)

    async def _spoilt(self, request: Request, call: Call, faults: list[Fault]) -> Response | None:
        """What ordered faults make of the call before it is done."""
        for fault in faults:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "garbage":
                call.status = 200
                return Response(fault.body)
            elif fault.kind == "drop" and not fault.after:
                return await _drop(request, call)
            elif fault.error is not None:
                call.status, call.description = fault.error.code, fault.error.description
                return _refusal(fault.error)
        return None

    async def _done(self, method: str, given: parameters.Parameters, call: Call) -> Response:
        try:
            result = await self._result(method, given)
        except ApiError as error:
            call.status, call.description = error.code, error.description
            return _refusal(error)
        call.status, call.result = 200, result
        return _json(200, {"ok": True, "result": result})

    async def _result(self, method: str, given: parameters.Parameters) -> Any:  # noqa: ANN401 - JSON
        act = METHODS.get(method)
        if act is None:
            raise ApiError(404, "Not Found: method not found")
        if method in PACED:
            self._state.pace.take(given.integer("chat_id"))
        result = act(Asked(self._state, given))
        return await result if inspect.isawaitable(result) else result

    async def _download(self, request: Request) -> Response:
        if request.path_params["token"] != self._state.profile.token:
            return _refusal(ApiError(401, "Unauthorized"))
        call = Call("download", {"path": request.path_params["path"]})
        faults = self._noted(call)
        if (spoilt := await self._spoilt(request, call, faults)) is not None:
            return spoilt
        stored = self._state.files.linked(request.path_params["path"])
        if stored is None:
            call.status = 404
            return _refusal(ApiError(404, "Not Found"))
        call.status = 200
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(stored.name)}"}
        return Response(stored.data, headers=headers, media_type="application/octet-stream")


async def _drop(request: Request, call: Call) -> Response:
    """Breaks the connection; the response given back goes nowhere."""
    call.status = 0
    request.scope["extensions"]["sandbox.drop"]()
    await asyncio.sleep(0)
    return Response()


def _refusal(error: ApiError) -> Response:
    return _json(error.code, error.body())


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body).encode(), status_code=status, media_type="application/json")
