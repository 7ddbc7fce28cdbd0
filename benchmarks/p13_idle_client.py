"""P13: what one idle listener of live events costs the server's memory; and how soon all of them hear of a push."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

import httpx
from sqlalchemy import insert, select

from benchmarks.figures import report
from benchmarks.organisation import create, serving
from shared.ids import RANDOM_BYTES, uuid7
from shared.ports import SystemClock, SystemRandomness
from shared.sync import codec
from shared.sync.change import Change, Edit, Transaction
from shared.sync.clock import pack
from shared.sync.protocol import PushRequest
from sync_server.config import Config
from sync_server.services.tokens import token_hash
from sync_server.storage.database import Database
from sync_server.storage.tables import ACCESS_TOKEN, DEVICE, LOGIN, RECORD_META

GOAL_KIB: Final = 32.0
SETTLE_S: Final = 1.0
_HOUR_MS: Final = 3_600_000


def enrol(config: Config, devices: int) -> str:
    """Give the rep ``devices`` devices, each with a token ``t<number>``; return the id of an account to edit."""
    database = Database.open(config.database)
    now = SystemClock().now_ms()
    try:
        with database.write() as connection:
            user = connection.execute(select(LOGIN.c.user_id)).scalar_one()
            common = {"user_id": user, "name": "idle", "platform": "test", "enrolled_at": now}
            rows = [{"id": f"d{number}", "code": f"X{number}", **common} for number in range(devices)]
            connection.execute(insert(DEVICE), rows)
            tokens = [
                {"hash": token_hash(f"t{number}"), "device": f"d{number}", "family": "f", "expires": now + _HOUR_MS}
                for number in range(devices)
            ]
            connection.execute(insert(ACCESS_TOKEN), tokens)
            return str(connection.execute(select(RECORD_META.c.id).where(RECORD_META.c.kind == "account").limit(1)).scalar_one())
    finally:
        database.close()


def memory_kib(pid: int) -> int:
    """Read a process' resident memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


async def listener(address: httpx.URL, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream and read until its first event, which says where the server is."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"GET /v1/sync/events HTTP/1.1\r\nHost: {address.host}\r\nAuthorization: Bearer t{number}\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"event: changed")
    return reader, writer  # a writer that nobody holds closes its connection


async def push(address: httpx.URL, account: str) -> None:
    """Change an account of the rep's, as her first device."""
    clock, randomness = SystemClock(), SystemRandomness()
    now = clock.now_ms()
    change = Change("account", account, "update", pack(now), {"city": Edit("where nobody was")})
    transaction = Transaction(uuid7(now, randomness.token(RANDOM_BYTES)), (change,), seq=1)
    async with httpx.AsyncClient(base_url=address, trust_env=False, headers={"Authorization": "Bearer t0"}) as client:
        answer = await client.post("/v1/sync/push", content=codec.encode(PushRequest(now, (transaction,))))
    answer.raise_for_status()


async def main(devices: int = 1_000) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        config = create(Path(name) / "server", 20)
        account = enrol(config, devices + 1)
        with subprocess.Popen(serving(config), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                address = httpx.URL(process.stdout.readline().strip())
                first = await listener(address, devices)
                before = memory_kib(process.pid)
                listeners = await asyncio.gather(*(listener(address, number) for number in range(devices)))
                await asyncio.sleep(SETTLE_S)
                each = (memory_kib(process.pid) - before) / devices
                began = perf_counter()
                await push(address, account)
                await asyncio.gather(*(reader.readuntil(b"event: changed") for reader, _ in (first, *listeners)))
                told = perf_counter() - began
                for _, writer in (first, *listeners):
                    writer.close()
                    await writer.wait_closed()
            finally:
                process.terminate()
    report("P13", each, GOAL_KIB, "nothing: KiB of resident memory a client", clients=devices, all_told_s=round(told, 3))


if __name__ == "__main__":
    asyncio.run(main())
