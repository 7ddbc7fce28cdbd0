"""Conflicts: at most one open per record and field, holding every value that met there (PROTOCOL 15)."""

from datetime import datetime

import msgspec
from sqlalchemy import Integer
from sqlmodel import SQLModel

from shared.models.columns import Instant, ident, server
from shared.sync.policy import Value


class Conflict(SQLModel, table=True):
    """Two or more values of one field that did not see each other. ``entries`` is JSON, see ``ConflictEntry``."""

    __tablename__ = "conflict"

    id: str = ident()
    account_id: str | None = server()
    record_kind: str | None = server()
    record_id: str | None = server()
    field: str | None = server()
    entries: str | None = server()
    standing: int | None = server(Integer)
    state: str | None = server()
    opened_at: datetime | None = server(Instant)
    closed_at: datetime | None = server(Instant)
    closed_by: str | None = server()


class ConflictEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the values: who wrote it, when (ms since 1970), on which device, and the newest rev he had seen."""

    value: Value
    user_id: str
    device: str
    at: int
    seq: int = 0
    seen: int = 0
