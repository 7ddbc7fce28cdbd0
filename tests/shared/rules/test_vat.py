"""VAT ids."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import siren

from shared.rules.vat import VatProblem, check_vat_id

separators = st.sampled_from(["", " ", ".", "-", "\u00a0"])


def french_ids() -> st.SearchStrategy[str]:
    def with_key(first_eight: int) -> str:
        stem = f"{first_eight:08d}"
        number = next(stem + figure for figure in "0123456789" if siren.is_valid(stem + figure))
        return f"FR{int(number + '12') % 97:02d}{number}"

    return st.integers(10_000_000, 99_999_999).map(with_key)


def greek_ids() -> st.SearchStrategy[str]:
    def with_check(first_eight: int) -> str:
        stem = f"{first_eight:08d}"
        weighed = sum(int(figure) * 2 ** (8 - place) for place, figure in enumerate(stem))
        return f"EL{stem}{weighed % 11 % 10}"

    return st.integers(1_000_000, 99_999_999).map(with_check)


@settings(max_examples=50)
@given(st.tuples(french_ids(), st.just("FR")) | st.tuples(greek_ids(), st.sampled_from(["GR", "EL"])), separators)
def test_a_sound_id_is_normalised_with_or_without_its_prefix(sound: tuple[str, str], separator: str) -> None:
    vat_id, country = sound
    typed = separator.join(vat_id).lower()

    for spelling in (typed, separator.join(vat_id[2:])):
        check = check_vat_id(spelling, country)
        assert (check.value, check.problem, check.checked) == (vat_id, None, True)


@settings(max_examples=50)
@given(french_ids() | greek_ids(), st.integers(3, 10), st.integers(1, 9))
def test_one_mistyped_figure_of_a_french_or_greek_id_is_noticed(vat_id: str, place: int, by: int) -> None:
    figure = (int(vat_id[place]) + by) % 10
    mistyped = f"{vat_id[:place]}{figure}{vat_id[place + 1 :]}"
    check = check_vat_id(mistyped, "FR" if vat_id.startswith("FR") else "GR")

    # The Greek check figure is a remainder of 11 folded to one figure: 10 and 0 look the same.
    assert check.problem is VatProblem.CHECKSUM or (vat_id.startswith("EL") and check.problem is None and "0" in {vat_id[-1], mistyped[-1]})


@pytest.mark.parametrize(
    ("typed", "country", "problem"),
    [
        ("FR40303265046", "FR", VatProblem.CHECKSUM),
        ("FR4030", "FR", VatProblem.LENGTH),
        ("hello", "FR", VatProblem.FORMAT),
        ("٣٣", "FR", VatProblem.FORMAT),
        ("DE136695976", "FR", VatProblem.OTHER_COUNTRY),
        ("DE136695976", "CH", VatProblem.OTHER_COUNTRY),
        ("DE136695977", "FR", VatProblem.CHECKSUM),
        ("ELxx", "GR", VatProblem.FORMAT),
    ],
)
def test_a_wrong_id_says_what_is_wrong(typed: str, country: str, problem: VatProblem) -> None:
    assert check_vat_id(typed, country).problem is problem


def test_the_greek_prefix_has_two_spellings_and_one_meaning() -> None:
    assert check_vat_id("GR 094259216", "GR").value == "EL094259216"
    assert check_vat_id("EL 094259216", "GR").value == "EL094259216"


def test_without_a_country_the_prefix_decides() -> None:
    assert check_vat_id("DE 136695976", "") == check_vat_id("DE136695976", "DE")


@pytest.mark.parametrize(("typed", "country"), [("CHE-123.456.788", "CH"), ("", "FR"), ("12345", "")])
def test_where_there_is_no_rule_an_id_is_only_cleaned(typed: str, country: str) -> None:
    check = check_vat_id(typed, country)

    assert check.problem is None
    assert not check.checked
    assert check.value == typed.replace("-", "").replace(".", "")


@settings(max_examples=60)
@given(st.text(max_size=14) | st.text(alphabet="FRELGDB0123456789 ", max_size=14), st.sampled_from(["FR", "GR", "ES", "CH", ""]))
def test_any_text_is_judged_and_a_normal_form_stays(typed: str, country: str) -> None:
    check = check_vat_id(typed, country)

    if check.problem is None:
        assert check_vat_id(check.value, country) == check
