"""Photos after a restore: what the office counts and removes is what lies in its store, not what the backup remembers of it."""

import shutil
from pathlib import Path

import pytest

from shared.sync.protocol import BLOB_CHUNK
from sync_server.config import BlobLimits
from sync_server.services.blob_keeping import Swept, remove_leaving, sweep
from sync_server.services.blobs import open_store
from sync_server.services.erasure import Eraser
from sync_server.storage import blobs
from sync_server.storage.blob_store import BlobStore
from tests.fakes.pictures import png
from tests.simulation.test_photos import Tour, carry, only, run
from tests.simulation.test_photos_stay import DAY, at_the_server, erase
from tests.simulation.world import Phone

PHOTO = png(filler=3 * BLOB_CHUNK)


def store(tour: Tour) -> BlobStore:
    return open_store("", tour.world.config.blob_folder)


def swept_after(tour: Tour, days: int, *phones: Phone) -> Swept:
    tour.world.clock.now += days * DAY
    for phone in phones:
        phone.clock.now = tour.world.clock.now
    return sweep(tour.world.database, store(tour), tour.world.clock.now)


async def sent(tour: Tour, phone: Phone) -> str:
    """Add a photo to a visit, and send it; give the visit."""
    visit = await tour.visit(phone)
    await phone.device.photos.add(visit, "a.png", PHOTO)
    await carry(phone)
    assert at_the_server(tour, PHOTO).exists()
    return visit


@pytest.mark.parametrize("room", [50_000, 900_000])
def test_photos_that_an_empty_disk_lost_with_a_restore_take_no_room_and_are_sent_again(tmp_path: Path, room: int) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        phone = await tour.world.phone("elodie")
        await sent(tour, phone)
        path = tour.world.backup()
        shutil.rmtree(tour.world.config.blob_folder)
        tour.world.restore(path)
        tour.world.app.state.blobs._limits = BlobLimits(cap=len(PHOTO) + 1, quota=len(PHOTO) + room)
        counted = tour.world.database.run(blobs.bytes_kept)

        await phone.sign_in()
        await carry(phone)

        assert counted == 0
        assert at_the_server(tour, PHOTO).exists()
        assert tour.world.database.run(blobs.bytes_kept) == sum(found.size for found in store(tour).blobs()) >= len(PHOTO)
        tour.world.close()

    run(story())


def test_the_first_sweep_after_a_restore_counts_what_is_there_again(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        phone = await tour.world.phone("elodie")
        await sent(tour, phone)
        tour.world.restore(tour.world.backup())

        swept_after(tour, 0)

        assert tour.world.database.run(blobs.bytes_kept) == sum(found.size for found in store(tour).blobs()) >= len(PHOTO)
        tour.world.close()

    run(story())


@pytest.mark.parametrize("half_way", [False, True])
def test_the_first_sweep_after_a_restore_waits_a_week_for_records_that_phones_bring_back(tmp_path: Path, *, half_way: bool) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        phone = await tour.world.phone("elodie")
        visit = await sent(tour, phone)
        photo = await only(phone, visit)
        await phone.device.photos.delete(photo.id, photo.base)
        await carry(phone)
        swept_after(tour, 0)
        if half_way:  # the backup is made just while another sweep removes it
            tour.world.database.run(lambda connection: blobs.mark_leaving(connection, [photo.sha256]))
        path = tour.world.backup()
        await phone.device.photos.restore(photo.id, "x")
        await carry(phone)
        swept_after(tour, 9, phone)
        assert at_the_server(tour, PHOTO).exists()

        tour.world.restore(path)
        first = swept_after(tour, 0)
        sixth = swept_after(tour, 6, phone)
        there = at_the_server(tour, PHOTO).exists()
        seventh = swept_after(tour, 1, phone)

        assert (first.blobs, sixth.blobs, there) == (0, 0, True)
        assert seventh.blobs == 2  # with its thumbnail
        tour.world.close()

    run(story())


@pytest.mark.parametrize("before", [True, False])
def test_a_photo_of_somebody_erased_whose_removal_was_cut_off_goes_also_after_a_restore(tmp_path: Path, *, before: bool) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        await sent(tour, await tour.world.phone("elodie"))

        def erased() -> None:
            with tour.world.database.write() as connection:
                Eraser(tour.world.ledger, tour.world.clock).erase(connection, "account", tour.account)

        if before:
            erased()
        path = tour.world.backup()
        if not before:
            erased()

        tour.world.restore(path)
        remove_leaving(tour.world.database, store(tour))

        assert not at_the_server(tour, PHOTO).exists()
        tour.world.close()

    run(story())


def test_who_was_erased_before_the_backup_costs_nobody_the_same_photo_added_since(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        phone = await tour.world.phone("elodie")
        await sent(tour, phone)
        erase(tour)
        path = tour.world.backup()
        tour.account = tour.world.account("Fournil Est", "Lyon")
        await carry(phone)
        await sent(tour, phone)

        tour.world.restore(path)
        swept_after(tour, 0)

        assert at_the_server(tour, PHOTO).exists()
        tour.world.close()

    run(story())
