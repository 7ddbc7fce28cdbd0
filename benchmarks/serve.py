"""The server of a benchmark: production's app on a free port, and beside it an empty route to compare with."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from time import process_time

import uvicorn
from fastapi import FastAPI, Response

from benchmarks.organisation import CHEAP
from sync_server.config import Config
from sync_server.main import Server, build

EMPTY = "/empty"
BYTES = "/bytes"
CPU = "/cpu"


def add_floors(app: FastAPI) -> None:
    """Add a route that does nothing, the floor of every request, one that only sends bytes, and one that says what all has cost so far."""

    @app.get(EMPTY)
    async def empty() -> None:
        """Answer null."""

    @app.get(BYTES)
    async def some(size: int) -> Response:
        """Answer ``size`` bytes."""
        return Response(bytes(size), media_type="application/octet-stream")

    @app.get(CPU)
    async def cpu() -> float:
        """Answer the seconds that this process has computed for."""
        return process_time()


def main(data: Path) -> None:
    """Serve until terminated; the first line of the output is the address."""
    app, database = build(Config(data=data, scrypt=CHEAP))
    add_floors(app)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    server = Server(uvicorn.Config(app, log_level="critical", access_log=False, server_header=False, proxy_headers=False))
    try:
        server.run(sockets=[listener])
    finally:
        database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
