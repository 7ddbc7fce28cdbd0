"""What of a draft is its author's own: a form keeps beside it what was shown, and fields that nobody touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mobile_app.data.drafts import Fields, language_of
from shared.rules.money import parse_number
from shared.rules.typed import country_of, stored
from shared.sync.change import Edit
from shared.sync.policy import Value

_SHOWN: Final = "shown."
_LANGUAGES: Final = ("en", "fr")
"""Of either notation one: a draft of before does not say in which it was typed."""
_DIGITS: Final = {"quantity": 3, "discount": 2, "unit_price": 2}


def own_words(fields: Fields, record: Mapping[str, Value], country: str) -> dict[str, Edit]:
    """Give what was typed, by field; of a list the members that were not shown. What was only emptied leaves no words.

    ``record`` says what was shown where the form did not note it, ``country`` where numbers are dialled if neither says so.
    """
    shown = {name: fields.get(_SHOWN + name, record.get(name)) for name in fields if "." not in name}
    where = country_of(shown, country_of(record, country))
    found = {name: _edit(name, fields[name], shown[name], where, _languages(fields, name)) for name in shown}
    return {name: edit for name, edit in found.items() if edit is not None}


def _languages(fields: Fields, name: str) -> tuple[str, ...]:
    language = language_of(fields, name)
    return (language,) if language else _LANGUAGES


def _edit(name: str, typed: Value, shown: Value, country: str, languages: tuple[str, ...]) -> Edit | None:
    wanted = stored(name, typed, shown, country)
    if isinstance(wanted, list):
        added = tuple(member for member in wanted if not isinstance(shown, list) or member not in shown)
        return Edit(add=added) if added else None
    return None if wanted in (None, "") or typed == shown or _is(name, wanted, shown, languages) else Edit(wanted)


def _is(name: str, wanted: Value, shown: Value, languages: tuple[str, ...]) -> bool:
    """Whether it is the value that was shown; a number is typed in the notation of one of ``languages``."""
    if name in _DIGITS and isinstance(wanted, str) and isinstance(shown, int):
        return shown in {parse_number(wanted, language, _DIGITS[name]) for language in languages}
    return wanted == shown
