"""JSON, also of what the fast library will not take."""

from __future__ import annotations

import pytest

from storage import json_text

HALF = "half \ud83d of it"


@pytest.mark.parametrize("value", [None, "张三", {"a": [1, 2.5, True]}, 2**70, HALF, "\x00"])
def test_what_is_packed_is_the_same_when_unpacked(value: object) -> None:
    assert value == json_text.unpacked(json_text.packed(value))


def test_what_is_sent_holds_no_half_of_a_character() -> None:
    assert '"half ? of it"' == json_text.sendable(HALF).decode()
    assert '"张三"' == json_text.sendable("张三").decode()


@pytest.mark.parametrize("text", ["", "{", "nul", b"\xff"])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json_text.unpacked(text)
