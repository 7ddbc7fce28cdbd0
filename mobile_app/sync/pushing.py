"""Sending all that waits: batch after batch, and without the one transaction for which the server refuses a whole request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol

from shared.errors import AnswerMalformed, DeviceRevoked, ProtocolTooOld, ServerRefused, SessionExpired, SyncError
from shared.sync.change import Transaction
from shared.sync.protocol import Outcome, PushAnswer

COPIED: Final = "device_restored"
"""Another transaction has our next seq: this phone was restored from a copy of itself."""
Send = Callable[[tuple[Transaction, ...]], Awaitable[PushAnswer]]


class Outgoing(Protocol):
    """What sending needs of the store."""

    async def outgoing(self, max_changes: int) -> tuple[Transaction, ...]:
        """The oldest transactions that may be sent, their seq given and frozen."""
        ...

    async def acknowledge(self, answer: PushAnswer) -> None:
        """Note what became of what was sent, in one vault transaction. The same answer twice changes nothing."""
        ...

    async def refuse(self, outcome: Outcome) -> None:
        """Put a transaction that the server will never take where its author sees it, with what waits for it. Repeatable."""
        ...


async def push_all(store: Outgoing, send: Send, size: Callable[[], int], taken: Callable[[PushAnswer], None]) -> None:
    """Send until nothing more may be sent, or an answer changed nothing. What is edited meanwhile goes with the next batch.

    ``size`` says how many changes may go at once, ``taken`` hears of each answer.
    """
    before: tuple[Transaction, ...] = ()
    while (sent := await store.outgoing(size())) and sent != before:
        before = sent
        try:
            answer = await send(sent)
        except ServerRefused as refused:
            outcome = refused_alone(refused, sent)
            if outcome is None:
                raise
            await store.refuse(outcome)
            continue
        if [outcome.txn for outcome in answer.outcomes] != [transaction.id for transaction in sent]:
            raise AnswerMalformed
        await store.acknowledge(answer)
        taken(answer)


def refused_alone(refused: ServerRefused, sent: Iterable[Transaction]) -> Outcome | None:
    """Give the refusal of the one transaction of ``sent`` that the server names; ``None`` where the whole request was at fault."""
    named = next((each.id for each in sent if each.id in refused.errors), None)
    return None if named is None else Outcome(named, "refused", code=refused.code)


def concerns_the_push(error: SyncError) -> bool:
    """Say whether the server might still let us pull: it neither shut us out nor asked us to wait."""
    if isinstance(error, SessionExpired | DeviceRevoked | ProtocolTooOld):
        return False
    return not isinstance(error, ServerRefused) or (error.retry_after_s is None and error.code != COPIED)
