"""Removing files while others remove them too, and while they come again: what came whole and is kept is there, what was erased is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import StorageBusy
from shared.sync.protocol import BLOB_CHUNK
from sync_server.services import blob_keeping
from sync_server.services.blob_keeping import remove_leaving
from tests.fakes.pictures import png, sha
from tests.sync_server.blobs.line import Line, Sender, code
from tests.sync_server.world import DAY

pytestmark = pytest.mark.usefixtures("engine")
PHOTO = png(filler=300_000)
WEEK = 7 * DAY


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path)


@pytest.fixture
def elodie(line: Line) -> Sender:
    return line.phone(line.world.elodie)


def sweep(line: Line) -> None:
    blob_keeping.sweep(line.world.database, line.store, line.world.clock.now)


def test_a_photo_that_comes_again_between_two_removals_stays(line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    real = line.store.discard

    def removed_and_sent_again(upload: str, size: int) -> None:
        monkeypatch.setattr(line.store, "discard", real)
        real(upload, size)
        remove_leaving(line.world.database, line.store)  # as `tournee erase` ends
        elodie.refer(line.lyon, PHOTO)
        assert elodie.send(PHOTO).status_code == 200

    elodie.send(PHOTO)
    sweep(line)
    line.world.clock.now += WEEK
    line.phone(line.world.marie).put(sha(PHOTO), 0, PHOTO[:BLOB_CHUNK], len(PHOTO))
    monkeypatch.setattr(line.store, "discard", removed_and_sent_again)

    sweep(line)

    assert elodie.call("GET", sha(PHOTO)).content == PHOTO


def test_a_photo_that_is_removed_before_it_was_noted_is_not_called_whole(
    line: Line, elodie: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed(real: Callable[[str, str, int], None]) -> Callable[[str, str, int], None]:
        def publish(upload: str, sha256: str, size: int) -> None:
            real(upload, sha256, size)
            sweep(line)

        return publish

    elodie.send(PHOTO)
    sweep(line)
    line.world.clock.now += WEEK
    store = line.app.state.blobs._store
    with monkeypatch.context() as patched:
        patched.setattr(store, "publish", removed(store.publish))
        answer = elodie.send(PHOTO)

    assert code(answer) == (503, StorageBusy.code)
    elodie.refer(line.lyon, PHOTO)
    assert elodie.progress(sha(PHOTO)) == (0, False)
    elodie.send(PHOTO)
    assert elodie.call("GET", sha(PHOTO)).content == PHOTO
