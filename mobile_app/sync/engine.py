"""One round of sync: refresh if due, push until the outbox is empty or held, pull until nothing is left, now and then compare digests.

The engine decides nothing about records: the server merges, the store applies. It reads top to bottom as PROTOCOL rule 23.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from mobile_app.data.sync_status import Phase, SyncStatus
from mobile_app.data.verified import Verified
from mobile_app.sync.authorised import Authorised
from mobile_app.sync.batches import Batch
from mobile_app.sync.healing import EpochChanged, Healer, HealingStore
from mobile_app.sync.http_api import CaptivePortal, SyncApi
from mobile_app.sync.ports import SyncStore, TokenStore
from mobile_app.sync.pushing import COPIED, concerns_the_push, push_all
from mobile_app.sync.tally import Tally
from shared.errors import (
    AnswerMalformed,
    DeviceError,
    DeviceRevoked,
    DigestMismatch,
    Offline,
    ProtocolTooOld,
    ServerRefused,
    SessionExpired,
    SyncError,
    TourneeError,
)
from shared.ports import Clock
from shared.sync.change import Transaction
from shared.sync.digest import counted
from shared.sync.protocol import (
    COUNTS_THE_LIVING,
    MAX_CHANGES,
    STUCK_MS,
    ErasedRequest,
    HealAnswer,
    HealRequest,
    News,
    PullAnswer,
    PushAnswer,
    PushRequest,
)

PAGE: Final = 1_000
"""Records asked for in one page, where the link carries them; the server may give a few more, since a page ends on a rev boundary."""
FIRST_PAGE: Final = 250
"""Records in a session's first page: while it is applied the next is on its way, twice as large where the link is quick."""
LEAST_PAGE: Final = 10
"""Records asked for over the poorest link."""
DIGEST_EVERY: Final = 20
"""Rounds between two comparisons of digests; the first round and the one after a download compare too."""
REPAIRS: Final = 1
"""Times that a differing scope is pulled again within one round."""

_BAD_CURSOR: Final = "bad_cursor"
_NO_SUCH_CALL: Final = 404


@dataclass(frozen=True, slots=True)
class RoundEnd:
    """How a round ended. ``retry_after_s`` is the server's own wish; ``reached`` how far of which epoch the round brought us.

    ``got_on``: a round that failed had sent or fetched something before. ``pulled``: all there is was fetched, whatever did not go well.
    """

    phase: Phase
    code: str = ""
    retry_after_s: float | None = None
    reached: News | None = None
    got_on: bool = False
    pulled: bool = False


_ENDS: Final[tuple[tuple[type[TourneeError], Phase], ...]] = (
    (DeviceRevoked, "revoked"),
    (SessionExpired, "signed_out"),
    (ProtocolTooOld, "outdated"),
    (CaptivePortal, "captive"),
    (Offline, "offline"),
)
"""What an error means for the screen; the first that fits."""
_REACHED: Final = (AnswerMalformed, DigestMismatch, ServerRefused)
"""What only a server that was reached can cause."""


