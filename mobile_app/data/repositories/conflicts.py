"""Conflicts: values that met in one field. To settle one is an ordinary edit by somebody who has seen it (PROTOCOL 15, 16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec
from sqlmodel import Session, select

from mobile_app.data.among import among
from mobile_app.data.desk import Draft, Label, RecordEdit, Written
from mobile_app.data.repositories.answering import alongside, may_stand, problem_of, repriced
from mobile_app.data.repositories.merging import family
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.reading import ask, base_of, stored
from mobile_app.data.repositories.rows import account_name, contact_name
from mobile_app.data.store import Store
from mobile_app.data.working_set import ANSWERABLE, UNANSWERED, UNSETTLED
from mobile_app.data.zones import zone_of
from shared.errors import RecordNotFound, RecordRefused
from shared.models.catalogue import Product
from shared.models.columns import instant_of
from shared.models.conflict import Conflict, ConflictEntry
from shared.models.customer import Contact
from shared.models.quote import Quote, QuoteLine
from shared.models.registry import KINDS
from shared.models.visit import Visit
from shared.rules.checks import LAST_INSTANT, FieldError
from shared.sync.change import Base, Edit
from shared.sync.edits import bare
from shared.sync.policy import WHOLE_RECORD, Policy, Value

UNDO_DAYS: Final = 30
_NAMED: Final = frozenset({"user", "territory", "price_list"})
_DAY_MS: Final = 24 * 3_600 * 1_000
_entries = msgspec.json.Decoder(list[ConflictEntry])


@dataclass(frozen=True, slots=True)
class EntryView:
    """One of the values (stored) and who wrote it when; ``merged`` is the text that holds the others."""

    value: Value
    user_id: str
    user: str
    device: str
    at: datetime
    stands: bool
    merged: bool
    seq: int = 0
    possible: bool = True
    """Whether it can be kept: a fact is final, and what was sent stands as it was sent."""
    problem: FieldError | None = None
    """Why it cannot be kept as it is, though another one can be written: two long texts became one that is longer than any may be."""
    called: str = ""
    """The name of whom or what it names, if it is an id."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict as it was shown: to settle it is to answer this, whatever comes meanwhile.

    ``field`` ``*`` is about the record's existence; its values are ``live`` and ``deleted``.
    """

    id: str
    record_kind: str
    record_id: str
    account_id: str
    account: str
    label: str
    field: str
    entries: tuple[EntryView, ...]
    standing: int
    open: bool
    opened_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    settling: bool
    """Settled on this device, not yet heard by the server."""
    here: Value
    """The value of the field on this device, with what is not sent: the one in force, whatever the question was answered with."""
    base: Base
    """What its reader has seen: the conflict and the record as they were."""
    called: str = ""
    """The name of whom or what ``here`` names, if it is an id."""

    @property
    def other(self) -> EntryView | None:
        """What an undo brings back: the newest of the values that are not in force and may be."""
        others = [entry for entry in self.entries if self._comes_back(entry)]
        return max(others, key=lambda entry: entry.at, default=None)

    def _comes_back(self, entry: EntryView) -> bool:
        return not entry.merged and entry.possible and entry.problem is None and entry.value != self.here

    def kept(self, index: int) -> ConflictView:
        """What is shown once the value of an entry was kept."""
        return replace(self, here=self.entries[index].value, called=self.entries[index].called, settling=True)


class Conflicts:
    """All conflicts in this device's scopes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open(self) -> list[ConflictView]:
        """Those that nobody has settled, the oldest first."""
        return await self._read(f"{UNSETTLED} ORDER BY c.opened_at, c.id")

    async def recent(self, days: int = UNDO_DAYS) -> list[ConflictView]:
        """Those settled in the last days, here or elsewhere, the newest first: they can be undone."""
        since = self._store.clock.now_ms() - days * _DAY_MS
        where = f"NOT ({UNANSWERED}) AND {ANSWERABLE} AND coalesce(c.closed_at, ?) >= ?"
        newest = "ORDER BY coalesce(c.closed_at, c.opened_at) DESC, c.id"
        return await self._read(f"{where} {newest}", since, since)

    async def of_record(self, record_id: str) -> list[ConflictView]:
        """The open ones of one record."""
        return await self._store.read(lambda session: of_record(session, self._store.epoch.id, record_id))

    async def get(self, id_: str) -> ConflictView:
        """One conflict.

        Raises:
            RecordNotFound: there is no such conflict here.
        """
        found = await self._read("c.id = ?", id_)
        if not found:
            raise RecordNotFound
        return found[0]

    async def keep(self, view: ConflictView, index: int) -> Written:
        """Let the value of an entry stand, of those that ``view`` shows."""
        return await self._settle(view, "conflict.keep", view.entries[index].value, view.entries[index])

    async def write(self, view: ConflictView, value: Value) -> Written:
        """Let another value stand, which nobody had written before."""
        return await self._settle(view, "conflict.write", value)

    async def undo(self, view: ConflictView) -> Written:
        """Bring back the newest of the values that do not stand.

        Raises:
            RecordRefused: ``nothing_to_undo``.
        """
        other = view.other
        if other is None:
            raise RecordRefused("nothing_to_undo")
        return await self._settle(view, "conflict.undo", other.value, other)

    async def _settle(self, view: ConflictView, action: str, value: Value, entry: EntryView | None = None) -> Written:
        label = Label(action, {"name": view.account, "field": view.field})
        return await self._store.act(lambda desk: Draft((_edit(desk.session, view, value, entry),), label))

    async def _read(self, where: str, *values: object) -> list[ConflictView]:
        return await self._store.read(lambda session: _views(session, self._store.epoch.id, where, *values))


