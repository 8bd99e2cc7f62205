"""An HTTP connection that a test can have broken in the middle."""

from asyncio import Transport
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableProtocol(H11Protocol):
    """Lets the application break its connection without an answer, as a failing network does."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # narrowed there as here
        """Gives every request of this connection the means to break it."""
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - the server's own types
            scope.setdefault("extensions", {})["sandbox.drop"] = transport.abort
            await inner(scope, receive, send)

        self.app = app
