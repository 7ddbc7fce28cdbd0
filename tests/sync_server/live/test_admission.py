"""Backpressure: what is too much is said early, with when to come back."""

import asyncio
import json
from dataclasses import replace

from starlette.types import Message, Receive, Scope, Send

from shared.sync import codec
from shared.sync.protocol import Problem
from sync_server.api.admission import ARRIVING, Admission
from sync_server.config import Config
from tests.sync_server.sync.test_http import Line
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


def _half(first: bytes = b"{") -> Receive:
    """A request that brings the beginning of its body and nothing more."""
    came: list[Message] = [{"type": "http.request", "body": first, "more_body": True}] if first else []

    async def receive() -> Message:
        if came:
            return came.pop()
        await asyncio.Event().wait()
        raise AssertionError

    return receive


class Reading:
    """An app that reads a body before it answers, behind an admission."""

    def __init__(self, patience_s: float) -> None:
        self.admission = Admission(self._app, FakeClock(), 1, 60, patience_s)

    async def _app(self, _scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def ask(self, receive: Receive) -> Message:
        """Give how the answer begins."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await self.admission({"type": "http", "path": "/v1/auth/refresh", "headers": []}, receive, send)
        return sent[0]


async def _whole() -> Message:
    return {"type": "http.request", "body": b"{}"}


def test_halves_of_requests_keep_nobody_out() -> None:
    async def story() -> None:
        server = Reading(patience_s=60)
        halves = [asyncio.create_task(server.ask(_half())) for _ in range(ARRIVING - 1)]
        await asyncio.sleep(0)

        assert (await server.ask(_whole))["status"] == 200

        more = [asyncio.create_task(server.ask(_half())) for _ in range(2)]
        await asyncio.sleep(0)
        assert (await server.ask(_whole))["status"] == 503, "what is on its way takes up memory"
        for half in (*halves, *more):
            half.cancel()
        await asyncio.gather(*halves, *more, return_exceptions=True)
        assert (await server.ask(_whole))["status"] == 200

    asyncio.run(story())


def test_a_body_that_does_not_come_on_is_given_up_and_its_connection_closed() -> None:
    async def story() -> None:
        answer = await Reading(patience_s=0).ask(_half(b""))

        assert answer["status"] == 408
        assert (b"connection", b"close") in answer["headers"]

    asyncio.run(story())


def test_a_slow_body_that_comes_on_is_waited_for() -> None:
    async def story() -> None:
        parts = [b"x" * 4_096] * 3
        loop = asyncio.get_running_loop()

        async def slowly() -> Message:
            began = loop.time()
            while loop.time() < began + 0.02:
                await asyncio.sleep(0)
            part = parts.pop()
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        assert (await Reading(patience_s=0.03).ask(slowly))["status"] == 200

    asyncio.run(story())


def test_a_device_has_one_allowance_however_many_access_tokens_it_asks_for() -> None:
    line = Line(replace(Config(), per_minute=10))
    device = line.phone.device.device_id
    with line.world.database.write() as connection:
        refresh = line.app.state.sessions.tokens.begin(connection, device, line.world.clock.now).refresh
    asked = json.dumps({"device_id": device, "refresh": refresh}).encode()
    access = [line.send("POST", "/v1/auth/refresh", asked).json()["access"] for _ in range(4)]

    answers = [line.send("GET", "/v1/sync/pull", Authorization=f"Bearer {token}").status_code for token in access for _ in range(5)]

    assert len(set(access)) == 4
    assert sorted(answers) == [200] * 10 + [429] * 10
