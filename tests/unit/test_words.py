"""Numbers in words, the same in any locale."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.words import listed, money, percent, three_digits

SIZES = {"": 1, " million": 1e6, " billion": 1e9, " trillion": 1e12}


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (1e8, "$100 million"),
        (2.76e7, "$27.6 million"),
        (892.32, "$892"),
        (20, "$20"),
        (0.5, "$0.5"),
        (731668, "$731,668"),
        (999_700, "$1 million"),
        (999_400, "$999,400"),
        (1e9, "$1 billion"),
        (2.54e13, "$25.4 trillion"),
        (0, "$0"),
    ],
)
def test_money_is_said_as_a_reader_expects_it(usd, said):
    assert money(usd) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.558, "55.8 %"), (0.000111, "0.0111 %"), (1, "100 %"), (12.345, "1,230 %"), (0, "0 %")],
)
def test_a_share_is_said_as_per_cent(share, said):
    assert percent(share) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (62.0, "62"),
        (85.46, "85.5"),
        (1234567, "1,230,000"),
        (0.00001234, "0.0000123"),
        (0.1, "0.1"),
    ],
)
def test_three_digits_have_no_exponent_and_no_idle_zeros(value, said):
    assert three_digits(value) == said


def value_of(text: str) -> float:
    """Read back what `money` said."""
    number, scale = re.fullmatch(r"\$([\d.,]+)(| million| billion| trillion)", text).groups()
    return float(number.replace(",", "")) * SIZES[scale]


@given(st.floats(0.001, 9e14))
def test_money_is_right_to_half_a_unit_of_its_third_digit(usd):
    assert value_of(money(usd)) == pytest.approx(usd, rel=0.00501)


@given(st.floats(1e-7, 1e12))
def test_three_digits_are_right_to_half_a_unit_of_the_third(value):
    text = three_digits(value)
    assert "e" not in text
    assert float(text.replace(",", "")) == pytest.approx(value, rel=0.00501)


@given(st.floats(1, 9e14), st.floats(1, 9e14))
def test_more_money_never_sounds_like_less(one, other):
    low, high = sorted([one, other])
    assert value_of(money(low)) <= value_of(money(high))


def test_names_are_joined_counted_past_the_most_and_none_is_said():
    assert listed([]) == "none"
    assert listed(["A", "B"]) == "A, B"
    assert listed("ABCD", most=2) == "A, B and 2 more"
    assert listed("AB", most=2) == "A, B"
    assert listed(name for name in "AB") == "A, B"
