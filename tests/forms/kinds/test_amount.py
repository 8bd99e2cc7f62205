"""An amount that the records offer and bound."""

from __future__ import annotations

import pytest

from bot.forms.kinds.amount import Amount
from bot.forms.model import Answers, Context, Given, Invalid, Progress, Sent, Value
from tests.forms.world import TODAY, World

KIND = Amount("aid_amounts", limit_fen=1_000_000_000)
LIVING: Answers = {"kind": "LIVING"}


def said(given: Given) -> Value | Invalid | Progress:
    return KIND.read(given, Context(today=TODAY, lookups=World(), answers=LIVING))


@pytest.mark.parametrize(
    ("text", "fen"), [("1500", 150_000), ("三千", 300_000), ("0", 0), ("5000元", 500_000)]
)
def test_yuan_are_typed_as_people_write_them(text: str, fen: int) -> None:
    assert fen == said(Given(typed=text))


def test_a_tap_is_one_of_those_that_are_offered() -> None:
    assert 300_000 == said(Given(tapped="300000"))
    for forged in ("400000", "", "-1", "1e9"):
        assert Invalid("no_such_option") == said(Given(tapped=forged))


def test_what_the_records_object_to_is_refused_with_their_own_words() -> None:
    assert Invalid("by_rule", {"said": "太多了"}) == said(Given(typed="5000.01"))


def test_what_is_no_amount_is_told_so() -> None:
    assert Invalid("money_wanted") == said(Given(typed="很多"))
    assert Invalid("money_wanted") == said(Given(sent=Sent("photo")))
    assert Invalid("too_exact") == said(Given(typed="1.005"))
    assert isinstance(wide := said(Given(typed="99999999")), Invalid)
    assert "money_range" == wide.slug


def test_a_kept_amount_is_judged_anew() -> None:
    context = Context(today=TODAY, lookups=World(most_fen=200_000), answers=LIVING)
    assert KIND.accepts(200_000, context)
    for bad in (200_001, -1, True, "200000", 1.5):
        assert not KIND.accepts(bad, context)
