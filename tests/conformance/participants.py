"""The two clients behind one face, so that one suite can judge both."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import httpx

from mobile_app.data.desk import Draft, Label, RecordEdit
from shared.sync.change import Edit
from tests.conformance.second_client import Problem, SecondClient
from tests.simulation.link import answer_lost
from tests.simulation.world import PASSWORD, Phone, World

Values = dict[str, Any]


class Participant(Protocol):
    """A device whose user works and syncs. Values are stored values."""

    async def enrol(self, login: str) -> None:
        """Become a device of this person and fetch everything."""
        ...

    async def round(self) -> str:
        """Run a round that compares digests; '' when it ended well, else the code of what ended it."""
        ...

    async def create(self, kind: str, **values: str) -> str:
        """Make a record; give its id."""
        ...

    async def change(self, kind: str, id_: str, **values: str) -> None:
        """Change values against what is here now."""
        ...

    async def tag(self, id_: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        """Add and remove an account's tags."""
        ...

    async def delete(self, kind: str, id_: str) -> None:
        """Delete a record."""
        ...

    async def get(self, kind: str, id_: str) -> Values | None:
        """Give the values of a record, or None if it is not to be seen."""
        ...

    async def count(self, kind: str) -> int:
        """Count the records of a kind that are to be seen."""
        ...

    async def refusals(self) -> list[str]:
        """Give the codes of what was refused."""
        ...

    def lose_next_answer(self, path: str) -> None:
        """Let the next request of this path reach the server and its answer be lost."""
        ...


class TheApp:
    """The production device."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def enrol(self, login: str) -> None:
        self._phone: Phone = await self._world.phone(login, name="the app")

    async def round(self) -> str:
        end = await self._phone.round(verify=True)
        if end.phase in ("idle", "offline"):
            return "" if end.phase == "idle" else end.phase
        return end.code or end.phase

    async def create(self, kind: str, **values: str) -> str:
        return await self._phone.create(kind, **values)

    async def change(self, kind: str, id_: str, **values: str) -> None:
        await self._phone.edit(kind, id_, **values)

    async def tag(self, id_: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        await self._phone.edit("account", id_, tags=Edit(add=add, remove=remove))

    async def delete(self, kind: str, id_: str) -> None:
        shown = await self._phone.shown(kind, id_)
        await self._phone.device.store.write(Draft((RecordEdit(kind, id_, "delete", shown.base),), Label("test")))

    async def get(self, kind: str, id_: str) -> Values | None:
        found = await self._phone.record(kind, id_)
        return None if found is None else {name: value for name, value in found.items() if value not in (None, [])}

    async def count(self, kind: str) -> int:
        return len(await self._phone.all_ids(kind))

    async def refusals(self) -> list[str]:
        return [item.code for item in await self._phone.device.store.attention() if item.code]

    def lose_next_answer(self, path: str) -> None:
        self._phone.link.faults.append((path, answer_lost))


class AnotherClient:
    """The client that was written from the page."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://localhost")
        self._client = SecondClient(self._send, world.clock.now_ms)
        self._lost = ""

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Send from the client's own thread."""
        answer = asyncio.run_coroutine_threadsafe(self._http.request(method, path, headers=headers, content=body), self._loop).result()
        if self._lost and path.partition("?")[0].endswith(self._lost):
            self._lost = ""
            raise TimeoutError("the answer was lost")
        return answer.status_code, answer.content

    async def enrol(self, login: str) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._client.enrol, login, PASSWORD)
        await self.round()

    async def round(self) -> str:
        try:
            await asyncio.to_thread(self._client.round)
        except Problem as problem:
            return problem.code
        except TimeoutError:
            return "offline"
        return ""

    async def create(self, kind: str, **values: str) -> str:
        id_ = self._client.new_id()
        self._client.write(kind, id_, "create", {name: {"to": value} for name, value in values.items()})
        return id_

    async def change(self, kind: str, id_: str, **values: str) -> None:
        here = self._client.records[id_]["fields"]
        self._client.write(kind, id_, "update", {name: {"to": value, "was": here.get(name)} for name, value in values.items()})

    async def tag(self, id_: str, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        self._client.write("account", id_, "update", {"tags": {"add": add, "remove": remove}})

    async def delete(self, kind: str, id_: str) -> None:
        self._client.write(kind, id_, "delete")

    async def get(self, kind: str, id_: str) -> Values | None:
        return self._client.get(id_)

    async def count(self, kind: str) -> int:
        return len(self._client.all(kind))

    async def refusals(self) -> list[str]:
        return [item["outcome"]["code"] for item in self._client.attention]

    def lose_next_answer(self, path: str) -> None:
        self._lost = path
