"""Sending and what comes back: which transactions go out, and what each outcome makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from msgspec.structs import replace

from mobile_app.data.again import Fixes, again
from mobile_app.data.outbox import ATTENTION, SENDABLE, SHOWN, Item, with_seq, with_state, with_whole
from mobile_app.data.parcel import Parcel
from mobile_app.data.parts import Parts
from mobile_app.data.purge import Purge
from mobile_app.data.wholes import wholes
from shared.errors import RecordNotFound
from shared.sync.change import Transaction
from shared.sync.protocol import Outcome, PushAnswer

_ERASED = "erased"
_TAKEN = frozenset({"applied", "merged", "conflict"})


@dataclass(slots=True)
class _Verdict:
    """What an answer says of this device's transactions."""

    taken: list[tuple[Item, int]] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)

    @property
    def named(self) -> set[str]:
        return {item.txn for item, _ in self.taken} | {item.txn for item in self.changed}


class Answers:
    """On the owner's thread. Methods give the records whose overlay is different now."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._purge = Purge(parts.vault, parts.outbox)

    def outgoing(self, max_changes: int) -> tuple[Transaction, ...]:
        """Give the oldest transactions that may go and fit into one request; from here on each keeps its device_seq."""
        chosen = self._oldest(max_changes)
        fresh = [item for item in chosen if item.state == "waiting"]
        seq = self._parts.position.seq
        numbered = {item.txn: seq + place for place, item in enumerate(fresh, start=1)}
        if fresh:
            with self._parts.vault.transaction():
                self._parts.vault.outbox.freeze_seqs(numbered)
                self._parts.vault.outbox.set_state(list(numbered), "sent")
                self._parts.position.save_seq(seq + len(fresh))
            self._parts.position.load()
            for item in fresh:
                self._parts.outbox.put(replace(with_seq(item, item.entry.transaction.seq or numbered[item.txn]), state="sent"))
        now = (self._parts.outbox.get(item.txn) for item in chosen)
        return tuple(item.entry.transaction for item in now if item is not None)

    def acknowledge(self, answer: PushAnswer) -> list[str]:
        """Take the outcomes in one commit. Those of transactions that are no longer here change nothing: an answer may come twice."""
        self._parts.stamps.observe(answer.stamp)
        purged = self._purge.away({error.id for outcome in answer.outcomes if outcome.code == _ERASED for error in outcome.errors})
        verdict = _Verdict()
        for outcome in answer.outcomes:
            item = self._parts.outbox.get(outcome.txn)
            if item is not None and item.state != "acked":
                self._judge(item, outcome, verdict)
        self._spread(verdict)
        reborn = answer.epoch != self._parts.position.epoch
        self._keep(answer, verdict)
        # A change that was taken goes on being shown as it was, until what the server made of it is pulled.
        taken = [item for item, _ in verdict.taken if reborn or item.state not in SHOWN]
        pulled = self._parts.outbox.settle(self._parts.position.settled)  # the answer came late: a page had brought it already
        return [*purged, *(id_ for item in [*taken, *verdict.changed] for id_ in item.ids), *pulled]

    def refuse(self, outcome: Outcome) -> list[str]:
        """Note, in one commit, that the server will never take a transaction, and hold what needs it."""
        verdict = _Verdict()
        item = self._parts.outbox.get(outcome.txn)
        if item is not None and item.state in SENDABLE:
            self._judge(item, outcome, verdict)
            self._spread(verdict)
        with self._parts.vault.transaction():
            for each in verdict.changed:
                self._parts.outbox.update_row(each)
        for each in verdict.changed:
            self._parts.outbox.put(each)
        return [id_ for each in verdict.changed for id_ in each.ids]

    def retry(self, txn: str, fixes: Fixes, form: str = "") -> list[str]:
        """Put a refused transaction and what it holds back into the outbox, in order, behind the rest; ``fixes`` mends what was wrong.

        They are new transactions: the refused ones had no effect and never will. What their author wrote anew since is left out of them.
        The draft of the ``form`` that says so goes in the same commit.

        Raises:
            RecordNotFound: no such transaction needs attention.
        """
        old = [item for item in self._with_dependents(txn) if item.state in ATTENTION]
        if old[0].state == "copy":
            raise RecordNotFound
        new, names = again(self._parts, old, fixes)
        behind = self._parts.outbox.renamed(names)  # held or not: else it would go before what it comes behind
        with self._parts.vault.transaction():
            self._parts.vault.outbox.delete([item.txn for item in old])
            for item in new:
                self._parts.outbox.add_row(item)
            for item in behind:
                self._parts.outbox.update_row(item)
            self._parts.vault.drafts.delete(form)
        self._parts.outbox.drop(item.txn for item in old)
        for item in (*new, *behind):
            self._parts.outbox.put(item)
        return [id_ for item in new for id_ in item.ids]

    def discard(self, txn: str, form: str = "") -> list[str]:
        """Drop a refused transaction and all that depends on it; what only waited for these goes from here on, in the same commit.

        So does the draft of the ``form`` that says so.

        Raises:
            RecordNotFound: no such transaction needs attention.
        """
        items = self._with_dependents(txn)
        gone = {item.txn for item in items}
        freed = self._parts.outbox.stranded(gone)
        with self._parts.vault.transaction():
            self._parts.vault.outbox.delete(list(gone))
            for item in freed:
                self._parts.outbox.update_row(item)
            self._parts.vault.drafts.delete(form)
        self._parts.outbox.drop(gone)
        for item in freed:
            self._parts.outbox.put(item)
        return [id_ for item in [*items, *freed] for id_ in item.ids]

    def release(self) -> list[str]:
        """Let go, in one commit, what was held and waits for nothing any more: what was typed on its quote is written, or discarded."""
        freed = self._parts.outbox.stranded()
        if freed:
            with self._parts.vault.transaction():
                for item in freed:
                    self._parts.outbox.update_row(item)
        for item in freed:
            self._parts.outbox.put(item)
        return [id_ for item in freed for id_ in item.ids]

    def _oldest(self, max_changes: int) -> list[Item]:
        parcel = Parcel(max_changes)
        return list(
            takewhile(lambda item: parcel.takes(item.entry.transaction), (item for item in self._parts.outbox if item.state in SENDABLE))
        )

    def _judge(self, item: Item, outcome: Outcome, verdict: _Verdict) -> None:
        status = (outcome.first or "applied") if outcome.status == "duplicate" else outcome.status
        if status in _TAKEN:
            noted = replace(item, entry=replace(item.entry, code="conflict")) if status == "conflict" else item
            verdict.taken.append((noted, outcome.rev))
        elif status == "need_full" and item.entry.transaction.whole is None:
            verdict.changed.append(with_whole(item, wholes(self._parts.vault, outcome.by)))
        elif status == "held":
            if not any(self._parts.outbox.get(txn) for txn in outcome.by):
                verdict.changed.append(self._parts.outbox.freed(item))
            elif not self._goes_again(outcome.by, verdict):
                verdict.changed.append(with_state(item, "held", code="held", by=outcome.by))
        else:
            code = outcome.code or status
            verdict.changed.append(with_state(item, "refused", code=code, errors=outcome.errors))

    def _goes_again(self, awaited: tuple[str, ...], verdict: _Verdict) -> bool:
        """Say whether what is waited for is on its way itself (asked for whole, say): then it stays shown, and goes behind that."""
        now = {item.txn: item for item in verdict.changed}
        found = [now.get(txn) or self._parts.outbox.get(txn) for txn in awaited]
        return all(item is not None and item.state in SHOWN for item in found)

    def _spread(self, verdict: _Verdict) -> None:
        """Hold what needs a refused one and was not answered; free what waited for one that has been taken, or is not here any more."""
        for refused in [item for item in verdict.changed if item.state in ATTENTION]:
            for item in self._parts.outbox.dependents(refused.txn):
                if item.txn not in verdict.named and item.state not in ATTENTION:
                    verdict.changed.append(with_state(item, "held", code="held", by=(refused.txn,)))
        taken = {item.txn for item, _ in verdict.taken}
        for item in [item for item in self._parts.outbox if item.state == "held"]:
            awaited = {*item.entry.by, *item.entry.transaction.needs}
            waits = not awaited & taken and any(self._parts.outbox.get(txn) for txn in awaited)
            free = not waits and not self._parts.outbox.blockers(item) and self._parts.outbox.may_go(item, taken)
            if item.txn not in verdict.named and free:
                verdict.changed.append(self._parts.outbox.freed(item))

    def _keep(self, answer: PushAnswer, verdict: _Verdict) -> None:
        with self._parts.vault.transaction():
            if verdict.taken:
                self._parts.journal.add(verdict.taken)
            for item in verdict.changed:
                self._parts.outbox.update_row(item)
            self._parts.position.save_answer(answer.epoch, answer.stamp, answer.backed_up_through)
        self._parts.position.load()
        for item, rev in verdict.taken:
            self._parts.outbox.put(replace(item, state="acked", rev=rev))
        for item in verdict.changed:
            self._parts.outbox.put(item)

    def _with_dependents(self, txn: str) -> list[Item]:
        item = self._parts.outbox.get(txn)
        if item is None or item.state not in ATTENTION:
            raise RecordNotFound
        return [item, *self._parts.outbox.dependents(txn)]
