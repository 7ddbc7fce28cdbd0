"""Cursors: how far each scope was served, in a text that means nothing to a device and costs it few bytes."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from shared.errors import ServerRefused
from shared.sync.change import Base
from shared.sync.cursor import LONGEST, parted
from sync_server.services.epochs import Standing

_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The epoch that gave it, and the rev up to which each scope was served; a scope's UUID goes as its 16 bytes.

    ``compacted`` is the highest rev of a dropped tombstone then: in a scope that began with this cursor nothing of them is held.
    ``coming`` is about how many records were still to come then of each scope, 0 where nobody counted, and empty for 0 of each.
    """

    epoch: str
    names: list[str]
    ids: list[bytes]
    revs: list[int]
    compacted: int = 0
    coming: list[int] = msgspec.field(default_factory=list)


class Asked(NamedTuple):
    """How far a device says that it is in each scope, how far tombstones had been dropped when it was told so, and what was to come."""

    revs: dict[str, int]
    compacted: int
    coming: Mapping[str, int] = _NOTHING


_LONG: Final = 1_024
"""Bytes from which a cursor is packed: a request's first line has little room at some proxies."""
_PACKED: Final = zlib.compress(b"")[:1]
_LOST: Final = 500
"""A cursor names what its device had when it was given: no more scopes than it has now and these, or looking at them takes long."""
_SCOPES = 4_096
"""So many scopes' names are kept at hand: the same few come in every round."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Cursor).decode


def write(standing: Standing, revs: Mapping[str, int], coming: Mapping[str, int] = _NOTHING) -> str:
    """Give the cursor that stands for ``revs`` as things stand, ``coming`` being what was counted of scopes that are not whole."""
    parted = [_parted(scope) for scope in revs]
    names, ids = [name for name, _ in parted], [id_ for _, id_ in parted]
    counted = [coming.get(scope, 0) for scope in revs] if coming else []
    cursor = _encode(_Cursor(standing.epoch.id, names, ids, list(revs.values()), standing.compacted_through, counted))
    packed = cursor if len(cursor) < _LONG else zlib.compress(cursor)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read(cursor: str, standing: Standing, held: int = 0) -> Asked:
    """Give what a cursor of a device with ``held`` scopes stands for, as far as this epoch's feed has it; nothing for the empty one.

    Raises:
        ServerRefused: 422 ``bad_cursor``: this server never gave it.
    """
    if not cursor:
        return Asked({}, standing.compacted_through)
    if len(cursor) > LONGEST:
        raise ServerRefused(422, "bad_cursor")
    served, wanted = parted(cursor)
    again = frozenset(wanted)
    try:
        known = _decode(_unpacked(served))
        if len(known.names) > held + _LOST:
            raise ServerRefused(422, "bad_cursor")
        scopes = [_joined(name, id_) for name, id_ in zip(known.names, known.ids, strict=True)]
        revs = zip(scopes, known.revs, strict=True)
        here = {scope: 0 if scope in again else min(standing.epoch.seen(Base(known.epoch, rev)), standing.head) for scope, rev in revs}
        coming = zip(scopes, known.coming, strict=True) if known.coming and known.epoch == standing.epoch.id else ()
        return Asked(here, standing.epoch.seen(Base(known.epoch, known.compacted)), dict(coming))
    except (ValueError, UnicodeError, binascii.Error, zlib.error, msgspec.MsgspecError) as error:
        raise ServerRefused(422, "bad_cursor") from error


def _unpacked(served: str) -> bytes:
    found = base64.urlsafe_b64decode(served.encode("ascii") + b"=" * (-len(served) % 4))
    return zlib.decompressobj().decompress(found, 4 * LONGEST) if found.startswith(_PACKED) else found


@lru_cache(_SCOPES)
def _parted(scope: str) -> tuple[str, bytes]:
    name, _, id_ = scope.partition(":")
    try:
        packed = UUID(id_)
    except ValueError:
        return scope, b""
    return (name, packed.bytes) if str(packed) == id_ else (scope, b"")


@lru_cache(_SCOPES)
def _joined(name: str, id_: bytes) -> str:
    return f"{name}:{UUID(bytes=id_)}" if id_ else name
