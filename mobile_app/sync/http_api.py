"""The sync server as plain calls: one method per row of the protocol's table, over a passed transport.

Everything that is not an answer of our server (no network, a time-out, a captive portal's page) is ``Offline``: a state, not an error.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Final, Protocol, TypeVar

import httpx
import msgspec

from mobile_app.sync.tally import Traffic
from shared import encodings
from shared.errors import AnswerMalformed, DeviceRevoked, LinkBroke, Offline, ProtocolTooOld, ServerRefused, SessionExpired
from shared.sync import codec
from shared.sync.protocol import (
    DEVICE_HEADER,
    LAST_EVENT_HEADER,
    PROBLEM,
    PROTOCOL,
    EnrolRequest,
    ErasedAnswer,
    ErasedRequest,
    HealAnswer,
    HealRequest,
    OrganisationAnswer,
    Problem,
    PullAnswer,
    PushAnswer,
    PushRequest,
    RecoverAnswer,
    RecoverRequest,
    RefreshRequest,
    RetireAnswer,
    SessionAnswer,
    SignInRequest,
    Tokens,
)
from shared.sync.sse import MEDIA_TYPE, EventReader, ServerEvent, TornEventError

ANSWER_CAP: Final = 64 * 1024 * 1024
"""Bytes of one answer after inflation; more is cut off (a gzip bomb, or not our server)."""
TIMEOUT: Final = httpx.Timeout(20.0, connect=8.0)
LISTENING: Final = httpx.Timeout(20.0, connect=8.0, read=65.0)
"""A live stream is never silent for longer: its heartbeat comes each 25 s."""
_OF_A_DISK: Final = {"disk_full": "internal_error", "storage_failed": "internal_error", "storage_busy": "server_busy"}
"""What the office says of its disk, in codes that say whose it is: the same ones are this phone's own."""
_NEVER_REACHED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_JSON: Final = "application/json"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

T = TypeVar("T")


class CaptivePortal(Offline):
    """Something answered that is not our server: a hotel's sign-in page. As good as no signal."""

    code = "captive_portal"


