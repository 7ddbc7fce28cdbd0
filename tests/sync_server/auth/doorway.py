"""An organisation with its doors open: the real services and routes over an empty database, with a clock that stands still."""

import asyncio
import base64
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec

from shared.recovery import seal_to
from shared.recovery_format import recovery_context
from shared.sync import codec
from shared.sync.protocol import PROBLEM, EnrolRequest, Problem, RecoverRequest, RefreshRequest, SessionAnswer, SignInRequest, Tokens
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.config import Config, ScryptCost
from sync_server.services.auth import Sessions
from sync_server.services.authoring import Author
from sync_server.services.organisation import create_organisation, load_organisation
from sync_server.services.passwords import Passwords, scrypt
from sync_server.services.users import NewUser, add_user
from tests.contract.stores import fresh
from tests.sync_server.world import Counting, FakeClock

PASSWORD = "three honest words"
CHEAP = ScryptCost(log_n=4, r=8, p=1)


class CountingHasher:
    """Hashes as usual and counts how often, and at what cost."""

    def __init__(self) -> None:
        self.costs: list[ScryptCost] = []

    def __call__(self, password: bytes, salt: bytes, cost: ScryptCost) -> bytes:
        self.costs.append(cost)
        return scrypt(password, salt, cost)


class Doorway:
    """Élodie may sign in; what the routes answer comes back as structs."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(data=folder, scrypt=CHEAP)
        self.clock = FakeClock()
        self.randomness = Counting()
        self.hasher = CountingHasher()
        self.passwords = Passwords(CHEAP, self.randomness, self.hasher)
        self.author = Author(self.clock, self.randomness)
        self.database = fresh()
        with self.database.write() as connection:
            create_organisation(connection, "Maison Fournil", self.config.recovery_key, self.clock, self.randomness)
        self.elodie = self.user("elodie")
        self.start()

    def start(self, **settings: int) -> None:
        """Start the server anew, with these settings."""
        self.config = replace(self.config, **settings)  # type: ignore[arg-type]  # numbers are asked for here
        self.sessions = Sessions(self.database, self.config, self.clock, self.randomness, self.passwords)
        context = Context(self.database, self.clock, self.randomness, self.config.leases)
        self._transport = httpx.ASGITransport(create_app(context, self.sessions, self.config), client=("192.0.2.7", 50000))

    def user(self, login: str, role: str = "rep") -> str:
        with self.database.write() as connection:
            return add_user(connection, self.author, NewUser(login, login.capitalize(), role, "fr"), self.passwords.hash(PASSWORD))

    def request(self, method: str, path: str, content: bytes = b"", access: str = "") -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://server", trust_env=False) as client:
                return await client.request(method, path, content=content, headers={"Authorization": f"Bearer {access}"} if access else {})

        return asyncio.run(sent())

    def post(self, path: str, body: msgspec.Struct, access: str = "") -> tuple[int, bytes]:
        answer = self.request("POST", path, codec.encode(body), access)
        if answer.status_code != 200:
            assert answer.headers["content-type"].startswith(PROBLEM)
        return answer.status_code, answer.content

    def enrol(self, login: str = "elodie", password: str = PASSWORD, platform: str = "android") -> SessionAnswer:
        status, body = self.post("/v1/devices/enrol", EnrolRequest(login, password, "Pixel", platform))
        assert status == 200, body
        return codec.decode(body, SessionAnswer)

    def refused_enrolment(self, login: str, password: str, platform: str = "android") -> Problem:
        status, body = self.post("/v1/devices/enrol", EnrolRequest(login, password, "Pixel", platform))
        assert status != 200
        return codec.decode(body, Problem)

    def sign_in(self, device_id: str, login: str = "elodie", password: str = PASSWORD) -> SessionAnswer | Problem:
        status, body = self.post("/v1/auth/sign-in", SignInRequest(device_id, login, password))
        return codec.decode(body, SessionAnswer) if status == 200 else codec.decode(body, Problem)

    def refresh(self, device_id: str, token: str) -> Tokens | Problem:
        status, body = self.post("/v1/auth/refresh", RefreshRequest(device_id, token))
        return codec.decode(body, Tokens) if status == 200 else codec.decode(body, Problem)

    def renewed(self, device_id: str, token: str) -> Tokens:
        answer = self.refresh(device_id, token)
        assert isinstance(answer, Tokens), answer
        return answer

    def recover(self, access: str, sealed: bytes) -> tuple[int, bytes]:
        return self.post("/v1/devices/recover", RecoverRequest(base64.b64encode(sealed).decode()), access)

    def seal_for(self, device_id: str, data_key: bytes) -> bytes:
        with self.database.read() as connection:
            organisation = load_organisation(connection)
        public = base64.b64decode(organisation.recovery_public)
        return seal_to(public, data_key, recovery_context(organisation.id, device_id, 1), self.randomness.token(32))

    def pull_status(self, access: str) -> tuple[int, str]:
        answer = self.request("GET", "/v1/sync/pull", access=access)
        return answer.status_code, "" if answer.status_code == 200 else codec.decode(answer.content, Problem).code


def code_of(answer: object) -> tuple[int, str]:
    assert isinstance(answer, Problem), answer
    return answer.status, answer.code
