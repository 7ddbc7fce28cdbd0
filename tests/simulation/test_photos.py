"""A photo's whole way: from a rep without signal to her manager, and off every device that may not have it any more."""

import asyncio
import hashlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobile_app.data.repositories.photos import PhotoRow
from shared.sync.protocol import BLOB_CHUNK
from tests.fakes.pictures import png, sha
from tests.simulation.link import Send, answer_lost, request_lost
from tests.simulation.world import Phone, World

PHOTO = png(filler=3 * BLOB_CHUNK)
CANARY = b"canary in a picture"


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


async def carry(phone: Phone) -> None:
    """A round, then the files."""
    opened = phone.host._open
    assert opened is not None
    await opened.carrier.stop()
    await opened.carrier.around(opened.engine.round)
    await opened.carrier.carry_all()


class Tour:
    """Élodie at a customer's in Lyon, and Marie who leads Lyon and Nantes."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.person("elodie", "rep", "Lyon")
        self.world.person("marie", "manager", "Lyon", "Nantes")
        self.world.person("nikos", "rep", "Nantes")
        self.account = self.world.account("Fournil Bellevue", "Lyon")

    async def visit(self, phone: Phone) -> str:
        """Check in."""
        return (await phone.device.visits.start(self.account, None, "off")).id


async def only(phone: Phone, visit: str) -> PhotoRow:
    [photo] = await phone.device.photos.of_visit(visit)
    return photo


def test_a_photo_taken_without_signal_reaches_the_manager(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        elodie.link.offline = True
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        unsent = (await only(elodie, visit)).unsent, elodie.device.status.now.files
        elodie.link.offline = False

        await carry(elodie)
        await carry(marie)

        seen = await only(marie, visit)
        thumb = await marie.device.photos.thumb(seen)
        whole_before = await marie.device.photos.whole(seen)
        await marie.device.photos.fetch(seen)
        await carry(marie)
        assert unsent == (True, 1)
        assert not (await only(elodie, visit)).unsent
        assert elodie.device.status.now.files == 0
        assert thumb is not None
        assert whole_before is None
        assert await marie.device.store.blobs.read(seen.sha256) == PHOTO
        tour.world.close()

    run(story())


def test_a_photo_is_durable_before_the_screen_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        elodie.link.offline = True
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)

        await elodie.restart()

        photo = await only(elodie, visit)
        assert await elodie.device.store.blobs.read(photo.sha256) == PHOTO
        assert elodie.device.status.now.files == 1
        tour.world.close()

    run(story())


async def cut_in_the_body(request: httpx.Request, _send: Send) -> httpx.Response:
    """The link drops while the body is on its way."""
    async for _ in request.stream:  # type: ignore[union-attr]
        break
    raise httpx.WriteError("the link dropped")


@pytest.mark.parametrize("fault", [answer_lost, request_lost, cut_in_the_body])
def test_fault_28_a_photo_whose_link_drops_again_and_again_arrives_whole(world: World, fault: Any) -> None:  # noqa: ANN401
    async def story() -> None:
        elodie, visit = await visiting(world)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        elodie.link.faults += [(sha(PHOTO), fault)] * 5

        await carry(elodie)

        assert not (await only(elodie, visit)).unsent
        assert (world.config.data / "blobs" / sha(PHOTO)[:2] / sha(PHOTO)).read_bytes() == PHOTO

    run(story())


def test_fault_29_an_edit_made_while_a_photo_travels_goes_before_its_next_chunks(world: World) -> None:
    async def story() -> None:
        elodie, visit = await visiting(world)
        opened = elodie.host._open
        assert opened is not None
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        rounds: list[asyncio.Task[Any]] = []

        async def meanwhile(request: httpx.Request, send: Send) -> httpx.Response:
            [account] = await elodie.all_ids("account")
            await elodie.edit("account", account, city="Vienne")
            rounds.append(asyncio.create_task(opened.carrier.around(opened.engine.round)))
            return await send(request)

        elodie.link.faults = [(sha(PHOTO), meanwhile)]
        await carry(elodie)
        await asyncio.gather(*rounds)

        paths = elodie.link.requests
        after = paths[len(paths) - paths[::-1].index("/v1/sync/push") :]
        assert elodie.device.status.now.waiting == 0
        assert any(path.endswith(sha(PHOTO)) for path in after), "the photo went on after the edit was sent"
        assert not (await only(elodie, visit)).unsent

    run(story())


async def visiting(world: World) -> tuple[Phone, str]:
    """Élodie's phone, whose transfers wait for nothing, and her visit to a customer in Lyon."""
    account = world.account("Fournil Bellevue", "Lyon")
    elodie = await world.phone("elodie")
    opened = elodie.host._open
    assert opened is not None
    opened.carrier._sleep = rest
    return elodie, (await elodie.device.visits.start(account, None, "off")).id


