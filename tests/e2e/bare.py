"""Serves a device without screens beside the real build, and hears what it says: for tests that kill browsers by the dozen."""

from __future__ import annotations

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from tools.web import packing

BARE: Final = Path(__file__).with_name("bare_page")


class Bare:
    """The server. ``order`` is what the next device is to do; ``file`` what it may take."""

    def __init__(self, build: Path) -> None:
        self.order = ""
        self.file = b""
        self._heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._server = _Patient(("127.0.0.1", 0), _handler(build / "files", self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hears(self, *, seconds: float) -> tuple[str, str]:
        """Give the next that was said: what, and its words.

        Raises:
            queue.Empty: nothing was said for so long.
        """
        what, told = self._heard.get(timeout=seconds)
        return what, told.decode("utf-8", "replace")

    def waits_for(self, wanted: str, *, seconds: float) -> bytes:
        """Pass over what is said until ``wanted`` is, and give its words."""
        while True:
            what, told = self._heard.get(timeout=seconds)
            if what == wanted:
                return told
            assert what != "failed", told

    def forget(self) -> list[tuple[str, str]]:
        """Give all that was said and not heard yet."""
        rest = []
        while not self._heard.empty():
            what, told = self._heard.get()
            rest.append((what, told.decode("utf-8", "replace")))
        return rest

    def note(self, what: str, told: bytes) -> None:
        """Take what a device says."""
        self._heard.put((what, told))

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


class _Patient(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that was killed leaves its connections as they were."""


def _handler(files: Path, bare: Bare) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0].strip("/") or "bare/index.html"
            told = {"bare/order": bare.order.encode(), "bare/file": bare.file}
            if path in told:
                self._answer(told[path], "text/plain")
                return
            file = BARE / path.removeprefix("bare/") if path.startswith("bare/") else files / path
            if file.is_file():
                self._answer(file.read_bytes(), packing.type_of(file.name))
            else:
                self._answer(b"", "text/plain", 404)

        def do_POST(self) -> None:
            bare.note(self.path.rpartition("/")[2], self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self._answer(b"", "text/plain")

        def _answer(self, content: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler
