"""Epochs: the lives of this server's store (PROTOCOL 19), and how far its backups reach (22)."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from shared.ports import Randomness
from shared.sync.change import Epoch
from sync_server.storage import meta

_ID_BYTES = 9
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Epoch).decode


class Standing(NamedTuple):
    """Where the store stands: its epoch, the highest rev given, and the rev up to which it is backed up."""

    epoch: Epoch
    head: int
    backed_up_through: int


def begin(connection: Connection, randomness: Randomness) -> Epoch:
    """Begin the first epoch of a new store; a store that has one keeps it."""
    if meta.get(connection, meta.EPOCH):
        return standing(connection).epoch
    epoch = Epoch(randomness.token(_ID_BYTES).hex())
    meta.put(connection, meta.EPOCH, _encode(epoch).decode())
    return epoch


def standing(connection: Connection) -> Standing:
    """Read where the store stands, in one query."""
    values = meta.feed_values(connection)
    return Standing(_decode(values[meta.EPOCH]), int(values.get(meta.HEAD, 0)), int(values.get(meta.BACKED_UP, 0)))
