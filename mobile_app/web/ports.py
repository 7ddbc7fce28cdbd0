"""Everything from outside as a browser has it: its zone, fetch, noble, files in OPFS, no threads."""

from __future__ import annotations

from pathlib import Path

from tournee_js import place

from mobile_app.bootstrap import Ports
from mobile_app.data.executor import InlineExecutor
from mobile_app.data.ports import Sql
from mobile_app.data.sql import SqliteSql
from mobile_app.web.crypto import NobleCrypto
from mobile_app.web.transport import FetchTransport
from shared.ports import SystemClock
from shared.sync.protocol import BROWSER


class BrowserClock(SystemClock):
    """The browser's clock, and where the browser says it is."""

    def zone(self) -> str:
        """The IANA name of the zone, else ``UTC``."""
        return str(place.zone()) or "UTC"


def connect_alone(path: Path) -> Sql:
    """The ``Connect`` port over OPFS, which has no shared memory: SQLite keeps the log's index, and with it the file, to itself."""
    sql = SqliteSql(path)
    sql.query("PRAGMA locking_mode = EXCLUSIVE")
    return sql


def browser_ports() -> Ports:
    """The ports of a device in a browser. Its secrets are files like the rest: a browser has no key store."""
    return Ports(
        clock=BrowserClock(), transport=FetchTransport, connect=connect_alone, executor=InlineExecutor, crypto=NobleCrypto, platform=BROWSER
    )
