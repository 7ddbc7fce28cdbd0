"""Any field of any kind, as a person reads it and types it."""

import pytest

from mobile_app.ui.features.values import editable, parsed, shown, typed
from mobile_app.ui.i18n import words
from shared.errors import RecordRefused


@pytest.mark.parametrize(("language", "name"), [("en", "Greece"), ("fr", "Grèce"), ("el", "Ελλάδα")])
def test_a_country_is_read_by_its_name(language: str, name: str) -> None:
    assert shown(words(language), "country", "GR") == name
    assert shown(words(language), "country", "XX") == "XX"


@pytest.mark.parametrize(("language", "price"), [("en", "10,900.50"), ("fr", "10\u202f900,50"), ("el", "10.900,50")])
def test_a_price_is_read_with_its_hundredths(language: str, price: str) -> None:
    assert shown(words(language), "unit_price", 1_090_050) == price


@pytest.mark.parametrize(
    ("language", "field", "text", "value"),
    [
        ("el", "unit_price", "1.234", 123_400),
        ("el", "unit_price", "1.234,50", 123_450),
        ("en", "unit_price", "1,234.50", 123_450),
        ("fr", "quantity", "1,234", 1_234),
        ("fr", "discount", "5,55 %", 555),
        ("fr", "discount", "", None),
    ],
)
def test_a_mended_number_is_read_as_its_person_writes_it(language: str, field: str, text: str, value: int | None) -> None:
    assert parsed(words(language), field, text, None) == value
    assert value is None or parsed(words(language), field, typed(words(language), field, value), None) == value


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("unit_price", "2,5e3", "number_malformed"),
        ("unit_price", "1.234", "number_ambiguous"),
        ("quantity", "0,0004", "number_too_precise"),
        ("discount", "5,555", "number_too_precise"),
    ],
)
def test_a_mended_number_is_never_rounded_or_guessed(field: str, text: str, code: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        parsed(words("fr"), field, text, 5)

    assert refused.value.code == code


@pytest.mark.parametrize("field", ["planned_minutes", "position", "tax_rate", "price_list_version"])
def test_a_whole_number_that_nobody_types_is_not_offered_to_be_written_though_it_is_empty(field: str) -> None:
    assert not editable(field, None)
    assert not editable(field, 45)
