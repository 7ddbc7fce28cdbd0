"""Pages of the feed: records and cursor together, only higher revs, what leaves, and what stays because it is ours."""

import asyncio

import msgspec
import pytest
from sqlmodel import Session, select

from mobile_app.data.session_state import SessionState
from shared.errors import DiskFull, VaultLocked
from shared.models.customer import Account
from shared.models.registry import COLUMNS
from shared.sync import digest
from shared.sync.codec import to_rows
from shared.sync.protocol import HealAnswer, Profile, Tokens
from tests.fakes.device import Killed
from tests.fakes.dump import drafts
from tests.mobile_app.data.store.phone import EPOCH, LYON, Phone, account, server_record


def names(session: Session) -> list[str | None]:
    return list(session.exec(select(Account.name).order_by(Account.id)))


async def opened() -> Phone:
    phone = Phone()
    await phone.start()
    await phone.pull(account("a1", 2, name="Deux"))
    return phone


def test_fault_07_records_and_cursor_roll_back_together() -> None:
    async def scenario() -> None:
        phone = await opened()
        before = await phone.store.cursor()
        phone.disk.dies_before_commit = True

        with pytest.raises(Killed):
            await phone.pull(account("a1", 3, name="Trois"), account("a2", 3))
        store = await phone.kill()

        assert await store.cursor() == before
        assert await store.read(names) == ["Deux"]

    asyncio.run(scenario())


def test_a_page_is_shown_although_the_disk_is_full_when_the_journal_is_to_be_trimmed_after_it() -> None:
    async def scenario() -> None:
        phone = await opened()

        def full(*_: object) -> None:
            raise DiskFull

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(phone.store._journal, "trim", full)
            await phone.pull(account("a1", 3, name="Trois"))

        assert await phone.store.read(names) == ["Trois"]

    asyncio.run(scenario())


def test_fault_10_and_11_an_answer_to_another_cursor_is_dropped() -> None:
    async def scenario() -> None:
        phone = await opened()
        page = phone.page(account("a1", 3, name="Trois"))
        stale = msgspec.structs.replace(page, asked="0")

        assert not await phone.store.apply(stale)
        assert await phone.store.apply(page)
        assert not await phone.store.apply(page)
        assert await phone.store.read(names) == ["Trois"]

    asyncio.run(scenario())


def test_only_a_higher_rev_is_applied() -> None:
    async def scenario() -> None:
        phone = await opened()

        await phone.pull(account("a1", 1, name="Un"))

        assert await phone.store.read(names) == ["Deux"]

    asyncio.run(scenario())


def test_a_root_that_leaves_takes_everything_along_but_never_what_is_ours_and_unsent() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.pull(server_record("contact", "c1", 3, account_id="a1", last_name="Mercier"))
        await phone.edit("account", "a1", {"name": "Deux"}, 2, name="À nous")
        await phone.create("account", "n1", name="Neuf", territory_id="lyon")

        await phone.pull(left=["a1"])

        assert await phone.store.read(names) == ["Neuf"]
        assert phone.vault.records.get(["a1", "c1"]) == {}
        assert [item.action for item in await phone.store.waiting()] == ["account.edit", "account.create"]
        await phone.push("refused")
        (kept,) = await phone.store.attention()
        assert kept.changes[0].fields["name"].to == "À nous"

    asyncio.run(scenario())


def test_one_record_that_leaves_goes_alone() -> None:
    async def scenario() -> None:
        phone = await opened()
        lines = [server_record("quote_line", id_, 3, account_id="a1", quote_id="q1", root="a1") for id_ in ("l1", "l2")]
        await phone.pull(server_record("quote", "q1", 3, account_id="a1", state="accepted"), *lines)

        await phone.pull(left=["q1", "l1", "l2"])

        assert await phone.store.read(names) == ["Deux"]
        assert phone.vault.records.get(["q1", "l1", "l2"]) == {}
        assert phone.vault.records.get(["a1"]) != {}

    asyncio.run(scenario())


def test_a_lost_scope_is_purged() -> None:
    async def scenario() -> None:
        phone = await opened()
        page = phone.page()

        await phone.store.apply(msgspec.structs.replace(page, lost_scopes=[LYON]))

        assert await phone.store.read(names) == []
        assert phone.vault.counts().records == 0

    asyncio.run(scenario())


def test_the_digest_is_over_what_the_server_said_never_over_the_overlay() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Deux"}, 2, name="À nous")

        found = await phone.store.digest()

        assert found == {LYON: digest.shown(digest.item(account("a1", 2, name="Deux")), 1)}

    asyncio.run(scenario())


