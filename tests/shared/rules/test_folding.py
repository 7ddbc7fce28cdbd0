"""Folded text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.folding import fold, initials, natural_key, tokens

SCRIPTS = st.text(alphabet=st.sampled_from("aZéÉœŒßłøΆάςσΣΐ İıأ🙂-'9\u0301\u00a0"), max_size=8)
ANY = st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉLODIE", "elodie"),
        ("Œuvre", "oeuvre"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Θεσσαλονίκης", "θεσσαλονικησ"),
        ("ΘΕΣΣΑΛΟΝΙΚΗΣ", "θεσσαλονικησ"),
        ("Άννα Ταΐζη", "αννα ταιζη"),
        ("ΐ", "ι"),
        ("ᾳ", "α"),
        ("e\u0301te\u0301", "ete"),
        ("مُحَمَّد", "محمد"),
        ("🙂 n° 5", "🙂 n° 5"),
        ("", ""),
    ],
)
def test_accents_case_and_ligatures_fold_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ANY | SCRIPTS)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY | SCRIPTS)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(alphabet="abcéèàùçœæαβγδεςσάέώϊΐ"))
def test_capitals_fold_like_small_letters(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(SCRIPTS, SCRIPTS)
def test_folding_works_letter_by_letter_so_prefixes_stay_prefixes(start: str, rest: str) -> None:
    assert fold(start + rest) == fold(start) + fold(rest)


@given(ANY | SCRIPTS)
def test_tokens_are_folded_words(text: str) -> None:
    for token in tokens(text):
        assert fold(token) == token
        assert token.isalnum()


def test_apostrophes_and_hyphens_part_words() -> None:
    assert tokens("L'Épi d'Or, Saint-Étienne") == ("l", "epi", "d", "or", "saint", "etienne")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Élodie Martin", "EM"),
        ("Γιώργος Άγγελος", "ΓΑ"),
        ("Boulangerie de la Gare", "BG"),
        ("Nikos", "N"),
        ("3 Épis", "3E"),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_last_word(name: str, expected: str) -> None:
    assert initials(name) == expected


@given(ANY | SCRIPTS)
def test_initials_are_short(name: str) -> None:
    assert len(initials(name)) <= 4


def test_numbers_sort_by_size_within_text() -> None:
    names = ["Four 10", "four 9", "Four 9b", "Étuve", "étuve 100", "Etuve 20", "Four 007"]

    assert sorted(names, key=natural_key) == ["Étuve", "Etuve 20", "étuve 100", "Four 007", "four 9", "Four 9b", "Four 10"]


@given(st.text(alphabet="ab é"), st.integers(0, 10**20), st.integers(0, 10**20))
def test_two_numbers_after_the_same_text_sort_as_numbers(text: str, one: int, other: int) -> None:
    assert (natural_key(f"{text}{one}") < natural_key(f"{text}{other}")) == (one < other)


@given(ANY | SCRIPTS)
def test_a_natural_key_keeps_everything_but_leading_zeros(text: str) -> None:
    without_lengths = re.sub(r"([0-9]{2})([0-9]+)", lambda run: run[2], natural_key(text))

    assert without_lengths == re.sub(r"[0-9]+", lambda run: run[0].lstrip("0") or "0", fold(text).strip())
