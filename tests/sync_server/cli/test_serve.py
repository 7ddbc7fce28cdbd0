"""The server as a process: it answers, keeps a second one off, logs no values, and stops when told."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.errors import StorageBusy
from sync_server.config import Config
from sync_server.main import JsonLines, both, build
from tests.e2e.driver import free_port
from tests.sync_server.cli.conftest import Tournee


def test_a_server_answers_until_it_is_told_to_stop(organisation: Tournee, folder: Path) -> None:
    command = [sys.executable, "-m", "sync_server.cli", "serve", "--data", str(folder), "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_PROXY": "127.0.0.1"})
    assert server.stderr is not None
    try:
        lines = (json.loads(line)["message"] for line in server.stderr)
        address = next(line.split()[3] for line in lines if line.startswith("Uvicorn running on "))

        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:  # noqa: S310 - our own address
            assert answer.status == 200
        second = organisation("serve", "--port", "0")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)

    assert second.exit_code == 1
    assert "Another process is using" in second.output


@contextmanager
def serving(folder: Path, before: str = "") -> Iterator[tuple[str, int]]:
    """A server in a process of its own, and where it listens."""
    started = f"{before}import sys; from sync_server.cli import main; sys.argv[0] = 'tournee'; main()"
    command = [sys.executable, "-c", started, "serve", "--data", str(folder), "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        lines = (json.loads(line)["message"] for line in server.stderr)
        address = urlsplit(next(line.split()[3] for line in lines if line.startswith("Uvicorn running on ")))
        yield str(address.hostname), int(address.port or 0)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=20)


def answer_to(address: tuple[str, int], *parts: bytes, times: int = 1) -> bytes:
    """What the server says to these parts, the last one sent so many times or until it hangs up."""
    with socket.create_connection(address, timeout=20) as connection:
        with suppress(ConnectionError):
            for part in (*parts[:-1], *[parts[-1]] * times):
                connection.sendall(part)
        with suppress(ConnectionError):
            return connection.recv(4096)
    return b""


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize("parser", ["", "import sys; sys.modules['httptools'] = None; "], ids=["httptools", "h11"])
def test_nobody_makes_the_server_keep_headers_without_end(folder: Path, parser: str) -> None:
    begun = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    with serving(folder, parser) as address:
        many = answer_to(address, begun, b"X-Line: " + b"a" * 1_000 + b"\r\n", times=2_000)
        one = answer_to(address, begun + b"X-Line: ", b"a" * 1_000, times=2_000)
        path = answer_to(address, b"GET /", b"a" * 1_000, times=2_000)
        whole = answer_to(address, begun + b"X-Line: " + b"a" * 300_000 + b"\r\n\r\n")
        usual = answer_to(address, begun + b"X-Line: " + b"a" * 1_000 + b"\r\n\r\n")

    # Who goes on sending may find the connection reset before the answer is read.
    assert all(each[:12] in {b"", b"HTTP/1.1 400"} for each in (many, one, path, whole))
    assert usual[:12] == b"HTTP/1.1 200"


@pytest.mark.usefixtures("organisation")
def test_what_two_ports_accept_sends_at_once(folder: Path) -> None:
    app, database = build(Config(data=folder))
    sockets = both(app, Config(data=folder, port=0, app_port=free_port())) or []
    accepted = []
    for each in sockets:
        each.listen()
        with socket.create_connection(each.getsockname()[:2]):
            accepted.append(each.accept()[0])

    assert [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0 for each in accepted] == [True, True]
    for each in (*accepted, *sockets):
        each.close()
    database.close()


def test_one_folder_has_one_server(organisation: Tournee, folder: Path) -> None:
    _, database = build(Config(data=folder))

    with pytest.raises(StorageBusy):
        build(Config(data=folder))

    database.close()
    build(Config(data=folder))[1].close()


def test_a_line_of_the_log_has_listed_fields_only_and_no_exceptions_message() -> None:
    try:
        raise ValueError("Boulangerie Bellevue")  # noqa: TRY301 - what is logged
    except ValueError:
        record = logging.LogRecord("sync_server.test", logging.ERROR, __file__, 1, "it failed %s", ("04 72",), sys.exc_info())
    record.device, record.phone = "K7", "04 72 00 00 01"

    line = JsonLines().format(record)

    assert json.loads(line)["device"] == "K7"
    assert json.loads(line)["error"] == "ValueError"
    assert "Bellevue" not in line
    assert "04 72" not in line


@pytest.mark.parametrize("torn", ["{", "[]", ""])
def test_an_app_for_browsers_whose_list_was_cut_off_is_named_at_the_start(
    organisation: Tournee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    (tmp_path / "files.json").write_text(torn)
    monkeypatch.setenv("TOURNEE_SERVER_APP", str(tmp_path))

    refused = organisation("serve")

    assert refused.exit_code == 1
    assert "is not what `make web` wrote" in refused.output, refused.exception
