"""One contract for every blob store: the folder, an object store in memory, and a real S3 API."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import obstore
import pytest
from moto.server import ThreadedMotoServer

from shared.errors import StorageFailed
from shared.sync.protocol import BLOB_CHUNK
from sync_server.storage.blob_store import BlobStore, FolderStore, UploadLostError
from sync_server.storage.object_store import ObjectStore
from tests.fakes.pictures import sha

KINDS = ("folder", "memory", "s3")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "blobs")
    if request.param == "memory":
        return ObjectStore("memory:///")
    return bucket(request.getfixturevalue("endpoint"), f"b{sha(request.node.name.encode())[:20]}", monkeypatch)


def bucket(endpoint: str, name: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """A bucket of its own, reached as an administrator would set it up: by the environment."""
    for key, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "REGION": "eu-west-3", "ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(f"AWS_{key}", value)
    httpx.put(f"{endpoint}/{name}", trust_env=False, timeout=60).raise_for_status()
    return ObjectStore(f"s3://{name}/organisation")


def stage(store: BlobStore, data: bytes, upload: str = "u") -> None:
    for offset in range(0, len(data), BLOB_CHUNK):
        store.append(upload, offset, data[offset : offset + BLOB_CHUNK])


DATA = bytes(range(256)) * 2_500
"""Two chunks and a rest."""


def test_what_was_staged_becomes_the_blob_of_its_hash(store: BlobStore) -> None:
    name = sha(DATA)
    stage(store, DATA)
    before = store.size(name)

    store.publish("u", name, len(DATA))

    assert before is None
    assert store.size(name) == len(DATA)
    assert b"".join(store.read(name, 0, len(DATA))) == DATA
    assert b"".join(store.staged("u", len(DATA))) == b""
    assert [(found.sha256, found.size) for found in store.blobs()] == [(name, len(DATA))]


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (BLOB_CHUNK - 1, BLOB_CHUNK + 1), (600_000, 640_000)])
def test_a_range_is_given_exactly(store: BlobStore, start: int, stop: int) -> None:
    stage(store, DATA)
    store.publish("u", sha(DATA), len(DATA))

    assert b"".join(store.read(sha(DATA), start, stop)) == DATA[start:stop]


def test_a_chunk_staged_again_replaces_itself(store: BlobStore) -> None:
    stage(store, DATA)
    store.append("u", BLOB_CHUNK, DATA[BLOB_CHUNK : 2 * BLOB_CHUNK])

    assert b"".join(store.staged("u", len(DATA))) == DATA


def test_an_upload_whose_beginning_was_lost_begins_anew(store: BlobStore) -> None:
    stage(store, DATA[:BLOB_CHUNK])
    store.discard("u", len(DATA))

    with pytest.raises(UploadLostError):
        store.append("u", BLOB_CHUNK, DATA[BLOB_CHUNK : 2 * BLOB_CHUNK])


def test_removing_and_discarding_are_repeatable(store: BlobStore) -> None:
    stage(store, DATA)
    store.publish("u", sha(DATA), len(DATA))

    for _ in range(2):
        store.remove(sha(DATA))
        store.discard("u", len(DATA))

    assert store.size(sha(DATA)) is None
    assert list(store.blobs()) == []


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(StorageFailed):
        FolderStore(tmp_path / "blobs").append("u", 0, b"x")


def test_only_the_owner_reads_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "blobs")
    stage(store, DATA)
    store.publish("u", sha(DATA), len(DATA))

    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "blobs").rglob("*")}

    assert modes == {0}


def test_whatever_is_staged_is_listed_and_can_be_discarded_by_that(store: BlobStore) -> None:
    stage(store, DATA)
    stage(store, DATA[:100], "v")

    found = list(store.uploads())
    for staged in found:
        store.discard(staged.upload, staged.size)

    assert {staged.upload for staged in found} == {"u", "v"}
    assert all(abs(staged.at - time.time() * 1000) < 600_000 for staged in found)
    assert list(store.uploads()) == []
    assert b"".join(store.staged("u", len(DATA))) == b""


@pytest.mark.parametrize("staged", [b"", DATA[:BLOB_CHUNK], DATA[:-1], DATA[:-1] + b"X"])
def test_what_is_not_the_file_of_its_hash_is_never_published(store: BlobStore, staged: bytes) -> None:
    stage(store, staged)

    with pytest.raises(UploadLostError):
        store.publish("u", sha(DATA), len(DATA))

    assert store.size(sha(DATA)) is None


def test_a_whole_blob_stays_when_it_is_published_again_and_one_that_was_cut_short_is_replaced(store: BlobStore) -> None:
    stage(store, DATA)
    store.publish("u", sha(DATA), len(DATA))

    store.publish("u", sha(DATA), len(DATA))
    again = b"".join(store.read(sha(DATA), 0, len(DATA)))
    cut_short(store)
    stage(store, DATA)
    store.publish("u", sha(DATA), len(DATA))

    assert again == DATA
    assert b"".join(store.read(sha(DATA), 0, len(DATA))) == DATA


def cut_short(store: BlobStore) -> None:
    """What a disk that lost its end, or a copy that broke off, leaves."""
    if isinstance(store, FolderStore):
        os.truncate(store._path(sha(DATA)), 100)
    else:
        assert isinstance(store, ObjectStore)
        obstore.put(store._bucket, f"blob/{sha(DATA)[:2]}/{sha(DATA)}", DATA[:100])
