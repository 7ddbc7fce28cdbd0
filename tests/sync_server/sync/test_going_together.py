"""Fields that go with another one, where people meet in them: they stand together, and who met in one alone is asked."""

import msgspec
import pytest

from shared.sync.protocol import HealEntry
from tests.sync_server.sync.shop import open_shop
from tests.sync_server.sync.test_offers import entries, heal, question, restored
from tests.sync_server.sync.test_revisions import marie, numbers, revised
from tests.sync_server.world import MINUTE, Phone, World

pytestmark = pytest.mark.usefixtures("engine")


def two(**place: float) -> tuple[World, str, Phone, Phone]:
    """Two phones that know one customer and where it is."""
    world = World()
    account = world.account("Fournil", None, **(place or {"lat": 45.0, "lon": 4.0}))
    phones = world.phone(world.elodie), world.phone(world.marie)
    for phone in phones:
        phone.pull()
    return world, account, *phones


def test_two_who_met_only_in_what_goes_with_another_field_are_asked() -> None:
    world, account, one, other = two()
    one.push(one.edit("account", account, lon=4.1))
    world.clock.now += MINUTE

    other.push(other.edit("account", account, lon=4.2))
    one.pull()

    asked = one.conflict(account, "lon")
    assert (asked.state, asked.values, one.records[account].value("lon")) == ("open", {"4.1", "4.2"}, 4.2)


def test_what_leads_and_was_emptied_leads_still() -> None:
    world, account, one, other = two()
    third = world.phone(world.marie)
    third.pull()
    world.clock.now += 10 * MINUTE
    one.skew, other.skew = -50_000, -20_000
    third.push(third.edit("account", account, lat=45.01))
    one.pull()
    one.push(one.edit("account", account, lat=None, lon=None))

    other.push(other.edit("account", account, lat=46.0, lon=5.0))
    one.pull()

    assert [one.records[account].value(name) for name in ("lat", "lon")] in ([None, None], [46.0, 5.0])


def test_what_one_wrote_to_two_customers_that_are_one_is_not_mixed() -> None:
    world, account, one, _ = two(lat=1.0, lon=1.0)
    duplicate = world.account("Le Fournil", lat=1.0, lon=1.0)
    one.pull()
    world.rewrite("account", duplicate, merged_into=account)
    here = one.change("account", account, lat=10.0, lon=20.0)
    there = msgspec.structs.replace(one.change("account", duplicate, lat=30.0, lon=40.0), stamp=here.stamp)

    one.push(one.transaction(here, there))
    one.pull()

    assert [one.records[account].value(name) for name in ("lat", "lon")] in ([10.0, 20.0], [30.0, 40.0])


def test_an_open_question_about_what_goes_with_another_field_stays_open() -> None:
    world, account, one, other = two()
    lost, fork = restored(world)
    heal(one, lost, offers=[question(one, account, account, fork + 5, field="lon", entries=entries(value=4.0))])
    one.push(one.edit("account", account, lat=45.1, lon=4.1))

    other.push(other.edit("account", account, lat=45.2, lon=4.2))
    one.pull()

    assert one.conflict(account, "lon").state == "open"


def test_a_revision_that_was_sent_since_a_restore_keeps_its_number() -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    other = marie(shop)
    before, mine = revised(shop, quote), revised(other, quote)
    lost, fork = restored(shop.world)
    heal(other.phone, lost, entries=[HealEntry(fork + 11, mine.made)])  # in the lost epoch it had become number 3, unheard
    other.phone.pull()
    other.phone.push(other.send(mine.id))

    heal(shop.phone, lost, entries=[HealEntry(fork + 10, before.made)])

    assert numbers(shop, before, mine) == [3, 2]
