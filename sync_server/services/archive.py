"""A backup's contents: one read snapshot of every table, as frames that do not depend on the engine, and the way back."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import zstandard
from sqlalchemy import Connection

from shared.errors import SealBroken, TourneeError
from sync_server.services import epochs
from sync_server.services.devices import kept
from sync_server.services.organisation import load_organisation
from sync_server.services.sealed_file import PREFIX_BYTES, SealedReader, SealedWriter, compressing, inflating, key_id, read_header
from sync_server.storage import dump, transactions
from sync_server.storage.schema import SchemaTooNew
from sync_server.storage.tables import DEVICE, SCHEMA_VERSION

_LENGTH: Final = 4
_COUNTED_TOMBSTONES: Final = "0003"
"""The last step at which digests counted deleted records too."""
_FORMS_UNTOLD: Final = "0007"
"""The last step at which the log did not always tell what a transaction came as."""
_MAX_FRAME: Final = 1 << 28
_encode = msgspec.msgpack.Encoder().encode


class BackupBroken(TourneeError):  # noqa: N818 - named like the rest of the tree
    """The backup does not open with this key, was altered, or does not hold what it says; ``code`` tells which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


class BackupTooNew(SchemaTooNew):
    """A later release made this backup; this one restores nothing of it."""

    code = "backup_too_new"


class Heading(msgspec.Struct, frozen=True):
    """What is known of a backup without its key. ``made_at`` in ms since 1970, ``head`` the highest rev that it holds."""

    organisation: str
    epoch: str
    head: int
    made_at: int
    key: str
    schema: str = SCHEMA_VERSION


class Trailer(msgspec.Struct, frozen=True):
    """What the snapshot held, said at its end: rows by table, digests by scope."""

    counts: dict[str, int]
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of one table's rows."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


def write(connection: Connection, file: BinaryIO, key: bytes, made_at: int, prefix: bytes) -> Heading:
    """Write what ``connection``'s snapshot sees to ``file``, sealed. ``prefix`` are ``PREFIX_BYTES`` of chance."""
    standing = epochs.standing(connection)
    heading = Heading(load_organisation(connection).id, standing.epoch.id, standing.head, made_at, key_id(key))
    sealed = SealedWriter(file, key, msgspec.json.encode(heading), prefix)
    with closing(compressing(sealed)) as out:
        for table in dump.tables():
            columns = dump.columns(table)
            for batch in dump.rows(connection, table):
                _put(out, [dump.name(table), columns, batch])
        _put(out, Trailer(dump.counts(connection), dump.kept_digests(connection)))
    return heading


def heading(path: Path) -> Heading:
    """Read what a backup says of itself, which its seal vouches for only once it is opened.

    Raises:
        BackupBroken: ``backup_unknown``: this is no backup.
    """
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(read_header(file)[0], type=Heading)
    except (SealBroken, msgspec.MsgspecError) as error:
        raise BackupBroken("backup_unknown") from error


def load(connection: Connection, path: Path, key: bytes) -> Heading:
    """Fill the emptied tables with what the backup at ``path`` holds, and compare the outcome with what it says of itself.

    Raises:
        BackupBroken: nothing of it may be kept.
        BackupTooNew: a later release made it; what it holds beyond this one's tables would be lost.
        TextUnstorable: it was made with SQLite, and PostgreSQL cannot keep it.
    """
    said = heading(path)
    if said.key != key_id(key):
        raise BackupBroken("backup_other_key")
    if said.schema > SCHEMA_VERSION:
        raise BackupTooNew
    dump.clear(connection)
    known = {dump.name(table): table for table in dump.tables()}
    trailer: Trailer | None = None
    try:
        with path.open("rb") as file, closing(inflating(SealedReader(file, key))) as source:
            for frame in _frames(source):
                if isinstance(frame, Trailer):
                    trailer = frame
                elif frame.table in known:
                    rows = _printable(frame) if frame.table == dump.name(DEVICE) else frame.rows
                    dump.fill(connection, known[frame.table], frame.columns, rows)
    except (SealBroken, msgspec.MsgspecError, zstandard.ZstdError) as error:
        raise BackupBroken("backup_broken") from error
    counting_tombstones = said.schema <= _COUNTED_TOMBSTONES
    _compare(connection, trailer, tombstones=counting_tombstones)
    if counting_tombstones:
        dump.recount(connection)
    if said.schema <= _FORMS_UNTOLD:
        transactions.note_untold_forms(connection)
    return said


def _printable(devices: _Part) -> list[list[Any]]:
    """Give a backup's devices as a step gives them to a database: an earlier release kept whatever they said of themselves."""
    said = {place for place, column in enumerate(devices.columns) if column in {"name", "platform"}}
    return [[kept(value) if place in said else value for place, value in enumerate(row)] for row in devices.rows]


def _compare(connection: Connection, trailer: Trailer | None, *, tombstones: bool) -> None:
    if trailer is None:
        raise BackupBroken("backup_broken")
    digests = dump.counted_digests(connection, tombstones=tombstones)
    counts = {name: count for name, count in dump.counts(connection).items() if name in trailer.counts}
    expected = {name: count for name, count in trailer.counts.items() if name in counts}
    if counts != expected or digests != trailer.digests or digests != dump.kept_digests(connection):
        raise BackupBroken("backup_differs")


def _put(out: BinaryIO, frame: object) -> None:
    body = _encode(frame)
    out.write(len(body).to_bytes(_LENGTH, "big") + body)


def _frames(source: BinaryIO) -> Iterator[_Part | Trailer]:
    while size := source.read(_LENGTH):
        length = int.from_bytes(size, "big")
        if length > _MAX_FRAME:
            raise SealBroken
        body = source.read(length)
        frame = msgspec.msgpack.decode(body)
        yield msgspec.convert(frame, Trailer) if isinstance(frame, dict) else _Part(*frame)


__all__ = ["PREFIX_BYTES", "BackupBroken", "BackupTooNew", "Heading", "heading", "load", "write"]
