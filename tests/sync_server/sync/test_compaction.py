"""Tombstones and old lines of the log leave when everybody has heard of them or after 90 days; who slept longer gets her scopes anew."""

import pytest
from sqlalchemy import select

from sync_server.services.compaction import KEPT_SEQS, compact
from sync_server.services.pull import PullRequest
from sync_server.storage import dump, meta
from sync_server.storage.tables import COMPACTED, DEVICE, DEVICE_PROGRESS, RECORD_META, TXN_LOG
from tests.sync_server.sync.sleepers import contact, known, passed, slept
from tests.sync_server.sync.test_http import Line
from tests.sync_server.world import DAY, MINUTE, World

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def world() -> World:
    return World()


def test_a_tombstone_stays_until_every_device_has_passed_it(world: World) -> None:
    account = world.account()
    one, other = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, one, account)
    passed(world, one, other)
    one.push(one.delete("contact", lucie))
    world.clock.now += 2 * DAY
    passed(world, one)

    first = compact(world.database, world.clock.now)
    there = lucie in known(world)
    passed(world, other)
    second = compact(world.database, world.clock.now)

    assert (first.tombstones, there) == (0, True)
    assert (second.tombstones, lucie in known(world)) == (1, False)
    with world.database.read() as connection:
        assert dump.counted_digests(connection) == dump.kept_digests(connection)


def test_after_90_days_a_tombstone_waits_for_nobody(world: World) -> None:
    _, _, account, lucie = slept(world)

    assert lucie not in known(world)
    assert account in known(world)


def test_what_something_hangs_below_stays(world: World) -> None:
    account = world.account()
    phone = world.phone(world.elodie)
    contact(world, phone, account)
    phone.push(phone.delete("account", account))
    world.clock.now += DAY
    passed(world, phone)

    assert compact(world.database, world.clock.now).tombstones == 0


def test_what_a_conflict_is_open_about_stays(world: World) -> None:
    account = world.account()
    phone, other = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, phone, account)
    passed(world, other)
    phone.push(phone.edit("contact", lucie, first_name="Lou"))
    world.clock.now += MINUTE
    other.push(other.edit("contact", lucie, first_name="Lulu"))
    other.push(other.delete("contact", lucie))  # what stands is her own; she has not seen that it is asked about
    world.clock.now += DAY
    passed(world, phone, other)

    assert phone.conflict(lucie, "first_name").state == "open"
    assert compact(world.database, world.clock.now).tombstones == 0
    assert lucie in known(world)


def test_a_customer_goes_after_all_that_was_below(world: World) -> None:
    account = world.account()
    phone = world.phone(world.elodie)
    lucie = contact(world, phone, account)
    phone.push_all(phone.delete("contact", lucie), phone.delete("account", account))
    world.clock.now += DAY
    passed(world, phone)

    assert compact(world.database, world.clock.now).tombstones == 2
    with world.database.read() as connection:
        assert set(connection.execute(select(COMPACTED.c.id)).scalars()) == {account, lucie}


def test_what_was_erased_stays_for_ever(world: World) -> None:
    account = world.account()
    phone = world.phone(world.elodie)
    passed(world, phone)
    with world.database.write() as connection:
        connection.execute(RECORD_META.update().where(RECORD_META.c.id == account).values(deleted=2, rev=meta.head(connection)))
    world.clock.now += 200 * DAY
    passed(world, phone)

    compact(world.database, world.clock.now)

    assert account in known(world)


def test_nothing_goes_that_no_backup_holds_where_backups_are_made(world: World) -> None:
    account = world.account()
    phone = world.phone(world.elodie)
    with world.database.write() as connection:
        meta.put(connection, meta.BACKED_UP, str(meta.head(connection)))
    lucie = contact(world, phone, account)
    phone.push(phone.delete("contact", lucie))
    world.clock.now += DAY
    passed(world, phone)

    assert compact(world.database, world.clock.now).tombstones == 0


def test_a_device_that_slept_gets_its_scopes_anew_and_ends_alike(world: World) -> None:
    asleep, awake, _, lucie = slept(world)

    first = asleep.page(limit=1)
    asleep.pull(limit=1)
    awake.pull()

    assert f"territory:{world.lyon}" in first.again
    assert first.more
    assert lucie not in asleep.records
    assert asleep.last is not None
    assert asleep.digests() == asleep.last.digests
    assert awake.last is not None
    assert not awake.last.again
    assert asleep.page().again == []


def test_a_device_of_the_protocol_before_is_told_to_drop_what_comes_again(world: World) -> None:
    asleep, _, _, _ = slept(world)

    page = world.pull.pull(asleep.device, PullRequest(asleep.cursor), 2)

    assert f"territory:{world.lyon}" in page.lost_scopes
    assert page.again == []
    assert page.kinds["contact"].rows


def test_a_first_download_that_goes_on_while_tombstones_go_is_not_begun_twice(world: World) -> None:
    _, _, _, _ = slept(world)
    fresh = world.phone(world.elodie)
    first = fresh.page(limit=1)
    fresh.cursor = first.cursor
    compact(world.database, world.clock.now)

    assert fresh.page(limit=1).again == []


def test_old_lines_of_the_log_go_but_never_a_devices_last(world: World) -> None:
    account = world.account()
    phone = world.phone(world.elodie)
    phone.push(phone.edit("account", account, city="Old"))
    phone.push(phone.edit("account", account, city="Newer"))
    with world.database.write() as connection:
        connection.execute(DEVICE.update().values(last_seq=KEPT_SEQS + 1))

    early = compact(world.database, world.clock.now + 89 * DAY)
    late = compact(world.database, world.clock.now + 91 * DAY)

    assert (early.lines, late.lines) == (0, 1)
    with world.database.read() as connection:
        assert list(connection.execute(select(TXN_LOG.c.seq)).scalars()) == [2]


def test_how_far_a_device_has_come_is_noted_at_most_once_an_hour() -> None:
    line = Line()
    cursor = line.phone.cursor

    def noted() -> list[tuple[int, int]]:
        line.send("GET", f"/v1/sync/pull?cursor={cursor}")
        with line.world.database.read() as connection:
            return [(rev, at) for rev, at in connection.execute(select(DEVICE_PROGRESS.c.rev, DEVICE_PROGRESS.c.at))]

    first = noted()
    line.world.account("Another")
    line.phone.pull()
    line.world.clock.now += 60_000
    again = noted()
    line.world.clock.now += 3_600_000

    assert first == again
    assert noted() == again
