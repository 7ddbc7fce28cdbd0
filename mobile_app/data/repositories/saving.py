"""What every repository's writes share: a form's changes as one action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mobile_app.data.desk import Desk, Draft, Label, RecordEdit, Written
from mobile_app.data.repositories.reading import ask, base_of
from mobile_app.data.store import Store
from shared.models.registry import KINDS
from shared.sync.change import Base, Edit
from shared.sync.edits import edits
from shared.sync.policy import Value

Fields = Mapping[str, Value]
_ASKED: Final = "SELECT coalesce(max(e.rev), 0) FROM conflict c JOIN entry e ON e.id = c.id WHERE c.record_id = ? AND e.rev <= ?"


def creation(kind: str, id_: str, fields: Fields) -> RecordEdit:
    """A new record."""
    return RecordEdit(kind, id_, "create", None, edits(KINDS[kind], {}, fields))


async def create(store: Store, kind: str, fields: Fields, label: Label, form: str = "") -> Written:
    """Write a new record; ``form`` is the saved draft it came from."""
    edit = creation(kind, store.new_id(), fields)
    return await store.act(lambda _desk: Draft((edit,), label, form))


async def save(
    store: Store, kind: str, id_: str, base: Base | None, *, shown: Fields, wanted: Fields, label: Label, form: str = ""
) -> Written:
    """Write what the person changed against what was shown; nothing at all where she changed nothing.

    Raises:
        RecordNotFound: the record is gone.
        RecordRefused: a rule refuses it.
    """
    changed: dict[str, Edit] = edits(KINDS[kind], shown, wanted)
    if not changed:
        if form:
            await store.draft_delete(form)
        return Written("", id_)
    return await store.act(lambda _desk: Draft((RecordEdit(kind, id_, "update", base, changed),), label, form))


async def delete(store: Store, kind: str, id_: str, base: Base | None, label: Label) -> Written:
    """Delete a record as it was seen; an edit that the person had not seen will bring it back."""
    return await store.act(lambda desk: Draft((removal(desk, kind, id_, base),), label))


def removal(desk: Desk, kind: str, id_: str, base: Base | None) -> RecordEdit:
    """A record's end. As long as it is as it was seen, so is what is asked about it here; but nothing of which more may be on its way."""
    if base is not None and base == base_of(desk.session, desk.epoch, id_):
        ((asked,),) = ask(desk.session, _ASKED, id_, desk.settled)
        base = Base(base.epoch, max(base.rev, asked))
    return RecordEdit(kind, id_, "delete", base)
