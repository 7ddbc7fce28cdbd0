"""Phone numbers in a form: stored as every phone dials them, shown as the customer's neighbours do."""

from collections.abc import Mapping
from typing import Final

from shared.rules.phones import dialled, kept
from shared.sync.policy import Value

PHONES: Final = frozenset({"phone", "phones"})


def filled(name: str, value: Value, country: str) -> Value:
    """What the field ``name`` is filled with for a stored value: nothing is an empty text."""
    if name in PHONES and isinstance(value, list):
        return [dialled(member, country) for member in value]
    if name in PHONES and isinstance(value, str):
        return dialled(value, country)
    return "" if value is None else value


def stored(name: str, typed: Value, shown: Value, country: str) -> Value:
    """What to store for what was typed over ``shown``: blanks at its ends mean nothing, a number that is only spelt anew stays."""
    before = [shown] if isinstance(shown, str) else shown if isinstance(shown, list) else []
    if isinstance(typed, str):
        return kept(typed, country, before) if name in PHONES else typed.strip()
    if isinstance(typed, list):
        members = [kept(member, country, before) if name in PHONES else member.strip() for member in typed]
        return list(dict.fromkeys(member for member in members if member))
    return typed


def country_of(shown: Mapping[str, Value], else_: str) -> str:
    """The country where the numbers of a record are dialled: its own, or its customer's."""
    own = shown.get("country")
    return own if isinstance(own, str) and own else else_
