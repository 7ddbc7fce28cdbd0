"""A server and a store as the engine sees them, in memory."""

from collections.abc import Collection, Sequence

from mobile_app.data.healing import Offers
from mobile_app.data.verified import Verified
from mobile_app.sync.tally import Traffic
from shared.errors import SessionExpired
from shared.sync.change import Change, Edit, Epoch, Transaction
from shared.sync.cursor import again
from shared.sync.protocol import (
    ErasedAnswer,
    ErasedRequest,
    HealAnswer,
    HealEntry,
    HealRequest,
    KindRows,
    Outcome,
    PullAnswer,
    PushAnswer,
    PushRequest,
    RefreshRequest,
    Row,
    Tokens,
)
from shared.sync.record import Mark

EPOCH = Epoch("e1")


def tokens(number: int, until: int = 10**15) -> Tokens:
    return Tokens(f"access-{number}", until, f"refresh-{number}", until)


def transaction(id_: str) -> Transaction:
    return Transaction(id_, (Change("account", "a", "update", 1, {"name": Edit(to=id_)}),))


def page(
    asked: str, cursor: str, *, more: bool = False, digests: dict[str, str] | None = None, remaining: int = 0, rows: int = 0
) -> PullAnswer:
    listed: list[Row] = [(f"r{number}", "", 0, 1, 0, Mark(1, "S0", 1), None, None, []) for number in range(rows)]
    kinds = {"territory": KindRows([], listed)} if rows else {}
    return PullAnswer(EPOCH, 0, asked, cursor, more, 9, ["org"], kinds, 1, 0, digests=digests, total=remaining)


class FakeUnsent:
    """Work that has waited as long as the test says; ``noted`` counts rounds that reached the server."""

    def __init__(self) -> None:
        self.waited = 0
        self.noted = 0

    async def waited_ms(self, now: int) -> int:
        return self.waited

    async def note(self, now: int) -> None:
        self.noted += 1


class FakeMentions:
    """Words about ``named`` records that are not here."""

    def __init__(self) -> None:
        self.named: list[str] = []

    async def absent(self) -> list[str]:
        return self.named

    async def purge(self, erased: Collection[str]) -> None:
        self.named = [id_ for id_ in self.named if id_ not in erased]


class FakeStore:
    """An outbox and a cursor."""

    def __init__(self, *outgoing: str) -> None:
        self.outbox = [transaction(id_) for id_ in outgoing]
        self.at = ""
        self.fetched_again: list[str] = []
        self.verified: list[Verified] = []
        self.finished = 0
        self.lost = False
        self.unsent = FakeUnsent()
        self.mentions = FakeMentions()
        self.digests = {"org": "0:" + "0" * 16}
        self.answers: list[PushAnswer] = []
        self.refused: dict[str, str] = {}

    async def outgoing(self, max_changes: int) -> tuple[Transaction, ...]:
        return tuple(self.outbox[:max_changes])

    async def acknowledge(self, answer: PushAnswer) -> None:
        self.answers.append(answer)
        done = {outcome.txn for outcome in answer.outcomes if outcome.status != "held"}
        self.outbox = [item for item in self.outbox if item.id not in done]

    async def refuse(self, outcome: Outcome) -> None:
        self.refused[outcome.txn] = outcome.code
        self.outbox = [item for item in self.outbox if item.id != outcome.txn]

    async def cursor(self) -> str:
        return self.at

    async def apply(self, answer: PullAnswer) -> bool:
        if answer.asked != self.at:
            return False
        self.at = answer.cursor
        return True

    async def finish_lists(self) -> None:
        self.finished += 1

    async def digest(self) -> dict[str, str]:
        return self.digests

    async def fetch_again(self, scopes: Sequence[str]) -> None:
        self.fetched_again += scopes
        self.at = again(self.at, scopes)

    async def start_over(self) -> None:
        self.at = ""

    async def numbers_lost(self) -> bool:
        return self.lost

    async def note_verified(self, verified: Verified) -> None:
        self.verified.append(verified)


class FakeHealing:
    """A device that lives in the server's epoch and has nothing to give back."""

    epoch = EPOCH.id

    async def entries(self, epoch: Epoch, most: int, done: Collection[str]) -> tuple[HealEntry, ...]:
        return ()

    async def settle(self, answer: HealAnswer) -> dict[str, Outcome]:
        return {}

    async def give_up(self, left: dict[str, Outcome]) -> None:
        """Nothing is left."""

    async def lost_records(self, epoch: Epoch) -> list[str]:
        return []

    async def offers(self, ids: Sequence[str]) -> Offers:
        return Offers((), {}, [])

    async def replace(self, ids: Collection[str], answer: HealAnswer) -> None:
        """Nothing was offered."""

    async def finish(self, epoch: Epoch) -> None:
        self.epoch = epoch.id


class FakeTokens:
    """A session in memory."""

    def __init__(self, held: Tokens | None) -> None:
        self.held = held

    async def tokens(self) -> tuple[str, Tokens] | None:
        return ("d1", self.held) if self.held is not None else None

    async def save_tokens(self, fresh: Tokens, sent: str) -> None:
        if self.held is not None and self.held.refresh == sent:
            self.held = fresh


class FakeApi:
    """A server that answers from a script. ``fail`` is raised, once each, by the call it names."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.calls: list[str] = []
        self.good = {"access-1"}
        self.fail: list[tuple[str, Exception]] = []
        self.pages = [("", "c1", False)]
        self.digests: list[dict[str, str]] = []
        self.meanwhile: list[Transaction] = []
        self.remaining: dict[str, int] = {}
        self.rows = 0
        self.held: set[str] = set()
        """Transactions that wait for another, as far as this server says."""
        self.unsent = 0
        self.erasures: set[str] = set()
        self.asked_for: list[int] = []
        self.store: FakeStore | None = None

    async def refresh(self, request: RefreshRequest) -> Tokens:
        self._called("refresh")
        number = int(request.refresh.rsplit("-", 1)[1]) + 1
        self.good = {f"access-{number}"}
        return tokens(number)

    async def push(self, access: str, request: PushRequest) -> PushAnswer:
        self._called("push", access)
        if self.store is not None:
            self.store.outbox += self.meanwhile
            self.meanwhile = []
        outcomes = tuple(Outcome(item.id, "held" if item.id in self.held else "applied", 5) for item in request.transactions)
        return PushAnswer(EPOCH, 0, 250, 0, 0, outcomes)

    async def pull(self, access: str, cursor: str, limit: int, *, digest: bool = False, unsent: int = 0) -> PullAnswer:
        self._called("pull", access)
        self.unsent = unsent
        asked, after, more = next((item for item in self.pages if item[0] == cursor), (cursor, cursor, False))
        shown = self.digests.pop(0) if digest and not more and self.digests else None
        remaining = self.remaining.get(asked, 0)
        return page(asked, after, more=more, digests=shown, remaining=remaining, rows=min(self.rows, remaining))

    async def heal(self, access: str, request: HealRequest) -> HealAnswer:
        self._called("heal", access)
        return HealAnswer(EPOCH, 0, 0)

    async def erased(self, access: str, request: ErasedRequest) -> ErasedAnswer:
        self._called("erased", access)
        self.asked_for.append(len(request.ids))
        return ErasedAnswer(tuple(id_ for id_ in request.ids if id_ in self.erasures))

    def _called(self, name: str, access: str | None = None) -> None:
        self.calls.append(name)
        if self.fail and self.fail[0][0] == name:
            raise self.fail.pop(0)[1]
        if access is not None and access not in self.good:
            raise SessionExpired(401)