def of_record(session: Session, epoch: str, record_id: str) -> list[ConflictView]:
    """The open conflicts of one record."""
    return _views(session, epoch, f"{UNSETTLED} AND c.record_id = ? ORDER BY c.opened_at, c.id", record_id)


def of_account(session: Session, epoch: str, account_id: str) -> list[ConflictView]:
    """The open conflicts of a customer and all that belongs to it."""
    belongs = "c.account_id IN (SELECT value FROM json_each(?))"
    return _views(session, epoch, f"{UNSETTLED} AND {belongs} ORDER BY c.opened_at, c.id", among(family(session, account_id)))


def _edit(session: Session, view: ConflictView, value: Value, entry: EntryView | None) -> RecordEdit:
    """The edit is sent even when the value is the one that stands: it says that somebody has decided."""
    if view.field == WHOLE_RECORD:
        return RecordEdit(view.record_kind, view.record_id, "delete" if value == "deleted" else "update", view.base)
    if stored(session, view.record_kind, view.record_id) is None:
        raise RecordNotFound
    policy = KINDS[view.record_kind].fields[view.field].policy
    was = view.here if policy in (Policy.TEXT, Policy.STATE) else None
    fields = {view.field: Edit(to=bare(value), was=was)}
    about = (view.record_kind, view.record_id, view.field)
    beside = repriced(session, about, value)
    if entry is None or value != view.here:
        beside |= alongside(session, about, value, (entry.device, entry.seq) if entry is not None else ("", 0))
    fields |= {name: Edit(to=bare(each)) for name, each in beside.items()}
    return RecordEdit(view.record_kind, view.record_id, "update", view.base, fields)


def _views(session: Session, epoch: str, where: str, *values: object) -> list[ConflictView]:
    rows = ask(session, f"SELECT c.id, ({UNANSWERED}) FROM conflict c WHERE {where}", *values)  # noqa: S608  constants only
    ids = [id_ for id_, _ in rows]
    found = {conflict.id: conflict for conflict in session.exec(select(Conflict).where(Conflict.id.in_(ids)))}  # type: ignore[attr-defined]
    return [_view(session, epoch, found[id_], answered=not unanswered) for id_, unanswered in rows if _is_asked(found[id_])]


