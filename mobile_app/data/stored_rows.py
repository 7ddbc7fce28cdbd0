"""The short way from a vault's payload to a row of the working set: an unlock reads all, so each is read straight into its kind's columns.

Who wrote which field is left out: a row does not show it, and it is most of the work of reading a record.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Union

import msgspec

from mobile_app.data.working_schema import SET_PLACES, SETS
from shared.models.registry import COLUMNS, KINDS
from shared.sync.codec import PAYLOAD_VERSION
from shared.sync.record import LIVE


class StoredRow(msgspec.Struct, gc=False):
    """A record as it was stored, without an overlay. ``fields`` has its kind's columns."""

    kind: ClassVar[str]
    _parent: ClassVar[str | None]
    _owner: ClassVar[str | None]
    _sets: ClassVar[tuple[int, ...]]

    id: str
    root: str
    scope: str
    rev: int
    fields: Any
    deleted: int = LIVE

    @property
    def parent(self) -> str:
        """The record without which this one is not shown, as ``Laid.parent`` has it."""
        if self._owner is not None:
            return getattr(self.fields, self._owner) or self.root
        return self.root if self._parent is not None else ""

    def cells(self) -> tuple[Any, ...]:
        """What stands in the kind's table: sets as JSON, as they were stored."""
        cells = (self.id, *msgspec.structs.astuple(self.fields))
        if not self._sets:
            return cells
        row = list(cells)
        for place in self._sets:
            if row[place] is not None:
                row[place] = str(row[place], "utf-8")
        return tuple(row)


def stored_row(payload: bytes) -> StoredRow | None:
    """Read a record's row; None for one that needs the long way: a kind or a payload of another version, or no record at all."""
    try:
        envelope = _decode(payload)
    except msgspec.MsgspecError:
        return None
    return envelope.row if envelope.version == PAYLOAD_VERSION else None


def _row(kind: str) -> type[msgspec.Struct]:
    columns = COLUMNS[kind]
    fields = [(name, msgspec.Raw if name in SETS[kind] else Any, None) for name in columns]
    spec = KINDS[kind]
    known = {
        "kind": kind,
        "_parent": spec.parent,
        "_owner": spec.owner and spec.owner[0],
        "_sets": SET_PLACES[kind],
    }
    of_kind = msgspec.defstruct(f"{kind}_columns", fields, gc=False)
    return msgspec.defstruct(
        kind, [("fields", of_kind)], bases=(StoredRow,), namespace=known, kw_only=True, tag_field="kind", tag=kind, gc=False
    )


class _Envelope(msgspec.Struct, array_like=True, gc=False):
    version: int
    row: Union[tuple(map(_row, COLUMNS))]  # type: ignore[valid-type]  # noqa: UP007 - of as many as the registry knows


_decode: Final = msgspec.json.Decoder(_Envelope).decode
