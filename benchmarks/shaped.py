"""A link of a given rate and delay: a proxy in a process of its own between a phone and its server.

``python -m benchmarks.shaped PORT RATE DELAY`` pipes to PORT on this machine at RATE bits a second each way, all connections together, and
with DELAY milliseconds for a way there and back; the first line of its output is the port that it listens on.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx

BITS = 8
CHUNK = 4_096


@dataclass
class Lane:
    """One direction of the link: bytes leave one after the other, and each takes half of the delay."""

    rate: float
    delay_s: float
    free_at: float = 0.0

    def arrival(self, size: int, now: float) -> float:
        """Say when ``size`` bytes that are handed over ``now`` have all come out at the other end."""
        self.free_at = max(self.free_at, now) + size * BITS / self.rate
        return self.free_at + self.delay_s


async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter, lane: Lane) -> None:
    """Carry what comes from ``source`` over ``lane``."""
    clock = asyncio.get_running_loop().time
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=256)
    delivery = asyncio.create_task(deliver(under_way, sink))
    with suppress(ConnectionError):
        while data := await source.read(CHUNK):
            await under_way.put((lane.arrival(len(data), clock()), data))
    await under_way.put((clock() + lane.delay_s, b""))
    await delivery


async def deliver(under_way: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
    """Hand over each part when it has arrived; an empty one ends the direction."""
    clock = asyncio.get_running_loop().time
    with suppress(ConnectionError):
        while True:
            at, data = await under_way.get()
            await asyncio.sleep(max(0.0, at - clock()))
            if not data:
                sink.close()
                return
            sink.write(data)
            await sink.drain()


async def serve(port: int, rate: float, delay_ms: float) -> None:
    """Listen on a free port and say which."""
    up, down = Lane(rate, delay_ms / 2_000), Lane(rate, delay_ms / 2_000)

    async def connected(phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        await asyncio.sleep(delay_ms / 1_000)  # the handshake's way there and back
        server, to_server = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(phone, to_server, up), pipe(server, to_phone, down))

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, limit=CHUNK)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


@contextmanager
def link(address: str, rate: float, delay_ms: float) -> Iterator[str]:
    """Give an address that leads to ``address`` over a link of ``rate`` bits a second and ``delay_ms`` there and back."""
    command = [sys.executable, "-m", "benchmarks.shaped", str(httpx.URL(address).port), str(rate), str(delay_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
