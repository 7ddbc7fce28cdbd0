"""Push and pull over HTTP: bounded bodies, one error format, and what every answer carries."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import msgspec
import pytest

from shared.sync import codec
from shared.sync.cursor import LONGEST
from shared.sync.policy import Value
from shared.sync.protocol import DEVICE_HEADER, PROBLEM, PROTOCOL, Problem, PullAnswer, PushAnswer, PushRequest
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.api.routes.sync import PUSH_EXAMPLE
from sync_server.config import Config, ScryptCost
from sync_server.services.auth import Sessions
from sync_server.services.devices import list_devices
from sync_server.services.passwords import Passwords
from sync_server.services.tokens import token_hash
from sync_server.storage import transactions
from sync_server.storage.database import Database
from sync_server.storage.tables import ACCESS_TOKEN, LOGIN
from tests.sync_server.world import DAY, Phone, World

pytestmark = pytest.mark.usefixtures("engine")

TOKEN = "a token"


class Line:
    """Élodie's phone, on the wire."""

    def __init__(self, config: Config | None = None) -> None:
        self.world = World()
        self.account = self.world.account()
        self.phone: Phone = self.world.phone(self.world.elodie)
        self.phone.pull()
        login = {"user_id": self.world.elodie[0], "login": "elodie", "password_hash": "-", "disabled": 0}
        access = {"hash": token_hash(TOKEN), "device": self.phone.device.device_id, "family": "f", "expires": self.world.clock.now + DAY}
        with self.world.database.write() as connection:
            connection.execute(LOGIN.insert().values(**login))
            connection.execute(ACCESS_TOKEN.insert().values(**access))
        config = replace(config or Config(), scrypt=ScryptCost(4, 8, 1))
        context = Context(self.world.database, self.world.clock, self.world.randomness)
        passwords = Passwords(config.scrypt, self.world.randomness)
        sessions = Sessions(self.world.database, config, self.world.clock, self.world.randomness, passwords)
        self.app = create_app(context, sessions, config)

    def send(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        named = {"Authorization": f"Bearer {TOKEN}"} | {name.replace("_", "-"): value for name, value in headers.items()}

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://server", trust_env=False) as client:
                return await client.request(method, path, content=content, headers=named)

        return asyncio.run(sent())

    def problem(self, method: str, path: str, content: bytes = b"", **headers: str) -> tuple[int, str]:
        answer = self.send(method, path, content, **headers)
        assert answer.headers["content-type"] == PROBLEM
        problem = codec.decode(answer.content, Problem)
        assert problem.status == answer.status_code
        return problem.status, problem.code


@pytest.fixture
def line() -> Line:
    return Line()


def _edit(line: Line) -> PushRequest:
    return PushRequest(line.world.clock.now, (line.phone.edit("account", line.account, city="Lyon"),))


def test_a_push_and_a_pull_travel(line: Line) -> None:
    pushed = line.send("POST", "/v1/sync/push", codec.encode(_edit(line)))
    pulled = line.send("GET", f"/v1/sync/pull?cursor={line.phone.cursor}&digest=1")

    answer, page = codec.decode(pushed.content, PushAnswer), codec.decode(pulled.content, PullAnswer)
    assert answer.outcomes[0].status == "applied"
    assert [record.value("city") for record in codec.from_rows(page)] == ["Lyon"]
    assert page.digests is not None


def test_every_answer_carries_protocol_epoch_and_time(line: Line) -> None:
    for answer in (line.send("GET", "/v1/sync/pull"), line.send("GET", "/nowhere"), line.send("GET", "/healthz")):
        assert answer.headers[DEVICE_HEADER] == str(PROTOCOL)
        assert answer.headers["X-Tournee-Epoch"]
        assert answer.headers["X-Tournee-Time"] == str(line.world.clock.now)
        assert answer.headers["Cache-Control"] == "no-store"


def test_fault_21_a_protocol_that_is_too_old_is_answered_with_426(line: Line) -> None:
    assert line.problem("GET", "/v1/sync/pull", X_Tournee_Protocol="0") == (426, "protocol_too_old")
    old = msgspec.structs.replace(_edit(line), protocol=0)
    assert line.problem("POST", "/v1/sync/push", codec.encode(old)) == (426, "protocol_too_old")


def test_fields_that_the_server_does_not_know_are_no_error(line: Line) -> None:
    body = json.loads(codec.encode(_edit(line))) | {"from_the_future": [1, 2]}

    assert line.send("POST", "/v1/sync/push", json.dumps(body).encode()).status_code == 200


def test_fault_27_a_gzip_bomb_is_cut_off_at_the_cap(line: Line) -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    assert len(bomb) < 100_000
    assert line.problem("POST", "/v1/sync/push", bomb, Content_Encoding="gzip") == (413, "body_too_large")


@pytest.mark.parametrize("content", [b"", b"{", b'{"clock":1', gzip.compress(b"{}", mtime=0)[:-9]])
def test_fault_09_a_torn_body_is_refused_whole(line: Line, content: bytes) -> None:
    encoding = "gzip" if content[:2] == b"\x1f\x8b" else "identity"

    assert line.problem("POST", "/v1/sync/push", content, Content_Encoding=encoding) == (400, "malformed_body")


def test_a_gzipped_push_is_taken(line: Line) -> None:
    body = gzip.compress(codec.encode(_edit(line)))

    assert line.send("POST", "/v1/sync/push", body, Content_Encoding="gzip").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "content", "expected"),
    [
        ("POST", "/v1/sync/push", b"{}", (422, "invalid_body")),
        ("POST", "/v1/sync/push", b" " * 5_000_000, (413, "body_too_large")),
        ("GET", "/v1/sync/pull?limit=0", b"", (422, "invalid_request")),
        ("GET", "/v1/sync/pull?limit=2001", b"", (422, "invalid_request")),
        ("GET", "/v1/sync/pull?cursor=made-up", b"", (422, "bad_cursor")),
        ("GET", "/v1/nothing", b"", (404, "not_found")),
        ("DELETE", "/v1/sync/push", b"", (405, "method_not_allowed")),
    ],
)
def test_what_is_wrong_with_a_request_is_said_in_one_format(
    line: Line, method: str, path: str, content: bytes, expected: tuple[int, str]
) -> None:
    assert line.problem(method, path, content) == expected


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer another token", f"Basic {TOKEN}"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/sync/push"), ("GET", "/v1/sync/pull"), ("GET", "/v1/sync/events")])
def test_nobody_syncs_without_a_good_token(line: Line, method: str, path: str, said: str) -> None:
    assert line.problem(method, path, b"{}", Authorization=said) == (401, "session_expired")


