"""What kind of picture some bytes are and how large it is, read off its first bytes: nothing is ever unpacked.

Formats: JPEG (ITU-T T.81, B.1.1), PNG (ISO/IEC 15948, 5.2 and 11.2.2), WebP (RFC 9649, 2.5 to 2.7).
"""

from typing import Final, NamedTuple

HEAD: Final = 1024 * 1024
"""So many first bytes are enough to look at: what cameras write before the size of a JPEG is shorter."""
MEDIA_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
MAX_PIXELS: Final = 100_000_000
"""A picture with more would fill the memory of whoever shows it, whatever the file's length."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's markers that begin a frame; the three left out are tables and extensions."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_END_OF_TABLES: Final = frozenset({0xD9, 0xDA})


class Picture(NamedTuple):
    """What the first bytes say."""

    media_type: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many it has once unpacked."""
        return self.width * self.height


def look(head: bytes) -> Picture | None:
    """Say what picture begins with ``head`` (its first HEAD bytes, or all of it); None for anything else, and for a size of nothing."""
    found = _jpeg(head) or _png(head) or _webp(head)
    return found if found is not None and found.pixels > 0 else None


def _jpeg(head: bytes) -> Picture | None:
    if head[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
        elif marker in _FRAMES:
            return Picture(MEDIA_TYPES[0], _big(head[at + 7 : at + 9]), _big(head[at + 5 : at + 7])) if at + 9 <= len(head) else None
        elif marker in _END_OF_TABLES:
            return None
        else:
            at += 2 + max(2, _big(head[at + 2 : at + 4]))
    return None


def _png(head: bytes) -> Picture | None:
    if head[:8] != _PNG or head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return Picture(MEDIA_TYPES[1], _big(head[16:20]), _big(head[20:24]))


def _webp(head: bytes) -> Picture | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:
        return None
    form = head[12:16]
    if form == b"VP8X":
        width, height = _little(head[24:27]) + 1, _little(head[27:30]) + 1
    elif form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF
    elif form == b"VP8L" and head[20] == 0x2F:
        bits = _little(head[21:25])
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        return None
    return Picture(MEDIA_TYPES[2], width, height)


def _big(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")
