"""Device codes and quote numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.numbering import QuoteNumber, device_code, parse_quote_number, quote_number

ordinals = st.integers(0, 500) | st.integers(0, 10**9)
numbers = st.builds(QuoteNumber, st.integers(2000, 2099), ordinals.map(device_code), st.integers(1, 10**6))


def test_the_first_seven_thousand_devices_have_different_codes() -> None:
    codes = [device_code(ordinal) for ordinal in range(7_000)]

    assert len(set(codes)) == 7_000
    assert [len(code) for code in codes] == sorted(len(code) for code in codes)
    assert (len(codes[0]), len(codes[293]), len(codes[294]), len(codes[-1])) == (2, 2, 3, 4)


@given(ordinals, ordinals)
def test_two_devices_never_share_a_code(one: int, other: int) -> None:
    assert (device_code(one) == device_code(other)) == (one == other)


@given(ordinals)
def test_a_code_has_no_character_that_is_misread(ordinal: int) -> None:
    code = device_code(ordinal)

    assert len(code) >= 2
    assert code[0].isalpha()
    assert not set(code) & set("0OQ1ILZ5SGBUYAE")


def test_a_negative_ordinal_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        device_code(-1)


def test_a_number_is_year_device_and_counter() -> None:
    assert quote_number(2026, "K7", 42) == "Q26-K7-0042"
    assert quote_number(2026, "K7", 12_345) == "Q26-K7-12345"


def test_a_counter_begins_at_one() -> None:
    with pytest.raises(ValueError, match="begins at 1"):
        quote_number(2026, "K7", 0)


@given(numbers)
def test_a_number_reads_back(number: QuoteNumber) -> None:
    printed = quote_number(number.year, number.device_code, number.counter)

    assert parse_quote_number(printed) == number
    assert parse_quote_number(f"  {printed.lower()} ") == number


@given(numbers, numbers)
def test_different_quotes_have_different_numbers(one: QuoteNumber, other: QuoteNumber) -> None:
    assert (str(one) == str(other)) == (one == other)


def test_greek_capitals_are_read_as_the_latin_ones_they_look_like() -> None:
    assert parse_quote_number("q26-Κ7-0042") == QuoteNumber(2026, "K7", 42)


@pytest.mark.parametrize("typed", ["", "Q26-K7", "26-K7-0042", "Q26-K7-42", "Q26-7K-0042", "Q26-K7-٠٠٤٢", "Q26-K7-0042x"])
def test_anything_else_is_no_number(typed: str) -> None:
    assert parse_quote_number(typed) is None