class WrongAddress(Offline):
    """No server can be at this address: it is none, or it would send everything in the clear."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


def server_url(typed: str) -> httpx.URL:
    """Read a server's address as a person types it; without a scheme it is HTTPS, and HTTP on this very machine.

    Raises:
        WrongAddress: ``wrong_address``, or ``insecure_address`` for plain HTTP to another machine.
    """
    address = typed.strip()
    try:
        url = httpx.URL(address if "://" in address else f"https://{address}")
    except httpx.InvalidURL as error:
        raise WrongAddress("wrong_address") from error
    if url.scheme not in ("http", "https") or not url.host or " " in url.host or "%" in url.host:
        raise WrongAddress("wrong_address")
    local = url.host in _LOOPBACK
    if "://" not in address and local:
        return url.copy_with(scheme="http")
    if url.scheme == "http" and not local:
        raise WrongAddress("insecure_address")
    return url


class SyncApi(Protocol):
    """What the engine asks of a server."""

    @property
    def traffic(self) -> Traffic:
        """What went over the wire so far."""
        ...

    async def refresh(self, request: RefreshRequest) -> Tokens:
        """Rotate the refresh token."""
        ...

    async def push(self, access: str, request: PushRequest) -> PushAnswer:
        """Send transactions; sending them again is harmless."""
        ...

    async def pull(self, access: str, cursor: str, limit: int, *, digest: bool = False, unsent: int = 0) -> PullAnswer:
        """Fetch the next page after ``cursor``; ``unsent`` says for how long (ms) rounds have left work unsent."""
        ...

    async def heal(self, access: str, request: HealRequest) -> HealAnswer:
        """Give back what a restored server lost; sending it again is harmless."""
        ...

    async def erased(self, access: str, request: ErasedRequest) -> ErasedAnswer:
        """Ask which of these records were erased."""
        ...


class HttpApi:
    """``SyncApi`` over HTTP, and the calls of enrolment.

    Each call raises:
        Offline: no usable answer came (``CaptivePortal`` where a page did, ``LinkBroke`` where the server had been reached).
        AnswerMalformed: an answer that is torn, too large or of another shape; nothing of it is used.
        SessionExpired, DeviceRevoked, ProtocolTooOld, ServerRefused: the server's own refusal, with its code.
    """

    def __init__(self, server: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.traffic = Traffic()
        self._they_read = encodings.GZIP
        """What the server reads; one that does not say so reads gzip."""
        self._client = httpx.AsyncClient(
            base_url=server_url(server),
            transport=transport,
            timeout=TIMEOUT,
            trust_env=False,
            headers={"Accept": _JSON, "Accept-Encoding": encodings.ACCEPTED, "User-Agent": "tournee", DEVICE_HEADER: str(PROTOCOL)},
        )

    async def close(self) -> None:
        """Close the connections. Repeatable."""
        await self._client.aclose()

    async def enrol(self, request: EnrolRequest) -> SessionAnswer:
        """Make this a device of the person who signs in."""
        return await self._post("/v1/devices/enrol", request, SessionAnswer)

    async def sign_in(self, request: SignInRequest) -> SessionAnswer:
        """New tokens for an enrolled device."""
        return await self._post("/v1/auth/sign-in", request, SessionAnswer)

    async def refresh(self, request: RefreshRequest) -> Tokens:
        """Rotate the refresh token."""
        return await self._post("/v1/auth/refresh", request, Tokens)

    async def recover(self, access: str, request: RecoverRequest) -> RecoverAnswer:
        """Let the organisation open the third wrap."""
        return await self._post("/v1/devices/recover", request, RecoverAnswer, access)

    async def enrol_again(self, access: str) -> SessionAnswer:
        """Become another device of the same person: this one's seqs were used before."""
        return await self._answer(self._client.build_request("POST", "/v1/devices/again", headers=_bearer(access)), SessionAnswer)

    async def retire(self, access: str) -> RetireAnswer:
        """Sign this device off for good."""
        return await self._answer(self._client.build_request("POST", "/v1/devices/retire", headers=_bearer(access)), RetireAnswer)

    async def organisation(self) -> OrganisationAnswer:
        """Ask whose server this is."""
        return await self._answer(self._client.build_request("GET", "/v1/devices/organisation"), OrganisationAnswer)

    def move(self, server: str) -> None:
        """Speak to another address from now on."""
        self._client.base_url = server_url(server)

    async def push(self, access: str, request: PushRequest) -> PushAnswer:
        """Send transactions."""
        return await self._post("/v1/sync/push", request, PushAnswer, access)

    async def pull(self, access: str, cursor: str, limit: int, *, digest: bool = False, unsent: int = 0) -> PullAnswer:
        """Fetch the next page after ``cursor``."""
        asked = {"cursor": cursor, "limit": str(limit)} | ({"digest": "1"} if digest else {}) | ({"unsent": str(unsent)} if unsent else {})
        return await self._answer(self._client.build_request("GET", "/v1/sync/pull", params=asked, headers=_bearer(access)), PullAnswer)

    @property
    def client(self) -> httpx.AsyncClient:
        """The connections, for the files that travel beside the records."""
        return self._client

    async def heal(self, access: str, request: HealRequest) -> HealAnswer:
        """Give back what a restored server lost."""
        return await self._post("/v1/sync/heal", request, HealAnswer, access)

    async def erased(self, access: str, request: ErasedRequest) -> ErasedAnswer:
        """Ask which of these records were erased."""
        return await self._post("/v1/sync/erased", request, ErasedAnswer, access)

    async def events(self, access: str, known: str) -> AsyncGenerator[ServerEvent, None]:
        """Listen to the server, which speaks when there is something after ``known``; ends when either side does."""
        headers = {**_bearer(access), "Accept": MEDIA_TYPE, "Accept-Encoding": "identity"} | ({LAST_EVENT_HEADER: known} if known else {})
        reader = EventReader()
        try:
            async with self._client.stream("GET", "/v1/sync/events", headers=headers, timeout=LISTENING) as response:
                if response.status_code != httpx.codes.OK:
                    raise refusal_of(response, await _bounded(response))
                if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
                    raise CaptivePortal
                async for piece in response.aiter_raw():
                    for event in reader.feed(piece):
                        yield event
        except TornEventError as error:
            raise AnswerMalformed from error
        except httpx.TransportError as error:
            raise Offline from error

    async def _post(self, path: str, request: msgspec.Struct, type_: type[T], access: str = "") -> T:
        content, encoding = encodings.packed(codec.encode(request), self._they_read)
        headers = {"Content-Type": _JSON, **_bearer(access)} | ({"Content-Encoding": encoding} if encoding else {})
        return await self._answer(self._client.build_request("POST", path, content=content, headers=headers), type_)

    async def _answer(self, request: httpx.Request, type_: type[T]) -> T:
        self.traffic.sent += len(request.content)
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = await _bounded(response)
            finally:
                self.traffic.received += response.num_bytes_downloaded
                await response.aclose()
        except httpx.TransportError as error:
            raise (Offline if isinstance(error, _NEVER_REACHED) else LinkBroke) from error
        if response.status_code != httpx.codes.OK:
            raise refusal_of(response, body)
        self._they_read = response.headers.get("Accept-Encoding", self._they_read)
        if not response.headers.get("Content-Type", "").startswith(_JSON):
            raise CaptivePortal
        try:
            return codec.decode(body, type_)
        except msgspec.MsgspecError as error:
            raise AnswerMalformed from error


def _bearer(access: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {access}"} if access else {}


async def _bounded(response: httpx.Response) -> bytes:
    """Read an answer, inflated, and never more of it than the cap. What a transport has read whole, it has inflated itself."""
    inflated = response.is_stream_consumed
    body = bytearray()
    async for part in response.aiter_bytes() if inflated else response.aiter_raw():
        body += part
        if len(body) > ANSWER_CAP:
            raise AnswerMalformed
    try:
        return bytes(body) if inflated else encodings.unpacked(bytes(body), response.headers.get("Content-Encoding", ""), ANSWER_CAP)
    except (encodings.TooLargeError, encodings.TornStreamError) as error:
        raise AnswerMalformed from error


def refusal_of(response: httpx.Response, body: bytes) -> Exception:
    """Read a problem; what is no problem of ours (a proxy's page, a redirect to a portal) means that our server was not reached."""
    if not response.headers.get("Content-Type", "").startswith(PROBLEM):
        return CaptivePortal()
    try:
        problem = codec.decode(body, Problem)
    except msgspec.MsgspecError:
        return AnswerMalformed()
    errors = {error.field: error.code for error in problem.errors}
    wait = retry_after_s(response)
    if problem.code in _OF_A_DISK:
        return ServerRefused(problem.status, _OF_A_DISK[problem.code], problem.detail, errors, wait)
    if problem.code == DeviceRevoked.code:
        return DeviceRevoked(problem.status, problem.code, problem.detail, errors)
    kind = {401: SessionExpired, 426: ProtocolTooOld}.get(problem.status, ServerRefused)
    return kind(problem.status, problem.code, problem.detail, errors, wait)


def retry_after_s(response: httpx.Response) -> float | None:
    """Give how long the server wishes to be left alone; None where it says nothing."""
    header = response.headers.get("Retry-After")
    return float(header) if header is not None and header.isdecimal() else None
