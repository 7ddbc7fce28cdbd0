"""Epochs: the lives of this server's store (PROTOCOL 19), and how far its backups reach (22)."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from shared.errors import ServerRefused
from shared.ports import Randomness
from shared.sync.change import Epoch
from sync_server.services.ledger import Begun
from sync_server.storage import meta

_ID_BYTES = 9
_MINUTE_MS: Final = 60_000
_MOVED_RETRY_S: Final = 60.0
_REVS_OF_A_MINUTE: Final = 16
"""An epoch starts at the minute of its restore times 2^16: above all that a server can have given until then."""
_AHEAD: Final = 1 << 20
"""Where this machine's clock is wrong: revs that the lost epoch may have given after the backup."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Epoch).decode


class OrganisationMoved(ServerRefused):
    """503: the organisation left for another database; nothing is read or written here any more."""

    code = "organisation_moved"

    def __init__(self) -> None:
        super().__init__(503, retry_after_s=_MOVED_RETRY_S)


class OrganisationArriving(ServerRefused):
    """503: the organisation is on its way into this database; nothing is read or written here yet."""

    code = "organisation_arriving"

    def __init__(self) -> None:
        super().__init__(503, retry_after_s=_MOVED_RETRY_S)


class Standing(NamedTuple):
    """Where the store stands: its epoch, the highest rev given, how far it is backed up, and the highest rev of a dropped tombstone."""

    epoch: Epoch
    head: int
    backed_up_through: int
    compacted_through: int = 0


def begin(connection: Connection, randomness: Randomness) -> Epoch:
    """Begin the first epoch of a new store; a store that has one keeps it."""
    if meta.get(connection, meta.EPOCH):
        return standing(connection).epoch
    epoch = Epoch(new_id(randomness))
    meta.put(connection, meta.EPOCH, _encode(epoch).decode())
    return epoch


def current(connection: Connection) -> Epoch | None:
    """Give the epoch that the store lives in, whether or not it serves anybody; None in a new one."""
    known = meta.get(connection, meta.EPOCH)
    return _decode(known) if known else None


def standing(connection: Connection) -> Standing:
    """Read where the store stands, in one query.

    Raises:
        OrganisationMoved: it stands empty.
        OrganisationArriving: it is not whole yet, or the one before it still serves.
    """
    values = meta.feed_values(connection)
    if meta.MOVED in values:
        raise OrganisationMoved
    if meta.ARRIVING in values:
        raise OrganisationArriving
    numbers = (int(values.get(key, 0)) for key in (meta.HEAD, meta.BACKED_UP, meta.COMPACTED))
    return Standing(_decode(values[meta.EPOCH]), *numbers)


def new_id(randomness: Randomness) -> str:
    """Give the id of an epoch to come."""
    return randomness.token(_ID_BYTES).hex()


def forked(id_: str, parent: Epoch, fork: int, begun: Iterable[Begun], now: int) -> Epoch:
    """Give the epoch that begins where a backup of ``parent`` ended, at the rev ``fork``; ``begun`` are the epochs of the ledger.

    Its own revs are above all that were given before, so that a rev alone tells whether it was lost.
    """
    older = {id_: min(shared, fork) for id_, shared in parent.older.items()}
    if parent.parent:
        older[parent.parent] = min(parent.fork, fork)
    start = max(fork + _AHEAD, (now // _MINUTE_MS) << _REVS_OF_A_MINUTE)
    for line in begun:
        start = max(start, line.start + (1 << _REVS_OF_A_MINUTE))
        known = line.fork if line.parent == parent.id else line.older.get(parent.id, older.get(line.parent, 0))
        if line.epoch not in (parent.id, parent.parent):
            older.setdefault(line.epoch, min(known, fork))
    for line in begun:  # what only another machine's ledger has: at least what both share with this one
        for known_id, shared in {**line.older, line.parent: line.fork}.items():
            if known_id not in (parent.id, parent.parent):
                older.setdefault(known_id, min(shared, fork if line.epoch == parent.id else older.get(line.epoch, 0)))
    before = {parent.start: parent.fork, **dict(parent.before)}
    for line in begun:
        before |= {line.start: line.fork, **dict(line.before)}
    return Epoch(id_, parent.id, fork, start, older, tuple(sorted(each for each in before.items() if each[0])))


def enter(connection: Connection, epoch: Epoch) -> None:
    """Let the store live in ``epoch`` from here on."""
    meta.put(connection, meta.EPOCH, _encode(epoch).decode())
    meta.set_head(connection, max(meta.head(connection), epoch.start))
