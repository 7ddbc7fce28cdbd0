"""The supervisor over tiny stand-in services."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.supervisor import Service, Supervisor

STAND_IN = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path == "/die":
            raise SystemExit(3)

print("listening", flush=True)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""

ALONE = """
import sys
from pathlib import Path
from tools.supervisor import Service, Supervisor, stop_on_signals

port, log, stand_in = sys.argv[1:]
service = Service("app", [sys.executable, "-c", stand_in, port], f"http://127.0.0.1:{port}/", Path(log))
with stop_on_signals() as stop:
    status = Supervisor([service], stop, print).run(lambda: print("ready", flush=True))
raise SystemExit(status)
"""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether somebody listens on ``port``."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stand_in(name: str, tmp_path: Path, port: int) -> Service:
    """Return a service that answers every request with an empty page."""
    return Service(name, [sys.executable, "-c", STAND_IN, str(port)], f"http://127.0.0.1:{port}/", tmp_path / f"{name}.log")


def test_all_services_answer_before_ready_is_said_and_all_end_when_asked(tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    stop = threading.Event()
    seen: list[bool] = []

    def on_ready() -> None:
        seen.extend(listens(port) for port in ports)
        stop.set()

    status = Supervisor([stand_in(f"s{port}", tmp_path, port) for port in ports], stop, print).run(on_ready)

    assert status == 0
    assert seen == [True, True]
    assert not any(listens(port) for port in ports)


def test_a_service_that_dies_at_start_is_named_with_its_log_and_the_other_is_ended(tmp_path: Path) -> None:
    port = free_port()
    broken = Service(
        "sync server", [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"], "http://127.0.0.1:1/", tmp_path / "s"
    )
    said: list[str] = []

    status = Supervisor([stand_in("app", tmp_path, port), broken], threading.Event(), said.append).run(lambda: said.append("ready"))

    assert status == 1
    assert len(said) == 1
    assert said[0].startswith("sync server ended by itself (status 3)")
    assert "no such table" in said[0]
    assert not listens(port)


def test_a_service_that_dies_later_ends_the_other(tmp_path: Path) -> None:
    dying, other = free_port(), free_port()
    said: list[str] = []

    def let_it_die() -> None:
        with socket.create_connection(("127.0.0.1", dying)) as connection:
            connection.sendall(b"GET /die HTTP/1.0\r\n\r\n")

    status = Supervisor([stand_in("app", tmp_path, dying), stand_in("server", tmp_path, other)], threading.Event(), said.append).run(
        let_it_die
    )

    assert status == 1
    assert said[0].startswith("app ended by itself (status 3)")
    assert not listens(other)


def test_a_service_that_never_answers_is_given_up(tmp_path: Path) -> None:
    silent = Service(
        "app", [sys.executable, "-c", "import threading; threading.Event().wait()"], "http://127.0.0.1:1/", tmp_path / "app.log"
    )
    said: list[str] = []

    status = Supervisor([silent], threading.Event(), said.append, patience=0.2).run(lambda: said.append("ready"))

    assert status == 1
    assert said[0].startswith("app did not answer at http://127.0.0.1:1/")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_quietly(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-c", ALONE, str(port), str(tmp_path / "app.log"), STAND_IN]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as supervisor:
        assert supervisor.stdout is not None
        first = supervisor.stdout.readline()
        supervisor.send_signal(number)
        rest = supervisor.stdout.read()

    assert first == "ready\n"
    assert rest == ""
    assert supervisor.returncode == 0
    assert not listens(port)
