"""What a server process is told: where its data is, where it listens, its limits. From the environment, then the command line."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ENV_PREFIX = "TOURNEE_SERVER_"
LEASE_DAYS = 14
"""How long a phone works without its server, and so how far back a change may reach into what its author had then."""
DEFAULT_DATA = Path("var/server")
DEFAULT_SCHEMA = "tournee"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_DAY_S = 24 * 60 * 60
_MIB = 1024 * 1024


class ConfigError(ValueError):
    """A setting cannot be used; the message names it and says what it may be."""


@dataclass(frozen=True, slots=True)
class Leases:
    """How many days devices work without their server: all of them, and those in browsers, of which 0 allows none."""

    days: int = LEASE_DAYS
    browser_days: int = LEASE_DAYS


USUAL_LEASES: Final = Leases()


@dataclass(frozen=True, slots=True)
class TokenLifetimes:
    """How long a session's parts live, in seconds."""

    access_s: int = 15 * 60
    refresh_s: int = 90 * _DAY_S
    """From signing in to having to sign in again; rotation does not move it."""
    grace_s: int = 60
    """How long a rotated refresh token is still answered though its successor was used: two of an app's requests may have crossed."""


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """What one password hash costs: ``2**log_n`` blocks of ``128 * r`` bytes, ``p`` times."""

    log_n: int = 15
    r: int = 8
    p: int = 3


@dataclass(frozen=True, slots=True)
class BlobLimits:
    """How much may be stored beside the records, in bytes."""

    cap: int = 25 * _MIB
    """One file."""
    quota: int = 10 * 1024 * _MIB
    """All files of the organisation, those being sent included."""


@dataclass(frozen=True, slots=True)
class Config:
    """One server process. The organisation is in the folder ``data``, but for its records where ``database_url`` names PostgreSQL."""

    data: Path = DEFAULT_DATA
    database_url: str = ""
    """``postgresql://…``; where it is empty, a SQLite file in ``data`` holds the organisation."""
    schema: str = DEFAULT_SCHEMA
    """The organisation's schema in PostgreSQL."""
    host: str = "127.0.0.1"
    port: int = 8551
    body_cap: int = 4 * _MIB
    """Bytes of a request's body, after inflation."""
    lease_days: int = LEASE_DAYS
    browser_days: int = LEASE_DAYS
    """Days of a device in a browser, never more than of others; 0 allows none."""
    at_once: int = 100
    """Requests that may be worked on at once; more are told to come back."""
    per_minute: int = 1_200
    """Pushes and pulls of one device in a minute; more are told to wait."""
    metrics_token: str = ""
    """What whoever reads ``/metrics`` must bear; without one nobody does."""
    streams: int = 5_000
    """Devices that may listen for live events at once; the others poll."""
    tokens: TokenLifetimes = TokenLifetimes()
    scrypt: ScryptCost = ScryptCost()
    blobs: BlobLimits = BlobLimits()
    blob_store: str = ""
    """Where photos go: ``s3://bucket/prefix``; without it the folder ``blobs`` beside the database."""
    app: Path | None = None
    """What ``make web`` built; it is served under ``/app``. Without it there is no app for browsers."""
    app_port: int = 0
    """A second port to listen on, for people who open the app at an address of its own; 0 for none."""

    @classmethod
    def read(cls, env: Mapping[str, str] = os.environ, data: Path | None = None, host: str | None = None, port: int | None = None) -> Self:
        """Read ``TOURNEE_SERVER_*``; what is given as an argument comes first.

        Raises:
            ConfigError: a number is none or out of its range, or the database's address or schema cannot be used.
        """
        lease = _number(env, "LEASE_DAYS", LEASE_DAYS, 1, 90)
        return cls(
            data=data or Path(env.get(f"{ENV_PREFIX}DATA") or DEFAULT_DATA),
            database_url=require_postgresql(env.get(f"{ENV_PREFIX}DATABASE", "").strip()),
            schema=require_plain(env.get(f"{ENV_PREFIX}SCHEMA", "").strip() or DEFAULT_SCHEMA),
            host=host or env.get(f"{ENV_PREFIX}HOST") or "127.0.0.1",
            port=_within("port", port, 0, 65535) if port is not None else _number(env, "PORT", 8551, 0, 65535),
            body_cap=_number(env, "BODY_CAP", 4 * _MIB, 64 * 1024, 64 * _MIB),
            lease_days=lease,
            browser_days=_number(env, "BROWSER_DAYS", lease, 0, 90),
            at_once=_number(env, "AT_ONCE", 100, 1, 10_000),
            per_minute=_number(env, "PER_MINUTE", 1_200, 10, 1_000_000),
            metrics_token=env.get(f"{ENV_PREFIX}METRICS_TOKEN", "").strip(),
            streams=_number(env, "STREAMS", 5_000, 0, 100_000),
            tokens=TokenLifetimes(
                access_s=_number(env, "ACCESS_SECONDS", 15 * 60, 60, _DAY_S),
                refresh_s=_number(env, "REFRESH_DAYS", 90, 1, 365) * _DAY_S,
            ),
            scrypt=ScryptCost(log_n=_number(env, "SCRYPT_LOG_N", 15, 14, 20)),
            blobs=BlobLimits(
                cap=_number(env, "BLOB_CAP_MIB", 25, 1, 1024) * _MIB,
                quota=_number(env, "BLOB_QUOTA_MIB", 10 * 1024, 1, 1024 * 1024 * 1024) * _MIB,
            ),
            blob_store=env.get(f"{ENV_PREFIX}BLOB_STORE", "").strip(),
            app=_app(env.get(f"{ENV_PREFIX}APP", "").strip()),
            app_port=_number(env, "APP_PORT", 0, 0, 65535),
        )

    @property
    def leases(self) -> Leases:
        """What devices are given."""
        return Leases(self.lease_days, self.browser_days)

    @property
    def database(self) -> Path:
        """The organisation's SQLite file, where no other database is named."""
        return self.data / "org.db"

    @property
    def blob_folder(self) -> Path:
        """Where photos lie unless ``blob_store`` says otherwise."""
        return self.data / "blobs"

    @property
    def recovery_key(self) -> Path:
        """The private half of the recovery keys: owner-only, never in a backup."""
        return self.data / "recovery.key"

    @property
    def ledger(self) -> Path:
        """What a restored backup must not undo (erasures, revocations, epochs), kept outside of all backups."""
        return self.data / "ledger.log"

    @property
    def backups(self) -> Path:
        """Where backups go, unless another folder is named."""
        return self.data / "backups"

    @property
    def backup_key(self) -> Path:
        """The key that backups are sealed with: owner-only, never in a backup. Keep a copy elsewhere."""
        return self.data / "backup.key"


