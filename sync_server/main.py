"""The server process: the app built from a configuration, served by uvicorn until it is told to stop."""

import json
import logging
import socket
import sys
import traceback
from typing import Final

import uvicorn
from fastapi import FastAPI

from shared.ports import SystemClock, SystemRandomness
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.api.http_head import HEAD_CAP, HTTP
from sync_server.config import Config
from sync_server.services.auth import Sessions
from sync_server.services.housekeeping import Housekeeping
from sync_server.services.organisation import NotInitialised, load_organisation
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database, is_there

GRACE_S: Final = 10
"""How long requests under way may take to end once the server is told to stop."""
LOGGED: Final = (
    "device",
    "method",
    "route",
    "status",
    "code",
    "took_ms",
    "transactions",
    "changes",
    "rev",
    "before",
    "after",
    "tombstones",
    "lines",
)
"""The only fields that a line of the log may have: none of them is a customer's."""


class Server(uvicorn.Server):
    """Uvicorn, told to end the live streams first: they would keep it until the grace is over."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        app = self.config.app
        if isinstance(app, FastAPI):
            await app.state.live.stop()
        await super().shutdown(sockets)


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an exception only its class and where it passed: its message may hold values."""

    def format(self, record: logging.LogRecord) -> str:
        """Write ``record``."""
        line: dict[str, object] = {"at": int(record.created * 1000), "level": record.levelname, "logger": record.name}
        line["message"] = str(record.msg) if record.name.startswith("sync_server") else record.getMessage()
        line.update((field, getattr(record, field)) for field in LOGGED if hasattr(record, field))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])[-8:]]
        return json.dumps(line, ensure_ascii=False, default=str)


def build(config: Config) -> tuple[FastAPI, Database]:
    """Give the app of the organisation that ``config`` names, and its database, which the caller closes.

    Raises:
        NotInitialised: there is no organisation.
        StorageBusy: another process serves it.
    """
    if not is_there(config):
        raise NotInitialised
    clock, randomness = SystemClock(), SystemRandomness()
    database = Database.configured(config, serve=True)
    try:
        with database.read() as connection:
            load_organisation(connection)
        sessions = Sessions(database, config, clock, randomness, Passwords(config.scrypt, randomness))
        return create_app(Context(database, clock, randomness, config.leases), sessions, config), database
    except BaseException:
        database.close()
        raise


def run(config: Config) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first.

    Raises:
        NotInitialised: there is no organisation.
        StorageBusy: another process serves it.
    """
    log_to_stderr()
    app, database = build(config)
    housekeeping = Housekeeping(database, SystemClock())
    housekeeping.start()
    try:
        Server(listening(app, config.host, config.port)).run(both(app, config))
    finally:
        housekeeping.stop()
        database.close()


def listening(app: FastAPI, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """Say how uvicorn is to serve ``app``."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        proxy_headers=False,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
        http=HTTP,
        h11_max_incomplete_event_size=HEAD_CAP,
    )


def both(app: FastAPI, config: Config) -> list[socket.socket] | None:
    """Give what to listen on where the app has a port of its own; None where there is one port.

    asyncio sends at once on sockets that it opened itself. On these an answer's second part would wait for the first to be acknowledged,
    which takes 40 ms: what they accept inherits that it does not.
    """
    if not config.app_port:
        return None
    sockets = [listening(app, config.host, port).bind_socket() for port in (config.port, config.app_port)]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sockets


def log_to_stderr() -> None:
    """Log JSON lines, INFO and above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
