"""Rolling upgrades: phones of this protocol and of the one before are served, older ones are told to be updated."""

import pytest
from fastapi.routing import APIRoute

from shared.sync import codec
from shared.sync.protocol import DEVICE_HEADER, PROTOCOL
from sync_server.api.deps import OLDEST_PROTOCOL
from tests.sync_server.sync.test_http import Line
from tests.sync_server.versions import protocol2

pytestmark = pytest.mark.usefixtures("engine")

HEADERS = protocol2.HEADERS
OPEN = {"/healthz", "/readyz", "/metrics"}


def test_the_server_speaks_its_protocol_and_the_one_before() -> None:
    line = Line()

    assert OLDEST_PROTOCOL == PROTOCOL - 1
    for spoken in (OLDEST_PROTOCOL, PROTOCOL, PROTOCOL + 1):
        assert line.send("GET", "/v1/sync/pull", X_Tournee_Protocol=str(spoken)).status_code == 200


@pytest.mark.parametrize("said", [str(OLDEST_PROTOCOL - 1), "-1", "x", "1.5", "9" * 40])
def test_fault_21_a_protocol_that_nobody_speaks_any_more_is_refused_at_every_route(said: str) -> None:
    line = Line()
    for route in _routes(line):
        path = route.path.replace("{sha256}", "0" * 64)
        for method in route.methods or ():
            if method != "HEAD":
                assert line.problem(method, path, b"{}", X_Tournee_Protocol=said) == (426, "protocol_too_old"), path


def test_fault_35_a_phone_of_the_protocol_before_goes_on_as_it_always_did() -> None:
    line = Line()
    epoch = _pulled(line, "").epoch.id.encode()
    create = protocol2.CREATE.replace(b"TERRITORY", line.world.lyon.encode()).replace(b"EPOCH", epoch)

    first = _pushed(line, create)
    again = _pushed(line, create)
    page = _pulled(line, "")
    edit = protocol2.EDIT.replace(b"EPOCH", epoch).replace(b"BASE", str(page.head).encode())
    edited = _pushed(line, edit)
    changed = _pulled(line, page.cursor)

    assert [each.status for each in first.outcomes] == ["applied"]
    assert [(each.status, each.first) for each in again.outcomes] == [("duplicate", "applied")]
    assert [each.status for each in edited.outcomes] == ["applied"]
    assert _values(changed, "account") == [("Fournil Bellevue", "Lyon")]
    assert _values(page, "contact", "last_name") == [("Moreau",)]
    assert not changed.more


def test_fault_35_a_phone_that_counts_tombstones_is_given_nothing_to_compare() -> None:
    line = Line()
    ours = line.send("GET", "/v1/sync/pull?digest=1", b"", X_Tournee_Protocol=str(PROTOCOL))

    assert _pulled(line, "").digests is None
    assert codec.decode(ours.content, protocol2.PullAnswer).digests is not None


def _routes(line: Line) -> list[APIRoute]:
    def found(routes: object) -> list[APIRoute]:
        assert isinstance(routes, list)
        here = [each for each in routes if isinstance(each, APIRoute)]
        return here + [inner for each in routes if hasattr(each, "routes") for inner in found(list(each.routes))]

    return [route for route in found(list(line.app.routes)) if route.path not in OPEN]


def _pushed(line: Line, body: bytes) -> protocol2.PushAnswer:
    answer = line.send("POST", "/v1/sync/push", body, **HEADERS)
    assert answer.status_code == 200, answer.content
    assert answer.headers[DEVICE_HEADER] == str(PROTOCOL)
    return codec.decode(answer.content, protocol2.PushAnswer)


def _pulled(line: Line, cursor: str) -> protocol2.PullAnswer:
    answer = line.send("GET", f"/v1/sync/pull?cursor={cursor}&limit=1000&digest=1", b"", **HEADERS)
    return codec.decode(answer.content, protocol2.PullAnswer)


def _values(page: protocol2.PullAnswer, kind: str, *names: str) -> list[tuple[object, ...]]:
    rows = page.kinds[kind]
    wanted = names or ("name", "city")
    laid = [dict(zip(rows.columns, row[8], strict=False)) for row in rows.rows]
    return [tuple(each.get(name) for name in wanted) for each in laid]
