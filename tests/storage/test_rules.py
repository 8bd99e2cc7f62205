"""The figures of the trade, at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import rules
from storage.aid_codes import AidKind
from storage.rulebook import policy

amounts = st.integers(min_value=-2_000_000, max_value=2_000_000)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1))


def test_every_category_and_kind_has_its_intervals() -> None:
    assert {"SPECIAL": 90, "LONG": 180, "TEMP": 60} == policy.DEFAULT.recheck_days
    assert set(AidKind) == set(rules.REVISIT_DAYS)


@pytest.mark.parametrize(
    ("kind", "paid_on", "due"),
    [
        ("LIVING", date(2017, 1, 28), [date(2017, 2, 27)]),
        ("MEDICAL", date(2016, 2, 1), [date(2016, 3, 2)]),
        ("SPRING", date(2017, 1, 14), [date(2017, 1, 29)]),
        ("JOB", date(2017, 1, 1), [date(2017, 1, 31), date(2017, 4, 1)]),
        ("STUDY", date(2017, 4, 28), [date(2017, 10, 16)]),
        ("STUDY", date(2017, 9, 1), [date(2017, 10, 16)]),
        ("JINQIU", date(2017, 9, 2), [date(2018, 4, 15)]),
        ("STUDY", date(2017, 12, 31), [date(2018, 4, 15)]),
    ],
)
def test_a_payment_is_revisited_after_its_kinds_days(kind: str, paid_on: date, due: list[date]) -> None:
    assert due == policy.DEFAULT.revisit_due_on(kind, paid_on)


def test_a_household_that_left_is_looked_at_twice_in_half_a_year() -> None:
    assert [date(2017, 4, 1), date(2017, 6, 30)] == policy.DEFAULT.monitor_due_on(date(2017, 1, 1))


@given(day=days)
def test_the_next_term_starts_within_half_a_year_on_one_of_its_days(day: date) -> None:
    start = rules.next_term_start(day)
    assert timedelta(0) <= start - day <= timedelta(days=184)
    assert (start.month, start.day) in rules.TERM_STARTS


@pytest.mark.parametrize(
    ("room_fen", "free_fen", "most_fen"),
    [
        (1_000_000, 10_000_000, 500_000),
        (400_000, 10_000_000, 400_000),
        (1_000_000, 300_000, 300_000),
        (100_000, 100_000, 100_000),
        (99_999, 10_000_000, 0),
        (1_000_000, 99_999, 0),
        (0, 0, 0),
    ],
)
def test_the_most_payable_keeps_within_band_cap_and_fund(room_fen: int, free_fen: int, most_fen: int) -> None:
    assert most_fen == rules.most_payable(room_fen, free_fen)


@given(balance_fen=amounts, left_fen=st.none() | amounts, reserved_fen=st.integers(0, 2_000_000))
def test_what_is_available_is_never_negative_nor_more_than_there_is(
    balance_fen: int, left_fen: int | None, reserved_fen: int
) -> None:
    available_fen = rules.available_fen(balance_fen, left_fen, reserved_fen)
    assert available_fen >= 0
    assert available_fen <= max(0, balance_fen - reserved_fen)
    assert left_fen is None or available_fen <= max(0, left_fen - reserved_fen)


def test_the_cap_shrinks_by_what_was_paid_and_promised_and_no_further_than_to_nothing() -> None:
    assert 1_000_000 == rules.cap_room_fen(0, 0)
    assert 300_000 == rules.cap_room_fen(500_000, 200_000)
    assert 0 == rules.cap_room_fen(1_200_000, 0)
