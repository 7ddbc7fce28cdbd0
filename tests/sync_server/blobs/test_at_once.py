"""Requests for one file that overlap: whatever the other one does meanwhile, what is kept under a hash is the file of that hash."""

from contextlib import suppress
from pathlib import Path

import pytest

from shared.errors import ServerRefused, StorageFailed
from shared.sync.protocol import BLOB_CHUNK
from sync_server.config import BlobLimits
from sync_server.services.blobs import BlobService, Chunk
from sync_server.storage.blob_store import BlobStore, FolderStore
from sync_server.storage.blobs import UploadRow
from sync_server.storage.object_store import ObjectStore
from tests.fakes.pictures import png, sha
from tests.sync_server.blobs.line import Line, Sender

PHOTO = png(filler=300_000)
NAME = sha(PHOTO)
FIRST, LAST = Chunk(0, len(PHOTO), PHOTO[:BLOB_CHUNK]), Chunk(BLOB_CHUNK, len(PHOTO), PHOTO[BLOB_CHUNK:])


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, line: Line) -> BlobStore:
    return line.store if request.param == "folder" else ObjectStore("memory:///")


@pytest.fixture
def service(line: Line, store: BlobStore) -> BlobService:
    return BlobService(line.world.database, store, line.world.clock, BlobLimits())


def content(store: BlobStore) -> bytes:
    return b"".join(store.read(NAME, 0, len(PHOTO)))


@pytest.mark.parametrize("verified", [True, False])
def test_a_last_chunk_that_is_sent_again_while_the_first_is_kept_leaves_the_file_whole(
    line: Line, elodie: Sender, store: BlobStore, service: BlobService, monkeypatch: pytest.MonkeyPatch, *, verified: bool
) -> None:
    elodie.refer(line.lyon, PHOTO)
    device, real = elodie.phone.device, service._verified
    service.take(device, NAME, FIRST)

    def meanwhile(sent: UploadRow) -> str:
        monkeypatch.setattr(service, "_verified", real)
        found = real(sent) if verified else ""
        service.take(device, NAME, LAST)
        return found or real(sent)

    monkeypatch.setattr(service, "_verified", meanwhile)
    with suppress(ServerRefused):  # 409: she asks how much is here
        service.take(device, NAME, LAST)

    assert service.progress(device, NAME).complete
    assert content(store) == PHOTO


def test_what_somebody_sends_between_verifying_and_keeping_is_not_kept_under_the_verified_hash(
    line: Line, elodie: Sender, store: BlobStore, service: BlobService, monkeypatch: pytest.MonkeyPatch
) -> None:
    elodie.refer(line.lyon, PHOTO)
    device, real = elodie.phone.device, service._verified
    service.take(device, NAME, FIRST)

    def meanwhile(sent: UploadRow) -> str:
        found = real(sent)
        store.append(sent.name, BLOB_CHUNK, b"X" * len(LAST.content))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(service, "_verified", meanwhile)
        with pytest.raises(ServerRefused, match="offset_mismatch"):
            service.take(device, NAME, LAST)

    assert store.size(NAME) is None
    assert service.progress(device, NAME).offset == 0
    assert service.take(device, NAME, FIRST).offset == BLOB_CHUNK
    assert service.take(device, NAME, LAST).complete
    assert content(store) == PHOTO


def test_a_request_that_still_writes_to_what_was_staged_changes_nothing_of_what_is_published(line: Line) -> None:
    line.store.append("u", 0, PHOTO)
    with (line.folder / "staged/u").open("r+b") as late:
        line.store.publish("u", NAME, len(PHOTO))
        late.write(b"X" * 100)

    assert content(line.store) == PHOTO
    assert line.files() == [NAME]


def test_a_full_disk_leaves_nothing_half_published(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _target: Path) -> Path:
        raise OSError

    line.store.append("u", 0, PHOTO)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StorageFailed):
            line.store.publish("u", NAME, len(PHOTO))

    assert line.files() == ["u"]
    assert isinstance(line.store, FolderStore)
