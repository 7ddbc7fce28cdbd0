"""Thumbnails: small, upright, without the camera's notes; none where Pillow is missing or the file is broken."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mobile_app.data import renditions
from shared.rules.pictures import look
from tests.fakes.pictures import png


def photo(width: int, height: int) -> bytes:
    """A photo as a phone held upright writes it: on its side, with a note that says so and with a place."""
    picture = Image.new("RGB", (width, height), (90, 140, 200))
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "Canary Cameras"
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=notes)
    return written.getvalue()


def test_a_thumbnail_is_small_upright_and_without_notes() -> None:
    small = renditions.rendition(photo(4_000, 3_000), renditions.THUMB)

    assert small is not None
    seen = look(small)
    assert seen is not None
    assert (seen.media_type, seen.width, seen.height) == ("image/jpeg", 240, 320)
    assert len(small) < 20_000
    assert b"Canary" not in small


def test_a_small_picture_is_not_made_larger() -> None:
    seen = look(renditions.rendition(png(8, 6), renditions.THUMB) or b"")

    assert seen is not None
    assert (seen.width, seen.height) == (8, 6)


@pytest.mark.parametrize("data", [b"", b"<html>", photo(400, 300)[:300], png(50_000, 50_000)])
def test_of_what_cannot_be_unpacked_there_is_none(data: bytes) -> None:
    assert renditions.rendition(data, renditions.THUMB) is None


def test_without_pillow_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renditions, "HAS_PILLOW", False)

    assert renditions.rendition(photo(400, 300), renditions.THUMB) is None
