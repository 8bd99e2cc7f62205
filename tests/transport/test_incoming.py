"""An update becomes one flat value, whatever kind of message it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import telegram

from bot.chat.line import incoming
from tests.transport.fake_api import message, tap

NOW = datetime(2017, 9, 4, 1, tzinfo=UTC)
SIZES = {"width": 1, "height": 1}
PHOTOS = [
    {"file_id": "small", "file_unique_id": "s", "file_size": 1, **SIZES},
    {"file_id": "large", "file_unique_id": "l", "file_size": 9, **SIZES},
]
VOICE = {"file_id": "v", "file_unique_id": "vu", "duration": 7, "mime_type": "audio/ogg"}


def read(raw: dict[str, object]) -> incoming.Incoming:
    found = incoming.of(telegram.Update.de_json(raw, None), NOW)
    assert found is not None
    return found


def test_a_text_is_read_with_its_sender_and_moment() -> None:
    came = read(message(3, 8, "走访 张三"))

    assert (3, 8, 8, "private", "text", "走访 张三") == (
        came.update_id,
        came.chat_id,
        came.user_id,
        came.chat_type,
        came.kind,
        came.text,
    )
    assert datetime.fromtimestamp(1_504_486_800, UTC) == came.sent_at
    assert "P8" == came.first_name


def test_a_tap_is_read_with_the_message_it_hangs_under() -> None:
    came = read(tap(3, 8, "visit:go"))

    assert ("tap", "visit:go", "3", 7, NOW) == (
        came.kind,
        came.data,
        came.tap_id,
        came.message_id,
        came.sent_at,
    )


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("photo", {"photo": PHOTOS}),
        ("voice", {"voice": VOICE}),
        ("place", {"location": {"latitude": 25.0, "longitude": 102.7}}),
        ("contact", {"contact": {"phone_number": "1", "first_name": "x", "user_id": 8}}),
        ("document", {"document": {"file_id": "d", "file_unique_id": "du", "file_name": "a.pdf"}}),
        ("other", {"dice": {"emoji": "🎲", "value": 3}}),
    ],
)
def test_every_kind_of_message_is_told_apart(kind: str, content: dict[str, Any]) -> None:
    raw = message(1, 8, **content)
    del raw["message"]["text"]

    assert kind == read(raw).kind


def test_of_a_photo_the_largest_is_taken_and_of_a_voice_its_length() -> None:
    photo = read(message(1, photo=PHOTOS)).file
    voice = read(message(1, voice=VOICE)).file

    assert photo is not None
    assert ("large", "l", 9) == (photo.file_id, photo.unique_id, photo.size_bytes)
    assert voice is not None
    assert 7 == voice.seconds


def test_what_is_neither_message_nor_tap_is_nothing() -> None:
    assert incoming.of(telegram.Update(1), NOW) is None