def test_a_transaction_without_changes_is_refused_before_anything_is_written(line: Line) -> None:
    request = _edit(line)
    empty = msgspec.structs.replace(request.transactions[0], id=line.phone.new_id(), seq=2, changes=())

    refused = line.problem("POST", "/v1/sync/push", codec.encode(PushRequest(request.clock, (*request.transactions, empty))))

    assert refused == (422, "malformed_transaction")
    with line.world.database.read() as connection:
        assert transactions.logged(connection, [request.transactions[0].id, empty.id]) == {}


def test_a_reused_transaction_is_a_409(line: Line) -> None:
    first = _edit(line)
    line.send("POST", "/v1/sync/push", codec.encode(first))
    change = line.phone.change("account", line.account, city="Nantes")
    forged = PushRequest(first.clock, (msgspec.structs.replace(first.transactions[0], changes=(change,)),))

    assert line.problem("POST", "/v1/sync/push", codec.encode(forged)) == (409, "transaction_reused")


def test_a_long_answer_is_gzipped_and_a_round_with_nothing_to_do_is_small(line: Line) -> None:
    nothing = line.send("GET", f"/v1/sync/pull?cursor={line.phone.cursor}", Accept_Encoding="gzip")
    for number in range(30):
        line.world.account(f"Account {number}")
    much = line.send("GET", "/v1/sync/pull", Accept_Encoding="gzip")

    assert "Content-Encoding" not in nothing.headers
    assert len(nothing.content) < 1024
    assert much.headers["Content-Encoding"] == "gzip"


