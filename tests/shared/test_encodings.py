"""Compression: what comes out went in, and a bomb makes no more than the cap."""

import gzip
import tracemalloc

import pytest
import zstandard

from shared.encodings import GZIP, KNOWN, ZSTD, TooLargeError, TornStreamError, packed, unpacked

CAP = 1_000_000
TEXT = b"Fournil Bellevue, 12 rue de la R\xc3\xa9publique; " * 100


@pytest.mark.parametrize("encoding", KNOWN)
def test_what_is_packed_is_unpacked_again(encoding: str) -> None:
    content, used = packed(TEXT, encoding)

    assert used == encoding
    assert len(content) < len(TEXT) / 5
    assert unpacked(content, used, CAP) == TEXT


def test_the_best_that_both_know_is_used_and_nothing_where_it_is_not_worth_it() -> None:
    assert packed(TEXT, "gzip, zstd")[1] == KNOWN[0]
    assert packed(TEXT, "gzip")[1] == GZIP
    assert packed(TEXT, "br") == (TEXT, "")
    assert packed(b"short", "gzip, zstd") == (b"short", "")


@pytest.mark.parametrize(
    ("encoding", "bomb"), [(GZIP, gzip.compress(b" " * 30_000_000)), (ZSTD, zstandard.ZstdCompressor().compress(b" " * 30_000_000))]
)
def test_fault_27_a_bomb_of_either_kind_is_cut_off_at_the_cap(encoding: str, bomb: bytes) -> None:
    tracemalloc.start()

    with pytest.raises(TooLargeError):
        unpacked(bomb, encoding, CAP)

    assert tracemalloc.get_traced_memory()[1] < 5 * CAP
    tracemalloc.stop()


def test_a_window_larger_than_ours_is_refused_before_memory_is_taken_for_it() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    stream = zstandard.ZstdCompressor(compression_params=wide).compressobj()

    with pytest.raises(TornStreamError):
        unpacked(stream.compress(TEXT) + stream.flush(), ZSTD, CAP)


@pytest.mark.parametrize("encoding", KNOWN)
@pytest.mark.parametrize("damage", [lambda body: body[:-9], lambda body: body[:20], lambda _: b"no stream at all"])
def test_a_torn_stream_is_noticed(encoding: str, damage: object) -> None:
    assert callable(damage)

    with pytest.raises(TornStreamError):
        unpacked(damage(packed(TEXT, encoding)[0]), encoding, CAP)
