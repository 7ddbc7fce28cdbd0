"""A customer that was deleted in the epoch that a restore lost, and again since: it stays deleted, and nobody is asked."""

from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest

from tests.simulation.test_restore import on_server, play, settled
from tests.simulation.test_unheard_questions import pushed_alone
from tests.simulation.world import Phone, World

COLLEAGUES = ("lea", "nina")


@dataclass
class Lost:
    """An epoch that will be lost: the backup of its beginning, one customer, and the phones of who works with that one, by login."""

    world: World
    customer: str
    phones: dict[str, Phone]
    path: Path
    tablet: Phone | None = None

    async def note_below(self, login: str, last_name: str = "Perrin") -> str:
        """Write a contact of the customer's, on this phone only."""
        return await self.phones[login].create("contact", account_id=self.customer, last_name=last_name)

    async def delete(self, login: str) -> None:
        """Delete the customer, on this phone only."""
        await self.phones[login].delete("account", self.customer)

    async def deleted_anew(self) -> None:
        """Restore the backup; somebody who has not heard of any of this deletes the customer in the new epoch."""
        self.world.restore(self.path)
        self.tablet = await self.world.phone("camille", name="tablet")
        await self.tablet.delete("account", self.customer)
        await settled(self.tablet)

    async def come_back(self, *order: str) -> tuple[Phone, ...]:
        """Let these sign in, in this order, and give back what they hold; give all the phones that are there then."""
        for login in order:
            await self.phones[login].sign_in()
        there = tuple(phone for login, phone in self.phones.items() if login in order)
        there += (self.tablet,) if self.tablet is not None else ()
        await settled(*there)
        return there

    async def asked_nothing(self, *phones: Phone) -> None:
        """Hold the server and these phones to it: the customer is deleted and no question is open."""
        assert on_server(self.world, self.customer).deleted
        for phone in phones:
            assert await phone.all_ids("account") == await phone.all_ids("contact") == []
            assert (phone.device.status.now.conflicts, phone.device.status.now.attention) == (0, 0)


async def lost(world: World, *logins: str) -> Lost:
    """Begin the epoch that will be lost, with the phones of these people, of whom some are new."""
    perrin = world.account("Maison Perrin", "Lyon")
    for login in logins:
        if login in COLLEAGUES:
            world.person(login, "rep", "Lyon")
    phones = {login: await world.phone(login) for login in logins}
    return Lost(world, perrin, phones, world.backup())


@pytest.mark.parametrize("order", list(permutations(["elodie", "lea", "nina"])), ids=".".join)
def test_what_was_below_a_customer_that_both_epochs_deleted_does_not_bring_it_back_whoever_comes_first(
    world: World, order: tuple[str, ...]
) -> None:
    async def story() -> None:
        epoch = await lost(world, "elodie", "lea", "nina")
        await epoch.note_below("elodie")
        await epoch.phones["elodie"].round()
        await epoch.phones["nina"].round()  # holds what is below, and never hears of the deletion
        await epoch.delete("lea")
        await pushed_alone(epoch.phones["lea"])

        await epoch.deleted_anew()
        there = await epoch.come_back(*order)

        await epoch.asked_nothing(*there)

    play(story())


@pytest.mark.parametrize("order", [("elodie", "camille"), ("camille", "elodie")], ids=".".join)
def test_what_only_a_lost_journal_brings_below_a_customer_that_only_the_lost_epoch_deleted_asks_nobody(
    world: World, order: tuple[str, ...]
) -> None:
    async def story() -> None:
        epoch = await lost(world, "elodie", "camille")
        await epoch.note_below("elodie")
        await epoch.phones["elodie"].round()
        await epoch.delete("camille")
        await pushed_alone(epoch.phones["camille"])

        world.restore(epoch.path)
        there = await epoch.come_back(*order)

        await epoch.asked_nothing(*there)

    play(story())


@pytest.mark.parametrize("order", [("elodie", "camille"), ("camille", "elodie")], ids=".".join)
def test_a_tombstone_that_a_phone_holds_tells_as_well_that_the_lost_epoch_deleted_it_too(world: World, order: tuple[str, ...]) -> None:
    async def story() -> None:
        epoch = await lost(world, "elodie", "camille", "lea")
        await epoch.note_below("elodie")
        await epoch.phones["elodie"].round()
        await epoch.phones["lea"].round()
        await epoch.delete("lea")
        await settled(epoch.phones["lea"], epoch.phones["camille"])  # and her own phone never comes back

        await epoch.deleted_anew()
        there = await epoch.come_back(*order)

        await epoch.asked_nothing(*there)

    play(story())


@pytest.mark.parametrize("order", list(permutations(["elodie", "lea", "nina"])), ids=".".join)
def test_who_put_something_below_it_after_the_lost_epoch_deleted_it_is_not_overruled_unasked(world: World, order: tuple[str, ...]) -> None:
    async def story() -> None:
        epoch = await lost(world, "elodie", "lea", "nina")
        before = await epoch.note_below("elodie")
        await epoch.phones["elodie"].round()
        await epoch.delete("lea")
        await pushed_alone(epoch.phones["lea"])
        after = await epoch.note_below("nina", "Martin")
        await pushed_alone(epoch.phones["nina"])

        await epoch.deleted_anew()
        there = await epoch.come_back(*order)

        assert not on_server(world, epoch.customer).deleted
        for phone in there:
            assert set(await phone.all_ids("contact")) == {before, after}
            assert phone.device.status.now.conflicts == 1

    play(story())


@pytest.mark.parametrize("order", [("nina", "camille"), ("camille", "nina")], ids=".".join)
def test_a_tombstone_that_a_phone_holds_does_not_overrule_unasked_who_put_something_below_later(
    world: World, order: tuple[str, ...]
) -> None:
    async def story() -> None:
        epoch = await lost(world, "camille", "lea", "nina")
        await epoch.delete("lea")  # and her own phone never comes back
        await settled(epoch.phones["lea"], epoch.phones["camille"])
        contact = await epoch.note_below("nina", "Martin")
        await pushed_alone(epoch.phones["nina"])

        world.restore(epoch.path)
        there = await epoch.come_back(*order)

        for phone in there:
            assert (await phone.all_ids("account"), await phone.all_ids("contact")) == ([epoch.customer], [contact])
            assert phone.device.status.now.conflicts == 1

    play(story())
