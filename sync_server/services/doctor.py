"""Looks an organisation's folder over and says what is wrong with it, and what helps."""

import base64
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, text

from shared.errors import StorageFailed
from shared.recovery import recovery_keys
from sync_server.config import Config
from sync_server.services.backup import MADE_AT
from sync_server.services.blobs import open_store
from sync_server.services.organisation import read_recovery_key
from sync_server.storage import blobs, meta
from sync_server.storage.looking import looking_at
from sync_server.storage.schema import has_tables, version_of
from sync_server.storage.tables import DEVICE, SCHEMA_VERSION

LOW_DISK: Final = 500 * 1024 * 1024
LITTLE_DISK: Final = 100 * 1024 * 1024
_OTHERS: Final = 0o077
_BUILT: Final = 1_790_000_000_000
"""Autumn of 2026: a clock that shows an earlier time is wrong."""
_CREATE: Final = "Create one: tournee init --data FOLDER --name NAME"
_UNREADABLE: Final = "?"
_SKEW_MS: Final = 5 * 60_000
_BEHIND_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000
_OLD_HOURS: Final = 48


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do about it."""

    level: Level
    about: str
    said: str
    remedy: str = ""


def examine(config: Config, now_ms: int, free_bytes: Callable[[Path], int] | None = None) -> list[Finding]:
    """Give every finding, good ones too. Changes nothing."""
    if not config.database_url and not config.database.exists():
        return [Finding(Level.WRONG, "folder", f"There is no organisation in {config.data}.", _CREATE)]
    free = (free_bytes or _free)(config.data)
    return [
        *_configuration(config),
        _disk(free),
        *_rights(config),
        *_database(config, now_ms),
        _recovery(config),
        _backups(config, now_ms),
        *_photos(config),
    ]


def _configuration(config: Config) -> Iterator[Finding]:
    if config.host in {"127.0.0.1", "::1", "localhost"}:
        yield Finding(
            Level.OK, "configuration", f"Listens on {config.host}:{config.port}, for this machine alone or a reverse proxy on it."
        )
    else:
        yield Finding(
            Level.NOTE,
            "configuration",
            f"Listens on {config.host}:{config.port}, which others can reach, without encryption of its own.",
            "Listen on 127.0.0.1 and put a reverse proxy with TLS in front.",
        )


def _disk(free: int) -> Finding:
    said = f"{free // (1024 * 1024)} MiB free."
    if free < LITTLE_DISK:
        return Finding(Level.WRONG, "disk", said, "Free some space now: the server refuses to write when the disk is full.")
    if free < LOW_DISK:
        return Finding(Level.NOTE, "disk", said, "Free some space soon.")
    return Finding(Level.OK, "disk", said)


def _rights(config: Config) -> Iterator[Finding]:
    if os.name != "posix":
        return
    for path in (config.data, config.database, config.recovery_key):
        if path.exists() and path.stat().st_mode & _OTHERS:
            yield Finding(Level.WRONG, "rights", f"Other users of this machine may read {path}.", f"chmod go-rwx {path}")
            return
    yield Finding(Level.OK, "rights", "Only the owner may read the organisation's files.")


def _database(config: Config, now_ms: int) -> Iterator[Finding]:
    try:
        with looking_at(config) as connection:
            yield from (_served if config.database_url else _file)(connection)
            yield _tables(connection)
            yield from _whereabouts(connection)
            yield _clock(connection, now_ms)
    except StorageFailed as error:
        remedy = "See that PostgreSQL runs and lets this machine in, and that the address, the schema and the password are right."
        if not config.database_url:
            remedy = "Stop the server, set the folder aside, and restore the last backup; devices send their journals again."
        yield Finding(Level.WRONG, "database", f"The database cannot be read: {error}.", remedy)


def _served(connection: Connection) -> Iterator[Finding]:
    """PostgreSQL looks after its own files; what may be missing is the organisation."""
    version = connection.execute(text("SHOW server_version")).scalar_one()
    yield Finding(Level.OK, "database", f"PostgreSQL {version} answers.")
    if "off" in {connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("synchronous_commit", "fsync")}:
        remedy = "Set fsync and synchronous_commit to on: a device believes what was acknowledged."
        yield Finding(Level.WRONG, "journal", "PostgreSQL acknowledges commits before they are on its disk.", remedy)


def _tables(connection: Connection) -> Finding:
    step = version_of(connection) or "none"
    if not has_tables(connection):
        return Finding(Level.WRONG, "tables", "There is no organisation in this database.", _CREATE)
    if step > SCHEMA_VERSION and step != "none":
        return Finding(Level.WRONG, "tables", f"A later release has brought the tables to step {step}.", "Install that release again.")
    if step != SCHEMA_VERSION:
        said = f"The tables are at step {step}; this release's are at {SCHEMA_VERSION}."
        return Finding(Level.NOTE, "tables", said, "Make a backup; the server brings them there when it starts, as does tournee migrate.")
    return Finding(Level.OK, "tables", f"The tables are at step {step}, this release's.")


def _whereabouts(connection: Connection) -> Iterator[Finding]:
    """Say where the organisation is, unless it is here: a database that it left, or has not reached, serves nobody."""
    if not has_tables(connection):
        return
    if moved := meta.get(connection, meta.MOVED):
        remedy = "Set TOURNEE_SERVER_DATABASE to where it is, or put the file it moved to in the place of org.db."
        yield Finding(Level.WRONG, "organisation", f"The organisation moved to {moved}; this database serves nobody any more.", remedy)
    if meta.get(connection, meta.ARRIVING):
        said = "The organisation's move into this database was cut off; it serves nobody yet."
        yield Finding(Level.WRONG, "organisation", said, "Run tournee migrate-to again where it came from.")


def _file(connection: Connection) -> Iterator[Finding]:
    found = list(connection.execute(text("PRAGMA integrity_check(3)")).scalars())
    if found != ["ok"]:
        remedy = "Stop the server, set the folder aside, and restore the last backup; devices send their journals again."
        yield Finding(Level.WRONG, "database", "The database is damaged.", remedy)
    else:
        yield Finding(Level.OK, "database", "The database is sound.")
    yield _journal(connection)


def _journal(connection: Connection) -> Finding:
    mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    if mode != "wal":
        return Finding(Level.WRONG, "journal", f"The journal mode is {mode}.", "Start the server once: it sets WAL and synchronous=FULL.")
    return Finding(Level.OK, "journal", "WAL; every connection of the server writes with synchronous=FULL.")


def _clock(connection: Connection, now_ms: int) -> Finding:
    """Compare the clock with this program's age, with what devices showed and with the newest entry in the database."""
    instants = connection.execute(select(func.max(DEVICE.c.last_seen), func.max(DEVICE.c.enrolled_at))).one()
    newest = max((instant for instant in instants if instant is not None), default=0)
    remedy = "Set the clock by NTP (for example: timedatectl set-ntp true): rights and the order of edits are judged by it."
    if now_ms < _BUILT or now_ms + _BEHIND_MS < newest:
        return Finding(Level.WRONG, "clock", "This machine's clock is behind.", remedy)
    offsets = sorted(connection.execute(select(DEVICE.c.offset).where(DEVICE.c.revoked_at.is_(None), DEVICE.c.last_seq > 0)).scalars())
    if len(offsets) >= 3 and abs(offsets[len(offsets) // 2]) > _SKEW_MS:
        minutes = round(offsets[len(offsets) // 2] / 60_000)
        return Finding(Level.WRONG, "clock", f"Most devices' clocks differ from this machine's by {minutes} minutes.", remedy)
    return Finding(Level.OK, "clock", f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime(now_ms / 1000))} UTC, in line with the devices.")


def _recovery(config: Config) -> Finding:
    kept = _kept(config, "recovery_public")
    if not kept:  # an init that was refused half way leaves the tables
        return Finding(Level.WRONG, "organisation", "There is no organisation in this database yet.", _CREATE)
    remedy = f"Put the organisation's own recovery.key back at {config.recovery_key}; without it forgotten PINs cannot be recovered."
    if not config.recovery_key.exists():
        return Finding(Level.WRONG, "recovery", "The recovery key is missing.", remedy)
    try:
        public = base64.b64encode(recovery_keys(read_recovery_key(config.recovery_key))[1]).decode()
    except (OSError, ValueError):
        return Finding(Level.WRONG, "recovery", "The recovery key cannot be read.", remedy)
    if kept not in {public, _UNREADABLE}:
        return Finding(Level.WRONG, "recovery", "The recovery key is another organisation's.", remedy)
    return Finding(Level.OK, "recovery", "The recovery key is there.")


def _backups(config: Config, now_ms: int) -> Finding:
    """Say how old the newest backup is; without one, devices keep their journals for 90 days only (PROTOCOL 22)."""
    made_at = _kept(config, MADE_AT)
    if not made_at.isdecimal():
        return Finding(
            Level.NOTE,
            "backups",
            "There is no backup: devices keep what they sent for 90 days at most, to send it again after a loss.",
            "Make one every day: tournee backup --to FOLDER, best on another machine's disk; keep a copy of backup.key elsewhere.",
        )
    hours = max(0, now_ms - int(made_at)) // _HOUR_MS
    said = (
        f"The newest backup is {hours // 24} days and {hours % 24} hours old."
        if hours >= 24
        else f"The newest backup is {hours} hours old."
    )
    if hours >= _OLD_HOURS:
        return Finding(Level.NOTE, "backups", said, "Make one every day: tournee backup --to FOLDER.")
    return Finding(Level.OK, "backups", said)


def _photos(config: Config) -> Iterator[Finding]:
    """Compare the files that the office took, and that a record names, with what lies in the store."""
    try:
        with looking_at(config) as connection:
            if version_of(connection) != SCHEMA_VERSION:
                return
            taken = {row.sha256: row.size for row in blobs.blobs(connection) if not row.leaving}
            named = blobs.all_named(connection)
    except StorageFailed:  # the database itself is the finding
        return
    try:
        there = {each.sha256: each.size for each in open_store(config.blob_store, config.blob_folder).blobs()}
    except StorageFailed:
        yield Finding(Level.WRONG, "photos", "The store of photos does not answer.", "See that it runs, and its address and credentials.")
        return
    missing = sum(there.get(sha256) != size for sha256, size in taken.items() if sha256 in named)
    if missing:
        remedy = (
            "Copy them back from your copy of the store: no file in it ever changes. What a phone still holds it sends after a restore."
        )
        yield Finding(Level.WRONG, "photos", f"{missing} files that records name are missing from the store, or cut short.", remedy)
    else:
        yield Finding(Level.OK, "photos", _photos_said(len(named & taken.keys()), len(named - taken.keys())))


def _photos_said(taken: int, waited_for: int) -> str:
    if not taken and not waited_for:
        return "No record names a photo yet."
    return f"All {taken} that came are in the store; {waited_for} that records name have not come yet."


def _kept(config: Config, key: str) -> str:
    """Give a single value that the database holds, '' for none; ``_UNREADABLE`` where the database itself is the finding."""
    try:
        with looking_at(config) as connection:
            return meta.get(connection, key)
    except StorageFailed:
        return _UNREADABLE


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
