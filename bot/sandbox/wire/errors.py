"""The refusals of the Bot API, worded as Telegram words them."""

from typing import Any


class ApiError(Exception):
    """A call is refused: `code` is the HTTP status, `parameters` what a bot may act upon."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """The commonest refusal: the call itself is wrong."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """The person, not the call, stands in the way."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Two ways of receiving updates meet."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """The bot is faster than Telegram allows."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
