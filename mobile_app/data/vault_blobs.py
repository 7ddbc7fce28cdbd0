"""The vault's table of files. Plain, like everything that sync needs: hashes and lengths, nothing of a customer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, cast

from mobile_app.data.ports import Sql

WAITING: Final = "waiting"
"""To be sent; all of it is here."""
SENT: Final = "sent"
"""Sent by this device, and at the server whole."""
WANTED: Final = "wanted"
"""To be fetched, because somebody asked for it."""
HERE: Final = "here"
"""Fetched."""
OFFERED: Final = "offered"
"""Fetched, from a server that was restored since: it is asked whether it still has the file. Nobody's unsent work."""
REFUSED: Final = "refused"
"""The server does not take it; ``code`` says why."""
TOO_LARGE: Final = "blob_too_large"
"""The one refusal of a file's that an office can take back."""
DAMAGED: Final = "photo_damaged"
"""Not the office's word: the file does not open, and only this device had it."""


@dataclass(frozen=True, slots=True)
class BlobRow:
    """A file: how many of its bytes the server has acknowledged, where it stands, whether it is a thumbnail, when it was last used (ms)."""

    sha256: str
    size: int
    sent: int
    state: str
    small: bool = False
    used_at: int = 0
    code: str = ""

    @property
    def may_still_be_sent(self) -> bool:
        """Whether the server may get it from here: now, or once it takes larger ones."""
        return self.state == WAITING or self.code == TOO_LARGE


class BlobTable:
    """Files, by their hash. Their bytes are in ``BlobFiles``."""

    def __init__(self, sql: Sql, write: Callable[[], AbstractContextManager[None]]) -> None:
        self._sql, self._write = sql, write

    def put(self, row: BlobRow) -> None:
        """Keep or replace what is known about a file."""
        with self._write():
            values = (row.sha256, row.size, row.sent, row.state, int(row.small), row.used_at, row.code)
            self._sql.execute("REPLACE INTO blob (sha256, size, sent, state, small, used_at, code) VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def rows(self) -> list[BlobRow]:
        """All of them, by hash."""
        rows = self._sql.query("SELECT sha256, size, sent, state, small, used_at, code FROM blob ORDER BY sha256")
        typed = cast("list[tuple[str, int, int, str, int, int, str]]", rows)
        return [BlobRow(sha256, size, sent, state, bool(small), used_at, code) for sha256, size, sent, state, small, used_at, code in typed]

    def delete(self, sha256: str) -> None:
        """Drop it. Repeatable."""
        with self._write():
            self._sql.execute("DELETE FROM blob WHERE sha256 = ?", (sha256,))