def test_a_scope_that_is_fetched_again_is_shown_and_written_in_until_it_has_come() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.edit("account", "a1", {"name": "Deux"}, 2, name="À nous")

        await phone.store.fetch_again([LYON])
        shown = await phone.store.read(names)
        await phone.edit("account", "a1", {"name": "À nous"}, 2, name="À nous aussi")
        await phone.pull(account("a1", 2, name="Deux"))

        assert shown == ["À nous"]
        assert await phone.store.read(names) == ["À nous aussi"]

    asyncio.run(scenario())


@pytest.mark.parametrize("rev", [1, 2, 3])
def test_what_is_fetched_again_is_taken_whatever_its_rev_and_what_did_not_come_goes_at_the_end(rev: int) -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.pull(account("a1", 2, name="As no server said it"), account("a2", 3, name="Stray"), account("a3", 4, name="Trois"))
        await phone.store.fetch_again([LYON])

        await phone.pull(account("a1", rev, name="Deux"), more=True)
        in_the_middle = await phone.store.read(names)
        await phone.kill()
        await phone.pull(account("a3", 4, name="Trois"))

        assert in_the_middle == ["Deux", "Stray", "Trois"]
        assert await phone.store.read(names) == ["Deux", "Trois"]
        theirs = [digest.item(account("a1", rev, name="Deux")), digest.item(account("a3", 4, name="Trois"))]
        assert await phone.store.digest() == {LYON: digest.shown(sum(theirs) % 2**64, 2)}
        await phone.pull(account("a1", rev, name="An older page"))
        assert await phone.store.read(names) == ["Deux", "Trois"]

    asyncio.run(scenario())


def test_what_a_restored_server_says_of_a_record_in_the_middle_of_a_repair_is_its_word() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.pull(account("a2", 3, name="Lost"))
        await phone.store.fetch_again([LYON])
        await phone.pull(account("a3", 4, name="Trois"), more=True)
        scopes: dict[str, int] = {}
        kinds = to_rows([account("a1", 1, name="As the backup has it")], COLUMNS, scopes)

        await phone.store.healing.replace(["a1", "a2"], HealAnswer(EPOCH, 0, 0, kinds=kinds, scopes=list(scopes)))
        await phone.pull()

        assert await phone.store.read(names) == ["As the backup has it", "Trois"]

    asyncio.run(scenario())


def test_a_draft_and_a_new_record_of_a_scope_that_is_fetched_again_stay() -> None:
    async def scenario() -> None:
        phone = await opened()
        await phone.create("account", "n1", name="Neuf", territory_id="lyon")
        await phone.store.draft_put("account:n1", {"name": "Plus neuf"})

        await phone.store.fetch_again([LYON])
        await phone.pull(account("a1", 2, name="Deux"))

        assert await phone.store.read(names) == ["Deux", "Neuf"]
        assert await phone.store.draft_get("account:n1") == {"name": "Plus neuf"}
        assert await phone.store.attention() == []

    asyncio.run(scenario())


def test_each_slice_tells_once_what_has_changed() -> None:
    async def scenario() -> None:
        phone = await opened()
        heard: list[frozenset[str]] = []
        phone.store.notifier.subscribe(["account", "contact"], heard.append)

        await phone.pull(account("a2", 3), server_record("contact", "c1", 3, account_id="a2", last_name="Mercier"))

        assert heard == [frozenset({"account", "contact"})]

    asyncio.run(scenario())


def test_drafts_and_the_session_survive_a_kill() -> None:
    async def scenario() -> None:
        phone = await opened()
        tokens = Tokens("access", 1, "refresh", 2)
        session = SessionState("http://server", "org", "Fournil", "d1", "K7", Profile("u1", "Élodie", "rep", "fr"), tokens)
        await phone.store.draft_put("visit:v1", {"note": "à moitié"})
        await phone.store.save_session(session)

        store = await phone.kill()

        assert await store.draft_get("visit:v1") == {"note": "à moitié"}
        assert await store.get_session() == session
        await store.draft_delete("visit:v1")
        assert drafts(store) == []

    asyncio.run(scenario())


def test_a_locked_store_answers_nothing() -> None:
    async def scenario() -> None:
        phone = await opened()

        await phone.store.close()

        with pytest.raises(VaultLocked):
            await phone.store.read(names)

    asyncio.run(scenario())
