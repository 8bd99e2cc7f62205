"""The checker of requests finds what is wrong with one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.network.faults import Call
from tests import published_api
from tests.transcripts.requests import wrong

BUTTON = {"text": "提交", "callback_data": "x" * 65}


@pytest.mark.parametrize(
    ("method", "given", "told"),
    [
        ("sendMassage", {}, "is unknown"),
        ("sendMessage", {"chat_id": 1}, "sendMessage.text is missing"),
        ("sendMessage", {"chat_id": 1, "text": "好", "colour": 1}, "sendMessage.colour is unknown"),
        ("sendMessage", {"chat_id": 1, "text": 7}, "sendMessage.text: no String"),
        ("sendMessage", {"chat_id": 1, "text": "😀" * 2_049}, "text has 4098 characters"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "好", "reply_markup": {"inline_keyboard": [[BUTTON]]}},
            "the data of 提交",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "好" * 201}, "text has 201 characters"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(method: str, given: dict[str, Any], told: str) -> None:
    (fault,) = wrong(published_api.load(), [Call(method, given, status=200)])
    assert told in fault


def test_a_request_that_telegram_refused_is_wrong_and_a_needless_edit_is_not() -> None:
    call = Call("sendMessage", {"chat_id": 1, "text": "好"}, status=400, description="Bad Request: no")
    assert ["sendMessage was refused: Bad Request: no"] == wrong(published_api.load(), [call])
    call.description = "Bad Request: message is not modified: …"
    assert [] == wrong(published_api.load(), [call])
