"""A device that differs from its server finds out, fetches the one scope that differs, and says so."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import msgspec

from mobile_app.data.vault import Vault
from shared.sync.codec import open_payload, seal_payload
from shared.sync.record import Record
from tests.simulation.link import Send
from tests.simulation.world import Phone, World


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def vault_of(phone: Phone) -> Vault:
    return phone.device.store._vault


def rewritten(phone: Phone, id_: str, change: Callable[[Record], Record]) -> None:
    """Alter what the vault holds of a record, sealed with the right key and at the same rev, as no server ever said it."""
    vault = vault_of(phone)
    rev, payload = vault.records.get([id_])[id_]
    vault.records.put([(id_, rev, seal_payload(change(open_payload(payload, Record))))])


def pulled(phone: Phone) -> int:
    """How many records came over the link since the last call."""
    pages = [page for page in map(msgspec.json.decode, phone.link.answers) if "kinds" in page]
    phone.link.answers.clear()
    return sum(len(kind["rows"]) for page in pages for kind in page["kinds"].values())


def test_a_value_that_differs_is_found_and_only_its_scope_is_fetched_again(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        world.account("Φούρνος Νίκη", "Thessaloniki")
        camille = await world.phone("camille")
        rewritten(camille, perrin, lambda record: msgspec.structs.replace(record, fields={**record.fields, "name": "Nobody said this"}))
        await camille.device.store._change(lambda: ([perrin], {}))
        assert (await camille.record("account", perrin) or {})["name"] == "Nobody said this"
        camille.link.answers.clear()

        end = await camille.round(verify=True)

        verified = camille.device.status.now.verified
        assert end.phase == "idle"
        assert (await camille.record("account", perrin) or {})["name"] == "Maison Perrin"
        assert pulled(camille) == 1
        assert verified is not None
        assert verified.repaired == (f"territory:{world.ids['Lyon']}",)
        assert verified.records[f"territory:{world.ids['Lyon']}"] == 1
        await camille.restart()
        assert camille.device.status.now.verified is not None

    play(story())


def test_a_record_that_was_lost_and_one_of_a_scope_that_nobody_lent_are_put_right(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        stray = msgspec.structs.replace(
            open_payload(vault_of(elodie).records.get([perrin])[perrin][1], Record), id="stray", root="stray", scope="territory:elsewhere"
        )
        vault_of(elodie).records.put([("stray", 1, seal_payload(stray))])
        vault_of(elodie).records.delete([perrin])

        assert (await elodie.round(verify=True)).phase == "idle"

        assert await elodie.all_ids("account") == [perrin]
        assert vault_of(elodie).records.get(["stray"]) == {}

    play(story())


def test_a_repair_that_was_cut_off_goes_on_with_the_same_scope(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        vault_of(elodie).records.delete([perrin])
        pulls = iter((False, True))

        async def second_pull_fails(request: httpx.Request, send: Send) -> httpx.Response:
            if next(pulls):
                raise httpx.ConnectError("cut")
            elodie.link.faults.append(("/pull", second_pull_fails))
            return await send(request)

        elodie.link.faults.append(("/pull", second_pull_fails))
        assert (await elodie.round(verify=True)).phase == "offline"
        await elodie.restart()

        assert await elodie.all_ids("account") == [perrin]
        assert (await elodie.round(verify=True)).phase == "idle"

    play(story())


def cut_off_after_a_page(phone: Phone) -> None:
    """Let one more page through; then there is no network."""
    pulls = iter((False, True))

    async def fault(request: httpx.Request, send: Send) -> httpx.Response:
        if next(pulls):
            phone.link.offline = True
            raise httpx.ConnectError("cut")
        phone.link.faults.append(("/pull", fault))
        return await send(request)

    phone.link.faults.append(("/pull", fault))


def test_a_repair_that_is_cut_off_empties_no_phone(world: World) -> None:
    async def story() -> None:
        accounts = [world.account(f"Fournil {number}", "Lyon") for number in range(3)]
        elodie = await world.phone("elodie")
        rewritten(elodie, accounts[0], lambda record: msgspec.structs.replace(record, fields={**record.fields, "name": "Nobody said this"}))
        cut_off_after_a_page(elodie)

        assert (await elodie.round(verify=True)).phase == "offline"

        assert sorted(await elodie.all_ids("account")) == sorted(accounts)
        await elodie.edit("account", accounts[1], name="Written meanwhile")
        elodie.link.offline = False
        assert (await elodie.round(verify=True)).phase == "idle"
        assert (await elodie.record("account", accounts[0]) or {})["name"] == "Fournil 0"
        assert (await elodie.record("account", accounts[1]) or {})["name"] == "Written meanwhile"

    play(story())


def test_a_server_that_is_restored_in_the_middle_of_a_repair_gets_back_what_the_phone_holds(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        product = world.product()
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        made = await camille.create("account", name="Only here", territory_id=world.ids["Lyon"], country="FR")
        world.office("product", product, name_en="Better oven")
        for phone in (camille, elodie):
            await phone.round()
        for id_ in (perrin, product):
            rewritten(elodie, id_, lambda record: msgspec.structs.replace(record, fields={**record.fields, "more": "Nobody said this"}))
        cut_off_after_a_page(elodie)
        assert (await elodie.round(verify=True)).phase == "offline"

        world.restore(path)  # and the phone that wrote it never comes again
        elodie.link.offline = False
        elodie.link.lead_to(world.app)
        await elodie.sign_in()
        await elodie.round()

        assert sorted(await elodie.all_ids("account")) == sorted([perrin, made])
        assert await elodie.all_ids("product") == [product]
        assert (await elodie.round(verify=True)).phase == "idle"
        assert (await elodie.record("product", product) or {})["name_en"] == "Oven"
        with world.database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar_one() == 2

    play(story())


def test_a_cursor_that_the_server_does_not_know_begins_anew_and_ends_alike(world: World) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie = await world.phone("elodie")
        store = elodie.device.store
        store._position.save_cursor("no cursor of this server's")
        store._position.load()

        assert (await elodie.round()).phase == "idle"

        assert await elodie.all_ids("account") == [perrin]
        assert elodie.device.status.now.verified is not None

    play(story())


def test_fault_11_pages_that_come_out_of_order_are_noticed_and_fetched_again(world: World) -> None:
    async def story() -> None:
        elodie = await world.phone("elodie")
        kept: list[httpx.Response] = []

        async def keep(request: httpx.Request, send: Send) -> httpx.Response:
            response = await send(request)
            kept.append(httpx.Response(200, headers=response.headers, content=response.content))
            raise httpx.ReadTimeout("it comes later")

        async def late(_request: httpx.Request, _send: Send) -> httpx.Response:
            return kept[0]

        first = world.account("Maison Perrin", "Lyon")
        elodie.link.faults.append(("/pull", keep))
        assert (await elodie.round()).phase == "offline"
        await elodie.round()
        second = world.account("Fournil Bellevue", "Lyon")
        elodie.link.faults.append(("/pull", late))

        assert (await elodie.round()).phase == "failed"
        assert await elodie.all_ids("account") == [first]
        assert (await elodie.round(verify=True)).phase == "idle"
        assert sorted(await elodie.all_ids("account")) == sorted([first, second])

    play(story())
