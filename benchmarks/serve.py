"""The server of a benchmark: production's app on a free port, and beside it an empty route to compare with."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time

from shared.lasting import lasting

with lasting():  # as production's command does
    from fastapi import FastAPI, Response

    from benchmarks.organisation import CHEAP
    from sync_server.config import Config
    from sync_server.main import Server, build, listening

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


@contextmanager
def ready(config: Config) -> Iterator[tuple[Server, socket.socket]]:
    """Give the organisation's server, not running yet, and the free port that it will listen on."""
    app, database = build(config)
    add_floors(app)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            yield Server(listening(app)), listener
    finally:
        database.close()


def address_of(listener: socket.socket) -> str:
    """Where it is reached."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def main(config: Config) -> None:
    """Serve until terminated; the first line of the output is the address."""
    with ready(config) as (server, listener):
        print(address_of(listener), flush=True)
        server.run(sockets=[listener])


if __name__ == "__main__":
    data, database_url, schema = sys.argv[1:]
    main(Config(Path(data), database_url, schema, scrypt=CHEAP))
