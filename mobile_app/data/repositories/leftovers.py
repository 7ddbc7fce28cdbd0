"""What was typed and not saved, and is shown by no form any more: its question is settled, its record is gone, it cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlmodel import Session

from mobile_app.data.draft_words import own_words
from mobile_app.data.drafts import Fields, about, is_spelling, language_of, spelt
from mobile_app.data.repositories.conflicts import label_of
from mobile_app.data.repositories.reading import ask, stored
from mobile_app.data.store import Store
from mobile_app.data.working_set import UNSETTLED
from shared.models.registry import KINDS
from shared.rules.lifecycle import quote_is_frozen
from shared.sync.policy import Value

Why = Literal["settled", "over", "gone", "sent", "not_yours", "unreadable"]
ATTENTION: Final = "attention"
_NEW: Final = "account:new"
"""The form of a customer that there is not yet: whatever becomes of others, it is shown."""
_OF_QUOTES: Final[Mapping[str, str]] = {
    "quote": "SELECT state FROM quote WHERE id = ?",
    "quote_line": "SELECT q.state FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE l.id = ?",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one field; a number in ``language``, where that is known. Of a form of several records also into which."""

    field: str
    value: Value
    language: str = ""
    record: str = ""
    called: str = ""
    """The record's name among its customer's, where it is still here and has one."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One form's: its author's own words, record by record, the customer's name where it is known, and why no form shows it."""

    key: str
    name: str
    why: Why
    words: tuple[Typed, ...]


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
        return None if id_ in waiting else "over"
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
    if kind == ATTENTION:
        return _of_several(session, key, fields, why)
    name, country = _account(session, id_)
    record = (stored(session, kind, id_) or {}) if kind in KINDS else {}
    return Leftover(key, name, why, tuple(_typed(fields, record, country)))


def _of_several(session: Session, key: str, fields: Fields, why: Why) -> Leftover:
    """The fields of a transaction's form are called by the record's id, too: two lines have a quantity each."""
    by_record: dict[str, Fields] = {}
    for whole, text in fields.items():
        if not is_spelling(whole):
            id_, _, field = whole.rpartition(".")
            by_record.setdefault(id_, {}).update({field: text, spelt(field): language_of(fields, whole)})
    accounts = {id_: _account(session, id_) for id_ in by_record}
    words = [
        replace(each, record=id_, called=_called(session, id_))
        for id_, own in by_record.items()
        for each in _typed(own, {}, accounts[id_][1])
    ]
    return Leftover(key, next((name for name, _ in accounts.values() if name), ""), why, tuple(words))


def _typed(fields: Fields, record: Mapping[str, Value], country: str) -> list[Typed]:
    found = own_words(fields, record, country).items()
    return [Typed(field, list(edit.add) if edit.add else edit.to, language_of(fields, field)) for field, edit in found]


def _account(session: Session, id_: str) -> tuple[str, str]:
    """The name and the country of a record's customer; '' where they are not known."""
    rows = ask(session, "SELECT name, country FROM account WHERE id = (SELECT root FROM entry WHERE id = ?)", id_)
    name, country = rows[0] if rows else ("", "")
    return name or "", country or ""


def _called(session: Session, id_: str) -> str:
    """What a record that is still here is called; '' for a visit, which is called by its day."""
    kinds = [str(kind) for (kind,) in ask(session, "SELECT kind FROM entry WHERE id = ? AND visible", id_)]
    return next((label_of(session, kind, id_) for kind in kinds if kind != "visit"), "")
