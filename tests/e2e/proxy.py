"""A device's link to the sync server, as a proxy on a port of its own: a test cuts it, mends it, or loses an answer in it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_CHUNK: Final = 65_536
_PACKED: Final = re.compile(rb"accept-encoding: [^\r]*", re.IGNORECASE)
"""Answers are asked for uncompressed, so that a test can read what a device was told."""


class FaultProxy:
    """Pipes bytes between a device and ``target``. Threads end with ``close``."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._cut = False
        self._lose: tuple[bytes, Callable[[], None]] | None = None
        self.carried: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """What the device takes for its server's address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection and refuse new ones: no signal."""
        self._cut = True
        self._drop_all()

    def mend(self) -> None:
        """Let connections through again."""
        self._cut = False

    def lose_answer(self, path: str, then: Callable[[], None]) -> None:
        """Let the next request of ``path`` reach the server, but not its answer: call ``then`` and break the connection instead."""
        self._lose = (path.encode(), then)

    def close(self) -> None:
        """Stop listening and break everything."""
        self._cut = True
        self._listener.close()
        self._drop_all()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                device, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(device,), daemon=True).start()

    def _serve(self, device: socket.socket) -> None:
        if self._cut:
            device.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            device.close()
            return
        server.settimeout(None)
        with self._lock:
            self._open |= {device, server}
        doomed = threading.Event()
        threading.Thread(target=self._pipe, args=(device, server, doomed, True), daemon=True).start()
        self._pipe(server, device, doomed, False)

    def _pipe(self, source: socket.socket, sink: socket.socket, doomed: threading.Event, requests: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if requests:
                    self._look_for_loss(data, doomed)
                    data = _PACKED.sub(_as_long, data)
                elif doomed.is_set():
                    self._lost()
                    break
                else:
                    self.carried.append(data)
                sink.sendall(data)
        for end in (source, sink):
            with self._lock:
                self._open.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _look_for_loss(self, data: bytes, doomed: threading.Event) -> None:
        if self._lose is not None and self._lose[0] in data:
            doomed.set()

    def _lost(self) -> None:
        lose, self._lose = self._lose, None
        if lose is not None:
            lose[1]()

    def _drop_all(self) -> None:
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _as_long(found: re.Match[bytes]) -> bytes:
    return b"accept-encoding: identity".ljust(len(found.group()))[: len(found.group())]
