"""People with photos, on the wire: each phone sends and fetches over HTTP with a token of its own."""

import asyncio
from pathlib import Path

import httpx

from shared.sync import codec
from shared.sync.policy import Value
from shared.sync.protocol import BLOB_CHUNK, COMPLETE_HEADER, LENGTH_HEADER, OFFSET_HEADER, PROBLEM, Problem
from sync_server.api.app import create_app
from sync_server.api.deps import Context
from sync_server.config import BlobLimits, Config, ScryptCost
from sync_server.services.auth import Sessions
from sync_server.services.passwords import Passwords
from sync_server.services.tokens import token_hash
from sync_server.storage.blob_store import FolderStore
from sync_server.storage.tables import ACCESS_TOKEN, LOGIN
from tests.fakes.pictures import sha
from tests.sync_server.world import DAY, Phone, World


class Line:
    """The world of the server's tests, with its HTTP app over a folder of blobs."""

    def __init__(self, folder: Path, limits: BlobLimits | None = None) -> None:
        self.world = World()
        self.lyon, self.nantes = self.world.account(), self.world.account("Nantes'", self.world.nantes)
        config = Config(data=folder, scrypt=ScryptCost(4, 8, 1), blobs=limits or BlobLimits())
        context = Context(self.world.database, self.world.clock, self.world.randomness)
        passwords = Passwords(config.scrypt, self.world.randomness)
        sessions = Sessions(self.world.database, config, self.world.clock, self.world.randomness, passwords)
        self.app = create_app(context, sessions, config)
        self.folder = config.blob_folder
        self.store = FolderStore(self.folder)

    def files(self) -> list[str]:
        """Whatever lies in the folder."""
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())

    def phone(self, user: tuple[str, str]) -> "Sender":
        """A phone that has pulled, and has a token."""
        phone = self.world.phone(user)
        phone.pull()
        access = {"hash": token_hash(phone.device.code), "device": phone.device.device_id, "family": "f"}
        with self.world.database.write() as connection:
            if not connection.execute(LOGIN.select().where(LOGIN.c.user_id == user[0])).all():
                connection.execute(LOGIN.insert().values(user_id=user[0], login=user[0], password_hash="-", disabled=0))
            connection.execute(ACCESS_TOKEN.insert().values(**access, expires=self.world.clock.now + 100 * DAY))
        return Sender(self, phone)


class Sender:
    """One phone."""

    def __init__(self, line: Line, phone: Phone) -> None:
        self.line = line
        self.phone = phone

    def call(self, method: str, name: str, content: bytes = b"", headers: dict[str, str] | None = None) -> httpx.Response:
        named = {"Authorization": f"Bearer {self.phone.device.code}"} | (headers or {})

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.line.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://server", trust_env=False) as client:
                return await client.request(method, f"/v1/blobs/{name}", content=content, headers=named)

        return asyncio.run(sent())

    def put(self, name: str, offset: int, content: bytes, size: int) -> httpx.Response:
        return self.call("PUT", name, content, {OFFSET_HEADER: str(offset), LENGTH_HEADER: str(size)})

    def send(self, data: bytes, name: str = "") -> httpx.Response:
        """Send all of a file; the last answer."""
        answers = [self.put(name or sha(data), at, data[at : at + BLOB_CHUNK], len(data)) for at in range(0, len(data), BLOB_CHUNK)]
        return answers[-1]

    def progress(self, name: str) -> tuple[int, bool]:
        answer = self.call("HEAD", name)
        assert answer.status_code == 200
        return int(answer.headers[OFFSET_HEADER]), answer.headers[COMPLETE_HEADER] == "?1"

    def refer(self, account: str, data: bytes, thumb: bytes = b"") -> str:
        """Push the record that names these bytes."""
        fields: dict[str, Value] = {
            "account_id": account,
            "user_id": self.phone.device.user_id,
            "sha256": sha(data),
            "media_type": "image/png",
            "size": len(data),
        }
        if thumb:
            fields["thumb_sha256"] = sha(thumb)
        id_, transaction = self.phone.create("attachment", **fields)
        outcome = self.phone.push(transaction)
        assert outcome.status == "applied", outcome
        return id_


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a refusal."""
    assert answer.headers["content-type"] == PROBLEM
    return answer.status_code, codec.decode(answer.content, Problem).code
