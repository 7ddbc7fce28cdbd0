"""The server as a process: it answers, keeps a second one off, logs no values, and stops when told."""

import json
import logging
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from shared.errors import StorageBusy
from sync_server.config import Config
from sync_server.main import JsonLines, build
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
