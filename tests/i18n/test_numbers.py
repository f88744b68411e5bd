"""Numbers and dates read as each language writes them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.i18n.formatting import format_date, format_list, format_moment, format_number, format_percent


def test_finnish_has_a_decimal_comma_and_spaces_that_do_not_break() -> None:
    assert format_number(1234567.891, "fi", digits=2) == "1\u00a0234\u00a0567,89"
    assert format_percent(0.185, "fi") == "18\u00a0%"


def test_english_has_a_decimal_point_and_thousands_commas() -> None:
    assert format_number(1234567.891, "en", digits=2) == "1,234,567.89"
    assert format_percent(0.185, "en") == "18%"


def test_the_minus_is_a_minus_and_zero_has_no_sign() -> None:
    assert format_number(-3, "en") == "−3"
    assert format_number(-0.2, "en", signed=True) == "0"
    assert format_number(3, "en", signed=True) == "+3"


@pytest.mark.parametrize(
    ("fraction", "written"),
    [
        (0.23, "23%"),
        (0.045, "4.5%"),
        (0.0045, "0.45%"),
        (0.0001, "<0.05%"),
        (0.0, "0%"),
        (0.02, "2%"),
        (-0.0001, ">−0.05%"),
    ],
)
def test_a_percentage_has_as_many_digits_as_it_bears(fraction: float, written: str) -> None:
    assert format_percent(fraction, "en") == written


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value: float) -> None:
    assert format_number(value, "fi") == format_percent(value, "en") == "–"


def test_dates_are_written_as_each_language_does() -> None:
    assert format_date(date(2026, 11, 21), "fi") == "21.11.2026"
    assert format_date(date(2026, 11, 1), "en") == "1 Nov 2026"
    assert format_moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC), "fi") == "21.11.2026 klo 14.05 UTC"
    assert format_moment(datetime(2026, 11, 21, 14, 5, tzinfo=UTC), "en") == "21 Nov 2026, 14:05 UTC"


def test_a_moment_is_dated_in_utc() -> None:
    helsinki = timezone(timedelta(hours=2))
    assert format_date(datetime(2026, 11, 21, 1, 0, tzinfo=helsinki), "en") == "20 Nov 2026"


def test_lists_end_with_the_word_of_the_language() -> None:
    assert format_list(("a", "b", "c"), "fi") == "a, b ja c"
    assert format_list(("a", "b"), "en") == "a and b"
    assert format_list(("a",), "en") == "a"
    assert format_list((), "en") == ""


@given(st.floats(min_value=-1e12, max_value=1e12), st.integers(0, 4))
def test_both_languages_write_the_same_number(value: float, digits: int) -> None:
    finnish = format_number(value, "fi", digits=digits).replace("\u00a0", "").replace(",", ".").replace("−", "-")
    english = format_number(value, "en", digits=digits).replace(",", "").replace("−", "-")
    assert float(finnish) == float(english) == round(value, digits)
