"""Every route × role × territory × organisation: what each answers to whom. A route without a row here fails the suite."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx
import pytest
from fastapi import FastAPI

import sync_server
from shared.sync import codec
from shared.sync.protocol import PullAnswer, PushAnswer, PushRequest
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.config import Config, ScryptCost
from sync_server.services.auth import Sessions
from sync_server.services.passwords import Passwords
from sync_server.services.tokens import token_hash
from sync_server.storage.tables import ACCESS_TOKEN, LOGIN
from tests.sync_server.world import DAY, Phone, World

ROUTE_FILES: Final = Path(sync_server.__file__).parent / "api/routes"
WHO: Final = ("elodie", "nikos", "marie", "admin")
TERRITORIES: Final = {"elodie": {"lyon"}, "nikos": {"nantes"}, "marie": {"lyon", "nantes"}, "admin": set[str]()}
OPEN: Final = "open"
"""Answers anybody; says nothing of the organisation's data (another test says so for each)."""
MONITOR: Final = "monitor"
"""Answers a token of its own, and nobody where none is set."""
SIGNED_IN: Final = "signed in"
"""Answers a good token of this organisation only, and only about the device that bears it."""
SCOPED: Final = "scoped"
"""Answers a good token, within the scopes of its user."""

ROUTES: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): MONITOR,
    ("POST", "/v1/devices/enrol"): OPEN,
    ("POST", "/v1/auth/sign-in"): OPEN,
    ("POST", "/v1/auth/refresh"): OPEN,
    ("GET", "/v1/devices/organisation"): OPEN,
    ("POST", "/v1/devices/again"): SIGNED_IN,
    ("POST", "/v1/devices/recover"): SIGNED_IN,
    ("POST", "/v1/devices/retire"): SIGNED_IN,
    ("GET", "/v1/sync/events"): SIGNED_IN,
    ("POST", "/v1/sync/erased"): SIGNED_IN,
    ("POST", "/v1/sync/heal"): SCOPED,
    ("POST", "/v1/sync/push"): SCOPED,
    ("GET", "/v1/sync/pull"): SCOPED,
    ("HEAD", "/v1/blobs/{sha256}"): SCOPED,
    ("PUT", "/v1/blobs/{sha256}"): SCOPED,
    ("GET", "/v1/blobs/{sha256}"): SCOPED,
}
GUARDED: Final = sorted(key for key, sort in ROUTES.items() if sort in {SIGNED_IN, SCOPED})


class Office:
    """An organisation on the wire: one customer in each territory, one device for each person."""

    def __init__(self, first: int = 1) -> None:
        self.first = first
        self.world = World(first=first)
        self.accounts = {"lyon": self.world.account("Lyon's"), "nantes": self.world.account("Nantes'", self.world.nantes)}
        self.phones: dict[str, Phone] = {who: self.world.phone(getattr(self.world, who)) for who in WHO}
        with self.world.database.write() as connection:
            for who, phone in self.phones.items():
                login = {"user_id": phone.device.user_id, "login": who, "password_hash": "-", "disabled": 0}
                connection.execute(LOGIN.insert().values(**login))
                hashed = token_hash(self.token(who))
                access = {"hash": hashed, "device": phone.device.device_id, "family": who, "expires": self.world.clock.now + DAY}
                connection.execute(ACCESS_TOKEN.insert().values(**access))
        config = Config(scrypt=ScryptCost(4, 8, 1))
        passwords = Passwords(config.scrypt, self.world.randomness)
        sessions = Sessions(self.world.database, config, self.world.clock, self.world.randomness, passwords)
        self.app: FastAPI = create_app(Context(self.world.database, self.world.clock, self.world.randomness), sessions, config)

    def token(self, who: str) -> str:
        return f"token-{self.first}-{who}"

    def ask(self, method: str, path: str, token: str = "", content: bytes = b"") -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://office", trust_env=False) as client:
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                return await client.request(method, path.format(sha256="0" * 64), content=content, headers=headers)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(first=1)


@pytest.fixture(scope="module")
def another() -> Office:
    return Office(first=1_000_000)


def declared() -> set[tuple[str, str]]:
    """Every route that a file of routes declares, also one that the app's description hides."""
    found = set()
    for path in ROUTE_FILES.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        prefix = re.search(r'APIRouter\((?:[^)]*?)prefix="([^"]+)"', source)
        found |= {
            (method.upper(), (prefix[1] if prefix else "") + route) for method, route in re.findall(r'@\w+\.(\w+)\("([^"]+)"', source)
        }
    return found


def test_every_route_has_a_row() -> None:
    assert declared() == set(ROUTES)


def test_the_figures_are_for_who_bears_the_monitors_token_only(office: Office) -> None:
    for token in ("", *map(office.token, WHO)):
        assert office.ask("GET", "/metrics", token).status_code == 404


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_without_a_token_and_with_one_of_another_organisation_nothing_is_answered(
    office: Office, another: Office, method: str, path: str
) -> None:
    for token in ("", "made up", *map(another.token, WHO)):
        answer = office.ask(method, path, token)

        assert answer.status_code == 401
        assert b"Lyon" not in answer.content


@pytest.mark.parametrize("who", WHO)
def test_a_pull_gives_each_role_its_territories_and_no_other(office: Office, who: str) -> None:
    page = codec.decode(office.ask("GET", "/v1/sync/pull?digest=1", office.token(who)).content, PullAnswer)

    roots = {record.root for record in codec.from_rows(page) if record.kind == "account"}
    assert roots == {office.accounts[name] for name in TERRITORIES[who]}
    assert {scope for scope in page.digests or {} if scope.startswith("territory:")} == {
        f"territory:{getattr(office.world, name)}" for name in TERRITORIES[who]
    }


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("where", ["lyon", "nantes"])
def test_a_push_reaches_each_role_its_territories_and_no_other(office: Office, who: str, where: str) -> None:
    phone = office.phones[who]
    request = PushRequest(office.world.clock.now, (phone.edit("account", office.accounts[where], city=f"{who}"),))

    answer = codec.decode(office.ask("POST", "/v1/sync/push", office.token(who), codec.encode(request)).content, PushAnswer)

    outcome = answer.outcomes[0]
    assert (outcome.code == "unknown_record") == (where not in TERRITORIES[who]), outcome


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "path"), [key for key in GUARDED if "blobs" in key[1] and key[0] != "PUT"])
def test_a_blob_that_no_record_in_reach_names_is_not_there(office: Office, who: str, method: str, path: str) -> None:
    answer = office.ask(method, path, office.token(who))

    assert answer.status_code == (404 if method == "GET" else 200)
    assert answer.content == office.ask(method, path, office.token("admin")).content
