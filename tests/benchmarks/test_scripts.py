"""Every benchmark runs to its end and prints one figure that ``make bench`` can read; how fast it was is nobody's business here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from benchmarks import (
    p01_first_sync,
    p02_push,
    p03_nothing_to_do,
    p04_pull_changes,
    p05_save,
    p06_unlock,
    p07_page,
    p08_search,
    p09_merge,
    p10_pull,
    p11_devices,
    p12_cost_against_size,
    p13_idle_client,
    p17_link,
    p_browser,
)
from benchmarks.figures import p95, report
from benchmarks.serve import address_of, ready
from sync_server.config import Config
from tools.bench import figures_in

SCRIPTS: list[tuple[str, Callable[[], Awaitable[None]]]] = [
    ("P1", lambda: p01_first_sync.main(records=20, runs=1)),
    ("P2", lambda: p02_push.main(records=20, edits=5, runs=1)),
    ("P3", lambda: p03_nothing_to_do.main(records=20, runs=2)),
    ("P4", lambda: p04_pull_changes.main(records=20, changes=3)),
    ("P5", lambda: p05_save.main(records=60, runs=3)),
    ("P6", lambda: p06_unlock.main(count=20, runs=1)),
    ("P7", lambda: asyncio.to_thread(p07_page.main, customers=60, runs=3)),
    ("P8", lambda: asyncio.to_thread(p08_search.main, customers=60, rounds=1)),
    ("P12", lambda: p12_cost_against_size.main(sizes=(20, 40), runs=1)),
    ("P13", lambda: p13_idle_client.main(devices=3)),
]


IN_A_THREAD = (p01_first_sync, p02_push, p04_pull_changes, p05_save, p11_devices, p12_cost_against_size, p17_link)
"""Scripts whose server is a thread here, which starts in no time. P3 and P13 show that the process works which it is when they measure."""


@contextmanager
def served_here(config: Config) -> Iterator[str]:
    """Serve the organisation from a thread."""
    with ready(config) as (server, listener):
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(autouse=True)
def _served_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for script in IN_A_THREAD:
        monkeypatch.setattr(script, "served", served_here)


@pytest.mark.parametrize(("name", "script"), SCRIPTS, ids=[name for name, _ in SCRIPTS])
def test_a_benchmark_prints_one_figure(name: str, script: Callable[[], Awaitable[None]], capfd: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        await script()

    asyncio.run(run())

    figures = figures_in(capfd.readouterr().out)
    assert [figure.id for figure in figures] == [name]


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("P9", lambda: p09_merge.main(records=20, edits=5, runs=1)),
        ("P10", lambda: p10_pull.main(records=20, runs=1)),
        ("P11", lambda: p11_devices.main(60, p11_devices.Load(speakers=1, steps=(600,), seconds=0.5, times=2))),
    ],
    ids=["P9", "P10", "P11"],
)
def test_the_servers_own_work_is_a_figure_for_each_engine(name: str, script: Callable[[], None], capfd: pytest.CaptureFixture[str]) -> None:
    script()

    assert [figure.id for figure in figures_in(capfd.readouterr().out)] == [name, name]


def test_the_slow_link_is_a_figure_of_time_and_one_of_bytes(capfd: pytest.CaptureFixture[str]) -> None:
    asyncio.run(p17_link.main(records=20, runs=1, peer_bytes=50_000))

    assert [figure.id for figure in figures_in(capfd.readouterr().out)] == ["P17", "P17"]


def test_the_same_work_in_a_browsers_python_gives_figures_without_a_goal(capfd: pytest.CaptureFixture[str]) -> None:
    asyncio.run(p_browser.main(count=60, runs=2))

    figures = figures_in(capfd.readouterr().out)
    assert [figure.id for figure in figures] == ["P5-browser", "P6-browser", "P6-browser", "P8-browser"]
    assert {figure.goal for figure in figures} == {None}


def test_a_figure_is_met_by_its_value_and_by_what_else_it_must_hold(capfd: pytest.CaptureFixture[str]) -> None:
    report("P0", 1.0, 2.0, "nothing", also=False)
    report("P0", 1.0, 2.0, "nothing")

    assert [figure.ok for figure in figures_in(capfd.readouterr().out)] == [False, True]


def test_a_95th_percentile_leaves_a_twentieth_above_it() -> None:
    assert p95([float(number) for number in range(101)]) == 95.0
