"""The files of this device, on the owner's thread: their rows in the vault, their bytes beside it, and what goes when.

A file to be sent is never removed before it is at the server, unless the person took it back. What was fetched makes room for newer ones.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256 as hashed
from typing import Final, Literal

from mobile_app.data.blob_names import BlobNames, Named
from mobile_app.data.vault import Vault
from mobile_app.data.vault_blobs import DAMAGED, HERE, OFFERED, REFUSED, SENT, TOO_LARGE, WAITING, WANTED, BlobRow
from shared.errors import AnswerMalformed, SealBroken, StorageFailed
from shared.ports import Clock
from shared.sync.protocol import BLOB_CHUNK

QUOTA: Final = 200 * 1024 * 1024
"""Bytes of whole pictures that the office has too; the ones not looked at for longest make room."""
MINUTE_MS: Final = 60 * 1000
_FRESH_MS: Final = 10 * MINUTE_MS
"""A file is kept for so long without a record: the record is about to be written."""
_TAKEN_BACK_MS: Final = 24 * 60 * MINUTE_MS
"""The bytes of a deleted record stay so long: a deletion can be taken back."""
_TOUCH_MS: Final = 60 * MINUTE_MS
_EPOCH: Final = "blobs_epoch"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What to carry next: a file, which way, and how many of its bytes have come already (on the way down)."""

    sha256: str
    way: Literal["up", "down"]
    size: int = 0
    come: int = 0
    small: bool = False


