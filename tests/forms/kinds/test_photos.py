"""Photos."""

from bot.forms.kinds.photos import Photos
from bot.forms.model import Given, Progress, Sent, Value
from tests.forms.world import context, slip, tapped, typed

KIND = Photos(most=2)


def photo(name: str) -> dict[str, Value]:
    return {"file_id": f"file-{name}", "unique_id": name}


def sent(name: str) -> Given:
    return Given(sent=Sent("photo", {**photo(name), "width": 90}))


def test_each_photo_adds_one() -> None:
    assert Progress(ticks=(photo("a"),)) == KIND.read(sent("a"), context())
    assert Progress(ticks=(photo("a"), photo("b"))) == KIND.read(sent("b"), context(ticks=(photo("a"),)))


def test_the_same_photo_twice_counts_once() -> None:
    assert Progress(ticks=(photo("a"),)) == KIND.read(sent("a"), context(ticks=(photo("a"),)))


def test_no_more_than_the_most() -> None:
    assert "photos_full" == slip(KIND.read(sent("c"), context(ticks=(photo("a"), photo("b")))))


def test_done_ends_when_there_is_one() -> None:
    assert "photos_none" == slip(KIND.read(Given(done=True), context()))
    assert [photo("a")] == KIND.read(Given(done=True), context(ticks=(photo("a"),)))


def test_one_may_begin_afresh() -> None:
    assert Progress() == tapped(KIND, "CLEAR", ticks=(photo("a"),))


def test_anything_else_is_no_photo() -> None:
    assert "photos_wanted" == slip(typed(KIND, "照片"))
    assert "photos_wanted" == slip(tapped(KIND, "x"))
    assert "photos_wanted" == slip(KIND.read(Given(sent=Sent("sticker")), context()))
    assert "photos_wanted" == slip(KIND.read(Given(sent=Sent("photo", {"file_id": "f"})), context()))


def test_a_kept_list_has_different_photos() -> None:
    assert KIND.accepts([photo("a"), photo("b")], context())
    assert not KIND.accepts([photo("a"), photo("a")], context())
    assert not KIND.accepts([], context())
    assert not KIND.accepts(["a"], context())
