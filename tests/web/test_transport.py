"""Requests of a device in a browser: they end in time, their bodies come in pieces, and what fails is what the device knows."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.web.pyodide import HERE, run_in_pyodide


class _Office(BaseHTTPRequestHandler):
    over = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(body, {"x-auth": self.headers["Authorization"]})

    def do_GET(self) -> None:
        match self.path:
            case "/packed":
                self._answer(gzip.compress(b"a word"), {"Content-Encoding": "gzip"})
            case "/elsewhere":
                self._answer(b"", {"Location": "/echo"}, 302)
            case "/torn":
                self._answer(b"half", {"Content-Length": "1000"})
                self.over.wait(30)
            case "/stream":
                self._answer(b"first", {"Content-Length": "1000"})
                self.over.wait(0.2)
                self.wfile.write(b"second")
                self.wfile.flush()
                self.over.wait(30)
            case _:
                self.over.wait(30)

    def _answer(self, content: bytes, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def office() -> Iterator[str]:
    """A server with every bad habit."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Office)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Office.over.set()
    server.shutdown()
    server.server_close()


def test_requests_end_in_time_and_stream(office: str, tmp_path: Path) -> None:
    done = run_in_pyodide("tests.web.calls", office, f"{HERE}/found.json", folder=tmp_path)

    assert done.status == 0, done.output
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8")) == {
        "echo": [200, 2_000, "Bearer t"],
        "packed": "a word",
        "silent": "ReadTimeout",
        "torn": "ReadTimeout",
        "nobody": "ConnectError",
        "elsewhere": 302,
        "stream": ["first", "second"],
        "left": "cancelled",
    }
