"""Compression of what travels: zstd where both sides have it, else gzip; and inflation that never makes more than a cap."""

import gzip
import zlib
from io import BytesIO
from typing import Final

try:
    import zstandard

    _HAS_ZSTD = True
except ImportError:  # a platform without its wheel speaks gzip
    _HAS_ZSTD = False

WORTH_PACKING: Final = 1_024
"""Below this, compressing costs more than it saves."""
ZSTD: Final = "zstd"
GZIP: Final = "gzip"
KNOWN: Final = (ZSTD, GZIP) if _HAS_ZSTD else (GZIP,)
"""What this side can read, best first."""
ACCEPTED: Final = ", ".join(KNOWN)
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
_LEVEL: Final = 1


class TooLargeError(ValueError):
    """It inflates to more than the cap; inflation stopped there."""


class TornStreamError(ValueError):
    """The bytes are no whole stream of the encoding that they claim."""


def packed(content: bytes, accepted: str) -> tuple[bytes, str]:
    """Compress ``content`` the best way that the other side takes (its Accept-Encoding); the encoding is '' where it stays as it is."""
    if len(content) <= WORTH_PACKING:
        return content, ""
    if ZSTD in accepted and ZSTD in KNOWN:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(content), ZSTD
    if GZIP in accepted:
        return gzip.compress(content, _LEVEL, mtime=0), GZIP
    return content, ""


def unpacked(body: bytes, encoding: str, cap: int) -> bytes:
    """Inflate ``body``; at most ``cap`` bytes are ever made.

    Raises:
        TooLargeError: there is more than that.
        TornStreamError: it is cut off, or no such stream.
    """
    if encoding == ZSTD and ZSTD in KNOWN:
        content = _unzstd(body, cap)
    elif encoding == GZIP:
        content = _gunzip(body, cap)
    else:
        content = body
    if len(content) > cap:
        raise TooLargeError
    return content


def _gunzip(body: bytes, cap: int) -> bytes:
    stream = zlib.decompressobj(_GZIP_WINDOW)
    try:
        content = stream.decompress(body, cap + 1)
    except zlib.error as error:
        raise TornStreamError from error
    if len(content) <= cap and not stream.eof:
        raise TornStreamError
    return content


def _unzstd(body: bytes, cap: int) -> bytes:
    try:
        size = zstandard.frame_content_size(body)
        with zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(BytesIO(body)) as reader:
            content: bytes = reader.read(cap + 1)
    except (zstandard.ZstdError, ValueError) as error:
        raise TornStreamError from error
    if len(content) <= cap and size not in (-1, len(content)):
        raise TornStreamError
    return content
