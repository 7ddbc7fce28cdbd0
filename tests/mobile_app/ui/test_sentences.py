"""Every code that a rule, the device or the office can give is a sentence in three languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sync_server
import sync_server.cli
from mobile_app.ui.i18n import LOCALES, words
from mobile_app.ui.sentences import SENTENCES, sentence_for, sentence_for_error
from shared.errors import DiskFull, RecordRefused, ServerRefused, TourneeError
from shared.rules.validation import CODES

SERVICES = Path(sync_server.__file__).parent
_GIVEN = re.compile(
    r'(?:\brefused|Refusal|Refused|RefusedError|problem)\(\s*(?:\d+,\s*)?"([a-z_]+)"'
    r'|_error\([^()]*?"([a-z_]+)"(?:, expected=.*)?\)'
    r'|\bcode = "([a-z_]+)"'
)
SPOKEN_TO_DEVICES = (
    "push",
    "pull",
    "merging",
    "authority",
    "quoting",
    "visits",
    "validation",
    "auth",
    "recovery",
    "tokens",
    "devices",
    "leases",
    "blobs",
    "attachments",
)


def errors(kind: type[TourneeError]) -> Iterator[str]:
    yield kind.code
    for narrower in kind.__subclasses__():
        yield from errors(narrower)


def server_codes() -> set[str]:
    files = [SERVICES / "services" / f"{name}.py" for name in SPOKEN_TO_DEVICES]
    assert all(file.exists() for file in files)
    files += [*(SERVICES / "api").rglob("*.py"), *(SERVICES.parent / "shared/sync").glob("*.py")]
    return {code for file in files for found in _GIVEN.findall(file.read_text(encoding="utf-8")) for code in found if code}


NOT_TO_A_PERSON = {
    *("already_initialised", "not_initialised", "not_empty", "metrics_token_wrong", "move_differs", "text_unstorable"),
    *("recovery_key_damaged", "database_damaged", "backup_too_new", "database_unreachable"),
}
"""What only a command or a collector of figures is told."""
ALL = sorted({*CODES, *errors(TourneeError), *server_codes()} - NOT_TO_A_PERSON)


def test_no_code_of_a_refusal_is_overlooked() -> None:
    assert {"price_differs", "totals_differ", "tax_differs", "fact_is_final", "server_field", "unknown_field"} <= set(ALL)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("code", ALL)
def test_a_code_is_a_sentence_in_every_language(code: str, language: str) -> None:
    said = sentence_for(words(language), code)

    assert code in SENTENCES, f"{code} has no sentence"
    assert said.endswith(".")
    assert "{" not in said


def test_the_values_of_a_sentence_are_written_as_the_language_writes_them() -> None:
    assert sentence_for(words("en"), "date_in_past", {"date": "2026-03-12"}) == "This day is over: 12/03/2026."
    assert "200" in sentence_for(words("fr"), "text_too_long", {"length": "240", "max": "200"})


def test_an_unknown_code_says_that_everything_is_saved() -> None:
    said = sentence_for(words("en"), "from_the_future")

    assert "from_the_future" in said
    assert said.endswith("Everything is saved.")


def test_a_failure_says_what_of_it_was_kept() -> None:
    t = words("en")

    assert "not saved" in sentence_for_error(t, DiskFull())
    assert sentence_for_error(t, RecordRefused("invalid", {"phone": "not_a_phone"})) == "This is not a phone number."
    assert sentence_for_error(t, ServerRefused(401, "wrong_credentials")) == "Login or password is not right."
    assert sentence_for_error(t, ZeroDivisionError()) == "That did not work. What was saved before is safe."
