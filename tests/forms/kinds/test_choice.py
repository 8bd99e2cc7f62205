"""One of a few."""

from bot.forms.kinds.choice import Choice
from bot.forms.model import Given, Sent
from tests.forms.world import context, slip, tapped, typed

KIND = Choice(("HOME", "PHONE"), unoffered=("NEW",))


def test_a_tapped_option_is_the_answer() -> None:
    assert "HOME" == tapped(KIND, "HOME")


def test_a_typed_label_that_was_recognised_is_the_answer() -> None:
    assert "PHONE" == KIND.read(Given(typed="电话", option="PHONE"), context())
    assert "PHONE" == KIND.read(Given(typed="电话", options=("PHONE",)), context())


def test_a_forged_option_is_refused() -> None:
    assert "no_such_option" == slip(tapped(KIND, "FLYING"))
    assert "no_such_option" == slip(tapped(KIND, "NEW"))


def test_words_or_a_sticker_are_no_option() -> None:
    assert "choice_wanted" == slip(typed(KIND, "随便"))
    assert "choice_wanted" == slip(KIND.read(Given(sent=Sent("sticker")), context()))


def test_a_kept_value_may_be_one_that_is_not_offered() -> None:
    assert KIND.accepts("NEW", context())
    assert not KIND.accepts("FLYING", context())
    assert not KIND.accepts(["HOME"], context())
