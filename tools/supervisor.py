"""Starts services as child processes, says when all of them answer, and ends all of them together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LOOK_EVERY = 0.1  # seconds between two looks at the children
LOG_TAIL = 20  # lines of a dead service's log that are shown
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # these addresses are this machine's own, whatever proxy is set


@dataclass(frozen=True, slots=True)
class Service:
    """A command to keep running; it is ready when ``url`` answers with a success."""

    name: str
    command: Sequence[str]
    url: str
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Keeps services running until one ends or ``stop`` is set, then ends the rest."""

    def __init__(
        self, services: Sequence[Service], stop: threading.Event, say: Callable[[str], None], *, patience: float = 120, grace: float = 15
    ) -> None:
        """Give each service ``patience`` seconds to answer and ``grace`` seconds to end by itself."""
        self._services = services
        self._stop = stop
        self._say = say
        self._patience = patience
        self._grace = grace
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, on_ready: Callable[[], None]) -> int:
        """Run until stopped (0) or until a service ends or never answers (1); no child outlives this call."""
        try:
            for service in self._services:
                self._running[service.name] = _start(service)
            if not self._all_answer():
                return 0 if self._stop.is_set() else 1
            on_ready()
            return self._watch()
        finally:
            self._end_all()

    def _all_answer(self) -> bool:
        deadline = time.monotonic() + self._patience
        waiting = list(self._services)
        while waiting and not self._stop.is_set() and not self._somebody_died():
            if time.monotonic() > deadline:
                self._say(f"{waiting[0].name} did not answer at {waiting[0].url} within {self._patience:.0f} s.\n{_tail(waiting[0].log)}")
                return False
            waiting = [service for service in waiting if not _answers(service.url)]
            if waiting:
                self._stop.wait(LOOK_EVERY)
        return not waiting

    def _watch(self) -> int:
        while not self._stop.wait(LOOK_EVERY):
            if self._somebody_died():
                return 1
        return 0

    def _somebody_died(self) -> bool:
        for service in self._services:
            status = self._running[service.name].poll()
            if status is not None:
                self._say(f"{service.name} ended by itself (status {status}); its log is {service.log}\n{_tail(service.log)}")
                return True
        return False

    def _end_all(self) -> None:
        for child in self._running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._grace
        for child in self._running.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C, SIGTERM and a closed terminal set; the former handlers come back at the end."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    former = {name: signal.signal(getattr(signal, name), ask_to_stop) for name in names}
    try:
        yield stop
    finally:
        for name, handler in former.items():
            signal.signal(getattr(signal, name), handler)


def _start(service: Service) -> subprocess.Popen[bytes]:
    """Start ``service`` in a session of its own, so that the terminal's Ctrl-C reaches it through the supervisor only."""
    service.log.parent.mkdir(parents=True, exist_ok=True)
    with service.log.open("wb") as log:
        return subprocess.Popen(
            service.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **service.env},
            start_new_session=True,
        )


def _answers(url: str) -> bool:
    try:
        with DIRECT.open(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL:]
    return "\n".join(f"    {line}" for line in lines)
