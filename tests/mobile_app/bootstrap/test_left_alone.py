"""A server that asked to be left alone is, whoever on the device would like another round."""

import asyncio
from pathlib import Path

import httpx

from mobile_app.bootstrap.host import DeviceHost
from shared.errors import SessionExpired
from shared.sync import codec
from shared.sync.protocol import PROBLEM, Problem
from tests.fakes.pictures import png
from tests.mobile_app.bootstrap.test_hosts import Naps, exchanged, ports, still, until
from tests.simulation.link import FaultyLink, Send
from tests.simulation.world import PASSWORD, PIN, SERVER, World


async def busy(_request: httpx.Request, _send: Send) -> httpx.Response:
    """The office has too much to do."""
    said = codec.encode(Problem("busy", 503, "server_busy"))
    return httpx.Response(503, headers={"Content-Type": PROBLEM, "Retry-After": "900"}, content=said)


async def no_longer(_request: httpx.Request, _send: Send) -> httpx.Response:
    """The access token has ended."""
    said = codec.encode(Problem("expired", 401, SessionExpired.code))
    return httpx.Response(401, headers={"Content-Type": PROBLEM}, content=said)


def test_a_photo_that_meets_an_ended_token_makes_no_round_before_its_time(tmp_path: Path) -> None:
    async def story() -> None:
        world = World(tmp_path)
        world.person("elodie", "rep", "Lyon")
        account = world.account("Fournil", "Lyon")
        link = FaultyLink(world.app)
        host = DeviceHost(tmp_path / "d", SERVER, ports(world.clock, Naps(), link))
        await host.arrive()
        await host.enrol(SERVER, "elodie", PASSWORD, PIN, "phone")
        device = (await exchanged(host)).device
        link.faults.append(("/sync/pull", busy))
        device.actions.sync_now()
        await until(lambda: device.status.now.error_code == "server_busy")
        visit = await device.visits.start(account, None, "off")
        await device.photos.add(visit.id, "window.png", png())
        (kept,) = await device.photos.of_visit(visit.id)
        link.faults.append((kept.thumb_sha256, no_longer))
        link.requests.clear()

        await device.store.blobs.want(kept.thumb_sha256)
        await until(lambda: link.requests != [])
        await still(host)

        assert [path.rpartition("/")[0] for path in link.requests] == ["/v1/blobs"]
        device.actions.sync_now()
        await until(lambda: device.status.now.waiting == 0)
        await host.close()
        world.close()

    asyncio.run(story())
