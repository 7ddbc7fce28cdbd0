"""Photos that cannot be read or written: one of them holds up no other one, and none goes without a word."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from mobile_app.data.blob_files import BlobFiles
from mobile_app.data.gate import NotEnrolled
from mobile_app.data.unsent import Remains
from shared.errors import DiskFull, RecordRefused
from shared.sync.protocol import BLOB_CHUNK
from sync_server.config import BlobLimits
from tests.fakes.pictures import png, sha
from tests.simulation.test_photos import Tour, carry, only, run
from tests.simulation.test_photos_stay import at_the_server, bytes_of, pass_days
from tests.simulation.world import SERVER, Phone

LARGE = png(filler=3 * BLOB_CHUNK)
FIRST, SECOND = sorted((png(filler=3 * BLOB_CHUNK), png(filler=4_000, seed=9)), key=sha)


def test_one_photo_that_the_disk_does_not_give_holds_up_no_other_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def bad_block(self: Path, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - what it was
        if self.name == sha(FIRST):
            raise OSError(errno.EIO, "bad block")
        return opened(self, *args, **kwargs)

    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        for data in (FIRST, SECOND):
            await elodie.device.photos.add(visit, "window.png", data)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", bad_block)
            await carry(elodie)

        assert not at_the_server(tour, FIRST).exists()
        assert at_the_server(tour, SECOND).read_bytes() == SECOND
        assert elodie.device.status.now.files == 1
        await carry(elodie)
        assert at_the_server(tour, FIRST).read_bytes() == FIRST
        tour.world.close()

    run(story())


def test_a_disk_without_room_for_a_thumbnail_still_gives_what_is_to_be_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull

    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        visit = await tour.visit(elodie)
        for data in (FIRST, png(filler=3_000, seed=4)):
            await elodie.device.photos.add(visit, "window.png", data)
        await carry(elodie)
        await marie.round()
        hers = (await marie.device.visits.start(tour.account, None, "off")).id
        await marie.device.photos.add(hers, "mine.png", SECOND)
        fetched = len([each for each in marie.link.requests if "/blobs/" in each])
        with monkeypatch.context() as patched:
            patched.setattr(BlobFiles, "add", full)
            await carry(marie)

        asked = [each for each in marie.link.requests if "/blobs/" in each][fetched:]
        thumbs = {photo.thumb_sha256 for photo in await elodie.device.photos.of_visit(visit)}
        assert at_the_server(tour, SECOND).read_bytes() == SECOND
        assert len([each for each in asked if each.rpartition("/")[2] in thumbs]) == 1, "a full disk takes no second one either"
        tour.world.close()

    run(story())


def damage(phone: Phone, data: bytes) -> None:
    """Turn one bit of a photo on a phone."""
    [path] = bytes_of(phone, data)
    sealed = bytearray(path.read_bytes())
    sealed[5_000] ^= 1
    path.write_bytes(sealed)


@pytest.mark.parametrize("looked_at", [True, False])
def test_a_photo_that_was_damaged_before_it_was_sent_is_said_so_and_is_sent_once_it_is_added_again(
    tmp_path: Path, *, looked_at: bool
) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", FIRST)
        damage(elodie, FIRST)

        if looked_at:
            await elodie.device.photos.whole(await only(elodie, visit))
        else:
            await carry(elodie)

        photo = await only(elodie, visit)
        assert (photo.refused, elodie.device.status.now.files) == ("photo_damaged", 1)
        await carry(elodie)
        assert (await only(elodie, visit)).refused == "photo_damaged"
        await elodie.device.photos.delete(photo.id, photo.base)
        await elodie.device.photos.add(visit, "window.png", FIRST)
        await carry(elodie)
        assert at_the_server(tour, FIRST).read_bytes() == FIRST
        assert (await only(elodie, visit)).refused == ""
        tour.world.close()

    run(story())


async def too_large(tour: Tour) -> tuple[Phone, str]:
    """Élodie's phone with a photo that the office does not take, and its visit."""
    service = tour.world.app.state.blobs
    service._limits = BlobLimits(cap=100_000, quota=service._limits.quota)
    elodie = await tour.world.phone("elodie")
    visit = await tour.visit(elodie)
    await elodie.device.photos.add(visit, "window.png", LARGE)
    await carry(elodie)
    assert (await only(elodie, visit)).refused == "blob_too_large"
    return elodie, visit


def test_no_phone_is_retired_with_a_photo_that_the_office_does_not_take_unless_its_owner_was_told(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, _ = await too_large(tour)

        with pytest.raises(RecordRefused, match="more_remains"):
            await elodie.host.retire(Remains())

        assert await elodie.device.store.blobs.read(sha(LARGE)) == LARGE
        told = await elodie.device.store.unsent.remains()
        assert told == Remains(photos=1)
        await elodie.host.retire(told)
        assert elodie.host.state == NotEnrolled(SERVER, "device_retired")
        tour.world.close()

    run(story())


def test_a_photo_that_is_too_large_outlives_that_its_customer_moves_and_is_sent_once_the_office_takes_more(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        usual = tour.world.app.state.blobs._limits
        elodie, _ = await too_large(tour)
        tour.world.backup()
        await elodie.round()  # from here on a backup holds its record: the journal need not
        tour.world.office("account", tour.account, territory_id=tour.world.ids["Nantes"])

        pass_days(elodie, 2)
        await carry(elodie)

        assert await elodie.all_ids("attachment") == []
        assert await elodie.device.store.unsent.remains() == Remains(photos=1)
        tour.world.app.state.blobs._limits = usual
        await elodie.restart()
        await carry(elodie)
        assert at_the_server(tour, LARGE).read_bytes() == LARGE
        assert await elodie.device.store.unsent.remains() == Remains()
        tour.world.close()

    run(story())


def test_a_restored_server_gets_a_photo_back_from_a_colleague_where_the_phone_of_its_sender_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        backup = tour.world.backup()
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", LARGE)
        await carry(elodie)
        await carry(marie)
        await marie.device.photos.fetch(await only(marie, visit))
        await carry(marie)
        shutil.rmtree(tour.world.config.blob_folder)
        tour.world.restore(backup)
        await marie.sign_in()

        await marie.round()
        await carry(marie)

        seen = await only(marie, visit)
        assert (seen.unsent, seen.refused, marie.device.status.now.files) == (False, "", 0)
        assert at_the_server(tour, LARGE).read_bytes() == LARGE
        assert (tour.world.config.blob_folder / seen.thumb_sha256[:2] / seen.thumb_sha256).exists()
        await marie.host.retire(Remains())
        tour.world.close()

    run(story())
