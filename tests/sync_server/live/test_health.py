"""What a server says of itself: whether it can work, its figures, and one line a request; never a value."""

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from shared.sync import codec
from shared.sync.protocol import PushRequest
from sync_server.main import JsonLines
from sync_server.services import readiness
from sync_server.services.backup import MADE_AT
from sync_server.services.pull import PullService
from sync_server.services.readiness import reasons_against
from sync_server.storage import meta
from sync_server.storage.schema import VERSION
from tests.sync_server.sync.test_http import Line

CANARY = "Kanarienvogel 4711"


def test_a_ready_server_says_so_and_leaves_nothing_behind(tmp_path_factory: pytest.TempPathFactory) -> None:
    line = Line()
    with line.world.database.read() as connection:
        before = connection.exec_driver_sql("SELECT * FROM meta ORDER BY key").all()

    assert reasons_against(line.world.database, tmp_path_factory.getbasetemp()) == []

    with line.world.database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM meta ORDER BY key").all() == before


def test_a_server_without_room_or_with_an_older_schema_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    monkeypatch.setattr(readiness, "LEAST_FREE", 1 << 60)
    assert line.problem("GET", "/readyz") == (503, "disk_low")

    monkeypatch.undo()
    line.world.clock.now += readiness.KEPT_MS
    with line.world.database.write() as connection:
        connection.execute(VERSION.update().values(version_num="0000"))
    assert line.problem("GET", "/readyz") == (503, "migration_missing")


def test_a_database_that_can_only_be_read_is_not_ready_and_the_process_still_lives() -> None:
    line = Line()
    with line.world.database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    assert line.problem("GET", "/readyz")[0] == 503
    assert line.send("GET", "/healthz").status_code == 200


def test_asking_often_whether_a_server_is_ready_neither_writes_nor_wakes_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    rung: list[bool] = []
    tried: list[bool] = []
    write = line.world.database._store.write

    def counted() -> AbstractContextManager[Connection]:
        tried.append(True)
        return write()

    monkeypatch.setattr(line.world.database._store, "write", counted)
    monkeypatch.setattr(line.world.database.bell, "ring", lambda: rung.append(True))

    assert {line.send("GET", "/readyz").status_code for _ in range(5)} == {200}

    assert (len(tried), rung) == (1, [])


def test_an_unforeseen_error_is_answered_logged_as_a_request_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    line.app.state.metrics_token = "figures"
    monkeypatch.setattr(PullService, "brief", lambda *_: 1 // 0)
    with _lines() as lines:
        assert line.problem("GET", "/v1/sync/pull") == (500, "internal_error")
    figures = line.send("GET", "/metrics", Authorization="Bearer figures").text

    assert len([each for each in lines if '"message": "request"' in each and '"status": 500' in each]) == 1
    assert len([each for each in lines if '"message": "unforeseen error"' in each]) == 1
    assert 'tournee_request_seconds_count{route="/v1/sync/pull",status="500"} 1.0' in figures


def test_the_figures_are_for_who_bears_their_token_and_count_what_happened() -> None:
    line = Line()
    assert line.problem("GET", "/metrics") == (404, "not_found")
    line.app.state.metrics_token = "figures"
    assert line.problem("GET", "/metrics") == (401, "metrics_token_wrong")

    batch = PushRequest(line.world.clock.now, (line.phone.edit("account", line.account, city="Lyon"), line.phone.edit("account", "x" * 36)))
    line.send("POST", "/v1/sync/push", codec.encode(batch))
    line.send("GET", "/v1/sync/pull")
    text = line.send("GET", "/metrics", Authorization="Bearer figures").text

    assert 'tournee_transactions_total{status="applied"} 1.0' in text
    assert 'tournee_transactions_total{status="refused"} 1.0' in text
    assert "tournee_pages_total 1.0" in text
    assert 'tournee_request_seconds_count{route="/v1/sync/push",status="200"} 1.0' in text
    assert "tournee_live_streams 0.0" in text
    assert "tournee_head_rev" in text
    assert line.phone.device.device_id not in text


def test_the_page_of_operations_lists_every_figure_and_no_other() -> None:
    line = Line()
    figures = set(re.findall(r"^# TYPE (tournee_\w+?)(?:_total|_created)? ", line.app.state.metrics.text().decode(), re.MULTILINE))
    page = (Path(__file__).parents[3] / "docs/operations.md").read_text(encoding="utf-8")
    table = page[page.index("| figure | counts |") :].partition("\n\n")[0]

    assert set(re.findall(r"`(tournee_\w+)`", table)) == figures


@pytest.mark.usefixtures("engine")
def test_the_figures_tell_rounds_changes_conflicts_lag_and_the_age_of_the_backup() -> None:
    line = Line()
    other = line.world.phone(line.world.marie)
    other.pull()
    line.send("GET", "/v1/sync/pull")
    for phone, city in ((line.phone, "Lyon"), (other, "Vienne")):
        edit = phone.edit("account", line.account, city=city)
        batch = PushRequest(line.world.clock.now + 90_000, (edit,))
        answer = line.world.push.push(phone.device, batch)
        line.app.state.metrics.pushed(batch, answer)
    assert "\ntournee_backup_age_seconds " not in line.app.state.metrics.text().decode()
    with line.world.database.write() as connection:
        meta.put(connection, MADE_AT, str(line.world.clock.now))
    line.world.clock.now += 7_000

    text = line.app.state.metrics.text().decode()

    assert "tournee_rounds_total 1.0" in text
    assert "tournee_changes_total 2.0" in text
    assert "tournee_conflicts_total 1.0" in text
    assert 'tournee_lag_seconds_bucket{le="60.0"} 0.0' in text
    assert 'tournee_lag_seconds_bucket{le="600.0"} 2.0' in text
    assert "tournee_backup_age_seconds 7.0" in text
    assert float(re.findall(r"^tournee_database_bytes (\S+)", text, re.MULTILINE)[0]) > 10_000


def test_no_value_of_a_customers_is_in_any_line_of_the_log_or_figure() -> None:
    line = Line()
    line.app.state.metrics_token = "figures"
    with _lines() as lines:
        for name in (CANARY, CANARY + "x" * 30_000):
            batch = PushRequest(line.world.clock.now, (line.phone.edit("account", line.account, name=name),))
            line.send("POST", "/v1/sync/push", codec.encode(batch))
        line.send("POST", "/v1/sync/push", f'{{"clock": "{CANARY}"}}'.encode())
        line.send("GET", f"/v1/sync/pull?cursor={CANARY}")
        line.send("GET", f"/{CANARY}")
        figures = line.send("GET", "/metrics", Authorization="Bearer figures").text

    assert len([each for each in lines if '"message": "request"' in each]) == 6
    assert "Kanarienvogel" not in "".join(lines) + figures


@contextmanager
def _lines() -> Iterator[list[str]]:
    """Collect the lines that the server's process would log."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonLines().format(record))  # type: ignore[method-assign]
    root = logging.getLogger("sync_server")
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
