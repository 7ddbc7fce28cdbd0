"""What the store keeps for its owner beside the records: the sync sheet of her own work, drafts of forms, the session."""

from __future__ import annotations

from datetime import date
from typing import Final

from mobile_app.data import sheet
from mobile_app.data.desk import local_day, new_id
from mobile_app.data.drafts import Drafts, Fields
from mobile_app.data.journal import Journal
from mobile_app.data.outbox import Entry, Outbox
from mobile_app.data.ports import Executor
from mobile_app.data.position import QUOTES, WORK_OFFLINE, Position
from mobile_app.data.renumbering import Renumbering
from mobile_app.data.session_state import NAME, SessionState
from mobile_app.data.sheet import OutboxItem
from mobile_app.data.sync_status import SyncStatus
from mobile_app.data.unsent import Unsent
from mobile_app.data.vault import Vault
from mobile_app.data.verified import Verified
from shared.ports import Clock, Randomness
from shared.sync.codec import open_payload, seal_payload

_VERIFIED: Final = "verified"
_OWN: Final = ("waiting", "sent", "refused", "held")
"""The states of what may go, or go again, under the name of this device."""


class Kept:
    """A part of ``Store``: see there."""

    def __init__(self, vault: Vault, executor: Executor, status: SyncStatus, clock: Clock, randomness: Randomness) -> None:
        self.status = status
        self.clock = clock
        self._randomness = randomness
        self._vault = vault
        self._executor = executor
        self._outbox = Outbox(vault)
        self._journal = Journal(vault)
        self._drafts = Drafts(vault)
        self.unsent = Unsent(vault, self._outbox, executor, status)

    def new_id(self) -> str:
        """An id for a new record."""
        return new_id(self.clock, self._randomness)

    def today(self) -> date:
        """The day where we are."""
        return local_day(self.clock)

    async def journal(self) -> list[tuple[int, Entry]]:
        """Acknowledged transactions that no backup holds yet, with their revs, oldest first."""
        return await self._executor.run(self._journal.entries)

    async def waiting(self) -> list[OutboxItem]:
        """What has not been acknowledged, oldest first, without what needs attention."""
        return await self._executor.run(sheet.items, self._outbox, ("waiting", "sent"))

    async def attention(self) -> list[OutboxItem]:
        """What was refused, with its reason and what depends on it, what is held by it, and copies of what left."""
        return await self._executor.run(sheet.items, self._outbox, ("refused", "held", "copy"))

    async def dependents(self, txn: str) -> list[OutboxItem]:
        """What would go with ``txn`` if it were discarded."""
        return await self._executor.run(sheet.dependents, self._outbox, txn)

    async def draft_get(self, key: str) -> Fields | None:
        """What was typed into a form and not saved, or None."""
        return await self._executor.run(self._drafts.get, key)

    async def drafts(self) -> dict[str, Fields]:
        """All that was typed into forms and not saved, and can be read, by the form's key."""
        return await self._executor.run(self._drafts.all)

    async def drafts_unreadable(self) -> list[str]:
        """The forms of which nothing that was typed can be read any more."""
        return await self._executor.run(self._drafts.unreadable)

    async def draft_put(self, key: str, fields: Fields) -> None:
        """Keep what is typed into a form."""
        await self._executor.run(self._drafts.put, key, fields)

    async def draft_delete(self, key: str) -> None:
        """Forget a form's draft. Repeatable."""
        await self._executor.run(self._drafts.delete, key)

    async def get_session(self) -> SessionState | None:
        """The session, or None before the first sign-in."""
        return await self._executor.run(self._session)

    def _session(self) -> SessionState | None:
        payload = self._vault.meta.get(NAME)
        return open_payload(payload, SessionState) if payload is not None else None

    async def save_session(self, session: SessionState) -> None:
        """Keep the session, sealed."""
        await self._executor.run(self._vault.meta.put, NAME, seal_payload(session))

    async def enrolled_anew(self, session: SessionState) -> None:
        """Keep the session of another device id; take back each device_seq that no answer has settled, and numbers of unsent quotes."""
        await self._executor.run(self._enrolled_anew, session)

    def _enrolled_anew(self, session: SessionState) -> None:
        sent = [row.txn for row in self._vault.outbox.rows("sent")]
        entries = {row.txn: open_payload(row.payload, Entry) for row in self._vault.outbox.rows(*_OWN)}
        position, before = Position(self._vault), self._session()
        anew = Renumbering(before.device_code if before is not None else "", session.device_code, position.counter(QUOTES))
        anew.note(entries.values())
        with self._vault.transaction():
            for txn, entry in entries.items():
                if (renumbered := anew.of(entry)) != entry:
                    self._vault.outbox.rewrite(txn, seal_payload(renumbered))
            position.save_counter(QUOTES, anew.last)
            self._vault.outbox.forget_seqs()
            self._vault.outbox.set_state(sent, "waiting")
            self._vault.meta.put(NAME, seal_payload(session))

    async def numbers_lost(self) -> bool:
        """Whether damage took the last number of a quote: this device gives no more, but as another device."""
        return await self._executor.run(Position(self._vault).lost, QUOTES)

    async def note_verified(self, verified: Verified) -> None:
        """Keep what a comparison with the server said, and show it."""
        await self._executor.run(self._vault.meta.put, _VERIFIED, seal_payload(verified))
        self.status.update(verified=verified)

    async def keep_work_offline(self, on: bool) -> None:  # noqa: FBT001 - the one thing that it is told
        """Keep whether a person works offline: the next opening does too."""
        meta = self._vault.meta
        await (self._executor.run(meta.put, WORK_OFFLINE, b"") if on else self._executor.run(meta.delete, WORK_OFFLINE))

    async def _recall(self) -> None:
        await self.unsent.recall()
        if await self._executor.run(self._vault.meta.get, WORK_OFFLINE) is not None:
            self.status.update(work_offline=True, phase="paused")
        payload = await self._executor.run(self._vault.meta.get, _VERIFIED)
        if payload is not None:
            self.status.update(verified=open_payload(payload, Verified))
