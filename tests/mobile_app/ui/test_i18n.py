"""Words in three languages, side by side in one process."""

import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from mobile_app.ui import i18n
from mobile_app.ui.i18n import LANGUAGE_NAMES, LOCALES, best_language, words


def test_each_session_keeps_its_own_language() -> None:
    french, greek, english = words("fr"), words("el"), words("en")

    assert [t("Customers") for t in (french, greek, english)] == ["Clients", "Πελάτες", "Customers"]


def test_values_are_put_in_by_name() -> None:
    assert words("fr")("{n} of {length} digits", n=2, length=6) == "2 chiffres sur 6"


def test_a_percent_sign_or_a_brace_in_a_value_changes_nothing() -> None:
    assert words("en")("{day}, {time}", day="100 % {x}", time="{0}") == "100 % {x}, {0}"


@pytest.mark.parametrize(("language", "one", "many"), [("en", "1 h", "3 h"), ("fr", "1 h", "3 h"), ("el", "1 ώρα", "3 ώρες")])
def test_plural_forms_follow_the_language(language: str, one: str, many: str) -> None:
    t = words(language)

    assert [t.plural("{n} h", "{n} h", 1), t.plural("{n} h", "{n} h", 3)] == [one, many]


def test_a_counted_number_is_written_as_the_language_writes_it() -> None:
    assert [words(language).plural("{n} h", "{n} h", 1_234)[:5] for language in ("en", "fr", "el")] == ["1,234", "1\u202f234", "1.234"]


def test_a_message_without_a_translation_stays_english() -> None:
    assert words("el")("never written down") == "never written down"


@pytest.mark.parametrize(
    ("wanted", "spoken"), [(["el-GR"], "el"), (["de-DE", "fr_FR"], "fr"), (["EN"], "en"), (["de"], "en"), ([], "en"), ([""], "en")]
)
def test_the_first_language_that_the_app_speaks_is_taken(wanted: list[str], spoken: str) -> None:
    assert best_language(wanted) == spoken


def test_every_language_has_a_locale_and_its_own_name() -> None:
    assert set(LOCALES) == set(LANGUAGE_NAMES) == {"en", "fr", "el"}


def test_a_compiled_catalogue_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = tmp_path / "fr" / "LC_MESSAGES" / "tournee.mo"
    compiled.parent.mkdir(parents=True)
    catalogue = Catalog(locale="fr")
    catalogue.add("Yes", "Oui")
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)

    assert i18n._catalogue("fr").gettext("Yes") == "Oui"


def test_an_older_compiled_catalogue_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text, compiled = folder / "tournee.po", folder / "tournee.mo"
    text.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "Oui"\n', encoding="utf-8")
    compiled.write_bytes(b"not a catalogue")
    os.utime(compiled, (0, 0))
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)

    assert i18n._catalogue("fr").gettext("Yes") == "Oui"
