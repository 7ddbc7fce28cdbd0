"""Saved drafts: what a person has typed into a form and not yet saved, kept through a kill of the app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mobile_app.data.vault import Vault
from shared.sync.codec import TornPayloadError, open_payload, seal_payload
from shared.sync.policy import Value

Fields = dict[str, Value]

TYPED_IN: Final = "typed.in"
"""Where a draft says in which language its numbers were typed; those of before say nothing of it."""

_OTHER_FORMS: Final[Mapping[str, str]] = {"plan": "visit", "review": "visit", "photo": "attachment"}
"""The forms that are not called as the kind of record that they write."""
_NEW: Final = "new@"


class Drafts:
    """Drafts by the form's key (see ``about``). On the owner's thread; each call is durable."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def get(self, key: str) -> Fields | None:
        """What was typed, or None; a draft that no longer decodes is none."""
        payload = self._vault.drafts.get(key)
        if payload is None:
            return None
        try:
            fields: dict[str, Any] = open_payload(payload, dict[str, Any])
        except TornPayloadError:
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
        """What was typed, by the form's key."""
        return {key: fields for key in self.keys() if (fields := self.get(key)) is not None}

    def keys(self) -> list[str]:
        """The forms that have drafts."""
        return self._vault.drafts.ids()


def about(key: str) -> tuple[str, str]:
    """Read a form's key (its name, perhaps a dot and more, colon, id): the kind that it writes, and the record by whose id it is known.

    A form for something new (``plan:<id>``, ``contact:new@<id>``) is known by its customer. A kind may be none that there is.
    """
    form, _, named = key.partition(":")
    name = form.partition(".")[0]
    return _OTHER_FORMS.get(name, name), named.removeprefix(_NEW)
