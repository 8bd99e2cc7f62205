"""Bytes and characters at the edge: multipart, entities, hostile bodies, bounded memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.network import chats
from bot.sandbox.wire import entities, html, multipart, parameters
from bot.sandbox.wire.errors import ApiError
from tests.sandbox.town import LI, new_sandbox


def wrap(name: str, data: bytes, boundary: bytes) -> bytes:
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/png'
    return b"--" + boundary + b"\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n--" + boundary + b"--\r\n"


@given(st.binary())
def test_any_bytes_come_through_a_form_unchanged(data: bytes) -> None:
    (part,) = multipart.parse("multipart/form-data; boundary=b0undary", wrap("照 片.png", data, b"b0undary"))
    assert ("file", "照 片.png", "image/png", data) == (
        part.name,
        part.file_name,
        part.content_type,
        part.data,
    )


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_form_that_is_cut_short_is_refused(cut: int) -> None:
    body = wrap("a", b"data", b"b0undary")[: -4 * cut]
    with pytest.raises(multipart.MalformedBodyError):
        multipart.parse("multipart/form-data; boundary=b0undary", body)


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert (
        text,
        [{"type": "bold", "offset": 0, "length": entities.units(text)}] if text else [],
    ) == html.parse(f"<b>{escaped}</b>")


@given(st.text(alphabet='<>/&;="abi \n字😀', max_size=40))
def test_no_html_breaks_the_parser(text: str) -> None:
    refused, (plain, found) = "", ("", list[entities.Entity]())
    try:
        plain, found = html.parse(text)
    except ApiError as error:
        refused = error.description
    assert refused.startswith("Bad Request: can't parse entities: " if refused else "")
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= entities.units(plain) for e in found)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a": ' * 50_000, b"\xff\xfe", b"nothing"])
def test_hostile_json_is_refused_in_telegrams_words(body: bytes) -> None:
    with pytest.raises(ApiError, match="can't parse request JSON object"):
        parameters.read("", "application/json", body)


def test_a_number_without_end_counts_as_not_given() -> None:
    found = parameters.read("", "application/json", b'{"limit": 1e999, "reply_markup": "[[[["}')
    assert 100 == found.integer("limit", 100)
    with pytest.raises(ApiError, match="can't parse reply keyboard markup JSON object"):
        found.mapped("reply_markup", "reply keyboard markup")


def test_white_space_around_a_text_goes_and_its_entities_move_along() -> None:
    bold = {"type": "bold", "offset": 2, "length": 2}
    space = {"type": "italic", "offset": 0, "length": 2}
    assert ("好的", [{"type": "bold", "offset": 0, "length": 2}]) == entities.trim("  好的\n", [space, bold])


async def test_an_old_chat_forgets_its_oldest_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chats, "MAX_MESSAGES", 3)
    world = new_sandbox().world
    for number in range(5):
        world.send_text(LI, str(number))
    assert ["2", "3", "4"] == [post.body["text"] for post in world.posts(LI)]
