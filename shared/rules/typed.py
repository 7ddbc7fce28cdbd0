"""What is stored for what a person typed over a value that was shown."""

from collections.abc import Mapping
from typing import Final

from shared.rules.phones import kept
from shared.sync.policy import Value

PHONES: Final = frozenset({"phone", "phones"})


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
