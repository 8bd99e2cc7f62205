"""What a person does on the page, checked and handed to the world."""

from collections.abc import Callable, Mapping

from bot.sandbox.methods.call import MAX_CAPTION_UNITS, MAX_TEXT_UNITS
from bot.sandbox.network.chats import Json
from bot.sandbox.network.files import picture_size
from bot.sandbox.persona import Persona
from bot.sandbox.wire.entities import units
from bot.sandbox.wire.parameters import Parameters, Upload
from bot.sandbox.world import World

MAX_PHOTOS = 10
MAX_VOICE_SECONDS = 3_600
MAX_TAP_BYTES = 64


class RefusedError(ValueError):
    """The page asked for something that cannot be; the slug is for its own words."""

    def __init__(self, slug: str, status: int = 400) -> None:
        super().__init__(slug)
        self.slug = slug
        self.status = status


class PageActs:
    """One method an act; each gives the JSON of the answer."""

    def __init__(self, world: World, personas: Mapping[str, Persona]) -> None:
        self._world = world
        self._personas = personas
        self.table: Mapping[str, Callable[[int, Parameters], Json]] = {
            "text": self._text,
            "tap": self._tap,
            "photo": self._photo,
            "voice": self._voice,
            "place": self._place,
            "document": self._document,
            "sticker": self._sticker,
            "contact": self._contact,
            "block": self._block,
            "read": self._read,
        }

    def _text(self, person_id: int, given: Parameters) -> Json:
        text = _words(given, "text", MAX_TEXT_UNITS)
        if not text:
            raise RefusedError("empty")
        return {"id": self._world.send_text(person_id, text)}

    def _tap(self, person_id: int, given: Parameters) -> Json:
        message_id, data = given.integer("message_id"), _string(given, "data")
        if not 1 <= len(data.encode()) <= MAX_TAP_BYTES:
            raise RefusedError("bad_request")
        if message_id not in self._world.chats[person_id].posts:
            raise RefusedError("unknown_message", 404)
        return {"tap_id": self._world.tap(person_id, message_id, data)}

    def _photo(self, person_id: int, given: Parameters) -> Json:
        uploads = _files(given)
        if any(picture_size(upload.data) is None for upload in uploads):
            raise RefusedError("not_a_picture")
        caption = _words(given, "caption", MAX_CAPTION_UNITS)
        if len(uploads) == 1:
            return {"ids": [self._world.send_photo(person_id, uploads[0].data, caption=caption)]}
        photos = [upload.data for upload in uploads]
        return {"ids": self._world.send_album(person_id, photos, caption=caption)}

    def _voice(self, person_id: int, given: Parameters) -> Json:
        upload = _files(given)[0]
        seconds = min(max(given.integer("duration", 1), 1), MAX_VOICE_SECONDS)
        mime_type = upload.content_type.partition(";")[0] or "audio/ogg"
        sent = self._world.send_voice(person_id, upload.data, duration_seconds=seconds, mime_type=mime_type)
        return {"id": sent}

    def _place(self, person_id: int, given: Parameters) -> Json:
        latitude, longitude = given.number("latitude"), given.number("longitude")
        if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
            raise RefusedError("bad_request")
        return {"id": self._world.send_place(person_id, latitude, longitude)}

    def _document(self, person_id: int, given: Parameters) -> Json:
        upload = _files(given)[0]
        mime_type = upload.content_type or "application/octet-stream"
        sent = self._world.send_document(person_id, upload.data, name=upload.name, mime_type=mime_type)
        return {"id": sent}

    def _sticker(self, person_id: int, given: Parameters) -> Json:
        emoji = _string(given, "emoji")
        if not 1 <= units(emoji) <= 16:  # noqa: PLR2004 - the longest joined emoji
            raise RefusedError("bad_request")
        return {"id": self._world.send_sticker(person_id, emoji)}

    def _contact(self, person_id: int, given: Parameters) -> Json:
        shared = self._personas.get(given.text("persona"))
        if shared is None:
            raise RefusedError("unknown_persona", 404)
        return {"id": self._world.send_contact(person_id, user_id=shared.user_id)}

    def _block(self, person_id: int, given: Parameters) -> Json:
        if given.flag("blocked"):
            self._world.block(person_id)
        else:
            self._world.unblock(person_id)
        return {"blocked": self._world.people[person_id].blocked}

    def _read(self, person_id: int, _given: Parameters) -> Json:
        self._world.read(person_id)
        return {}


def _words(given: Parameters, name: str, most_units: int) -> str:
    words = _string(given, name).strip()
    if units(words) > most_units:
        raise RefusedError("too_long")
    return words


def _string(given: Parameters, name: str) -> str:
    value = given.values.get(name, "")
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise RefusedError("bad_request")
    return value


def _files(given: Parameters) -> list[Upload]:
    uploads = given.every_upload
    if not uploads or any(not upload.data for upload in uploads):
        raise RefusedError("empty")
    if len(uploads) > MAX_PHOTOS:
        raise RefusedError("too_many")
    return list(uploads)
