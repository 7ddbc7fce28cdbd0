"""A file of sealed chunks: compressed, encrypted with AES-256-GCM, each chunk bound to its place, the last one marked as the last.

Chunks cannot be altered, left out, moved or taken from another file, and an end that was cut off is noticed.
"""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import SealBroken

MAGIC: Final = b"TOURNEE BACKUP 1\n"
KEY_BYTES: Final = 32
PREFIX_BYTES: Final = 7
CHUNK: Final = 1 << 20
_LEVEL: Final = 6
_TAG: Final = 16
_LENGTH: Final = 4
_MAX_HEADER: Final = 1 << 16


def key_id(key: bytes) -> str:
    """Name a key without telling it."""
    return hashlib.sha256(b"tournee backup key" + key).hexdigest()[:16]


class SealedWriter(io.RawIOBase):
    """Takes plain bytes and writes sealed chunks to ``file``. ``close`` seals the last one; without it the file is not whole."""

    def __init__(self, file: BinaryIO, key: bytes, header: bytes, prefix: bytes) -> None:
        self._file = file
        self._seal = AESGCM(key)
        self._bound = MAGIC + header
        self._prefix = prefix
        self._count = 0
        self._waiting = bytearray()
        file.write(MAGIC + len(header).to_bytes(_LENGTH, "big") + header + prefix)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that comes
        """Take bytes."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last chunk. Repeatable."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._seal.encrypt(_nonce(self._prefix, self._count, last=last), plain, self._bound)
        self._file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._count += 1


class SealedReader(io.RawIOBase):
    """Gives the plain bytes of a sealed file.

    Raises:
        SealBroken: while reading: another key, or a file that was altered or cut off.
    """

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        header, self._prefix = read_header(file)
        self._open = AESGCM(key)
        self._bound = MAGIC + header
        self._parts = self._chunks()
        self._rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer is what readers give
        """Fill ``buffer`` with what comes next; 0 at the end."""
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

    def _chunks(self) -> Iterator[bytes]:
        last = False
        count = 0
        while not last:
            size = int.from_bytes(_exactly(self._file, _LENGTH), "big")
            if not _TAG <= size <= CHUNK + _TAG:
                raise SealBroken
            sealed = _exactly(self._file, size)
            plain, last = self._opened(sealed, count)
            count += 1
            yield plain
        if self._file.read(1):
            raise SealBroken

    def _opened(self, sealed: bytes, count: int) -> tuple[bytes, bool]:
        for last in (False, True):
            try:
                return self._open.decrypt(_nonce(self._prefix, count, last=last), sealed, self._bound), last
            except InvalidTag:
                continue
        raise SealBroken


def read_header(file: BinaryIO) -> tuple[bytes, bytes]:
    """Give a sealed file's header, which is not secret, and its nonces' prefix; the file stands before the first chunk.

    Raises:
        SealBroken: this is no such file.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise SealBroken
    size = int.from_bytes(_exactly(file, _LENGTH), "big")
    if size > _MAX_HEADER:
        raise SealBroken
    return _exactly(file, size), _exactly(file, PREFIX_BYTES)


def compressing(sealed: SealedWriter) -> BinaryIO:
    """Give a file that compresses into ``sealed``; closing it closes both."""
    return cast("BinaryIO", zstandard.ZstdCompressor(level=_LEVEL).stream_writer(cast("BinaryIO", sealed)))


def inflating(sealed: SealedReader) -> BinaryIO:
    """Give a file that inflates what ``sealed`` holds."""
    return cast("BinaryIO", zstandard.ZstdDecompressor().stream_reader(cast("BinaryIO", sealed)))


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + bytes([last]) + count.to_bytes(4, "big")


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise SealBroken
    return data
