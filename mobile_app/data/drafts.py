"""Saved drafts: what a person has typed into a form and not yet saved, kept through a kill of the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mobile_app.data.vault import Vault
from shared.errors import SealBroken
from shared.sync.codec import TornPayloadError, open_payload, seal_payload
from shared.sync.policy import Value

Fields = dict[str, Value]

TYPED_IN: Final = "typed.in"
"""Where a draft says in which language its numbers were typed; those of before say nothing of it."""

_SPELT: Final = TYPED_IN + "."
_OTHER_FORMS: Final[Mapping[str, str]] = {"plan": "visit", "review": "visit", "photo": "attachment"}
"""The forms that are not called as the kind of record that they write."""
_NEW: Final = "new@"


class Drafts:
    """Drafts by the form's key (see ``about``). On the owner's thread; each call is durable."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def get(self, key: str) -> Fields | None:
        """What was typed, or None; a draft that does not open or decode any more is none."""
        try:
            payload = self._vault.drafts.get(key)
            fields: dict[str, Any] | None = None if payload is None else open_payload(payload, dict[str, Any])
        except (SealBroken, TornPayloadError):
            return None
        return fields

    def put(self, key: str, fields: Fields) -> None:
        """Keep what is typed now."""
        self._vault.must_take_work()
        self._vault.drafts.put(key, seal_payload(fields))

    def delete(self, key: str) -> None:
        """Forget it. Repeatable."""
        self._vault.drafts.delete(key)

    def all(self) -> dict[str, Fields]:
        """What was typed, by the form's key, where it can be read."""
        return {key: fields for key in self.keys() if (fields := self.get(key)) is not None}

    def unreadable(self) -> list[str]:
        """The forms whose drafts do not open or decode any more: one of them must not take the others along."""
        return [key for key in self.keys() if self.get(key) is None]

    def keys(self) -> list[str]:
        """The forms that have drafts."""
        return self._vault.drafts.ids()


def spelt(field: str) -> str:
    """Where a draft says in which language the number of one field was typed, where that is not the one of the others."""
    return _SPELT + field


def language_of(fields: Mapping[str, Value], field: str = "") -> str:
    """The language in which a draft's number was typed; '' where it does not say."""
    return str(fields.get(spelt(field)) or fields.get(TYPED_IN) or "")


def is_spelling(name: str) -> bool:
    """Whether it says in which language something was typed, and is no field."""
    return name == TYPED_IN or name.startswith(_SPELT)


def about(key: str) -> tuple[str, str]:
    """Read a form's key (its name, perhaps a dot and more, colon, id): the kind that it writes, and the record by whose id it is known.

    A form for something new (``plan:<id>``, ``contact:new@<id>``) is known by its customer. A kind may be none that there is.
    """
    form, _, named = key.partition(":")
    name = form.partition(".")[0]
    return _OTHER_FORMS.get(name, name), named.removeprefix(_NEW)
