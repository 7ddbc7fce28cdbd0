"""The log of transactions: what became of each, so that a resent one takes effect once."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, select

from sync_server.storage.bulk import upsert, within
from sync_server.storage.tables import DEVICE, TXN_LOG


class Logged(NamedTuple):
    """One line of the log; ``flags`` is a JSON list or ``None``."""

    id: str
    device: str
    user_id: str
    seq: int
    payload_hash: str
    status: str
    rev: int
    code: str
    at: int
    flags: str | None = None


def logged(connection: Connection, ids: Collection[str]) -> dict[str, Logged]:
    """Give the lines of those ``ids`` that are in the log."""
    found = connection.execute(select(TXN_LOG).where(within(TXN_LOG.c.id, ids)))
    return {line.id: line for line in map(Logged._make, found)}


def owners_of_seqs(connection: Connection, device: str, seqs: Collection[int]) -> dict[int, str]:
    """Say which transactions a device's seqs were used for."""
    found = select(TXN_LOG.c.seq, TXN_LOG.c.id).where(TXN_LOG.c.device == device, within(TXN_LOG.c.seq, seqs))
    return dict(connection.execute(found).all())


def log(connection: Connection, lines: Iterable[Logged]) -> None:
    """Write lines, replacing those of the same transactions (a refused one that was judged again)."""
    upsert(connection, TXN_LOG, list(lines))


def users_of_devices(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Say whose the devices with these codes are."""
    return dict(connection.execute(select(DEVICE.c.code, DEVICE.c.user_id).where(DEVICE.c.code.in_(list(codes)))).all())


def note_push(connection: Connection, device_id: str, last_seq: int, offset: int, now: int) -> None:
    """Note on the device what its last push said."""
    values = {"offset": offset, "last_seen": now} | ({"last_seq": last_seq} if last_seq else {})
    connection.execute(DEVICE.update().where(DEVICE.c.id == device_id).values(**values))


def last_seq(connection: Connection, device_id: str) -> int:
    """Give the highest seq that a device has sent; 0 for none."""
    return connection.execute(select(DEVICE.c.last_seq).where(DEVICE.c.id == device_id)).scalar_one_or_none() or 0
