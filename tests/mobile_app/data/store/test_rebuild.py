"""The property that the working set rests on: whatever happened, it is what the vault would make of it."""

import asyncio
import contextlib
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.data.executor import InlineExecutor
from mobile_app.data.store import Store
from mobile_app.data.vault import Vault
from shared.errors import TourneeError
from shared.sync.policy import Value
from shared.sync.protocol import Outcome, OutcomeStatus
from shared.sync.record import Record
from tests.fakes.crypto import DeviceCrypto
from tests.fakes.dump import dump
from tests.mobile_app.data.store.phone import KEY, Phone, account, server_record

ACCOUNTS = ("a1", "a2")
CONTACTS = ("c1", "c2")
LINES = ("l1", "l2")
STATUSES: tuple[OutcomeStatus, ...] = ("applied", "refused", "merged", "held", "conflict", "duplicate")

names = st.sampled_from(["Anna", "Άννα", "Œuvre", ""])
roots = st.sampled_from(ACCOUNTS)
steps = st.one_of(
    st.tuples(st.just("write_account"), roots, names),
    st.tuples(st.just("write_contact"), st.sampled_from(CONTACTS), roots, names),
    st.tuples(st.just("delete"), roots),
    st.tuples(st.just("say_account"), roots, names, st.booleans(), st.booleans()),
    st.tuples(st.just("say_contact"), st.sampled_from(CONTACTS), roots, names, st.booleans()),
    st.tuples(st.just("write_line"), st.sampled_from(LINES), st.integers(1, 3)),
    st.tuples(st.just("delete_line"), st.sampled_from(LINES)),
    st.tuples(st.just("say_line"), st.sampled_from(LINES), st.integers(1, 3), st.booleans(), st.booleans()),
    st.tuples(st.just("say_quote"), roots, st.sampled_from(["draft", "sent"]), st.booleans()),
    st.tuples(st.just("push"), st.lists(st.sampled_from(STATUSES), max_size=4)),
    st.tuples(st.just("leave"), roots),
    st.tuples(st.just("retry")),
    st.tuples(st.just("discard")),
    st.tuples(st.just("repair")),
    st.tuples(st.just("crash")),
)


class Script:
    """Plays steps against one phone."""

    def __init__(self) -> None:
        self.phone = Phone()
        self.rev = 0

    async def play(self, step: tuple[object, ...]) -> None:
        name, *arguments = step
        with contextlib.suppress(TourneeError):  # refused: nothing may have changed, which the comparison shows
            await getattr(self, str(name))(*arguments)

    async def write_account(self, id_: str, name: str) -> None:
        await self._write("account", id_, name=name, territory_id="lyon")

    async def write_contact(self, id_: str, root: str, name: str) -> None:
        await self._write("contact", id_, account_id=root, last_name=name)

    async def delete(self, root: str) -> None:
        records = self.phone.store._shown.lay([root])
        if records[root] is not None:
            await self.phone.delete("account", root, self.rev)

    async def say_account(self, id_: str, name: str, deleted: bool, more: bool) -> None:
        self.rev += 1
        await self._pull(account(id_, self.rev, name=name, deleted=int(deleted)), more=more)

    async def say_contact(self, id_: str, root: str, name: str, more: bool) -> None:
        self.rev += 1
        await self._pull(server_record("contact", id_, self.rev, account_id=root, last_name=name), more=more)

    async def write_line(self, id_: str, price: int) -> None:
        await self._write("quote_line", id_, **_line(price))

    async def delete_line(self, id_: str) -> None:
        if self.phone.store._shown.lay([id_])[id_] is not None:
            await self.phone.delete("quote_line", id_, self.rev)

    async def say_line(self, id_: str, price: int, deleted: bool, more: bool) -> None:
        self.rev += 1
        line = server_record("quote_line", id_, self.rev, root="a1", deleted=int(deleted))
        await self._pull(msgspec.structs.replace(line, fields=_line(price)), more=more)

    async def say_quote(self, root: str, state: str, more: bool) -> None:
        self.rev += 1
        said = server_record("quote", "q1", self.rev, account_id=root, state=state, currency="EUR", rounding="rate", net_total=77)
        await self._pull(said, more=more)

    async def push(self, statuses: list[OutcomeStatus]) -> None:
        await self.phone.push(*statuses)
        self.rev = max(self.rev, self.phone.head)

    async def leave(self, root: str) -> None:
        await self.phone.pull(left=[root])

    async def retry(self) -> None:
        for item in (await self.phone.store.attention())[:1]:
            await self.phone.store.retry(item.txn)

    async def discard(self) -> None:
        for item in (await self.phone.store.attention())[:1]:
            await self.phone.store.discard(item.txn)

    async def repair(self) -> None:
        await self.phone.store.fetch_again(["territory:lyon"])

    async def crash(self) -> None:
        await self.phone.kill()

    async def rebuilt(self) -> Store:
        phone = self.phone
        crypto = DeviceCrypto(phone.chance)
        vault = Vault.open(Path("vault"), "org", connect=phone.disk, crypto=crypto)
        vault.unlock(KEY)
        return await Store.open(vault, InlineExecutor(), identity=phone.identity, clock=phone.clock, randomness=phone.chance)

    async def _write(self, kind: str, id_: str, **fields: Value) -> None:
        known = self.phone.store._shown.lay([id_])[id_]
        if known is None:
            await self.phone.create(kind, id_, **fields)
        else:
            await self.phone.edit(kind, id_, known.record.fields, known.rev, **fields)

    async def _pull(self, *records: Record, more: bool) -> None:
        await self.phone.pull(*records, more=more)