def test_health_and_readiness(line: Line) -> None:
    assert line.send("GET", "/healthz").json() == {"status": "ok"}
    assert line.send("GET", "/readyz").json() == {"status": "ready"}


def test_the_openapi_document_has_examples_that_the_server_understands(line: Line) -> None:
    document = line.send("GET", "/openapi.json").json()

    example = document["paths"]["/v1/sync/push"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert msgspec.convert(example, PushRequest) == msgspec.convert(PUSH_EXAMPLE, PushRequest)
    schemas = document["components"]["schemas"]
    assert {"PushRequest", "PushAnswer", "PullAnswer", "Problem"} <= schemas.keys()
    for name in _references(document):
        assert name.rsplit("/", 1)[1] in schemas


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own | {found for value in node.values() for found in _references(value)}
    return {found for each in node for found in _references(each)} if isinstance(node, list) else set()


@contextmanager
def _full_disk(database: Database, engine: str) -> Iterator[None]:
    """Leave room for a little more; on PostgreSQL, whose disk is not ours to fill, let its own error say so."""
    if engine == "postgresql":
        database.run(lambda connection: connection.exec_driver_sql(_NO_ROOM))
        yield
        database.run(lambda connection: connection.exec_driver_sql("DROP TRIGGER no_room ON contact"))
        return
    with database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    yield
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


_NO_ROOM = """
CREATE OR REPLACE FUNCTION no_room() RETURNS trigger AS $$ BEGIN
  IF (SELECT count(*) FROM contact) > 5 THEN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END IF; RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER no_room AFTER INSERT ON contact FOR EACH ROW EXECUTE FUNCTION no_room()
"""


def test_fault_14_a_full_disk_answers_507_and_keeps_no_half_batch(line: Line, engine: str) -> None:
    made = [line.phone.create("contact", account_id=line.account, last_name="P", note="x" * 19_000)[1] for _ in range(20)]
    body = codec.encode(PushRequest(line.world.clock.now, tuple(made)))

    with _full_disk(line.world.database, engine):
        refused = line.problem("POST", "/v1/sync/push", body)
    head = codec.decode(line.send("GET", "/v1/sync/pull").content, PullAnswer).head
    retried = codec.decode(line.send("POST", "/v1/sync/push", body).content, PushAnswer)

    assert refused == (507, "disk_full")
    assert line.phone.last is not None
    assert head == line.phone.last.head
    assert {outcome.status for outcome in retried.outcomes} == {"applied"}


def test_a_manager_of_many_territories_goes_on_from_her_cursor() -> None:
    line = Line()
    territories = [line.world.authored("territory", name=f"T{number}") for number in range(200)]
    for territory in territories:
        fields: dict[str, Value] = {"territory_id": territory, "user_id": line.world.elodie[0], "valid_from": "2026-01-01"}
        line.world.authored("assignment", **fields)
    first = codec.decode(line.send("GET", "/v1/sync/pull").content, PullAnswer)

    second = codec.decode(line.send("GET", f"/v1/sync/pull?cursor={first.cursor}").content, PullAnswer)

    assert len(first.scopes) > 200
    assert len(first.cursor) < 6_000
    assert (second.more, second.kinds, second.cursor) == (False, {}, first.cursor)


@pytest.mark.parametrize("cursor", ["A" * (LONGEST + 1), "eJ" + "A" * 100], ids=["too long", "packed badly"])
def test_a_cursor_that_cannot_be_read_makes_the_device_begin_anew(line: Line, cursor: str) -> None:
    assert line.problem("GET", f"/v1/sync/pull?cursor={cursor}") == (422, "bad_cursor")


@pytest.mark.parametrize("unsent", [2**53, 2**63 - 1, 10**30])
def test_a_device_that_says_it_waits_for_longer_than_there_were_clocks_is_answered(line: Line, unsent: int) -> None:
    assert line.send("GET", f"/v1/sync/pull?unsent={unsent}").status_code == 200

    with line.world.database.read() as connection:
        assert [row.unsent_since for row in list_devices(connection)] == [0]
