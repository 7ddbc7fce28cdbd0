"""Push: a device's transactions, judged in order, written together (PROTOCOL 1 to 7, DESIGN §6).

A push is one database transaction; each transaction in it is all or nothing, and a refused one does not stop the next. What was applied is
logged, so that a resent transaction is a duplicate; what was refused stays refused, and is judged again for the reason only, but where a
restored server is healed; what was held is judged when it comes again.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection

from shared.errors import ServerRefused
from shared.models.registry import KINDS
from shared.ports import Clock
from shared.sync.change import Transaction
from shared.sync.clock import pack
from shared.sync.protocol import MAX_CHANGES, Outcome, PushAnswer, PushRequest
from sync_server.config import LEASE_DAYS
from sync_server.services import epochs
from sync_server.services.authority import Authority
from sync_server.services.identity import DeviceIdentity
from sync_server.services.merging import Applied, Merging, Times
from sync_server.services.quote_totals import Sums
from sync_server.services.refusal import TransactionRefusedError
from sync_server.services.scopes import Grants, grants
from sync_server.services.validation import is_id
from sync_server.services.workspace import Workspace
from sync_server.storage import transactions
from sync_server.storage.database import Database
from sync_server.storage.transactions import Logged

OFFSET_TOLERANCE_MS: Final = 60_000
"""A difference of clocks up to this may be a slow upload, and is not corrected."""
REFUSED: Final = "refused"
PURGED: Final = "purged"
"""Flag: it came as what its author's device had left of it, or with another number; what it was before may come from elsewhere."""
JOURNAL_DAYS: Final = 90
"""How long devices keep their journals where there is no backup: what they send again may be as old."""
MAX_NAMED: Final = 20 * MAX_CHANGES
"""So many transactions that others need, and records that come whole, are looked at for one push: each is looked for."""
_LAST_CLOCK: Final = (1 << 48) - 1
_LAST_SEQ: Final = (1 << 53) - 1
_payload = msgspec.json.Encoder(order="deterministic")
_flags = msgspec.json.Encoder()
_flags_of = msgspec.json.Decoder(list[str]).decode
_log = logging.getLogger(__name__)


def require_bounded(transactions: Sequence[Transaction], offered: int = 0) -> None:
    """Refuse what is too much at once, before anything is looked for; ``offered`` records come beside the changes.

    Raises:
        ServerRefused: 413 ``too_many_changes``.
    """
    named = sum(len(each.needs) + len(each.whole or ()) for each in transactions)
    if sum(len(each.changes) for each in transactions) + offered > MAX_CHANGES or named > MAX_NAMED:
        raise ServerRefused(413, "too_many_changes")


class PushService:
    """Takes what devices push."""

    def __init__(self, database: Database, clock: Clock, lease_days: int = LEASE_DAYS) -> None:
        self._database = database
        self._clock = clock
        self._lease_days = lease_days

    def push(self, device: DeviceIdentity, request: PushRequest) -> PushAnswer:
        """Merge a device's transactions and say what became of each. Sending the same batch again changes nothing.

        Raises:
            ServerRefused: 413 ``too_many_changes``; 409 ``epoch_changed`` (a backup was restored: the device must heal first),
                ``transaction_reused`` (an id with another payload, neither of which says ``purged``) or ``device_restored`` (a seq
                used for another transaction: the device must enrol anew, keeping its outbox); 422 ``malformed_transaction``. Nothing
                was written; ``errors`` has the id of the transaction that it was about.
        """
        require_bounded(request.transactions)

        def judged(connection: Connection) -> PushAnswer:
            now = self._clock.now_ms()
            return Batch(connection, device, request, now, granted=grants(connection, device, now, self._lease_days)).run()

        return self._database.run(judged)