class BlobShelf:
    """See the module. ``load`` first."""

    def __init__(self, vault: Vault, names: BlobNames, clock: Clock, quota: int = QUOTA) -> None:
        self._table = vault.blobs
        self._files = vault.blob_files
        self._meta = vault.meta
        self._must_take_work = vault.must_take_work
        self._names = names
        self._clock = clock
        self._quota = quota
        self._rows: dict[str, BlobRow] = {}

    def load(self) -> None:
        """Read what is known, and take up files that nothing knows: a power cut or a salvage left them. The server says what it has.

        What was too large for the server is offered once more: it may take more by now. A disk that lets nothing be noted keeps nobody
        out: the next start finds the same files.
        """
        self._rows = {row.sha256: _again(row) if row.code == TOO_LARGE else row for row in self._table.rows()}
        for sha256 in self._files.names():
            size = self._files.size(sha256)
            if sha256 not in self._rows and size:
                self._rows[sha256] = row = BlobRow(sha256, size, 0, WAITING, used_at=self._clock.now_ms())
                with suppress(StorageFailed):
                    self._table.put(row)

    def row(self, sha256: str) -> BlobRow | None:
        """What is known of a file."""
        return self._rows.get(sha256)

    def keep(self, data: bytes, *, small: bool) -> str:
        """Keep a file to be sent and give its hash; durable once this returns. One that is here already is offered once more."""
        self._must_take_work()
        sha256 = hashed(data).hexdigest()
        row = self._rows.get(sha256)
        if row is None or row.code == DAMAGED or self._files.size(sha256) != len(data):
            self._files.keep(sha256, data)
            self._put(BlobRow(sha256, len(data), 0, WAITING, small, self._clock.now_ms()))
        elif row.state != WAITING:
            self._put(replace(_again(row), used_at=self._clock.now_ms()))
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """Give a file's bytes; None where they are not here. One that does not open is fetched again, or said to be damaged."""
        row = self._rows.get(sha256)
        if row is None or row.state == WANTED:
            return None
        try:
            data = self._files.read(sha256)
        except SealBroken:
            data = b""
        if hashed(data).hexdigest() != sha256:
            self._damaged(row)
            return None
        if self._clock.now_ms() - row.used_at > _TOUCH_MS:
            self._put(replace(row, used_at=self._clock.now_ms()))
        return data

    def want(self, sha256: str) -> None:
        """Fetch a file with the next exchange, unless it is here."""
        if sha256 not in self._rows:
            self._put(BlobRow(sha256, self._names.now().full.get(sha256, 0), 0, WANTED, used_at=self._clock.now_ms()))

    def waiting(self) -> list[BlobRow]:
        """Whole pictures that are to be sent, or that were not taken."""
        named = self._names.now()
        states = (WAITING, REFUSED)
        return [row for row in self._rows.values() if row.state in states and not row.small and row.sha256 in named.full]

    def owes(self) -> bool:
        """Whether there is a file, a thumbnail too, that the server is still to get from here, wherever its record is by now."""
        named = self._names.now()
        return any(row.state == WAITING and self._is_owed(row, named) for row in self._rows.values())

    def not_taken(self) -> int:
        """How many whole pictures the server does not get from here, wherever their records are by now: they would go with this device."""
        named = self._names.now()
        whole = [row for row in self._rows.values() if not row.small and row.sha256 not in named.small]
        return sum(row.state == REFUSED and self._is_owed(row, named) for row in whole)

    # ---- carrying
    def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
        """Say what to carry next: thumbnails before whole pictures, and what somebody asked for before what is only to be kept.

        Without ``fetching`` only what is to be sent.
        """
        named = self._names.now()
        owed = [row for row in self._rows.values() if row.state == WAITING and row.sha256 not in skip and self._is_owed(row, named)]
        for row in sorted(owed, key=lambda row: row.sha256):
            if row.small or row.sha256 in named.small:
                return Transfer(row.sha256, "up", row.size, small=True)
        if fetching and (wanted := self._wanted(skip, named)) is not None:
            return wanted
        offered = [row for row in self._rows.values() if row.state == OFFERED and row.sha256 not in skip and named.shows(row.sha256)]
        last = min([*owed, *offered], key=lambda row: (row.state == OFFERED, not row.small, row.sha256), default=None)
        return Transfer(last.sha256, "up", last.size, small=last.small) if last is not None else None

    def _wanted(self, skip: Collection[str], named: Named) -> Transfer | None:
        for sha256 in sorted(named.small):
            if sha256 not in skip and sha256 not in self._rows:
                return Transfer(sha256, "down", come=self._files.come(sha256) * BLOB_CHUNK, small=True)
        for row in sorted(self._rows.values(), key=lambda row: -row.used_at):
            if row.state == WANTED and row.sha256 not in skip:
                return Transfer(row.sha256, "down", row.size, self._files.come(row.sha256) * BLOB_CHUNK)
        return None

    def chunk(self, sha256: str, offset: int) -> bytes:
        """Give the chunk of a file to be sent that begins at ``offset``.

        Raises:
            SealBroken: it is damaged, and the server does not have it.
        """
        try:
            return self._files.chunk(sha256, offset // BLOB_CHUNK)
        except SealBroken:
            if (row := self._rows.get(sha256)) is not None:
                self._damaged(row)
            raise

    def sent(self, sha256: str, offset: int, *, complete: bool) -> None:
        """Note how many bytes the server has; with ``complete`` it has verified them all."""
        row = self._rows.get(sha256)
        if row is not None:
            there = HERE if row.state == OFFERED else SENT
            self._put(replace(row, sent=row.size if complete else offset, state=there if complete else row.state))

    def refuse(self, sha256: str, code: str) -> None:
        """Note that the server does not take a file, and why; of what was only offered nobody needs to hear."""
        row = self._rows.get(sha256)
        if row is not None:
            self._put(replace(row, state=HERE) if row.state == OFFERED else replace(row, state=REFUSED, code=code))

    def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
        """Keep a part that was fetched; gives where the next one begins, None once the file is whole and its hash verified.

        None too where nothing wants it any more: its record was erased while it was on its way.

        Raises:
            AnswerMalformed: the parts are not the file; they are dropped.
        """
        if not self._is_wanted(transfer.sha256, self._names.now()):  # it may have been added here meanwhile, and be whole: the part goes
            self._files.drop_part(transfer.sha256)
            return None
        self._files.add(transfer.sha256, transfer.come // BLOB_CHUNK, part)
        come = transfer.come + len(part)
        if come < total:
            return come
        try:
            whole = self._files.read(transfer.sha256, part=True)
        except SealBroken:  # a power cut took a part that had come
            whole = b""
        if hashed(whole).hexdigest() != transfer.sha256:
            self._files.drop_part(transfer.sha256)
            raise AnswerMalformed
        self._files.finish(transfer.sha256)
        self._put(BlobRow(transfer.sha256, total, 0, HERE, transfer.small, self._clock.now_ms()))
        self._make_room()
        return None

    # ---- what goes
    def settle(self, epoch: str, *, pulled: bool) -> None:
        """Bring the files in line with the records. Before everything has been ``pulled`` nothing goes: a record may be on its way.

        What was sent or fetched in another epoch is offered again: a restored server may lack it, and its sender's phone be gone.
        """
        if (self._meta.get_plain(_EPOCH) or b"").decode() != epoch:
            for row in [row for row in self._rows.values() if row.state == SENT]:
                self._put(_again(row))
            for row in [row for row in self._rows.values() if row.state == HERE]:
                self._put(replace(row, state=OFFERED, sent=0))
            self._meta.put_plain(_EPOCH, epoch.encode())
        parts = self._files.parts()
        if pulled and (self._rows or parts):
            named = self._names.now()
            for row in [row for row in self._rows.values() if self._may_go(row, named)]:
                self._drop(row.sha256)
            for sha256 in parts:
                if not self._is_wanted(sha256, named):
                    self._files.drop_part(sha256)
        self._make_room()

    def drop_unnamed(self, sha256s: Collection[str]) -> None:
        """Remove those that no record names after all, nor any other work: the record was refused."""
        named = self._names.now()
        spared = named.held | named.hidden | named.unsent | self._names.acknowledged()
        for sha256 in sha256s:
            if not named.shows(sha256) and sha256 not in spared:
                self._drop(sha256)

    def _is_wanted(self, sha256: str, named: Named) -> bool:
        row = self._rows.get(sha256)
        return row.state == WANTED if row is not None else sha256 in named.small

    def _may_go(self, row: BlobRow, named: Named) -> bool:
        if named.shows(row.sha256) or row.sha256 in named.held or row.sha256 in named.unsent:
            return False
        unused = self._clock.now_ms() - row.used_at
        if row.sha256 in named.hidden:
            return unused > _TAKEN_BACK_MS
        if row.may_still_be_sent:
            return unused > _FRESH_MS and row.sha256 not in self._names.acknowledged()
        return True

    def _is_owed(self, row: BlobRow, named: Named) -> bool:
        if named.shows(row.sha256):
            return True
        apart = row.sha256 in named.hidden or row.sha256 in named.held
        return not apart and row.sha256 in self._names.acknowledged()

    def _make_room(self) -> None:
        """Drop what the office has too and was not looked at for longest; what it may lack goes last."""
        whole = [row for row in self._rows.values() if row.state in (HERE, SENT, OFFERED) and not row.small]
        room = self._quota
        for row in sorted(whole, key=lambda row: (row.state != OFFERED, -row.used_at)):
            room -= row.size
            if room < 0:
                self._drop(row.sha256)

    def restart(self, sha256: str) -> None:
        """Begin a download from its beginning: a kill came between its last part and its end."""
        self._files.drop_part(sha256)

    def _damaged(self, row: BlobRow) -> None:
        """What the office has is fetched again; the last of what it never got is not to go without a word."""
        if row.state not in (WAITING, REFUSED):
            self._drop(row.sha256)
        elif row.code != DAMAGED:
            self._put(replace(row, state=REFUSED, sent=0, code=DAMAGED))

    def _put(self, row: BlobRow) -> None:
        self._table.put(row)
        self._rows[row.sha256] = row

    def _drop(self, sha256: str) -> None:
        self._table.delete(sha256)
        self._rows.pop(sha256, None)
        self._files.drop(sha256)


def _again(row: BlobRow) -> BlobRow:
    """A file to be offered from its beginning."""
    return replace(row, state=WAITING, sent=0, code="")