class Engine:
    """Runs rounds. One at a time: the scheduler sees to that."""

    def __init__(
        self,
        *,
        store: SyncStore,
        healing: HealingStore,
        tokens: TokenStore,
        api: SyncApi,
        status: SyncStatus,
        clock: Clock,
        met_server: Callable[[int, int], Awaitable[None]],
        on_revoked: Callable[[], Awaitable[None]],
        on_anew: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._healing = healing
        self._api = api
        self._status = status
        self._clock = clock
        self._met_server = met_server
        self._on_revoked = on_revoked
        self._on_anew = on_anew
        self._rounds_since_digest = DIGEST_EVERY
        self._unsent_ms = 0
        self._may_arrive = False
        self._tally = Tally(0, api.traffic)
        self._pushes = Batch(clock, MAX_CHANGES, 1)
        self._pages = Batch(clock, PAGE, LEAST_PAGE, FIRST_PAGE)
        self.authorised = Authorised(tokens, api, status, clock)

    def compare_next(self) -> None:
        """Let the next round end with a comparison of digests."""
        self._rounds_since_digest = DIGEST_EVERY

    async def round(self, *, verify: bool = False) -> RoundEnd:
        """Exchange all that is waiting. Never raises for what the network or the server did: it says how it ended.

        ``verify`` compares digests at the end whatever the count says.
        """
        self._tally = Tally(self._clock.now_ms(), self._api.traffic)
        try:
            end = await self._round(verify=verify)
        except TourneeError as error:
            end = await self._ended_by(error)
            await self._store.finish_lists()
        met = {"last_ok_at": self._clock.now_ms()} if end.phase == "idle" else {}
        self._status.update(phase=end.phase, error_code=end.code, progress=None, **met)
        self._tally.log(end.phase, end.code, self._clock.now_ms())
        return end

    async def _round(self, *, verify: bool) -> RoundEnd:
        await self.authorised.access()
        compare = verify or self._rounds_since_digest >= DIGEST_EVERY
        try:
            fetched, unsent = await self._exchanged(compare=compare)
        except EpochChanged as changed:
            await Healer(self._healing, self._heal, self._clock, self._pushes).heal(changed.epoch)
            fetched, unsent = await self._exchanged(compare=True)
        await self._met_server(fetched.server_time, fetched.lease_days)
        if compare:
            await self._forget_erased()
        self._rounds_since_digest = 0 if fetched.digests is not None else self._rounds_since_digest + 1
        if unsent is not None:
            return await self._ended_by(unsent, pulled=True)
        await self._store.unsent.note(self._clock.now_ms())
        await self._renew_numbers()
        return RoundEnd("idle", reached=News(fetched.epoch.id, fetched.head), pulled=True)

    async def _exchanged(self, *, compare: bool) -> tuple[PullAnswer, SyncError | None]:
        """Push, then pull. A push that alone does not get through keeps no news away: why it did not is given beside the last page."""
        self._status.update(phase="pushing")
        unsent: SyncError | None = None
        try:
            await self._push_all()
        except (AnswerMalformed, ServerRefused) as error:
            if not concerns_the_push(error):
                raise
            unsent = error
        self._status.update(phase="pulling")
        self._unsent_ms = await self._store.unsent.waited_ms(self._clock.now_ms())
        self._may_arrive = unsent is not None and self._unsent_ms < STUCK_MS
        return await self._pull_all(compare=compare), unsent

    async def _heal(self, request: HealRequest) -> HealAnswer:
        taken = sum(len(entry.transaction.changes) for entry in request.entries) + sum(len(rows.rows) for rows in request.offers.values())
        return await self._pushes.carry(self.authorised(self._api.heal, request), lambda _: taken)

    async def _renew_numbers(self) -> None:
        """All is fetched: whose counter was lost is another device from now on. What it numbered keeps its number where that arrives."""
        if not self._may_arrive and await self._store.numbers_lost():
            await self._on_anew()

    async def _ended_by(self, error: TourneeError, *, pulled: bool = False) -> RoundEnd:
        if isinstance(error, DeviceRevoked):
            await self._on_revoked()
        if error.code == COPIED:
            await self._on_anew()
        phase: Phase = next((phase for kind, phase in _ENDS if isinstance(error, kind)), "failed")
        if phase == "failed" and isinstance(error, _REACHED):
            with suppress(DeviceError):
                await self._store.unsent.note(self._clock.now_ms())
                if pulled or isinstance(error, DigestMismatch):
                    await self._renew_numbers()
        # What was fetched again and differs again is no progress: it would be fetched every second.
        got_on = self._tally.got_on and not isinstance(error, DigestMismatch)
        return RoundEnd(phase, error.code, error.retry_after_s if isinstance(error, ServerRefused) else None, got_on=got_on, pulled=pulled)

    # ---- push -------------------------------------------------------------------------------------------------------
    async def _push_all(self) -> None:
        await push_all(self._store, self._pushed, lambda: self._pushes.size, self._note_sent)

    def _note_sent(self, answer: PushAnswer) -> None:
        self._tally.sent += len(answer.outcomes)
        self._status.update(clock_offset_ms=answer.offset)

    async def _pushed(self, sent: tuple[Transaction, ...]) -> PushAnswer:
        request = PushRequest(self._clock.now_ms(), sent, epoch=self._healing.epoch)
        taken = sum(len(transaction.changes) for transaction in sent)
        try:
            return await self._pushes.carry(self.authorised(self._api.push, request), lambda _: taken)
        except ServerRefused as refused:
            if refused.code != EpochChanged.code:
                raise
        page = await self._page(await self._store.cursor(), digest=False)
        raise EpochChanged(page.epoch)

    # ---- pull -------------------------------------------------------------------------------------------------------
    async def _pull_all(self, *, compare: bool) -> PullAnswer:
        repaired: list[str] = []
        for repair in range(REPAIRS + 1):
            last = await self._fetched(digest=compare)
            if last.digests is None or last.protocol < COUNTS_THE_LIVING:
                return last
            differing = await self._differing(last.digests)
            if not differing:
                await self._store.note_verified(Verified(self._clock.now_ms(), counted(last.digests), tuple(repaired)))
                return last
            if repair < REPAIRS:
                repaired = differing
                await self._store.fetch_again(differing)
        raise DigestMismatch

    async def _fetched(self, *, digest: bool) -> PullAnswer:
        """Pull all; where the server does not know our cursor, from the beginning, and then compare."""
        try:
            return await self._pull_pages(digest=digest)
        except ServerRefused as refused:
            if refused.code != _BAD_CURSOR:
                raise
        await self._store.start_over()
        return await self._pull_pages(digest=True)

    async def _pull_pages(self, *, digest: bool) -> PullAnswer:
        """Apply page after page, the next one on its way while one is applied. An answer to another cursor than ours ends the round."""
        done = 0
        page = await self._page(await self._store.cursor(), digest=digest)
        while True:
            ahead = asyncio.create_task(self._page(page.cursor, digest=digest)) if page.more else None
            try:
                if self._healing.epoch not in ("", page.epoch.id):
                    raise EpochChanged(page.epoch)
                if not await self._store.apply(page):
                    raise AnswerMalformed
                total = done + page.total
                done += _records(page)
                self._tally.fetched += _records(page)
                self._status.update(progress=(done, total) if done < total else None)
                if ahead is None:
                    return page
                page = await ahead
            finally:
                await _dropped(ahead)

    async def _page(self, cursor: str, *, digest: bool) -> PullAnswer:
        limit = self._pages.size
        return await self._pages.carry(self.authorised(self._api.pull, cursor, limit, digest=digest, unsent=self._unsent_ms), _records)

    async def _forget_erased(self) -> None:
        """Ask who was erased of those of whom something is written here and nothing held: no page tells it. An older server cannot."""
        absent = await self._store.mentions.absent()
        try:
            for first in range(0, len(absent), MAX_CHANGES):
                part = ErasedRequest(tuple(absent[first : first + MAX_CHANGES]))
                answer = await self.authorised(self._api.erased, part)
                await self._store.mentions.purge(answer.erased)
        except ServerRefused as refused:
            if refused.status != _NO_SUCH_CALL:
                raise

    async def _differing(self, theirs: dict[str, str]) -> list[str]:
        ours = await self._store.digest()
        empty = "0:" + "0" * 16
        return [scope for scope in {**theirs, **ours} if ours.get(scope, empty) != theirs.get(scope, "")]


def _records(page: PullAnswer) -> int:
    return sum(len(rows.rows) for rows in page.kinds.values())


async def _dropped(ahead: asyncio.Task[PullAnswer] | None) -> None:
    """Give up an answer that is not wanted any more, if it is still on its way."""
    if ahead is not None and not ahead.done():
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)
    elif ahead is not None and not ahead.cancelled():
        ahead.exception()
