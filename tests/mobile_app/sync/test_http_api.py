"""What comes back over the wire: answers, refusals, pages that are not ours, bombs."""

import asyncio
import gzip
from collections.abc import Callable

import httpx
import pytest

from mobile_app.sync import http_api
from mobile_app.sync.http_api import CaptivePortal, HttpApi, WrongAddress, server_url
from mobile_app.ui.i18n import words
from mobile_app.ui.sentences import sentence_for
from shared.errors import AnswerMalformed, DeviceRevoked, LinkBroke, Offline, ProtocolTooOld, ServerRefused, SessionExpired
from shared.sync import codec
from shared.sync.protocol import PROBLEM, Problem, PullAnswer, RefreshRequest
from tests.mobile_app.sync.fakes import page, tokens

Handler = Callable[[httpx.Request], httpx.Response]


def pull(handler: Handler) -> PullAnswer:
    async def go() -> PullAnswer:
        api = HttpApi("https://server.test/", httpx.MockTransport(handler))
        try:
            return await api.pull("token", "c1", 100)
        finally:
            await api.close()

    return asyncio.run(go())


def answer(body: bytes, status: int = 200, type_: str = "application/json", **headers: str) -> Handler:
    return lambda _request: httpx.Response(status, content=body, headers={"Content-Type": type_, **headers})


def problem(status: int, code: str, **headers: str) -> Handler:
    return answer(codec.encode(Problem("no", status, code)), status, PROBLEM, **headers)


def test_a_page_is_asked_for_with_cursor_limit_and_token() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=codec.encode(page("c1", "c2")), headers={"Content-Type": "application/json"})

    result = pull(handler)

    assert result.cursor == "c2"
    assert dict(seen[0].url.params) == {"cursor": "c1", "limit": "100"}
    assert seen[0].headers["Authorization"] == "Bearer token"


@pytest.mark.parametrize("body", [b"<html>Welcome to Hotel Wifi</html>", b"{}"])
def test_fault_26_a_captive_portals_page_is_offline_not_an_answer(body: bytes) -> None:
    with pytest.raises(CaptivePortal):
        pull(answer(body, type_="text/html"))
    with pytest.raises(CaptivePortal):
        pull(answer(b"", 302, "text/html", Location="http://portal.test"))
    assert issubclass(CaptivePortal, Offline)


def test_fault_09_a_torn_page_is_refused_whole() -> None:
    whole = codec.encode(page("c1", "c2"))

    for length in range(0, len(whole), 7):
        with pytest.raises(AnswerMalformed):
            pull(answer(whole[:length]))


def test_fault_27_a_gzip_bomb_is_cut_off_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_api, "ANSWER_CAP", 1_000_000)
    bomb = gzip.compress(b" " * 50_000_000)

    with pytest.raises(AnswerMalformed):
        pull(lambda _request: httpx.Response(200, content=bomb, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}))


def test_a_body_that_is_no_gzip_is_malformed() -> None:
    with pytest.raises(AnswerMalformed):
        pull(lambda _request: httpx.Response(200, stream=httpx.ByteStream(b"no"), headers={"Content-Encoding": "gzip"}))


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
def test_no_network_and_a_time_out_are_offline(error: httpx.TransportError) -> None:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(Offline):
        pull(handler)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "token_expired", SessionExpired),
        (403, "device_revoked", DeviceRevoked),
        (401, "device_revoked", DeviceRevoked),
        (426, "protocol_too_old", ProtocolTooOld),
        (507, "quota_exceeded", ServerRefused),
    ],
)
def test_a_refusal_keeps_its_code(status: int, code: str, kind: type[ServerRefused]) -> None:
    with pytest.raises(kind) as caught:
        pull(problem(status, code))

    assert caught.value.code == code


@pytest.mark.parametrize("code", ["disk_full", "storage_failed", "storage_busy"])
def test_what_ails_the_offices_disk_is_not_said_of_this_phone(code: str) -> None:
    with pytest.raises(ServerRefused) as caught:
        pull(problem(507 if code == "disk_full" else 503, code, **{"Retry-After": "2"}))

    said = [sentence_for(words(language), caught.value.code) for language in ("en", "fr", "el")]
    assert caught.value.retry_after_s == 2.0
    assert all(office in sentence for office, sentence in zip(("office", "bureau", "γραφείο"), said, strict=True))
    assert said != [sentence_for(words(language), code) for language in ("en", "fr", "el")]


def test_fault_21_an_old_protocol_is_told_apart() -> None:
    with pytest.raises(ProtocolTooOld):
        pull(problem(426, "protocol_too_old"))


def test_a_wish_to_wait_is_read() -> None:
    with pytest.raises(ServerRefused) as caught:
        pull(problem(429, "too_many", **{"Retry-After": "12"}))

    assert caught.value.retry_after_s == 12.0


@pytest.mark.parametrize("typed", ["", "http://[bad", "ftp://server.test", "not an address", "https://"])
def test_what_is_no_address_is_said_before_anything_is_sent(typed: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        server_url(typed)

    assert caught.value.code == "wrong_address"


def test_nothing_is_sent_in_the_clear_to_another_machine() -> None:
    with pytest.raises(WrongAddress) as caught:
        server_url("http://sales.example.com")

    assert caught.value.code == "insecure_address"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("sales.example.com/", "https://sales.example.com"), ("127.0.0.1:8551", "http://127.0.0.1:8551"), (" https://a.b ", "https://a.b")],
)
def test_an_address_is_read_as_a_person_types_it(typed: str, read: str) -> None:
    assert str(server_url(typed)).rstrip("/") == read


def test_fresh_tokens_are_read() -> None:
    async def go() -> object:
        api = HttpApi("https://server.test", httpx.MockTransport(answer(codec.encode(tokens(3)))))
        return await api.refresh(RefreshRequest("d", "r"))

    assert asyncio.run(go()) == tokens(3)


@pytest.mark.parametrize("error", [httpx.ReadError("x"), httpx.WriteError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x")])
def test_a_link_that_breaks_in_mid_request_is_told_from_no_link(error: httpx.TransportError) -> None:
    def broken(_request: httpx.Request) -> httpx.Response:
        raise error

    def absent(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no network")

    with pytest.raises(LinkBroke):
        pull(broken)
    with pytest.raises(Offline) as nothing:
        pull(absent)

    assert not isinstance(nothing.value, LinkBroke)