class Batch:
    """One push. ``lost`` gives the revs that a lost epoch had given to transactions that come again (PROTOCOL 20)."""

    def __init__(
        self,
        connection: Connection,
        device: DeviceIdentity,
        request: PushRequest,
        now: int,
        *,
        granted: Grants,
        lost: Mapping[str, int] | None = None,
    ) -> None:
        self._lost = lost or {}
        self._connection = connection
        self._device = device
        self._request = request
        self._now = now
        self._offset = now - min(max(request.clock, 0), _LAST_CLOCK)
        self._standing = epochs.standing(connection)
        self._workspace = Workspace(connection, self._standing.head)
        authority = Authority(self._workspace, device, granted)
        corrected = self._offset if abs(self._offset) > OFFSET_TOLERANCE_MS else 0
        self._merging = Merging(self._workspace, device, authority, self._standing.epoch, Times(now, corrected))
        self._sums = Sums(self._workspace)
        self._lines: dict[str, Logged] = {}
        self._fresh: dict[str, Logged] = {}
        self._behind: dict[str, str] = {}
        """By record, the transaction of this push that wrote it and comes again: what wrote it later must not go before."""
        self._again: set[str] = set()
        """All transactions of this push that come again."""

    def run(self) -> PushAnswer:
        """Judge and write everything, and say what became of it."""
        if self._request.epoch not in ("", self._standing.epoch.id):
            raise ServerRefused(409, "epoch_changed")
        sent = self._request.transactions
        self._read_log(sent)
        self._prefetch([each for each in sent if not self._is_done(each.id)])
        outcomes = tuple(self._judge(transaction) for transaction in sent)
        self._sums.work_out()
        self._workspace.flush()
        transactions.log(self._connection, self._fresh.values())
        self._note_device(sent)
        return PushAnswer(
            epoch=self._standing.epoch,
            server_time=self._now,
            offset=self._offset,
            stamp=pack(self._now),
            backed_up_through=self._standing.backed_up_through,
            outcomes=outcomes,
        )

    def _read_log(self, sent: Iterable[Transaction]) -> None:
        """Look up which of the transactions, and of those they need, are known; refuse what contradicts the log."""
        for each in sent:
            if not 1 <= each.seq <= _LAST_SEQ or not is_id(each.id) or not each.changes:
                raise _refused_for(each, 422, "malformed_transaction")
        ids = {each.id for each in sent} | {need for each in sent for need in each.needs}
        self._lines = transactions.logged(self._connection, sorted(ids))
        used = transactions.owners_of_seqs(self._connection, self._device.code, sorted({each.seq for each in sent}))
        for each in sent:
            line = self._lines.get(each.id)
            if line is not None and line.payload_hash != payload_hash(each) and not self._was_purged(each, line):
                raise _refused_for(each, 409, "transaction_reused")
            if used.setdefault(each.seq, each.id) != each.id:
                raise ServerRefused(409, "device_restored")

    def _was_purged(self, transaction: Transaction, line: Logged) -> bool:
        """Say whether a device of its author's took something erased out of it, or numbered its quote anew, now or when it was logged.

        What she had handed over to another phone before that comes from there as it was. What nobody can tell any more may be so.
        """
        if line.user_id != self._device.user_id:
            return False
        logged_so = line.flags is not None and PURGED in _flags_of(line.flags)
        return transaction.purged or logged_so or not transactions.tells_its_form(self._connection, line)

    def _is_done(self, txn: str) -> bool:
        line = self._fresh.get(txn) or self._lines.get(txn)
        return line is not None and line.status != REFUSED

    def _prefetch(self, fresh: list[Transaction]) -> None:
        """Load what the batch touches, in a few queries: the records, what they refer to, then their roots and owners."""
        changes = [change for each in fresh for change in each.changes]
        ids = {change.id: None for change in changes}
        named = {
            str(edit.to): None
            for change in changes
            if change.kind in KINDS
            for name in KINDS[change.kind].references
            if (edit := change.fields.get(name)) is not None and edit.to is not None
        }
        self._workspace.prefetch([*ids, *named], list(ids))
        roots = {place.root: None for id_ in ids if (place := self._workspace.place(id_)) is not None}
        owners = {
            str(record.value(owner[0])): None
            for change in changes
            if change.kind in KINDS and (owner := KINDS[change.kind].owner) and (record := self._workspace.record(change.id))
        }
        self._workspace.prefetch([*roots, *owners], list(owners))
        self._merging.conflicts.prefetch(list(ids))

    def _judge(self, transaction: Transaction) -> Outcome:
        done = self._fresh.get(transaction.id) or self._lines.get(transaction.id)
        if done is not None and done.status != REFUSED:
            return Outcome(transaction.id, "duplicate", done.rev, first=done.status)
        waits = self._awaited(transaction)
        if waits:
            if self._again.issuperset(waits):  # what waits for a refused one comes, if at all, as a new transaction
                self._comes_again(transaction)
            return Outcome(transaction.id, "held", by=waits)
        # Whoever heard of a refusal may have sent the same anew or given it up: a late copy must change nothing, whatever holds by now.
        refusal = done.code if done is not None and transaction.id not in self._lost else None
        if refusal is None and (asked := self._merging.missing(transaction)):
            self._comes_again(transaction)
            return Outcome(transaction.id, "need_full", by=asked)
        self._sums.work_out([change.id for change in transaction.changes])
        try:
            applied = self._merging.apply(transaction, self._lost.get(transaction.id, 0))
        except TransactionRefusedError as error:
            self._workspace.drop()
            self._remember(transaction, REFUSED, 0, error.code)
            return Outcome(transaction.id, "refused", code=error.code, errors=error.errors)
        if refusal is not None:
            self._workspace.drop()
            return Outcome(transaction.id, "refused", code=refusal)
        if applied.mark is not None:
            self._sums.note(applied.mark)
        rev = self._workspace.keep()
        self._remember(transaction, applied.status, rev, "", applied)
        return Outcome(transaction.id, applied.status, rev, clamped=applied.clamped)

    def _awaited(self, transaction: Transaction) -> tuple[str, ...]:
        """Name what it needs and is not done, and what of this push comes again and wrote the same records before.

        A device's word on a record is taken in its order.
        """
        if not transaction.needs and not self._behind:
            return ()
        needed = [need for need in transaction.needs if not self._is_done(need)]
        before = [self._behind[change.id] for change in transaction.changes if change.id in self._behind]
        return tuple(dict.fromkeys([*needed, *before]))

    def _comes_again(self, transaction: Transaction) -> None:
        """Note that a transaction will come behind its push: the first one of each record is what later ones wait for."""
        self._again.add(transaction.id)
        for change in transaction.changes:
            self._behind.setdefault(change.id, transaction.id)

    def _remember(self, transaction: Transaction, status: str, rev: int, code: str, applied: Applied | None = None) -> None:
        found = [*(applied.flags if applied is not None else ()), *([PURGED] if transaction.purged else ())]
        self._fresh[transaction.id] = Logged(
            transaction.id,
            self._device.code,
            self._device.user_id,
            transaction.seq,
            payload_hash(transaction),
            status,
            rev,
            code,
            self._now,
            _flags.encode(found).decode() if found else None,
        )

    def _note_device(self, sent: tuple[Transaction, ...]) -> None:
        highest = transactions.last_seq(self._connection, self._device.device_id)
        last = max((each.seq for each in sent), default=0)
        lowest = min((each.seq for each in sent if each.seq > highest), default=0)
        if highest and lowest > highest + 1:
            _log.warning("hole in a device's transactions", extra={"device": self._device.code, "after": highest, "before": lowest})
        transactions.note_push(self._connection, self._device.device_id, max(highest, last), self._offset, self._now)


def _refused_for(transaction: Transaction, status: int, code: str) -> ServerRefused:
    """Refuse a push because of one transaction, and name it: its device can send the others without it."""
    return ServerRefused(status, code, errors={transaction.id: code})


def payload_hash(transaction: Transaction) -> str:
    """Hash what a transaction says, stamps aside: the same id must always say the same."""
    said = [(change.kind, change.id, change.op, change.base, change.fields) for change in transaction.changes]
    return sha256(_payload.encode((transaction.id, said))).hexdigest()
