"""The catalogues are complete: nothing missing, nothing left over, nothing that breaks a line where French forbids it."""

from babel.messages.catalog import Message

from tools.catalogues import _faults, extract, problems


def test_every_sentence_of_the_app_is_translated_well() -> None:
    assert problems() == []


def test_the_extraction_finds_plain_plural_and_marked_messages() -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in extract()}

    assert {"Customers", "today", "{n} h"} <= found


def faults(language: str, english: str, translated: str) -> list[str]:
    return list(_faults(language, Message(english, translated)))


def test_a_lost_placeholder_is_found() -> None:
    assert faults("el", "{n} left", "απομένουν") == ["other placeholders than the English"]


def test_french_wants_no_break_spaces() -> None:
    assert faults("fr", "Why?", "Pourquoi ?")
    assert faults("fr", "18%", "18%")
    assert faults("fr", "“yes”", "« oui »")
    assert not faults("fr", "Why? 18%: “yes” at 10:30", "Pourquoi\u00a0? 18\u202f%\u00a0: «\u00a0oui\u00a0» à 10:30")


def test_a_number_and_its_unit_stay_on_one_line_in_every_language() -> None:
    torn = ["a no-break space is missing between a number and its unit"]

    assert faults("el", "Kept for {n}\u00a0days", "Μένει για {n} ημέρες") == torn
    assert faults("fr", "At least 8 characters", "Au moins 8\u00a0caractères") == torn
    assert faults("fr", "{length}\u00a0characters", "{length} caractères") == torn
    assert not faults("fr", "{n} photos, {n}\u00a0days", "{n} photos, {n}\u00a0jours")


def test_an_empty_translation_is_found() -> None:
    assert faults("el", "Yes", "") == ["not translated"]
