"""Amounts as people type them and as they are stored."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import money
from shared.rules.money import NumberProblem

scaled_values = st.integers(-(10**12), 10**12)


@given(st.integers(-(10**9), 10**9), st.integers(-1000, 1000).filter(bool))
def test_division_rounds_halves_away_from_zero_as_decimal_does(numerator: int, denominator: int) -> None:
    expected = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP)

    assert money.divide_half_up(numerator, denominator) == int(expected)


@given(st.integers(), st.integers(1, 10**6))
def test_division_of_the_opposite_is_the_opposite(numerator: int, denominator: int) -> None:
    assert money.divide_half_up(-numerator, denominator) == -money.divide_half_up(numerator, denominator)


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("XOF", 0), ("TND", 3), ("CHF", 2)])
def test_a_currency_knows_its_decimals(currency: str, digits: int) -> None:
    assert money.minor_digits(currency) == digits


@given(scaled_values, st.sampled_from(["EUR", "JPY", "TND"]))
def test_minor_units_survive_the_trip_through_decimal(minor: int, currency: str) -> None:
    amount = money.from_minor(minor, currency)

    assert money.to_minor(amount, currency) == minor
    assert amount == Decimal(minor) / 10 ** money.minor_digits(currency)


@given(scaled_values)
def test_quantities_and_percentages_survive_the_trip_through_decimal(scaled: int) -> None:
    assert money.to_thousandths(money.from_thousandths(scaled)) == scaled
    assert money.to_basis_points(money.from_basis_points(scaled)) == scaled


def test_an_amount_keeps_its_decimals() -> None:
    assert str(money.from_minor(123450)) == "1234.50"
    assert str(money.from_minor(-5)) == "-0.05"
    assert str(money.from_thousandths(2500)) == "2.500"
    assert money.to_minor(Decimal("0.005")) == 1


@pytest.mark.parametrize(
    ("typed", "language", "minor"),
    [
        ("1 234,50", "fr", 123450),
        ("1\u202f234,50", "fr", 123450),
        ("1\u00a0234,5", "fr", 123450),
        ("12.5", "fr", 1250),
        ("12,5", "en", 1250),
        ("1.234,50", "fr", 123450),
        ("1.234,50", "el", 123450),
        ("1.234", "el", 123400),
        ("1,234", "en", 123400),
        ("1,234.50", "en", 123450),
        ("1,234.50", "el", 123450),
        ("1'234.50", "en", 123450),
        ("1.234.567", "fr", 123456700),
        ("0.500", "fr", 50),
        (",5", "fr", 50),
        ("5,", "fr", 500),
        ("-3,20", "fr", -320),
        ("\u22123,20", "el", -320),
        ("+7", "en", 700),
        ("0", "fr", 0),
        ("2,5000", "fr", 250),
    ],
)
def test_typed_amounts_are_read_in_the_notations_of_three_languages(typed: str, language: str, minor: int) -> None:
    assert money.parse_money(typed, language) == minor


@pytest.mark.parametrize(
    ("typed", "language", "problem"),
    [
        ("", "fr", NumberProblem.EMPTY),
        ("  ", "fr", NumberProblem.EMPTY),
        ("-", "fr", NumberProblem.EMPTY),
        ("douze", "fr", NumberProblem.MALFORMED),
        ("1,2,3", "fr", NumberProblem.MALFORMED),
        ("12 34", "fr", NumberProblem.MALFORMED),
        ("1 234.567.890", "fr", NumberProblem.MALFORMED),
        ("--4", "fr", NumberProblem.MALFORMED),
        (",", "fr", NumberProblem.MALFORMED),
        ("٣", "fr", NumberProblem.MALFORMED),
        ("1²", "fr", NumberProblem.MALFORMED),
        ("1.234", "fr", NumberProblem.AMBIGUOUS),
        ("1,005", "fr", NumberProblem.TOO_PRECISE),
        ("9" * 40, "fr", NumberProblem.TOO_LARGE),
        ("9" * 14, "fr", NumberProblem.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(typed: str, language: str, problem: NumberProblem) -> None:
    assert money.parse_money(typed, language) is problem


@given(scaled_values, st.sampled_from([("fr", "\u202f", ","), ("el", ".", ","), ("en", ",", ".")]))
def test_a_printed_amount_reads_back_as_itself(minor: int, notation: tuple[str, str, str]) -> None:
    language, group, decimal = notation
    printed = f"{money.from_minor(minor):,.2f}".translate({ord(","): group, ord("."): decimal})

    assert money.parse_money(printed, language) == minor


@given(st.text(alphabet="0123.,  -%x"), st.sampled_from(["fr", "el", "en", "de"]))
def test_any_text_gives_a_number_or_a_problem(typed: str, language: str) -> None:
    for read in (money.parse_quantity(typed, language), money.parse_percent(typed, language)):
        assert isinstance(read, NumberProblem) or abs(read) <= money.LARGEST


def test_a_percent_sign_may_follow_a_percentage() -> None:
    assert money.parse_percent("12,5 %", "fr") == 1250
    assert money.parse_percent("20%", "en") == 2000


def test_quantities_have_three_decimals() -> None:
    assert money.parse_quantity("0,125", "fr") == 125
    assert money.parse_quantity("-1", "en") == -1000
