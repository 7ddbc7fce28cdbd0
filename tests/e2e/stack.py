"""The whole product for a browser test: a demo organisation, its sync server, the app in web mode, a proxy for each device."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.driver import PATIENCE, PHONE, ROOT, FletDriver, Screen, device, free_port, process, wait_until
from tests.e2e.proxy import FaultProxy

CLI = (sys.executable, "-m", "sync_server.cli")
ZONE = "Europe/Paris"
"""Where server and app run, so that the demo's today is the browsers' at any hour."""


@dataclass
class Stack:
    """What runs. ``sync_port`` stays the same over a kill and a restart of the server."""

    folder: Path
    sync_port: int
    app_url: str
    app: subprocess.Popen[bytes] | None = None
    _server: subprocess.Popen[bytes] | None = None
    _proxies: list[FaultProxy] = field(default_factory=list)

    def start_server(self) -> None:
        """Start the sync server and wait until it answers."""
        self.begin_server()
        wait_until(self._answers, "the sync server to answer")

    def begin_server(self) -> None:
        """Start the sync server."""
        command = (*CLI, "serve", "--data", str(self.folder / "server"), "--host", "127.0.0.1", "--port", str(self.sync_port))
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def kill_server(self) -> None:
        """Kill the sync server as a power cut would."""
        assert self._server is not None
        self._server.send_signal(signal.SIGKILL)
        self._server.wait(PATIENCE)

    @property
    def server_runs(self) -> bool:
        """Whether the sync server is alive."""
        return self._server is not None and self._server.poll() is None

    def transactions(self) -> int:
        """Count what the server has committed, by its file."""
        connection = sqlite3.connect(f"file:{self.folder / 'server' / 'org.db'}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM txn_log").fetchone()[0])
        finally:
            connection.close()

    def stop_app(self) -> None:
        """End the app, so that its vaults may be opened by somebody else."""
        assert self.app is not None
        self.app.terminate()
        self.app.wait(PATIENCE)

    def stop(self) -> None:
        """End everything that was started here."""
        for proxy in self._proxies:
            proxy.close()
        if self._server is not None and self._server.poll() is None:
            self._server.terminate()
            self._server.wait(PATIENCE)

    def proxy(self) -> FaultProxy:
        """Make a link of its own for a device."""
        made = FaultProxy(self.sync_port)
        self._proxies.append(made)
        return made

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.sync_port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def seed(folder: Path) -> None:
    """Make the demo organisation in ``folder``, as its admin would."""
    for step in (("init", "--name", "Maison Fournil"), ("seed-demo",)):
        command = (*CLI, *step, "--data", str(folder))
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env={**os.environ, "PYTHONUTF8": "1", "TZ": ZONE})


def copied(organisation: Path, folder: Path) -> Path:
    """Put a copy of the seeded ``organisation`` into ``folder``, and give that."""
    shutil.copytree(organisation, folder / "server")
    return folder


@contextmanager
def running(folder: Path, organisation: Path) -> Iterator[Stack]:
    """Run the product in ``folder``, on a copy of the seeded ``organisation``, until the end of the block."""
    sync_port, app_port = free_port(), free_port()
    stack = Stack(folder, sync_port, f"http://127.0.0.1:{app_port}")
    copied(organisation, folder)
    environment = {
        "APP_HOST": "127.0.0.1",
        "APP_PORT": str(app_port),
        "TOURNEE_DATA": str(folder / "devices"),
        "TOURNEE_SERVER": f"http://127.0.0.1:{sync_port}",
        "PYTHONUTF8": "1",
        "TZ": ZONE,
    }
    with ExitStack() as exits:
        exits.callback(stack.stop)
        stack.begin_server()  # while the app starts, too
        stack.app = exits.enter_context(process((sys.executable, str(ROOT / "main.py")), stack.app_url, environment))
        wait_until(stack._answers, "the sync server to answer")
        yield stack


@contextmanager
def person(
    browser: Browser, stack: Stack, screen: Screen = PHONE, *, language: str = "fr-FR", dark: bool = False
) -> Iterator[tuple[FletDriver, FaultProxy]]:
    """Give a new device with the app in it, and the link it is to use."""
    with device(browser, stack.app_url, screen, language=language, dark=dark) as driver:
        yield driver, stack.proxy()
