"""What concerns the device as a whole: verifying it, moving to a new phone, a new address; and copies of what left."""

import pytest

from mobile_app.data.handover import TakenOver
from mobile_app.data.verified import Verified
from mobile_app.ui.features.settings.office import Address
from tests.fakes.pictures import png
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.records import NOW, visit
from tests.mobile_app.ui.rep import rep


@pytest.mark.parametrize(("repaired", "sentence"), [((), "Office and phone have the same data."), (("org",), "Something differed")])
def test_verifying_says_what_was_compared_and_what_was_fetched_again(repaired: tuple[str, ...], sentence: str) -> None:
    async def go() -> None:
        async with rep(route="/settings/verify") as app:
            await app.sees("It has not been compared yet.")

            await app.device.store.note_verified(Verified(app.device.clock.now_ms(), {"org": 1, "territory:lyon": 12}, repaired))

            await app.sees(sentence)
            assert app.shown().count("Office and phone have the same data.") == (0 if repaired else 1)
            await app.sees("Catalogue and colleagues")
            await app.sees("12 records")

    run(go())


def test_moving_says_how_much_is_not_sent_and_asks_before_it_retires() -> None:
    async def go() -> None:
        phone, _ = await shop()
        async with rep(route="/settings/moving", phone=phone) as app:
            await app.sees("All is sent.")
            await app.tap("retire")
            await app.sees("Retire this device?")

    run(go())


def test_whoever_retires_a_device_is_told_what_no_round_sends() -> None:
    async def go() -> None:
        phone, _ = await shop()
        await phone.store.draft_put("account:a1", {"note": "rappelle mardi"})
        await phone.edit("account", "a1", {"phone": None}, 1, phone="04 72 11")
        await phone.push("refused")
        async with rep(route="/settings/moving", phone=phone) as app:
            await app.tap("retire")
            await app.sees("1 entry in Needs attention would be lost. 1 form that was not saved would be lost. Save a file first")

    run(go())


LOST = {
    "en": ("1 photo that the office does not have would be lost: no file", "2 photos that the office does not have would be lost: no file"),
    "fr": ("1 photo que le bureau n’a pas serait perdue\u00a0: aucun", "2 photos que le bureau n’a pas seraient perdues\u00a0: aucun"),
    "el": ("Θα χανόταν 1 φωτογραφία που δεν έχει το γραφείο", "Θα χάνονταν 2 φωτογραφίες που δεν έχει το γραφείο"),
}


@pytest.mark.parametrize("photos", [1, 2])
@pytest.mark.parametrize("language", LOST)
def test_whoever_retires_a_device_is_told_how_many_photos_go_with_it(language: str, photos: int) -> None:
    async def go() -> None:
        phone, repositories = await shop(visit("v1", "a1", NOW))
        for width in range(photos):
            await repositories.photos.add("v1", "window.png", png(40 + width, 30))
        for row in await phone.store.blobs.waiting():
            await phone.store.blobs.refuse(row.sha256, "blob_too_large")
        async with rep(route="/settings/moving", phone=phone, language=language) as app:
            await app.tap("retire")
            await app.sees(LOST[language][photos - 1])

    run(go())


def test_a_file_for_the_next_phone_holds_what_can_be_read_and_it_is_said_how_much_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[bytes] = []

    async def save(_documents: object, _name: str, data: bytes) -> bool:
        files.append(data)
        return True

    async def go() -> TakenOver:
        monkeypatch.setattr("mobile_app.ui.platform.DeviceDocuments.save", save)
        phone, _ = await shop()
        for key in ("account:a1", "account:a2"):
            await phone.store.draft_put(key, {"note": "rappelle mardi"})
        phone.disk.database.execute("UPDATE draft SET sealed = zeroblob(60) WHERE id = 'account:a2'")
        async with rep(route="/settings/moving", phone=phone) as app:
            await app.type("passphrase", "trois mots")
            await app.tap("hand-over")
            await app.sees("1 form that was not saved can no longer be read and is not in it.")
        other, _ = await shop()
        return await other.store.take_over(files[0], "trois mots")

    assert run(go()).drafts == 1


@pytest.mark.parametrize("route", ["verify", "moving", "server"])
def test_the_settings_lead_to_each_of_them(route: str) -> None:
    async def go() -> None:
        async with rep(route="/settings") as app:
            await app.tap(route)
            await app.h.settle(20)

            assert app.h.page.route == f"/settings/{route}"

    run(go())


def test_an_address_that_is_none_is_not_asked() -> None:
    async def go() -> None:
        async with rep(route="/settings/server") as app:
            address = Address("http://server")
            address.put("not an address")

            assert not await address.save(app.session)
            assert address.code == "bad_address"

    run(go())


def test_a_copy_is_read_and_given_up_but_never_sent_again() -> None:
    async def go() -> None:
        phone, _ = await shop()
        store = phone.store
        account = await store.read(lambda session: str(session.connection().exec_driver_sql("SELECT min(id) FROM account").scalar_one()))
        await store.draft_put(f"account:{account}", {"note": "rappelle mardi"})
        await phone.pull(left=[account])
        (copy,) = await store.attention()
        async with rep(route=f"/attention/{copy.txn}", phone=phone) as app:
            await app.sees("when the customer left your territory")
            await app.sees("rappelle mardi")

            with pytest.raises(StopIteration):
                app.h.by_id("send-again")

    run(go())
