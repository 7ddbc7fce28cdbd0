"""Files for screens and for sync: the shelf behind the owner's thread, with the counts that the sync sheet shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

from mobile_app.data.blob_shelf import BlobShelf, Transfer
from mobile_app.data.named_files import KIND
from mobile_app.data.notifier import Notifier
from mobile_app.data.ports import Executor
from mobile_app.data.position import Position
from mobile_app.data.sync_status import SyncStatus
from mobile_app.data.vault_blobs import BlobRow
from shared.errors import SealBroken

P = ParamSpec("P")
T = TypeVar("T")


class Blobs:
    """A part of the store. What is carried shows in ``SyncState.files`` and ``file_bytes``; screens of photos hear of each change."""

    def __init__(
        self,
        shelf: BlobShelf,
        executor: Executor,
        position: Position,
        *,
        status: SyncStatus,
        notifier: Notifier,
        is_full: Callable[[], bool],
    ) -> None:
        self.shelf = shelf
        self._executor = executor
        self._position = position
        self._is_full = is_full
        self._status = status
        self._notifier = notifier
        self._carry: Callable[[], None] = lambda: None

    def carried_by(self, carry: Callable[[], None]) -> None:
        """Call ``carry`` whenever there may be something to carry."""
        self._carry = carry

    async def load(self) -> None:
        """Read what is here. Once, when the store opens."""
        await self._executor.run(self.shelf.load)
        await self.count()

    async def keep(self, data: bytes, *, small: bool = False) -> str:
        """Keep a file to be sent and give its hash; durable once this returns.

        Raises:
            DiskFull, StorageFailed: nothing of it was kept.
        """
        return await self._executor.run(self.shelf.keep, data, small=small)

    async def read(self, sha256: str) -> bytes | None:
        """A file's bytes; None where they are not here."""
        before = self.shelf.row(sha256)
        data = await self._executor.run(self.shelf.read, sha256)
        if data is None and self.shelf.row(sha256) != before:  # it has just turned out to be damaged
            await self._changed()
        return data

    async def want(self, sha256: str) -> None:
        """Fetch a file now, or with the next exchange."""
        await self._executor.run(self.shelf.want, sha256)
        self._carry()

    async def waiting(self) -> list[BlobRow]:
        """Whole pictures that are to be sent, with how much of each is."""
        return await self._executor.run(self.shelf.waiting)

    async def drop_unnamed(self, sha256s: Collection[str]) -> None:
        """Remove those that no record names after all."""
        await self._executor.run(self.shelf.drop_unnamed, sha256s)

    async def settle(self) -> None:
        """Remove what no record names any more (it left the scope, it was erased), make room, and look at what is to be carried.

        Call it when everything has been pulled, never in between: what a file belongs to may be on its way. While the vault is still
        being read nothing goes either.
        """
        await self._executor.run(self.shelf.settle, self._position.epoch.id, pulled=self._is_here())
        await self.count()

    def _is_here(self) -> bool:
        """Whether all records are here that there are: pulled to the end once, and read from the vault."""
        return self._position.settled > 0 and self._is_full()

    async def owes(self) -> bool:
        """Whether the server is still to get a file from here, wherever its record is by now."""
        return await self._executor.run(self.shelf.owes)

    # ---- for the carrier
    async def restart(self, sha256: str) -> None:
        """Begin a download from its beginning."""
        await self._executor.run(self.shelf.restart, sha256)

    async def next(self, skip: Collection[str], *, fetching: bool = True) -> Transfer | None:
        """What to carry next; without ``fetching`` only what is to be sent."""
        return await self._executor.run(self.shelf.next, skip, fetching=fetching)

    async def chunk(self, sha256: str, offset: int) -> bytes:
        """The chunk of a file that begins at ``offset``."""
        try:
            return await self._executor.run(self.shelf.chunk, sha256, offset)
        except SealBroken:
            await self._changed()
            raise

    async def sent(self, sha256: str, offset: int, *, complete: bool) -> None:
        """Note how many bytes the server has."""
        await self._noted(self.shelf.sent, sha256, offset, complete=complete)

    async def refuse(self, sha256: str, code: str) -> None:
        """Note that the server does not take a file."""
        await self._noted(self.shelf.refuse, sha256, code)

    async def received(self, transfer: Transfer, part: bytes, total: int) -> int | None:
        """Keep a part that was fetched; see ``BlobShelf.received``."""
        return await self._noted(self.shelf.received, transfer, part, total)

    async def _noted(self, note: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        result = await self._executor.run(note, *args, **kwargs)
        await self._changed()
        return result

    async def _changed(self) -> None:
        await self.count()
        self._notifier.publish(frozenset({KIND}))

    async def count(self) -> None:
        """Say how much is to be sent."""
        rows = await self._executor.run(self.shelf.waiting)
        self._status.update(files=len(rows), file_bytes=sum(row.size - row.sent for row in rows))
