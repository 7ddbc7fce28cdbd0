"""Backpressure: what is too much is said early, with when to come back."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from shared.sync import codec
from shared.sync.protocol import Problem
from sync_server.api.admission import Admission
from tests.sync_server.world import FakeClock


class Gate:
    """An app whose answers wait, behind an admission."""

    def __init__(self, at_once: int = 2, per_minute: int = 60) -> None:
        self.clock = FakeClock()
        self.release = asyncio.Event()
        self.let_in = 0
        self.admission = Admission(self._app, self.clock, at_once, per_minute)

    async def _app(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.let_in += 1
        await self.release.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def ask(self, path: str = "/v1/sync/pull", token: bytes = b"Bearer a") -> tuple[int, str, str]:
        """Give status, code and Retry-After of the answer."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        await self.admission({"type": "http", "path": path, "headers": [(b"authorization", token)]}, receive, send)
        headers = dict(sent[0]["headers"])
        code = codec.decode(sent[1]["body"], Problem).code if sent[0]["status"] != 200 else ""
        return sent[0]["status"], code, headers.get(b"retry-after", b"").decode()


def test_beyond_what_is_worked_on_at_once_a_request_is_refused_early_and_a_stream_or_probe_is_not() -> None:
    async def story() -> None:
        gate = Gate(at_once=1)
        first = asyncio.create_task(gate.ask())
        await asyncio.sleep(0)

        assert await gate.ask() == (503, "server_busy", "2")
        probes = [asyncio.create_task(gate.ask(path)) for path in ("/healthz", "/v1/sync/events")]
        gate.release.set()
        assert [(await task)[0] for task in (first, *probes)] == [200, 200, 200]
        assert (await gate.ask())[0] == 200

    asyncio.run(story())


def test_a_device_that_asks_too_often_is_told_to_wait_and_others_are_not() -> None:
    async def story() -> None:
        gate = Gate(at_once=100, per_minute=30)
        gate.release.set()

        answers = [(await gate.ask())[0] for _ in range(30)]
        refused = await gate.ask()
        other = await gate.ask(token=b"Bearer b")
        gate.clock.now += 2_000
        later = await gate.ask()

        assert set(answers) == {200}
        assert refused == (429, "too_many_requests", "2")
        assert (other[0], later[0]) == (200, 200)
        assert gate.let_in == 32

    asyncio.run(story())


def test_a_device_that_writes_its_header_in_other_letters_is_the_same_one() -> None:
    async def story() -> None:
        gate = Gate(at_once=100, per_minute=2)
        gate.release.set()

        answers = [(await gate.ask(token=scheme + b" a"))[0] for scheme in (b"Bearer", b"bearer", b"BEARER")]

        assert answers == [200, 200, 429]

    asyncio.run(story())