async def rest(seconds: float) -> None:
    """Waits take no time."""


def test_a_photo_leaves_the_device_with_its_customer_and_reaches_the_other(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, nikos, marie = (await tour.world.phone("elodie"), await tour.world.phone("nikos"), await tour.world.phone("marie"))
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        await carry(marie)

        await marie.edit("account", tour.account, territory_id=tour.world.ids["Nantes"])
        for phone in (marie, elodie, nikos):
            await carry(phone)

        left = [path.name for path in elodie.folder.rglob("*") if path.name.startswith(sha(PHOTO))]
        seen = await only(nikos, visit)
        assert left == []
        assert await nikos.device.photos.thumb(seen) is not None
        tour.world.close()

    run(story())


def test_a_photo_taken_back_before_it_was_sent_never_leaves_the_phone(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        photo = await only(elodie, visit)
        await elodie.device.photos.delete(photo.id, photo.base)

        await carry(elodie)
        deleted = await elodie.device.photos.of_visit(visit)
        sent = [path for path in elodie.link.requests if "/blobs/" in path]
        await elodie.device.photos.restore(photo.id, photo.account)
        await carry(elodie)

        assert (deleted, sent) == ([], [])
        assert not (await only(elodie, visit)).unsent
        assert await elodie.device.store.blobs.read(photo.sha256) == PHOTO
        tour.world.close()

    run(story())


def test_a_photo_that_was_not_sent_yet_goes_although_a_backup_holds_its_record_and_its_customer_left(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        opened = elodie.host._open
        assert opened is not None
        await opened.carrier.stop()
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await elodie.round()
        tour.world.backup()
        await elodie.round()
        tour.world.office("account", tour.account, territory_id=tour.world.ids["Nantes"])
        elodie.clock.forward(3_600_000)

        await carry(elodie)

        assert await elodie.all_ids("attachment") == []
        assert (tmp_path / "server/blobs" / sha(PHOTO)[:2] / sha(PHOTO)).read_bytes() == PHOTO
        tour.world.account("Ferme Durand", "Lyon")  # the next page that says something
        await elodie.round()
        assert await elodie.device.store.journal() == []
        tour.world.close()

    run(story())


def test_a_restored_server_is_sent_the_photos_that_it_lost(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        kept = tmp_path / "server/blobs" / sha(PHOTO)[:2] / sha(PHOTO)
        kept.unlink()
        elodie.device.store.blobs.shelf._meta.put_plain("blobs_epoch", b"the one before")

        await carry(elodie)

        assert kept.read_bytes() == PHOTO
        tour.world.close()

    run(story())


def test_no_byte_of_a_photo_is_readable_on_the_phone_and_a_wipe_leaves_none(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        picture = png(filler=64) + CANARY * 40
        await elodie.device.photos.add(visit, "window.png", picture)
        files = {path: path.read_bytes() for path in elodie.folder.rglob("*") if path.is_file()}
        sealed = [path for path in files if path.name == hashlib.sha256(picture).hexdigest()]

        await elodie.host._wipe(elodie.host._shown())

        assert len(sealed) == 1
        assert [path for path, data in files.items() if CANARY in data] == []
        assert [path for path in elodie.folder.rglob("*") if ".blobs" in str(path)] == []
        tour.world.close()

    run(story())
