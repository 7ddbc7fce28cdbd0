"""Smaller renditions of a picture: thumbnails that travel first, and what fits a screen. Pillow makes them; without it there are none."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Final, TypeVar

from shared.rules.pictures import MAX_PIXELS, look

try:
    from PIL import Image, ImageOps
except ImportError:  # an optional accelerator: the whole picture is used instead
    HAS_PILLOW = False
else:
    HAS_PILLOW = True

THUMB: Final = 320
"""Longest side of a thumbnail, in px."""
SCREEN: Final = 1600
"""Longest side of what is shown full size: a tablet's screen, with some room to zoom."""
_QUALITY: Final = 78

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """Do heavy ``work`` beside the screen's loop where there are threads, and in place where there are none (a browser)."""
    try:
        return await asyncio.to_thread(work)
    except RuntimeError:
        return work()


def rendition(data: bytes, longest: int) -> bytes | None:
    """Give a JPEG of at most ``longest`` px a side, upright and without the camera's notes; None where none can be made."""
    seen = look(data)
    if not HAS_PILLOW or seen is None or seen.pixels > MAX_PIXELS:
        return None
    try:
        return _made(data, longest)
    except Exception:  # whatever a broken file makes Pillow raise, the whole picture is used instead
        return None


def _made(data: bytes, longest: int) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest))
        written = io.BytesIO()
        upright.convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
