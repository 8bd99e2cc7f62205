"""A sentence, typed or spoken."""

import pytest

from bot.forms.kinds.text import LIMIT, Text
from bot.forms.model import Given, Sent
from tests.forms.world import context, slip, tapped, typed

KIND = Text()
VOICE = Sent("voice", {"file_id": "f", "unique_id": "u", "duration": 12})


def test_a_sentence_is_kept_as_it_was_typed() -> None:
    assert "孩子考上大学，学费发愁" == typed(KIND, "  孩子考上大学，学费发愁 \n")
    assert "<b>&amp;</b>" == typed(KIND, "<b>&amp;</b>")


def test_control_characters_and_direction_overrides_are_taken_out() -> None:
    assert "好人" == typed(KIND, "好\x00\u202e人\u200b\ud800\x1b")


def test_lines_stay_lines() -> None:
    assert "一\n二" == typed(KIND, "一\n二")


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u200b", "\x00"])
def test_nothing_to_read_is_refused(text: str) -> None:
    assert "empty" == slip(typed(KIND, text))


def test_a_thousand_characters_are_taken_and_not_one_more() -> None:
    assert "好" * LIMIT == typed(KIND, "好" * LIMIT)
    said = typed(KIND, "😀" * 4_096)
    assert "too_long" == slip(said)
    assert {"limit": 1_000, "given": 4_096} == getattr(said, "details", None)


def test_voice_is_taken_only_where_it_is_allowed() -> None:
    assert "text_wanted" == slip(KIND.read(Given(sent=VOICE), context()))
    spoken = Text(voice=True)
    assert {"file_id": "f", "unique_id": "u", "duration": 12} == spoken.read(Given(sent=VOICE), context())
    assert spoken.takes("voice")
    assert not KIND.takes("voice")


def test_a_button_answers_without_words() -> None:
    kind = Text(buttons=("UNKNOWN",))
    assert {"option": "UNKNOWN"} == tapped(kind, "UNKNOWN")
    assert {"option": "UNKNOWN"} == kind.read(Given(typed="没了解到", option="UNKNOWN"), context())
    assert "no_such_option" == slip(tapped(kind, "FORGED"))
    assert kind.accepts({"option": "UNKNOWN"}, context())
    assert not kind.accepts({"option": "FORGED"}, context())


def test_kept_text_must_be_clean_and_short() -> None:
    assert KIND.accepts("还好", context())
    assert not KIND.accepts("好\u202e", context())
    assert not KIND.accepts("好" * 1_001, context())
    assert not KIND.accepts("", context())
    assert not KIND.accepts({"file_id": "f", "unique_id": "u", "duration": 12}, context())
