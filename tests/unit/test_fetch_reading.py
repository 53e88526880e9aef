"""What a stranger writes is read strictly, or refused in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.fetch.reading import LONGEST_LABEL, decimal, label, strict_json, whole

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_is_json_is_read_as_it_was_written(document):
    assert strict_json(json.dumps(document).encode()) == document


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        strict_json(content)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    "content",
    [
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b'{"a": 1, "a": 2}',
        b"[1e400]",
        b"[" + b"1" * 41 + b"]",
        b"[0." + b"1" * 41 + b"]",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "[\uff11]".encode(),
        b"[1_0]",
        b"",
        b"\xff",
    ],
)
def test_what_is_nearly_json_is_refused(content):
    with pytest.raises(ValueError, match=r"\S"):
        strict_json(content)


@pytest.mark.parametrize(
    "value", [True, None, 2.0, 2.5, "2.0", "\uff12", " 2", "-1", "", "9" * 10, []]
)
def test_a_count_is_an_integer_or_its_digits(value):
    assert (whole(7), whole("50")) == (7, 50)
    with pytest.raises(ValueError, match="is no count"):
        whole(value)


@pytest.mark.parametrize(
    "text", ["", "1_0", "\uff11", "nan", "inf", "1e400", " 1", "+1", ".5", "1.", "0x1", "1" * 41]
)
def test_a_decimal_is_plain_digits(text):
    assert (decimal("-1.5e3"), decimal("0"), decimal("322.29")) == (-1500, 0, 322.29)
    with pytest.raises(ValueError, match="is no"):
        decimal(text)


@pytest.mark.parametrize(
    "value",
    [None, "", "  ", 5, "a\x1b[31m", "a\u202eb", "a\x00b", "=1+1", "x" * (LONGEST_LABEL + 1)],
)
def test_a_name_is_short_printable_and_no_formula(value):
    assert label("  Côte\td'Ivoire ", "name") == "Côte d'Ivoire"
    with pytest.raises(ValueError, match=r"name: found .* expected a name"):
        label(value, "name")
