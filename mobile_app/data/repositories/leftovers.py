"""What was typed and not saved, and is shown by no form any more: its question is settled, its record is gone, it cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlmodel import Session

from mobile_app.data.draft_words import own_words
from mobile_app.data.drafts import TYPED_IN, Fields, about
from mobile_app.data.repositories.reading import ask, stored
from mobile_app.data.store import Store
from mobile_app.data.working_set import UNSETTLED
from shared.models.registry import KINDS
from shared.rules.lifecycle import quote_is_frozen
from shared.sync.policy import Value

Why = Literal["settled", "gone", "sent", "not_yours", "unreadable"]
ATTENTION: Final = "attention"
_NEW: Final = "account:new"
"""The form of a customer that there is not yet: whatever becomes of others, it is shown."""
_OF_QUOTES: Final[Mapping[str, str]] = {
    "quote": "SELECT state FROM quote WHERE id = ?",
    "quote_line": "SELECT q.state FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE l.id = ?",
}


@dataclass(frozen=True, slots=True)
class Leftover:
    """One form's: its author's own words by field, the customer's name where it is known, and why no form shows it."""

    key: str
    name: str
    why: Why
    words: dict[str, Value]
    language: str = ""
    """In which its numbers were typed, where that is known."""


class Leftovers:
    """All of them on this device."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self) -> list[Leftover]:
        """Those that there are; none is named while it is not known yet what is here."""
        if self._store.status.now.filling is not None:
            return []
        drafts, torn = await self._store.drafts(), await self._store.drafts_unreadable()
        waiting = {item.txn for item in await self._store.attention()} if drafts else set()
        me = self._store.identity.user_id

        def read(session: Session) -> list[Leftover]:
            return [*_leftovers(session, drafts, waiting, me), *(_leftover(session, key, {}, "unreadable") for key in torn)]

        return await self._store.read(read)

    async def discard(self, key: str) -> None:
        """Forget it. Repeatable."""
        await self._store.draft_delete(key)


def _leftovers(session: Session, drafts: Mapping[str, Fields], waiting: Collection[str], me: str) -> list[Leftover]:
    found = ((key, fields, _why(session, key, waiting, me)) for key, fields in drafts.items())
    return [_leftover(session, key, fields, why) for key, fields, why in found if why is not None]


def _why(session: Session, key: str, waiting: Collection[str], me: str) -> Why | None:
    """Say why no form shows the draft called ``key`` to ``me``; None where one does."""
    kind, id_ = about(key)
    if kind == ATTENTION:
        return None if id_ in waiting else "settled"
    if key == _NEW:
        return None
    form, _, question = key.partition(":")[0].partition(".")
    if question:
        if not ask(session, f"SELECT 1 FROM conflict c WHERE {UNSETTLED} AND c.id = ?", question):  # noqa: S608  a constant
            return "settled"
    elif not ask(session, "SELECT 1 FROM entry WHERE id = ? AND visible", id_):
        return "gone"
    elif form == "visit" and ask(session, "SELECT 1 FROM visit WHERE id = ? AND user_id IS NOT ?", id_, me):
        return "not_yours"
    states = ask(session, _OF_QUOTES[kind], id_) if kind in _OF_QUOTES else []
    return "sent" if any(quote_is_frozen(str(state)) for (state,) in states) else None


def _leftover(session: Session, key: str, fields: Fields, why: Why) -> Leftover:
    kind, id_ = about(key)
    if kind == ATTENTION:  # its fields are called by the record's id, too
        id_ = next((name.rpartition(".")[0] for name in fields if name != TYPED_IN), "")
        fields = {name if name == TYPED_IN else name.rpartition(".")[2]: text for name, text in fields.items()}
    rows = ask(session, "SELECT name, country FROM account WHERE id = (SELECT root FROM entry WHERE id = ?)", id_)
    name, country = rows[0] if rows else ("", "")
    record = (stored(session, kind, id_) or {}) if kind in KINDS else {}
    words = {field: list(edit.add) if edit.add else edit.to for field, edit in own_words(fields, record, country or "").items()}
    return Leftover(key, name or "", why, words, str(fields.get(TYPED_IN) or ""))
