"""A voice message."""

from bot.forms.kinds.voice import Voice
from bot.forms.model import Given, Sent, Value
from tests.forms.world import context, slip, tapped, typed

KIND = Voice()


def sent(**payload: Value) -> Given:
    return Given(sent=Sent("voice", dict(payload)))


def test_a_recording_is_kept_by_its_ids_and_length() -> None:
    kept = KIND.read(sent(file_id="f", unique_id="u", duration=9, mime_type="audio/ogg"), context())
    assert {"file_id": "f", "unique_id": "u", "duration": 9} == kept
    assert KIND.takes("voice")
    assert not KIND.takes("photo")


def test_more_than_five_minutes_is_refused() -> None:
    assert "voice_too_long" == slip(KIND.read(sent(file_id="f", unique_id="u", duration=301), context()))


def test_anything_else_is_no_voice() -> None:
    assert "voice_wanted" == slip(typed(KIND, "喂"))
    assert "voice_wanted" == slip(tapped(KIND, "x"))
    assert "voice_wanted" == slip(KIND.read(sent(file_id="", unique_id="u"), context()))
    assert "voice_wanted" == slip(KIND.read(sent(file_id="f", unique_id="u", duration="long"), context()))
    assert not KIND.accepts({"file_id": "f"}, context())
