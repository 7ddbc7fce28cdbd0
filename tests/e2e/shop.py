"""A server of builds for the tests of what starts the app: the real page and service worker around an app that only says its version."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import Counter
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from sync_server.api import app_files, errors
from tests.e2e.driver import free_port, wait_until
from tools.web import build, packing

CLIENT = """
document.body.dataset.version = "VERSION";
jsConnect("app", null, () => {}).then(() => dispatchEvent(new Event("flutter-first-frame")));
"""
PYODIDE = """
export async function loadPyodide() {
  const modules = {};
  const runPythonAsync = async () => {
    FAULT
    modules.flet_js.start_connection = async () => new BroadcastChannel("tournee-shell").postMessage({ kind: "SAYS" });
  };
  const registerJsModule = (name, module) => (modules[name] = module);
  return { FS: { mkdirTree() {}, writeFile() {} }, registerJsModule, runPython() {}, runPythonAsync };
}
"""


def _empty_archive() -> bytes:
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    return buffer.getvalue()


class Shop:
    """Serves one build at a time, at an address that stays the same over its stops."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._served: ASGIApp = FastAPI()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.refused: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.url = f"http://127.0.0.1:{self._port}/app/"

    def offer(self, version: str, fault: str = "", payload: int = 1, says: str = "shown") -> int:
        """Serve the build called ``version`` from now on; give how many files it keeps.

        Its Python begins with the script ``fault``, and ``says`` of its first screen that it is shown, or that it failed.
        """
        files = build.page() | {
            "flutter_bootstrap.js": CLIENT.replace("VERSION", version).encode(),
            "pyodide/pyodide.mjs": PYODIDE.replace("FAULT", fault).replace("SAYS", says).encode(),
            "device/device.mjs": b"export const prepare = async () => {};",
            "python/memory.bin": b"",
            "python/packages.zip": _empty_archive(),
            "python/app.zip": _empty_archive() + b"\0",
        }
        _, named = build.versioned(files, payload=payload)
        packing.write(self._folder / version, named, {"version": version}, self._folder / "kept")
        app = FastAPI()
        app_files.install(app, self._folder / version)
        errors.install(app)
        self._served = app
        return len(files) - 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or end its connection."""
        name = scope["path"].rpartition("/")[2]
        self.asked[name] += 1
        if name in self.refused:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self._served(scope, receive, send)

    def start(self) -> None:
        """Begin to answer."""
        config = uvicorn.Config(self, port=self._port, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run)
        self._thread.start()
        wait_until(lambda: server.started, "the shop to answer")

    def stop(self) -> None:
        """Answer nobody any more. Repeatable."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
