"""Reads a request's body, up to a limit."""

from starlette.requests import Request


class TooLargeError(ValueError):
    """There is more than is taken."""


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The whole body; refuses with `TooLargeError` as soon as it is over the limit."""
    pieces = bytearray()
    async for piece in request.stream():
        pieces += piece
        if len(pieces) > limit_bytes:
            raise TooLargeError
    return bytes(pieces)