def _is_asked(conflict: Conflict) -> bool:
    """Whether it is a question of its own: what went with another field follows the answer to that one."""
    kind = KINDS.get(conflict.record_kind or "")
    spec = kind.fields.get(conflict.field or "") if kind is not None else None
    return conflict.state == "open" or spec is None or not spec.beside


def _view(session: Session, epoch: str, conflict: Conflict, *, answered: bool) -> ConflictView:
    standing = conflict.standing or 0
    bases = [base_of(session, epoch, id_) for id_ in (conflict.id, conflict.record_id or "")]
    entries = _entries.decode(conflict.entries or "[]")
    here = _here(session, conflict.record_kind or "", conflict.record_id or "", conflict.field or "")
    return ConflictView(
        conflict.id,
        conflict.record_kind or "",
        conflict.record_id or "",
        conflict.account_id or "",
        account_name(session, conflict.account_id),
        label_of(session, conflict.record_kind or "", conflict.record_id or ""),
        conflict.field or "",
        tuple(_entry(session, conflict, entry, here, stands=index == standing) for index, entry in enumerate(entries)),
        standing,
        conflict.state == "open",
        conflict.opened_at,
        conflict.closed_at,
        name_of(session, conflict.closed_by),
        conflict.state == "open" and answered,
        here,
        Base(epoch, max(base.rev if base is not None else 0 for base in bases)),
        _called(session, conflict.record_kind or "", conflict.field or "", here),
    )


def _here(session: Session, kind: str, id_: str, field: str) -> Value:
    """What stands here of the field, or of the record itself, as a conflict's entries say it."""
    found = stored(session, kind, id_) if kind in KINDS else None
    if field == WHOLE_RECORD:
        return "deleted" if found is None else "live"
    return None if found is None else found.get(field)


def _entry(session: Session, conflict: Conflict, entry: ConflictEntry, here: Value, *, stands: bool) -> EntryView:
    at, kind, field = instant_of(min(max(entry.at, 0), LAST_INSTANT)), conflict.record_kind or "", conflict.field or ""
    assert at is not None  # noqa: S101 - it is within what can be shown, whatever was sent
    return EntryView(
        entry.value,
        entry.user_id,
        name_of(session, entry.user_id),
        entry.device,
        at,
        stands,
        merged=not entry.device and field != WHOLE_RECORD,
        seq=entry.seq,
        possible=may_stand(session, (kind, conflict.record_id or "", field), entry.value, here),
        problem=problem_of(kind, field, entry.value) if entry.value != here else None,
        called=_called(session, kind, field, entry.value),
    )


def _called(session: Session, kind: str, field: str, value: Value) -> str:
    """The name of the person, territory or price list that a field's value names; '' for any other value."""
    named = KINDS[kind].references.get(field, "") if kind in KINDS else ""
    if value is None or named not in _NAMED:
        return ""
    found = ask(session, f"SELECT name FROM {named} WHERE id = ?", str(value))  # noqa: S608  one of three constants
    return str(found[0][0] or "") if found else ""


def label_of(session: Session, kind: str, id_: str) -> str:
    """What the record is called among its customer's: a person's name, a quote's number, a line's text; '' for the customer itself."""
    match kind:
        case "contact":
            contact = session.get(Contact, id_)
            return contact_name(contact) if contact is not None else ""
        case "quote":
            quote = session.get(Quote, id_)
            return (quote.number or "") if quote is not None else ""
        case "quote_line":
            line = session.get(QuoteLine, id_)
            product = session.get(Product, line.product_id) if line is not None and line.product_id else None
            return (line.description or "") if line is not None and line.description else (product.sku or "") if product is not None else ""
        case "visit":
            visit = session.get(Visit, id_)
            return _day(visit) if visit is not None else ""
    return ""


def _day(visit: Visit) -> str:
    """The ISO day of a visit, where it took place; '' for one that is not planned."""
    at = visit.arrived_at or visit.planned_at
    return at.astimezone(zone_of(visit.zone or "UTC")).date().isoformat() if at is not None else ""
