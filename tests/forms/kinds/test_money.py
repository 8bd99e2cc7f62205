"""An amount."""

import pytest

from bot.forms.kinds.money import Money
from tests.forms.world import context, slip, tapped, typed

KIND = Money(limit_fen=100_000_000, offered_fen=(100_000,))


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1500", 150_000),
        ("1500元", 150_000),
        ("1,500.00", 150_000),
        ("¥1,500.5", 150_050),
        ("￥１５００", 150_000),
        ("１５００．５", 150_050),
        ("一千五", 150_000),
        ("一千五百元", 150_000),
        ("一千零五", 100_500),
        ("1.5万", 1_500_000),
        ("1万5", 1_500_000),
        ("三万五", 3_500_000),
        ("十二万三千", 12_300_000),
        ("两块五", 250),
        ("3元5角", 350),
        ("3块5毛2分", 352),
        ("十五", 1_500),
        ("二〇一七", 201_700),
        ("0", 0),
        ("零", 0),
        ("2k", 200_000),
        ("1500 yuan", 150_000),
        ("RMB 1500", 150_000),
        ("三点五", 350),
    ],
)
def test_amounts_as_people_write_them(text: str, fen: int) -> None:
    assert fen == typed(KIND, text)


@pytest.mark.parametrize(
    "text", ["", "元", "很多", "-5", "1500-2000", "1e9", "１２a", "点五", "万万", "百十百", "9" * 60]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert "money_wanted" == slip(typed(KIND, text))


def test_a_fraction_of_a_fen_is_refused() -> None:
    assert "too_exact" == slip(typed(KIND, "10.005"))
    assert 1_050 == typed(KIND, "10.500")


def test_an_amount_out_of_range_is_refused() -> None:
    assert "money_range" == slip(typed(KIND, "1000001"))
    assert 100_000_000 == typed(KIND, "100万")
    assert "money_range" == slip(typed(Money(limit_fen=500, least_fen=100), "0.99"))


def test_a_tap_means_fen_and_only_an_offered_amount() -> None:
    assert 100_000 == tapped(KIND, "100000")
    assert "no_such_option" == slip(tapped(KIND, "1"))


def test_a_kept_amount_must_be_whole_fen_in_range() -> None:
    assert KIND.accepts(1, context())
    assert not KIND.accepts(-1, context())
    assert not KIND.accepts(1.5, context())
