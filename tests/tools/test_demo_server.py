"""The demo's own organisation, made and served for real."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.tools.test_supervisor import free_port
from tools.demo import Settings, create_organisation, services
from tools.supervisor import Supervisor


def test_the_organisation_is_made_once_and_its_server_answers(tmp_path: Path) -> None:
    demo = Settings(app_port=1, sync_port=free_port(), data=tmp_path)
    stop = threading.Event()
    said: list[str] = []

    create_organisation(demo)
    made = (demo.organisation / "org.db").read_bytes()
    create_organisation(demo)
    unchanged = (demo.organisation / "org.db").read_bytes() == made
    status = Supervisor(services(demo)[:1], stop, said.append).run(stop.set)

    assert unchanged
    assert "elodie" in (demo.organisation / "accounts.txt").read_text(encoding="utf-8")
    assert (said, status) == ([], 0)
    assert not demo.unfinished.exists()
