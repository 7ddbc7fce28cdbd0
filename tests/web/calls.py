"""Requests over ``fetch`` as the device makes them. Runs inside Pyodide (``tests/web/test_transport.py``)."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import httpx

from mobile_app.web.transport import FetchTransport

SHORT = httpx.Timeout(0.3)


async def met(client: httpx.AsyncClient, path: str) -> str:
    """What a request that does not end well raises."""
    try:
        await client.get(path, timeout=SHORT)
    except httpx.TransportError as error:
        return type(error).__name__
    return "answered"


async def pieces(client: httpx.AsyncClient) -> list[str]:
    """The first pieces of a stream that does not end."""
    seen: list[str] = []
    async with client.stream("GET", "/stream") as response:
        async for piece in response.aiter_raw():
            seen.append(piece.decode())
            if len(seen) == 2:
                break
    return seen


async def left(client: httpx.AsyncClient) -> str:
    """Leave a request that is not answered."""
    task = asyncio.create_task(client.get("/silent"))
    await asyncio.sleep(0.1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"
    return "answered"


async def within() -> None:
    """See the module."""
    url, target = sys.argv[1:]
    async with httpx.AsyncClient(base_url=url, transport=FetchTransport()) as client:
        echoed = await client.post("/echo", content=b"\x00\xff" * 1_000, headers={"Authorization": "Bearer t"})
        found = {
            "echo": [echoed.status_code, len(echoed.content), echoed.headers["x-auth"]],
            "packed": (await client.get("/packed")).text,
            "silent": await met(client, "/silent"),
            "torn": await met(client, "/torn"),
            "nobody": await met(client, "http://127.0.0.1:1/"),
            "elsewhere": (await client.get("/elsewhere")).status_code,
            "stream": await pieces(client),
            "left": await left(client),
        }
    Path(target).write_text(json.dumps(found), encoding="utf-8")
