"""The transport: messages wait until the scheduler lets them go on, and it may lose, tear, repeat, delay and reorder them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from mobile_app.sync.http_api import CaptivePortal
from mobile_app.sync.tally import Traffic
from shared.errors import AnswerMalformed, DeviceRevoked, LinkBroke, Offline, ProtocolTooOld, ServerRefused, SessionExpired, TourneeError
from shared.sync import codec
from shared.sync.protocol import (
    PROTOCOL,
    ErasedAnswer,
    ErasedRequest,
    HealAnswer,
    HealRequest,
    PullAnswer,
    PushAnswer,
    PushRequest,
    RefreshRequest,
    Tokens,
)
from tests.simulation.fleet.server import Call, status_of

T = TypeVar("T")
Fault = Literal[
    "",
    "request_lost",
    "answer_lost",
    "torn_request",
    "torn_answer",
    "captive",
    "twice",
    "kept_copy",
    "old_answer",
    "server_died_after_commit",
]


@dataclass(eq=False, slots=True)
class Message:
    """One call on its way there, and then back: ``answer`` is what the server said, bytes or an error."""

    device: str
    call: Call
    access: str
    body: bytes
    future: asyncio.Future[bytes] | None
    answer: bytes | TourneeError | None = None


class Asks(msgspec.Struct, frozen=True):
    """A pull's query."""

    cursor: str
    limit: int
    digest: bool
    unsent: int = 0
    spoken: int = PROTOCOL


class Serve(Protocol):
    """What the wire leads to."""

    def __call__(self, message: Message) -> bytes:
        """Answer a whole request, or raise what the server would say, or ``Killed``."""
        ...


@dataclass
class Wire:
    """Every message that is on its way. ``carry`` takes one a step further, with a fault or without."""

    serve: Serve
    waiting: list[Message] = field(default_factory=list)
    copies: list[Message] = field(default_factory=list)
    old_answers: dict[tuple[str, Call], list[bytes]] = field(default_factory=dict)

    async def ask(self, message: Message) -> bytes:
        """Send a message and wait for its answer."""
        self.waiting.append(message)
        assert message.future is not None
        return await message.future

    def carry(self, message: Message, fault: Fault = "") -> None:
        """Bring a request to the server, or its answer back."""
        if message.answer is None:
            self._there(message, fault)
        else:
            self._back(message, fault)

    def replay(self, copy: Message) -> None:
        """Deliver a copy of an old request that somebody on the way had kept. Its answer goes nowhere."""
        self.copies.remove(copy)
        _answered(self.serve, copy)

    def forget(self, device: str) -> None:
        """The device died: its answers go nowhere; what it had sent may still arrive."""
        self.waiting = [message for message in self.waiting if message.device != device or message.answer is None]

    def _there(self, message: Message, fault: Fault) -> None:
        if fault == "request_lost":
            self._end(message, Offline())
            return
        if fault == "captive":
            self._end(message, CaptivePortal())
            return
        if fault == "torn_request" and message.call != "pull":
            torn = Message(message.device, message.call, message.access, message.body[: len(message.body) // 2], None)
            message.answer = _answered(self.serve, torn)
            return
        if fault == "kept_copy":
            self.copies.append(Message(message.device, message.call, message.access, message.body, None))
        if fault == "twice":
            _answered(self.serve, message)
        message.answer = _answered(self.serve, message)

    def _back(self, message: Message, fault: Fault) -> None:
        answer = message.answer
        if fault in ("answer_lost", "server_died_after_commit"):
            answer = LinkBroke()
        old = self.old_answers.setdefault((message.device, message.call), [])
        if isinstance(answer, bytes):
            if fault == "old_answer" and old and message.call in ("push", "pull"):
                answer = old[-1]
            else:
                old.append(answer)
                del old[:-3]
            if fault == "torn_answer":
                answer = answer[: len(answer) // 2]
        self._end(message, answer or Offline())

    def _end(self, message: Message, answer: bytes | TourneeError) -> None:
        self.waiting.remove(message)
        if message.future is None or message.future.done():
            return
        if isinstance(answer, bytes):
            message.future.set_result(answer)
        else:
            message.future.set_exception(answer)


def _answered(serve: Serve, message: Message) -> bytes | TourneeError:
    """What comes back: bytes, or the problem as a device's HTTP client would raise it."""
    try:
        return serve(message)
    except TourneeError as error:
        if isinstance(error, Offline):
            return error
        status, code = status_of(error)
        if code == DeviceRevoked.code:
            return DeviceRevoked(status, code)
        kind: dict[int, type[ServerRefused]] = {401: SessionExpired, 426: ProtocolTooOld}
        return kind.get(status, ServerRefused)(status, code)


class WireApi:
    """The engine's ``SyncApi`` over the wire, in the protocol ``spoken``. ``page`` bounds the records of a page."""

    def __init__(self, wire: Wire, device: str, new_future: Callable[[], asyncio.Future[Any]], spoken: int = PROTOCOL) -> None:
        self._spoken = spoken
        self.traffic = Traffic()
        self._wire = wire
        self._device = device
        self._new_future = new_future
        self.page = 1_000

    async def refresh(self, request: RefreshRequest) -> Tokens:
        """Rotate the refresh token."""
        return await self._call("refresh", "", request, Tokens)

    async def push(self, access: str, request: PushRequest) -> PushAnswer:
        """Send transactions."""
        return await self._call("push", access, request, PushAnswer)

    async def pull(self, access: str, cursor: str, limit: int, *, digest: bool = False, unsent: int = 0) -> PullAnswer:
        """Fetch the next page."""
        return await self._call("pull", access, Asks(cursor, min(limit, self.page), digest, unsent, self._spoken), PullAnswer)

    async def heal(self, access: str, request: HealRequest) -> HealAnswer:
        """Give back what a restored server lost."""
        return await self._call("heal", access, request, HealAnswer)

    async def erased(self, access: str, request: ErasedRequest) -> ErasedAnswer:
        """Ask who was erased."""
        return await self._call("erased", access, request, ErasedAnswer)

    async def _call(self, call: Call, access: str, request: msgspec.Struct, type_: type[T]) -> T:
        body = await self._wire.ask(Message(self._device, call, access, codec.encode(request), self._new_future()))
        try:
            return codec.decode(body, type_)
        except msgspec.MsgspecError as error:
            raise AnswerMalformed from error