def _line(price: int) -> dict[str, Value]:
    return {"quote_id": "q1", "account_id": "a1", "position": 1, "description": "oven", "quantity": 1_000, "unit_price": price}


def _sums_are_those_of_the_lines(store: Store) -> bool:
    """A draft's net is that of the lines that are shown; one without lines, and what was sent, is as the server said."""
    ask = store._working_set.ask
    lines = [price for (price,) in ask("SELECT unit_price FROM quote_line WHERE quote_id = 'q1'")]
    had = bool(ask("SELECT 1 FROM entry WHERE parent = 'q1'"))
    return all(net == (sum(lines) if state == "draft" and had else 77) for state, net in ask("SELECT state, net_total FROM quote"))


def test_an_acknowledgement_that_comes_after_its_page_leaves_nothing_pending() -> None:
    async def scenario() -> None:
        played = Script()
        await played.phone.start()
        await played.write_account("a1", "Anna")
        (sent,) = await played.phone.store.outgoing(500)
        await played.say_account("a1", "Anna", deleted=False, more=False)

        await played.phone.store.acknowledge(played.phone.answer(Outcome(sent.id, "duplicate", played.rev, first="applied")))

        assert played.phone.store._working_set.ask("SELECT count(*) FROM pending") == [(0,)]
        assert dump((await played.rebuilt())._working_set) == dump(played.phone.store._working_set)

    asyncio.run(scenario())


def test_a_draft_whose_last_line_left_the_device_shows_the_sums_that_the_server_said() -> None:
    async def scenario() -> None:
        played = Script()
        await played.phone.start()
        await played.say_account("a2", "Anna", deleted=False, more=False)
        await played.say_line("l1", 1, deleted=False, more=False)
        await played.say_quote("a2", "draft", more=False)
        before = _sums_are_those_of_the_lines(played.phone.store)

        await played.leave("a1")

        assert before
        assert _sums_are_those_of_the_lines(played.phone.store)
        assert dump((await played.rebuilt())._working_set) == dump(played.phone.store._working_set)

    asyncio.run(scenario())


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=14))
def test_the_working_set_is_what_the_vault_would_make_of_it_after_any_script(script: list[tuple[object, ...]]) -> None:
    async def scenario() -> None:
        played = Script()
        await played.phone.start()
        for step in script:
            await played.play(step)

        await played.phone.store.finish_lists()
        shown = dump(played.phone.store._working_set)
        again = await played.rebuilt()

        assert _sums_are_those_of_the_lines(played.phone.store)

        assert dump(again._working_set) == shown
        assert await again.digest() == await played.phone.store.digest()
        await again.close()
        played.phone.disk.close()

    asyncio.run(scenario())
