"""Dates, numbers, money and telephones in three languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.ui import formats
from mobile_app.ui.i18n import Words, words
from shared.rules.money import parse_quantity

EN, FR, EL = words("en"), words("fr"), words("el")
TODAY = date(2026, 3, 12)
ALL = (EN, FR, EL)


def test_a_long_day_reads_as_a_title() -> None:
    assert [formats.capitalised(formats.long_day(t, TODAY, TODAY)) for t in ALL] == [
        "Thursday 12 March",
        "Jeudi 12 mars",
        "Πέμπτη 12 Μαρτίου",
    ]


def test_another_year_is_said() -> None:
    assert formats.short_day(FR, date(2025, 2, 19), TODAY) == "19 février 2025"


def test_the_first_of_a_month_is_an_ordinal_in_french_only() -> None:
    first = date(2026, 1, 1)

    assert [formats.short_day(t, first, first) for t in ALL] == ["1 January", "1er janvier", "1 Ιανουαρίου"]
    assert formats.long_day(FR, first, TODAY.replace(year=2027)) == "jeudi 1er janvier 2026"


def test_near_days_have_names() -> None:
    days = [date(2026, 3, d) for d in (12, 11, 13, 9, 1)]

    assert [formats.relative_day(EN, day, TODAY) for day in days] == ["today", "yesterday", "tomorrow", "Monday", "1 March"]
    assert [formats.relative_day(EL, day, TODAY) for day in days] == ["σήμερα", "χθες", "αύριο", "Δευτέρα", "1 Μαρτίου"]


def test_how_long_ago_counts_days_then_months() -> None:
    days = [TODAY, date(2026, 2, 28), date(2025, 12, 1)]

    assert [formats.since(EN, day, TODAY) for day in days] == ["today", "12 days ago", "3 months ago"]
    assert [formats.since(FR, day, TODAY) for day in days] == ["aujourd’hui", "il y a 12 jours", "il y a 3 mois"]


def test_a_time_is_the_visits_own_and_not_the_readers() -> None:
    instant = datetime(2026, 3, 11, 22, 30, tzinfo=UTC)
    now = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)

    assert formats.moment(EN, instant, now, "Europe/Paris") == "yesterday, 23:30"
    assert formats.moment(EN, instant, now, "Europe/Athens") == "today, 00:30"


def test_durations() -> None:
    assert [formats.duration(t, 38) for t in ALL] == ["38\u00a0min", "38\u00a0min", "38\u00a0λεπτά"]
    assert [formats.duration(EN, m) for m in (60, 65, 0, -5)] == ["1\u00a0h", "1\u00a0h\u00a005\u00a0min", "0\u00a0min", "0\u00a0min"]


@pytest.mark.parametrize(
    ("metres", "shown"),
    [(0, "0 m"), (35.4, "35 m"), (456, "460 m"), (994, "990 m"), (996, "1 km"), (2_440, "2.4 km"), (9_949, "9.9 km"), (24_400, "24 km")],
)
def test_a_distance_has_no_more_digits_than_a_driver_needs(metres: float, shown: str) -> None:
    assert formats.distance(EN, metres) == shown.replace(" ", "\u00a0")


def test_a_distance_in_each_language() -> None:
    assert [formats.distance(t, 2_440) for t in ALL] == ["2.4\u00a0km", "2,4\u00a0km", "2,4\u00a0χλμ."]


def test_money_percent_and_quantities() -> None:
    assert [formats.money(t, 1_033_200, "EUR") for t in ALL] == ["€10,332.00", "10\u202f332,00\u00a0€", "10.332,00\u00a0€"]
    assert [formats.percent(t, 550) for t in ALL] == ["5.5%", "5,5\u00a0%", "5,5%"]
    assert [formats.quantity(t, 2_500, "kg") for t in ALL] == ["2.5\u00a0kg", "2,5\u00a0kg", "2,5\u00a0kg"]
    assert formats.quantity(EN, 40_000) == "40"
    assert formats.currency_symbol(EL, "EUR") == "€"


@settings(max_examples=60)
@given(st.decimals(min_value=-10_000, max_value=10_000, places=3), st.sampled_from(ALL))
def test_a_number_in_a_field_can_be_read_back(value: Decimal, t: Words) -> None:
    assert parse_quantity(formats.plain_number(t, value), t.language) == int(value.scaleb(3))


@pytest.mark.parametrize("typed", ["12/3/2026", "12.03.26", "2026-03-12", " 12 / 3 / 2026 "])
def test_a_typed_day_is_read(typed: str) -> None:
    assert formats.parse_day(typed) == TODAY


@pytest.mark.parametrize("typed", ["", "31/02/2026", "12/3", "tomorrow", "1/2/3/4", "99999-1-1", "٣/٣/٢٠٢٦x"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert formats.parse_day(typed) is None


@settings(max_examples=60)
@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(ALL))
def test_a_day_in_a_field_can_be_read_back(day: date, t: Words) -> None:
    assert formats.parse_day(formats.numeric_day(t, day)) == day


def test_a_phone_number_is_national_at_home_and_international_abroad() -> None:
    assert [formats.phone(t, "+33478281960") for t in ALL] == ["+33 4 78 28 19 60", "04 78 28 19 60", "+33 4 78 28 19 60"]


def test_what_is_no_phone_number_is_shown_as_typed() -> None:
    assert formats.phone(FR, "ask for Élodie") == "ask for Élodie"


@pytest.mark.parametrize(
    ("name", "letters"), [("Élodie Marchand", "ÉM"), ("Στάχυ", "Σ"), ("Le Pain & Cie", "LC"), ("", "?"), ("🥐", "?"), ("ζύμη & χώμα", "ΖΧ")]
)
def test_initials(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_only_parts_that_say_something_are_joined() -> None:
    assert formats.joined(["Caluire", "", "3.1 km"]) == "Caluire · 3.1 km"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Crème UHT 38 %", "Crème UHT 38~%"),
        ("Beurre de tourage 82 % 10 kg", "Beurre de tourage 82~% 10~kg"),
        ("Crème entière 35 %, 6 × 1 l", "Crème entière 35~%, 6~×~1~l"),
        ("Καψάκια Νο 4 (1000 τεμ.)", "Καψάκια Νο 4~(1000~τεμ.)"),
        ("Farine T55 tradition", "Farine T55 tradition"),
        ("Four Omega 2, trois étages", "Four Omega 2, trois étages"),
    ],
)
def test_a_products_name_does_not_break_between_a_number_and_its_unit(name: str, shown: str) -> None:
    assert formats.product_name(name) == shown.replace("~", formats.NBSP)
