"""Restoring a backup: everything in one transaction, with a new epoch and all that the ledger says, before anybody is answered."""

from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select, update

from shared.errors import StorageFailed
from shared.ports import Clock, Randomness
from shared.sync.change import Epoch
from sync_server.services import archive, backup, carrying, devices, epochs
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Begun, Ledger, Revoked, Welcome
from sync_server.services.organisation import AlreadyInitialised
from sync_server.storage import blobs, meta
from sync_server.storage.database import Database
from sync_server.storage.tables import DEVICE, LOGIN

SKIPPED_CODES: Final = 1_000
"""Device codes that the lost epoch may have given after the backup: none of them is given again."""
_ORGANISATION: Final = "organisation"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the backup's heading and the epoch that began with it.

    Where it was not ``scrubbed`` the database's files still hold bytes of who was erased since the backup.
    """

    heading: archive.Heading
    epoch: Epoch
    scrubbed: bool = True


class Restorer:
    """Restores into one organisation's database. The server must not run."""

    def __init__(self, database: Database, ledger: Ledger, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness

    def restore(self, path: Path, key: bytes, *, replace: bool = False) -> Restored:
        """Put the backup's contents in the place of what is there, or change nothing.

        Raises:
            AlreadyInitialised: there is an organisation here, and ``replace`` was not asked for.
            BackupBroken: another key, or a backup that is not whole.
        """
        id_, now = epochs.new_id(self._randomness), self._clock.now_ms()

        def restored(connection: Connection) -> Restored:
            epoch = epochs.current(connection)
            if epoch is not None and epoch.id == id_:
                return Restored(archive.heading(path), epoch)  # it was kept though its connection was lost
            if meta.get(connection, _ORGANISATION) and not replace:
                raise AlreadyInitialised
            self._carry(connection, path, now)
            heading = archive.load(connection, path, key)
            epoch = self._begin(connection, heading, id_, now)
            blobs.doubt_all(connection)
            self._apply_ledger(connection)
            return Restored(heading, epoch)

        done = self._database.run(restored)
        try:
            self._database.scrub()
        except StorageFailed:
            return changed(done, scrubbed=False)
        return done

    def _carry(self, connection: Connection, path: Path, now: int) -> None:
        """Note what the organisation that is replaced knows, unless it is another one: its ids mean nothing to that of the backup."""
        if meta.get(connection, _ORGANISATION) == archive.heading(path).organisation:
            carrying.carry(connection, self._ledger, now)

    def _begin(self, connection: Connection, heading: archive.Heading, id_: str, now: int) -> Epoch:
        """Begin the epoch, in the ledger first: no later restore may give its revs and codes again."""
        begun = [line for line in self._ledger.lines() if isinstance(line, Begun) and line.epoch != id_]
        epoch = epochs.forked(id_, epochs.standing(connection).epoch, heading.head, begun, now)
        codes = devices.skip_codes(connection, SKIPPED_CODES, begun)
        self._ledger.append([Begun(epoch.id, epoch.parent, epoch.fork, epoch.start, epoch.older, now, codes)])
        epochs.enter(connection, epoch)
        meta.put(connection, meta.BACKED_UP, str(epoch.fork))
        meta.put(connection, backup.MADE_AT, str(heading.made_at))
        return epoch

    def _apply_ledger(self, connection: Connection) -> None:
        Eraser(self._ledger, self._clock).apply(connection)
        for line in self._ledger.lines():
            if isinstance(line, Revoked):
                _revoke(connection, line)
            elif isinstance(line, Welcome):
                connection.execute(update(LOGIN).where(LOGIN.c.user_id == line.user_id).values(disabled=int(not line.allowed)))


def _revoke(connection: Connection, line: Revoked) -> None:
    """Shut a device out again; one that enrolled after the backup was made is written down as shut out."""
    known = connection.execute(select(DEVICE.c.id).where(DEVICE.c.id == line.device)).one_or_none()
    if known is None:
        values = {"id": line.device, "code": line.code, "user_id": line.user_id, "name": "", "platform": "", "enrolled_at": line.at}
        connection.execute(insert(DEVICE).values(values))
    connection.execute(update(DEVICE).where(DEVICE.c.id == line.device, DEVICE.c.revoked_at.is_(None)).values(revoked_at=line.at))
