"""The demo's own organisation, made and served for real."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.tools.test_supervisor import free_port
from tools.demo import Settings, create_organisation, services
from tools.supervisor import Supervisor
from tools.web import packing


def empty_app(folder: Path) -> Path:
    """Write the list of an app that is a page and nothing else."""
    files = {"index.html": b"<!doctype html>"}
    packing.write(folder, files, {"version": "one"}, folder.with_name("kept"))
    return folder


def test_the_organisation_is_made_once_and_its_server_answers(tmp_path: Path) -> None:
    demo = Settings(app_port=free_port(), sync_port=free_port(), data=tmp_path)
    stop = threading.Event()
    said: list[str] = []

    create_organisation(demo)
    made = (demo.organisation / "org.db").read_bytes()
    create_organisation(demo)
    unchanged = (demo.organisation / "org.db").read_bytes() == made
    status = Supervisor(services(demo, empty_app(tmp_path / "app")), stop, said.append).run(stop.set)

    assert unchanged
    assert "elodie" in (demo.organisation / "accounts.txt").read_text(encoding="utf-8")
    assert (said, status) == ([], 0)
    assert not demo.unfinished.exists()
