"""A customer that was deleted in the epoch that a restore lost, and again since: it stays deleted, and nobody is asked."""

from itertools import permutations

import pytest

from tests.simulation.link import answer_lost
from tests.simulation.test_restore import on_server, play, settled
from tests.simulation.world import Phone, World


async def asked_nothing(world: World, customer: str, *phones: Phone) -> None:
    """Hold the server and these phones to it: the customer is deleted and no question is open."""
    assert on_server(world, customer).deleted
    for phone in phones:
        assert await phone.all_ids("account") == await phone.all_ids("contact") == []
        assert (phone.device.status.now.conflicts, phone.device.status.now.attention) == (0, 0)


@pytest.mark.parametrize("order", list(permutations(["elodie", "camille", "nikos"])), ids=".".join)
def test_what_was_below_a_customer_that_both_epochs_deleted_does_not_bring_it_back_whoever_comes_first(
    world: World, order: tuple[str, ...]
) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        world.person("lea", "rep", "Lyon")
        world.person("nina", "rep", "Lyon")
        elodie, camille, nikos = await world.phone("elodie"), await world.phone("lea"), await world.phone("nina")
        phones = {"elodie": elodie, "camille": camille, "nikos": nikos}
        path = world.backup()
        await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await nikos.round()  # holds what is below, and never hears of the deletion
        camille.link.faults = [("pull", answer_lost)]
        await camille.delete("account", perrin)
        await camille.round()

        world.restore(path)
        tablet = await world.phone("camille", name="tablet")
        await tablet.delete("account", perrin)
        await settled(tablet)
        for name in order:
            await phones[name].sign_in()
        await settled(*phones.values(), tablet)

        await asked_nothing(world, perrin, *phones.values(), tablet)

    play(story())


@pytest.mark.parametrize("first", ["elodie", "camille"])
def test_what_only_a_lost_journal_brings_below_a_customer_that_only_the_lost_epoch_deleted_asks_nobody(world: World, first: str) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        elodie, camille = await world.phone("elodie"), await world.phone("camille")
        path = world.backup()
        await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        camille.link.faults = [("pull", answer_lost)]
        await camille.delete("account", perrin)
        await camille.round()

        world.restore(path)
        for phone in (elodie, camille) if first == "elodie" else (camille, elodie):
            await phone.sign_in()
        await settled(elodie, camille)

        await asked_nothing(world, perrin, elodie, camille)

    play(story())


@pytest.mark.parametrize("order", [("elodie", "camille"), ("camille", "elodie")], ids=".".join)
def test_a_tombstone_that_a_phone_holds_tells_as_well_that_the_lost_epoch_deleted_it_too(world: World, order: tuple[str, ...]) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        world.person("lea", "rep", "Lyon")
        elodie, camille, lea = await world.phone("elodie"), await world.phone("camille"), await world.phone("lea")
        phones = {"elodie": elodie, "camille": camille}
        path = world.backup()
        await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        await lea.round()
        await lea.delete("account", perrin)
        await settled(lea, camille)  # and her own phone never comes back

        world.restore(path)
        tablet = await world.phone("camille", name="tablet")
        await tablet.delete("account", perrin)
        await settled(tablet)
        for name in order:
            await phones[name].sign_in()
        await settled(*phones.values(), tablet)

        await asked_nothing(world, perrin, *phones.values(), tablet)

    play(story())


@pytest.mark.parametrize("order", list(permutations(["elodie", "camille", "nikos"])), ids=".".join)
def test_who_put_something_below_it_after_the_lost_epoch_deleted_it_is_not_overruled_unasked(world: World, order: tuple[str, ...]) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        world.person("lea", "rep", "Lyon")
        world.person("nina", "rep", "Lyon")
        elodie, camille, nikos = await world.phone("elodie"), await world.phone("lea"), await world.phone("nina")
        phones = {"elodie": elodie, "camille": camille, "nikos": nikos}
        path = world.backup()
        before = await elodie.create("contact", account_id=perrin, last_name="Perrin")
        await elodie.round()
        camille.link.faults = [("pull", answer_lost)]
        await camille.delete("account", perrin)
        await camille.round()
        after = await nikos.create("contact", account_id=perrin, last_name="Martin")
        nikos.link.faults = [("pull", answer_lost)]
        await nikos.round()

        world.restore(path)
        tablet = await world.phone("camille", name="tablet")
        await tablet.delete("account", perrin)
        await settled(tablet)
        for name in order:
            await phones[name].sign_in()
        await settled(*phones.values(), tablet)

        assert not on_server(world, perrin).deleted
        for phone in (*phones.values(), tablet):
            assert set(await phone.all_ids("contact")) == {before, after}
            assert phone.device.status.now.conflicts == 1

    play(story())


@pytest.mark.parametrize("order", [("nina", "camille"), ("camille", "nina")], ids=".".join)
def test_a_tombstone_that_a_phone_holds_does_not_overrule_unasked_who_put_something_below_later(
    world: World, order: tuple[str, ...]
) -> None:
    async def story() -> None:
        perrin = world.account("Maison Perrin", "Lyon")
        world.person("lea", "rep", "Lyon")
        world.person("nina", "rep", "Lyon")
        camille, lea, nina = await world.phone("camille"), await world.phone("lea"), await world.phone("nina")
        phones = {"camille": camille, "nina": nina}
        path = world.backup()
        await lea.delete("account", perrin)  # and her own phone never comes back
        await settled(lea, camille)
        contact = await nina.create("contact", account_id=perrin, last_name="Martin")
        nina.link.faults = [("pull", answer_lost)]
        await nina.round()

        world.restore(path)
        for name in order:
            await phones[name].sign_in()
        await settled(*phones.values())

        for phone in phones.values():
            assert (await phone.all_ids("account"), await phone.all_ids("contact")) == ([perrin], [contact])
            assert phone.device.status.now.conflicts == 1

    play(story())
