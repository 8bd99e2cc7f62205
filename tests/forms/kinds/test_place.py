"""A place on the map."""

import pytest

from bot.forms.kinds.place import Place
from bot.forms.model import Given, Sent, Value
from tests.forms.world import context, slip, typed

KIND = Place()


def test_a_location_is_kept_in_degrees() -> None:
    given = Given(sent=Sent("place", {"latitude": 23.7, "longitude": 103, "accuracy": 5}))
    assert {"latitude": 23.7, "longitude": 103} == KIND.read(given, context())
    assert KIND.takes("place")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": float("nan")},
        {"latitude": "x", "longitude": 0},
    ],
)
def test_a_place_off_the_globe_is_refused(payload: dict[str, Value]) -> None:
    assert "place_wanted" == slip(KIND.read(Given(sent=Sent("place", payload)), context()))


def test_words_are_no_place() -> None:
    assert "place_wanted" == slip(typed(KIND, "开远市"))
    assert not KIND.accepts("开远市", context())
