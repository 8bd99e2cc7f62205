"""An update becomes one flat value, whatever it is; what is not as Telegram describes it becomes none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import telegram

from bot.chat.line import reading
from bot.chat.line.incoming import Arrival, File, Incoming, Membership
from tests import published_api
from tests.transport.fake_api import message, tap
from tests.transport.samples import DAY, PHOTOS, PRIVATE, SAMPLES, VOICE, change, of, tapped, without

NOW = datetime(2017, 9, 4, 1, tzinfo=UTC)
EACH_SAMPLE = pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES.keys())


def read(raw: dict[str, Any]) -> Incoming:
    came = reading.read(raw, NOW)
    assert isinstance(came, Incoming)
    return came


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
    assert datetime.fromtimestamp(DAY, UTC) == came.sent_at
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


def test_a_message_too_old_to_be_changed_has_no_number() -> None:
    came = read(SAMPLES["tap on an old message"])

    assert (0, 8) == (came.message_id, came.chat_id)


def test_a_tap_under_no_message_is_taken_as_the_persons_own_chat() -> None:
    came = read(SAMPLES["tap under an inline result"])

    assert (0, 8, "private") == (came.message_id, came.chat_id, came.chat_type)


@pytest.mark.parametrize(
    ("kind", "sample"),
    [
        ("photo", "photo"),
        ("voice", "voice"),
        ("place", "place"),
        ("contact", "contact"),
        ("document", "document"),
        ("document", "animation"),
        ("sticker", "sticker"),
        ("other", "dice"),
    ],
)
def test_every_kind_of_message_is_told_apart(kind: str, sample: str) -> None:
    assert kind == read(SAMPLES[sample]).kind


def test_of_a_photo_the_largest_is_taken_and_of_a_voice_its_length() -> None:
    photo = read(of(photo=PHOTOS)).file
    voice = read(of(voice=VOICE)).file

    assert photo is not None
    assert ("large", "l", 9) == (photo.file_id, photo.unique_id, photo.size_bytes)
    assert voice is not None
    assert 7 == voice.seconds


def test_a_person_who_blocks_the_bot_or_takes_it_back_is_read() -> None:
    assert Membership(3, 8, "private", is_blocked=True) == reading.read(SAMPLES["blocked"], NOW)
    assert Membership(3, 8, "private", is_blocked=False) == reading.read(SAMPLES["unblocked"], NOW)


@pytest.mark.parametrize("sample", ["nothing", "edited", "nobody's"])
def test_what_nobody_answers_is_nothing(sample: str) -> None:
    assert reading.read(SAMPLES[sample], NOW) is None


OLD = {"message_id": 7, "date": 0, "chat": PRIVATE}
MALFORMED: dict[str, dict[str, Any]] = {
    "no number": {"message": message(1)["message"]},
    "a number in quotes": {**message(1), "update_id": "1"},
    "a truth for a number": {**message(1), "update_id": True},
    "a message of words": {"update_id": 1, "message": "garbage"},
    "an empty message": {"update_id": 1, "message": {}},
    "a list for a tap": {"update_id": 1, "callback_query": []},
    "no chat": without("chat", message(1)),
    "a chat without an id": of(chat={"type": "private"}),
    "a chat without a type": of(chat={"id": 8}),
    "a chat's id in quotes": of(chat={"id": "8", "type": "private"}),
    "a chat's id in fractions": of(chat={"id": 8.5, "type": "private"}),
    "a sender without an id": of(**{"from": {"is_bot": False, "first_name": "x"}}),
    "a sender's id in quotes": of(**{"from": {"id": "8", "is_bot": False, "first_name": "x"}}),
    "a sender without a name": of(**{"from": {"id": 8, "is_bot": False}}),
    "a sender of words": of(**{"from": "x"}),
    "no message number": without("message_id", message(1)),
    "no date": without("date", message(1)),
    "a date of words": of(date="x"),
    "a date beyond all days": of(date=10**30),
    "a text that is a number": of(text=5),
    "a caption that is a list": of(photo=PHOTOS, caption=[]),
    "a photo of words": of(photo="x"),
    "a photo of numbers": of(photo=[1]),
    "a photo without a file": of(photo=[{"width": 1, "height": 1}]),
    "a voice without a length": of(voice={"file_id": "v", "file_unique_id": "vu"}),
    "a file whose size is words": of(document={"file_id": "d", "file_unique_id": "du", "file_size": "x"}),
    "half a place": of(location={"latitude": 25.0}),
    "a place in quotes": of(location={"latitude": "25", "longitude": "102"}),
    "an account in quotes": of(contact={"phone_number": "1", "first_name": "x", "user_id": "8"}),
    "an album's number": of(photo=PHOTOS, media_group_id=7),
    "forwarded from words": of(forward_origin="x"),
    "a tap of nobody": without("from", tap(1)),
    "a tap without an id": without("id", tap(1)),
    "a tap's data as a number": tapped(OLD, data=5),
    "a tapped message without a chat": tapped({"message_id": 7, "date": 0}),
    "a tapped message without a date": tapped({"message_id": 7, "chat": PRIVATE}),
    "a tapped message without a number": tapped({"date": DAY, "chat": PRIVATE}),
    "a change without a state": change({}, {}),
    "a change of no chat": without("chat", SAMPLES["blocked"]),
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_as_telegram_describes_it_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(reading.Malformed):
        reading.read(raw, NOW)


@EACH_SAMPLE
def test_it_reads_what_the_framework_reads(raw: dict[str, Any]) -> None:
    assert told_by_the_framework(telegram.Update.de_json(raw, None)) == reading.read(raw, NOW)


@EACH_SAMPLE
def test_every_field_that_is_read_is_one_that_telegram_publishes(raw: dict[str, Any]) -> None:
    api = published_api.load()
    assert [] == published_api.faults(api, raw, ["Update"], "update")
    asked: dict[str, bool] = {}
    reading.read(Watched(api, raw, ["Update"], asked), NOW)

    assert "Update.update_id" in asked
    assert [] == [field for field, is_published in asked.items() if not is_published]


class Watched(dict[str, Any]):
    """JSON of a published type that notes each field it is asked for, and whether there is such a field."""

    def __init__(self, api: Any, value: dict[str, Any], kinds: list[str], asked: dict[str, bool]) -> None:  # noqa: ANN401 - JSON
        self._kind = kinds[0]
        self._asked = asked
        described = [api["types"][kind] for kind in kinds]
        described += [api["types"][kind] for one in described for kind in one.get("subtypes", [])]
        self._fields = {field["name"]: field["types"] for one in described for field in one.get("fields", [])}
        super().__init__(
            {name: _watched(api, part, self._fields[name], asked) for name, part in value.items()}
        )

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON
        self._asked[f"{self._kind}.{name}"] = name in self._fields
        return super().get(name, default)


def _watched(api: Any, value: Any, kinds: list[str], asked: dict[str, bool]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return [
            _watched(api, part, [kind.removeprefix("Array of ") for kind in kinds], asked) for part in value
        ]
    return Watched(api, value, kinds, asked) if isinstance(value, dict) else value


def told_by_the_framework(update: telegram.Update) -> Arrival | None:
    """The same value, made of what python-telegram-bot makes of an update."""
    change = update.my_chat_member
    if change is not None:
        is_blocked = change.new_chat_member.status == telegram.ChatMember.BANNED
        return Membership(update.update_id, change.chat.id, change.chat.type, is_blocked=is_blocked)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    if update.message is not None and update.message.from_user is not None:
        return _message(update.update_id, update.message, update.message.from_user)
    return None


def _tap(update_id: int, tap: telegram.CallbackQuery) -> Incoming:
    under = tap.message
    return Incoming(
        update_id=update_id,
        chat_id=under.chat.id if under else tap.from_user.id,
        user_id=tap.from_user.id,
        chat_type=under.chat.type if under else "private",
        kind="tap",
        text="",
        data=tap.data or "",
        tap_id=tap.id,
        message_id=under.message_id if under and under.is_accessible else 0,
        file=None,
        place=None,
        contact_user_id=None,
        album_id="",
        forwarded=False,
        sent_at=NOW,
        first_name=tap.from_user.first_name,
    )


def _message(update_id: int, said: telegram.Message, sender: telegram.User) -> Incoming:
    contents: dict[Any, object] = {
        "text": said.text,
        "photo": said.photo,
        "voice": said.voice,
        "place": said.location,
        "contact": said.contact,
        "document": said.document,
        "sticker": said.sticker,
    }
    return Incoming(
        update_id=update_id,
        chat_id=said.chat.id,
        user_id=sender.id,
        chat_type=said.chat.type,
        kind=next((kind for kind, content in contents.items() if content), "other"),
        text=said.text or said.caption or "",
        data="",
        tap_id="",
        message_id=said.message_id,
        file=_file(said),
        place=(said.location.latitude, said.location.longitude) if said.location else None,
        contact_user_id=said.contact.user_id if said.contact else None,
        album_id=said.media_group_id or "",
        forwarded=said.forward_origin is not None,
        sent_at=said.date,
        first_name=sender.first_name,
        phone=said.contact.phone_number if said.contact else "",
    )


def _file(said: telegram.Message) -> File | None:
    if said.photo:
        photo = said.photo[-1]
        return File(photo.file_id, photo.file_unique_id, photo.file_size or 0, "image/jpeg")
    if said.voice:
        # The attribute warns that it will become a timedelta; the dictionary says the same in plain seconds.
        seconds = int(said.voice.to_dict()["duration"])
        media_type = said.voice.mime_type or "audio/ogg"
        voice = said.voice
        return File(voice.file_id, voice.file_unique_id, voice.file_size or 0, media_type, seconds=seconds)
    if said.document:
        file = said.document
        media_type = file.mime_type or "application/octet-stream"
        return File(file.file_id, file.file_unique_id, file.file_size or 0, media_type, file.file_name or "")
    return None
