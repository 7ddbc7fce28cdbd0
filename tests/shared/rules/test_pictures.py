"""What kind of picture some bytes are: read off the first bytes, never unpacked."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.rules.pictures import MAX_PIXELS, Picture, look
from tests.fakes.pictures import png


def encoded(kind: str, **options: object) -> bytes:
    """A picture of 30 by 20 as a camera or a phone writes it."""
    written = io.BytesIO()
    Image.new("RGB", (30, 20), (200, 30, 40)).save(written, kind, **options)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (encoded("JPEG"), "image/jpeg"),
        (encoded("JPEG", progressive=True, exif=b"Exif\0\0" + b"x" * 60_000), "image/jpeg"),
        (encoded("PNG"), "image/png"),
        (encoded("WEBP"), "image/webp"),
        (encoded("WEBP", lossless=True), "image/webp"),
        (encoded("WEBP", exif=b"Exif\0\0MM"), "image/webp"),
    ],
)
def test_a_picture_says_its_type_and_its_size(data: bytes, media_type: str) -> None:
    assert look(data) == Picture(media_type, 30, 20)


def test_a_bomb_says_its_size_without_being_unpacked() -> None:
    found = look(png(50_000, 50_000))

    assert found is not None
    assert found.pixels > MAX_PIXELS


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xd8\xff\xd9", encoded("JPEG")[:60], encoded("GIF"), png()[:20], png(0, 5)])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert look(data) is None


@settings(max_examples=200)
@given(st.sampled_from([encoded("JPEG"), encoded("PNG"), encoded("WEBP")]), st.integers(0, 60), st.binary(max_size=24))
def test_no_bytes_make_it_fail(picture: bytes, at: int, noise: bytes) -> None:
    found = look(picture[:at] + noise + picture[at + len(noise) :])

    assert found is None or found.pixels > 0
