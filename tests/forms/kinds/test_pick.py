"""Somebody or something known."""

from bot.forms.kinds.pick import Pick
from bot.forms.model import Given, Progress, Sent
from tests.forms.world import context, slip, tapped, typed

ONE = Pick("visitors")
MANY = Pick("visitors", most=2)


def test_an_offered_option_is_taken_and_a_forged_one_is_not() -> None:
    assert "p1" == tapped(ONE, "p1")
    assert "no_such_option" == slip(tapped(ONE, "p9"))


def test_a_single_match_is_taken_at_once() -> None:
    assert "p2" == typed(ONE, "昌洋")
    assert Progress(ticks=("p2",)) == typed(MANY, "昌洋")


def test_several_matches_stay_to_be_tapped() -> None:
    assert Progress(search="张") == typed(ONE, "张")
    assert "p3" == ONE.read(Given(tapped="p3"), context(search="张"))


def test_no_match_says_what_was_searched() -> None:
    said = typed(ONE, "李\u202e四")
    assert "not_found" == slip(said)
    assert {"text": "李四"} == getattr(said, "details", None)


def test_several_are_ticked_and_ended() -> None:
    assert Progress(ticks=("p1", "p2")) == tapped(MANY, "p2", ticks=("p1",))
    assert Progress() == tapped(MANY, "p1", ticks=("p1",))
    assert "at_most" == slip(tapped(MANY, "p3", ticks=("p1", "p2")))
    assert ["p1"] == MANY.read(Given(done=True), context(ticks=("p1",)))
    assert "at_least" == slip(MANY.read(Given(done=True), context()))


def test_a_sticker_or_nothing_is_no_pick() -> None:
    assert "pick_wanted" == slip(ONE.read(Given(sent=Sent("sticker")), context()))
    assert "pick_wanted" == slip(typed(ONE, " \u200b"))


def test_a_kept_id_must_still_be_offered() -> None:
    assert ONE.accepts("p1", context())
    assert not ONE.accepts("p9", context())
    assert MANY.accepts(["p1", "p2"], context())
    assert not MANY.accepts(["p1", "p9"], context())
    assert not MANY.accepts("p1", context())
