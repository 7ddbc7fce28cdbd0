"""Phone numbers, and the identity of members of sets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.phones import dialled, kept, normalise_member, same_number, to_e164

lyon_numbers = st.integers(0, 999_999).map(lambda figures: f"+33472{figures:06d}")
separators = st.sampled_from([" ", "\u00a0", "\u202f", ".", "-", ""])


@pytest.mark.parametrize(
    ("typed", "country", "e164"),
    [
        ("04 72 00 11 22", "FR", "+33472001122"),
        ("04.72.00.11.22", "fr", "+33472001122"),
        ("04\u00a072\u00a000\u00a011\u00a022", "FR", "+33472001122"),
        ("+33 (0)4 72 00 11 22", "GR", "+33472001122"),
        ("00 33 4 72 00 11 22", "GR", "+33472001122"),
        ("2310 123456", "GR", "+302310123456"),
        ("2310 123456", "EL", "+302310123456"),
        ("694 123 4567", "GR", "+306941234567"),
        ("+30 2310 123456", "", "+302310123456"),
        ("\uff0b30 2310 123456", "", "+302310123456"),
    ],
)
def test_numbers_as_people_type_them(typed: str, country: str, e164: str) -> None:
    assert to_e164(typed, country) == e164


@pytest.mark.parametrize(("typed", "country"), [("2310 123456", "FR"), ("04 72 00 11 22", ""), ("12", "FR"), ("call me", "FR"), ("", "FR")])
def test_what_is_no_valid_number_has_no_e164(typed: str, country: str) -> None:
    assert to_e164(typed, country) is None


@settings(max_examples=50)
@given(lyon_numbers, separators)
def test_national_and_international_forms_are_the_same_number(e164: str, separator: str) -> None:
    figures = "0" + e164.removeprefix("+33")
    national = separator.join(figures[start : start + 2] for start in range(0, 10, 2))

    assert to_e164(national, "FR") == e164
    assert to_e164(dialled(e164), "GR") == e164
    assert same_number(national, dialled(e164), "FR")
    assert kept(national, "FR") == kept(dialled(e164, "FR"), "FR", [e164]) == e164


@settings(max_examples=50)
@given(lyon_numbers, lyon_numbers)
def test_different_numbers_are_not_the_same(one: str, other: str) -> None:
    assert same_number(one, other, "FR") == (one == other)


def test_an_extension_rings_another_phone() -> None:
    assert not same_number("04 72 00 11 22 ext 3", "04 72 00 11 22", "FR")
    assert to_e164("04 72 00 11 22 ext 3", "FR") == "+33472001122"


def test_numbers_outside_any_plan_are_compared_by_their_figures() -> None:
    assert same_number("12 34", "12.34", "FR")
    assert not same_number("12 34", "12 35", "FR")
    assert not same_number("12 34", "04 72 00 11 22", "FR")


def test_a_number_is_shown_as_one_dials_it_and_anything_else_as_it_is() -> None:
    assert dialled("+33472001122", "FR") == "04 72 00 11 22"
    assert dialled("+33472001122", "EL") == dialled("+33472001122") == "+33 4 72 00 11 22"
    assert dialled("+302310123456", "EL") == "231 012 3456"
    assert dialled("call me", "FR") == "call me"


@pytest.mark.parametrize(
    ("typed", "country", "shown", "stored"),
    [
        (" 04 72 00 11 22 ", "FR", [], "+33472001122"),
        ("0033 4 72 00 11 22", "GR", [], "+33472001122"),
        ("04.72.00.11.22", "FR", ["04 72 00 11 22"], "04 72 00 11 22"),
        ("2310 123456", "", ["+302310654321"], "+302310123456"),
        ("04 72 00 11 22 ext 3", "FR", [], "04 72 00 11 22 ext 3"),
        ("04 72 00 11", "FR", [], "04 72 00 11"),
        ("ask for Claire", "FR", ["+33472001122"], "ask for Claire"),
        ("", "FR", ["+33472001122"], ""),
    ],
)
def test_a_number_is_stored_so_that_every_phone_dials_it_and_never_only_spelt_anew(
    typed: str, country: str, shown: list[str], stored: str
) -> None:
    assert kept(typed, country, shown) == stored


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("phones", "+33 4 72-00.11/22", "+33472001122"),
        ("phones", "0033 472001122", "+33472001122"),
        ("phones", "+33 (0)4 72 00 11 22", "+33472001122"),
        ("phones", "\u202a+33472001122\u202c", "\uff0b33472001122"),
        ("emails", " Info@Four.GR ", "info@four.gr"),
        ("emails", "e\u0301lo@four.fr", "élo@four.fr"),
        ("tags", "Fidèle  client", "FIDELE client"),
        ("tags", "Τακτικός", "τακτικοσ"),
    ],
)
def test_members_that_mean_the_same_are_one(field: str, one: str, other: str) -> None:
    assert normalise_member(field, one) == normalise_member(field, other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("phones", "+33472001122", "+33472001123"), ("phones", "0472001122 x3", "0472001122"), ("emails", "a@four.gr", "b@four.gr")],
)
def test_members_that_differ_stay_apart(field: str, one: str, other: str) -> None:
    assert normalise_member(field, one) != normalise_member(field, other)


@given(st.sampled_from(["phones", "emails", "tags"]), st.text(alphabet="+0123 ()-.aÉßΣ@\u00a0\u0301", max_size=8) | st.text(max_size=12))
def test_an_identity_is_its_own_identity(field: str, value: str) -> None:
    identity = normalise_member(field, value)

    assert normalise_member(field, identity) == identity
