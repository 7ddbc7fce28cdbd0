"""Photos on bad days: nothing that only one phone has goes from it, nothing of who was erased stays, and no file holds up the others."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobile_app.data.filling import Filling
from mobile_app.data.unsent import Remains
from shared.errors import RecordRefused
from shared.sync.protocol import BLOB_CHUNK, PROBLEM
from sync_server.config import BlobLimits
from sync_server.services.blob_keeping import remove_leaving
from sync_server.services.blobs import open_store
from sync_server.services.erasure import Eraser
from tests.fakes.pictures import png, sha
from tests.simulation.link import Send
from tests.simulation.test_photos import Tour, carry, only, run
from tests.simulation.world import PIN, Phone

PHOTO, MINE = png(filler=3 * BLOB_CHUNK), png(filler=4_000, seed=9)
DAY = 86_400_000


async def rest(seconds: float) -> None:
    """Wait no time at all."""


def erase(tour: Tour) -> None:
    """As ``tournee erase`` does."""
    with tour.world.database.write() as connection:
        Eraser(tour.world.ledger, tour.world.clock).erase(connection, "account", tour.account)
    remove_leaving(tour.world.database, open_store("", tour.world.config.blob_folder))


def pass_days(phone: Phone, days: int) -> None:
    phone.clock.forward(days * DAY)
    phone.world.clock.now = phone.clock.now


def at_the_server(tour: Tour, data: bytes) -> Path:
    return tour.world.config.blob_folder / sha(data)[:2] / sha(data)


def bytes_of(phone: Phone, data: bytes) -> list[Path]:
    return [path for path in phone.folder.rglob("*") if path.name.startswith(sha(data))]


def test_a_photo_taken_while_the_vault_is_still_being_read_costs_no_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Filling.rest
    gate = asyncio.Event()

    def held(self: Filling) -> Any:  # noqa: ANN401 - what it was
        while not gate.is_set():
            yield (0, 1)
        yield from real(self)

    killed: list[object] = []
    """What its tasks refer to: nothing of it may be collected while they run out."""

    async def start(phone: Phone) -> None:
        killed.append(phone.host._open)
        phone.host._open = None
        phone.boot()
        phone.link.offline = True
        await phone.host.arrive()
        await phone.host.unlock(PIN)

    async def story() -> None:
        tour = Tour(tmp_path)
        beside = tour.world.account("Fournil Est", "Lyon")
        phone = await tour.world.phone("elodie")
        ports = phone.ports
        phone.ports = lambda: replace(ports(), small=0)  # type: ignore[method-assign]  # as with thousands of records
        phone.link.offline = True
        visit = await tour.visit(phone)
        await phone.device.photos.add(visit, "old.png", PHOTO)
        await phone.device.visits.check_out(visit)
        today = (await phone.device.visits.start(beside, None, "off")).id
        pass_days(phone, 2)
        await start(phone)
        assert phone.host._open is not None
        await phone.host._open.begun()
        monkeypatch.setattr(Filling, "rest", held)
        await start(phone)

        assert not phone.device.store.full
        await asyncio.wait_for(phone.device.photos.add(today, "new.png", MINE), 20)
        gate.set()
        await phone.host._open.begun()
        await phone.host._open.scheduler.stop()

        for data in (PHOTO, MINE):
            assert await phone.device.store.blobs.read(sha(data)) == data
        tour.world.close()

    run(story())


def test_a_damaged_file_at_the_server_holds_up_no_other_one(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        thumb = (await only(elodie, visit)).thumb_sha256
        damaged = tour.world.config.blob_folder / thumb[:2] / thumb
        damaged.write_bytes(damaged.read_bytes()[:-9] + b"rubbish!!")
        opened = marie.host._open
        assert opened is not None
        opened.carrier._sleep = rest
        await marie.round()
        hers = (await marie.device.visits.start(tour.account, None, "off")).id
        await marie.device.photos.add(hers, "mine.png", MINE)

        for _ in range(4):
            await carry(marie)

        assert not (await only(marie, hers)).unsent
        assert at_the_server(tour, MINE).read_bytes() == MINE
        assert sum(path.endswith(thumb) for path in marie.link.requests) == 2
        tour.world.close()

    run(story())


def test_no_phone_is_retired_with_bytes_that_it_still_owes_though_their_customer_moved_on(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await elodie.round()
        tour.world.office("account", tour.account, territory_id=tour.world.ids["Nantes"])
        await elodie.round()

        with pytest.raises(RecordRefused, match="work_unsent"):
            await elodie.host.retire(Remains())
        await carry(elodie)
        await elodie.host.retire(Remains())

        assert at_the_server(tour, PHOTO).read_bytes() == PHOTO
        tour.world.close()

    run(story())


def test_the_bytes_of_somebody_erased_while_they_were_fetched_do_not_stay(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        await carry(marie)
        opened = marie.host._open
        assert opened is not None
        opened.carrier._sleep = rest

        async def slow(request: httpx.Request, send: Send) -> httpx.Response:
            answer = await send(request)
            erase(tour)
            assert (await opened.carrier.around(opened.engine.round)).phase == "idle"
            return answer

        marie.link.faults = [(sha(PHOTO), slow)]
        await marie.device.photos.fetch(await only(marie, visit))
        await carry(marie)
        await carry(marie)

        assert bytes_of(marie, PHOTO) == []
        tour.world.close()

    run(story())


def test_the_photos_of_somebody_erased_go_although_something_else_cannot_be_sent(tmp_path: Path) -> None:
    async def broken(_request: httpx.Request, _send: Send) -> httpx.Response:
        return httpx.Response(500, headers={"Content-Type": PROBLEM}, content=b'{"status":500,"code":"internal_error","detail":""}')

    async def story() -> None:
        tour = Tour(tmp_path)
        other = tour.world.account("Fournil Est", "Lyon")
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        erase(tour)
        await elodie.edit("account", other, city="Vienne")
        elodie.link.faults = [("/v1/sync/push", broken)] * 9

        await carry(elodie)

        assert elodie.device.status.now.phase == "failed"
        assert bytes_of(elodie, PHOTO) == []
        tour.world.close()

    run(story())


def test_a_photo_that_was_too_large_is_sent_once_the_office_takes_more(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        service = tour.world.app.state.blobs
        usual, service._limits = service._limits, BlobLimits(cap=1_000, quota=service._limits.quota)
        elodie = await tour.world.phone("elodie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        assert (await only(elodie, visit)).refused == "blob_too_large"

        service._limits = usual
        await elodie.restart()
        await carry(elodie)

        photo = await only(elodie, visit)
        assert (photo.refused, photo.unsent) == ("", False)
        tour.world.close()

    run(story())


def test_a_picture_of_two_customers_reaches_the_others_though_the_first_one_was_erased(tmp_path: Path) -> None:
    async def story() -> None:
        tour = Tour(tmp_path)
        other = tour.world.account("Fournil Est", "Lyon")
        elodie, marie = await tour.world.phone("elodie"), await tour.world.phone("marie")
        visit = await tour.visit(elodie)
        await elodie.device.photos.add(visit, "window.png", PHOTO)
        await carry(elodie)
        elodie.link.offline = True
        await elodie.device.visits.check_out(visit)
        second = (await elodie.device.visits.start(other, None, "off")).id
        await elodie.device.photos.add(second, "window.png", PHOTO)
        erase(tour)
        elodie.link.offline = False

        for phone in (elodie, marie):
            await carry(phone)
        seen = await only(marie, second)
        await marie.device.photos.fetch(seen)
        await carry(marie)

        assert await marie.device.store.blobs.read(seen.sha256) == PHOTO
        tour.world.close()

    run(story())