def _app(folder: str) -> Path | None:
    if not folder:
        return None
    if not (Path(folder) / "files.json").is_file():
        raise ConfigError(f"{ENV_PREFIX}APP must be a folder that `make web` built; there is no files.json in it.")
    return Path(folder)


def require_postgresql(url: str) -> str:
    """Give the address of a PostgreSQL database, or ''.

    Raises:
        ConfigError: it is another kind's, or cannot be read as one; the message never shows it, for there is a password in it.
    """
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(f"{ENV_PREFIX}DATABASE must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE, or empty for a SQLite file.")
    try:
        if url:
            make_url(url)
            conninfo_to_dict(url)  # the options behind the "?", which are libpq's
    except (ArgumentError, ValueError, psycopg.ProgrammingError) as error:
        raise ConfigError(
            f"{ENV_PREFIX}DATABASE cannot be read as postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE. "
            "In a password the signs : / ? # [ ] @ % are written as %3A %2F %3F %23 %5B %5D %40 %25."
        ) from error
    return url


def require_plain(schema: str) -> str:
    """Give the name of a schema, none of which needs quotes.

    Raises:
        ConfigError: it has other signs.
    """
    if not _SCHEMA.fullmatch(schema):
        raise ConfigError(f"{ENV_PREFIX}SCHEMA must be small letters, digits and underscores, and begin with no digit.")
    return schema


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(f"{ENV_PREFIX}{name}", "").strip()
    if not text:
        return default
    return _within(f"{ENV_PREFIX}{name}", int(text) if text.isdecimal() else None, low, high)


def _within(name: str, value: int | None, low: int, high: int) -> int:
    if value is None or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}.")
    return value
