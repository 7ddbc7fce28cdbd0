"""What the database that a restore replaces knows and the ledger here does not: it is written down before it goes.

The ledger is a file of one machine. Where several serve one database, each with a folder of its own, who was erased or shut out by a
command on one of them is in that one's ledger alone; the database that they share knows all of it, until it is emptied for the backup.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from shared.sync.record import ERASED
from sync_server.services import devices, epochs
from sync_server.services.ledger import Begun, Enrolled, Erased, Ledger, Line, Revoked, Welcome
from sync_server.storage.tables import DEVICE, LOGIN, RECORD_META


def carry(connection: Connection, ledger: Ledger, now: int) -> None:
    """Write into the ledger what ``connection``'s database knows beyond it. Repeatable."""
    noted = ledger.lines()
    ledger.append([*_erased(connection, noted, now), *_devices(connection, noted), *_logins(connection, noted, now)])
    ledger.append(_epoch(connection, noted, now))


def _erased(connection: Connection, noted: Sequence[Line], now: int) -> Iterator[Line]:
    known = {line.id for line in noted if isinstance(line, Erased)}
    meta = RECORD_META.c
    for id_, kind, root, scope in connection.execute(select(meta.id, meta.kind, meta.root, meta.scope).where(meta.deleted == ERASED)):
        if id_ not in known:
            yield Erased(id_, kind, root, scope, now)


def _devices(connection: Connection, noted: Sequence[Line]) -> Iterator[Line]:
    """Give whose each device is, and which were shut out."""
    owned = {line.device for line in noted if isinstance(line, Enrolled)}
    shut_out = {line.device for line in noted if isinstance(line, Revoked)}
    device = DEVICE.c
    for row in connection.execute(select(device.id, device.code, device.user_id, device.enrolled_at, device.revoked_at)):
        if row.id not in owned:
            yield Enrolled(row.id, row.user_id, row.enrolled_at)
        if row.revoked_at is not None and row.id not in shut_out:
            yield Revoked(row.id, row.code, row.user_id, row.revoked_at)


def _logins(connection: Connection, noted: Sequence[Line], now: int) -> Iterator[Line]:
    """Give who is shut out here though the ledger's last word is another. Its own word for that stands: it is durable first."""
    welcome = {line.user_id: line.allowed for line in noted if isinstance(line, Welcome)}
    for user_id in connection.execute(select(LOGIN.c.user_id).where(LOGIN.c.disabled == 1)).scalars():
        if welcome.get(user_id, True):
            yield Welcome(user_id, allowed=False, at=now)


def _epoch(connection: Connection, noted: Sequence[Line], now: int) -> Iterator[Line]:
    """Give the epoch that ends, with those that it knows, unless it is the organisation's first: no restore began that one."""
    epoch = epochs.current(connection)
    if epoch is None or not epoch.parent or any(isinstance(line, Begun) and line.epoch == epoch.id for line in noted):
        return
    codes = devices.next_ordinal(connection)
    yield Begun(epoch.id, epoch.parent, epoch.fork, epoch.start, epoch.older, now, codes, epoch.before)
