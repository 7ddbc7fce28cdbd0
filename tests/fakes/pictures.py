"""Small pictures for tests, whole enough to be looked at: a PNG's header and filler of any length."""

from __future__ import annotations

import hashlib
import struct
import zlib


def png(width: int = 8, height: int = 6, filler: int = 0, seed: int = 1) -> bytes:
    """A grey PNG of this size, with ``filler`` bytes in a chunk that no viewer looks at. Another ``seed`` gives other bytes."""
    rows = (b"\0" + bytes([seed % 256]) * width) * height if width * height < 1_000_000 else b""
    noise = b"".join(hashlib.sha256(struct.pack(">II", seed, number)).digest() for number in range(-(-filler // 32)))[:filler]
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"noIs", noise), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def sha(data: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(data).hexdigest()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
