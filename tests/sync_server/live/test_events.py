"""Live events: who is told what, who is told nothing, and how a stream ends."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import Message

from shared.errors import ServerRefused
from shared.sync.protocol import News
from sync_server.api.live import BEAT_MS
from sync_server.api.routes.events import known_news
from sync_server.services.devices import revoke_device
from sync_server.storage.tables import LOGIN
from tests.sync_server.live.ears import Ear, Station, words
from tests.sync_server.sync.test_http import TOKEN, Line
from tests.sync_server.world import DAY, MINUTE, Phone


def test_a_commit_wakes_the_streams_whose_scopes_it_touched_and_no_others() -> None:
    async def story(station: Station) -> None:
        world = station.world
        elodie, nikos = world.phone(world.elodie), world.phone(world.nikos)
        lyon = await station.listen(elodie, known=station.known(elodie))
        nantes = await station.listen(nikos, known=station.known(nikos))

        rests = station.rests
        world.account("Fournil", world.lyon)
        while station.rests == rests:
            await asyncio.sleep(0)
        await station.settle()

        elodie.pull()
        assert elodie.last is not None
        assert lyon.news == [elodie.last.head]
        assert nantes.heard == []

    Station().play(story)


def test_an_event_says_that_there_is_something_and_nothing_of_what_it_is() -> None:
    async def story(station: Station) -> None:
        ear = await station.listen(station.world.phone(station.world.elodie))

        assert [words(event) for event in ear.heard] == [{"epoch", "rev"}]

    Station().play(story)


def test_a_device_that_comes_back_hears_only_of_what_is_new_to_it() -> None:
    async def story(station: Station) -> None:
        world = station.world
        phone = world.phone(world.elodie)
        known = station.known(phone)
        up_to_date = await station.listen(phone, known=known)
        await up_to_date.leave()
        world.account()

        behind = await station.listen(phone, known=known)
        lost = await station.listen(phone, known=News("another epoch", 10_000))

        assert up_to_date.heard == []
        assert behind.news == [known.rev + 1]
        assert lost.news == [known.rev + 1]

    Station().play(story)


async def lyon_given(station: Station, phone: Phone) -> None:
    """Give Lyon to who has ``phone``, and then a customer to Lyon; all is told by then."""
    world = station.world
    world.authored("assignment", territory_id=world.lyon, user_id=phone.device.user_id, valid_from="2026-01-01")
    await station.settle()
    world.account("Fournil", world.lyon)
    await station.settle()


def test_a_territory_given_or_taken_is_told_and_followed() -> None:
    async def story(station: Station) -> None:
        world = station.world
        nikos = world.phone(world.nikos)
        ear = await station.listen(nikos, known=station.known(nikos))

        await lyon_given(station, nikos)

        assert len(ear.news) == 2

    Station().play(story)


def test_a_customer_that_moves_away_is_told_to_who_had_it() -> None:
    async def story(station: Station) -> None:
        world = station.world
        account = world.account("Fournil", world.lyon)
        elodie = world.phone(world.elodie)
        ear = await station.listen(elodie, known=station.known(elodie))

        world.rewrite("account", account, territory_id=world.nantes)
        await station.settle()

        assert len(ear.news) == 1

    Station().play(story)


def test_fault_22_a_device_revoked_while_it_listens_is_told_to_wipe_and_cut_off() -> None:
    async def story(station: Station) -> None:
        world = station.world
        phone, other = world.phone(world.elodie), world.phone(world.marie)
        ear = await station.listen(phone, known=station.known(phone))
        bystander = await station.listen(other, known=station.known(other))

        with world.database.write() as connection:
            revoke_device(connection, phone.device.code, world.clock.now)
        await station.settle()

        assert [event.name for event in ear.heard] == ["wipe"]
        assert ear.closed
        assert bystander.heard == []
        assert not bystander.closed

    Station().play(story)


def test_a_stream_ends_with_its_token_and_says_so() -> None:
    async def story(station: Station) -> None:
        phone = station.world.phone(station.world.elodie)
        ear = await station.listen(phone, until=station.world.clock.now + MINUTE)

        station.world.clock.now += MINUTE
        await station.settle()
        await ear.task

        assert ear.end is not None
        assert ear.end.reason == "expired"
        assert station.hub.count == 0

    Station().play(story)


def test_a_disabled_users_stream_ends_without_a_wipe() -> None:
    async def story(station: Station) -> None:
        world = station.world
        ear = await station.listen(world.phone(world.elodie))
        with world.database.write() as connection:
            row = {"user_id": world.elodie[0], "login": "elodie", "password_hash": "-", "disabled": 1}
            connection.execute(LOGIN.insert().values(**row))
        await station.settle()

        assert ear.end is not None
        assert ear.end.reason == "disabled"

    Station().play(story)


def test_silence_is_broken_by_a_heartbeat() -> None:
    async def story(station: Station) -> None:
        phone = station.world.phone(station.world.elodie)
        ear = await station.listen(phone, known=station.known(phone))

        station.world.clock.now += BEAT_MS - 1
        await station.settle()
        assert ear.beats == 0
        station.world.clock.now += 1
        await station.settle()

        assert ear.beats == 1

    Station().play(story)


def test_a_device_has_one_stream_and_the_older_one_is_ended() -> None:
    async def story(station: Station) -> None:
        phone = station.world.phone(station.world.elodie)
        older = await station.listen(phone)

        newer = await station.listen(phone)
        await older.task

        assert older.end is not None
        assert older.end.reason == "replaced"
        assert not newer.closed
        assert station.hub.count == 1

    Station().play(story)


def test_a_stream_that_is_cut_off_while_the_older_one_is_ended_is_gone_too() -> None:
    async def story(station: Station) -> None:
        phone = station.world.phone(station.world.elodie)
        older = await station.listen(phone)
        older.takes.clear()
        newer = Ear(station, phone, None, station.world.clock.now + DAY)
        await asyncio.sleep(0)

        newer.task.cancel()
        await asyncio.gather(newer.task, return_exceptions=True)

        assert station.hub.count == 0
        await older.leave()

    Station().play(story)


def test_beyond_the_cap_a_device_is_told_when_to_come_back() -> None:
    async def story(station: Station) -> None:
        world = station.world
        first, second = world.phone(world.elodie), world.phone(world.nikos)
        await station.listen(first)

        station.hub.require_room(first.device)
        with pytest.raises(ServerRefused) as refused:
            station.hub.require_room(second.device)

        assert (refused.value.status, refused.value.code) == (503, "too_many_streams")
        assert refused.value.retry_after_s

    Station(most=1).play(story)


@pytest.mark.parametrize("error", [OSError("nobody takes it"), RuntimeError("the answer is over")])
def test_a_device_that_takes_nothing_any_more_holds_up_nobody(error: Exception) -> None:
    async def story(station: Station) -> None:
        world = station.world
        deaf = await station.listen(world.phone(world.elodie))
        well = await station.listen(world.phone(world.marie))
        deaf.deaf = error

        world.account()
        await station.settle()
        await deaf.task

        assert len(well.news) == 2
        assert station.hub.count == 1

    Station().play(story)


def test_a_stream_that_breaks_while_scopes_change_leaves_nobody_behind_it_with_the_old_ones() -> None:
    async def story(station: Station) -> None:
        world = station.world
        broken = await station.listen(world.phone(world.elodie))
        nikos = world.phone(world.nikos)
        ear = await station.listen(nikos, known=station.known(nikos))
        broken.deaf = RuntimeError("the answer is over")

        await lyon_given(station, nikos)

        assert len(ear.news) == 2

    Station().play(story)


def test_a_server_that_stops_ends_its_streams_and_lets_nobody_in() -> None:
    async def story(station: Station) -> None:
        phone = station.world.phone(station.world.elodie)
        ear = await station.listen(phone)

        await station.hub.stop()
        await ear.task

        assert ear.end is not None
        assert (ear.end.reason, ear.end.retry_ms > 0) == ("stopping", True)
        with pytest.raises(ServerRefused):
            station.hub.require_room(phone.device)

    Station().play(story)


@pytest.mark.parametrize("mark", ["", "x", "e.", ".4", "e.-1", "e.99999999999999999999", "e.1e3"])
def test_a_mark_that_we_never_gave_means_that_nothing_is_known(mark: str) -> None:
    assert known_news(mark) is None
    assert known_news(News("e", 4).mark) == News("e", 4)


def test_the_route_begins_a_stream_that_no_proxy_may_hold_back() -> None:
    line = Line()
    sent: list[Message] = []
    asked: Iterator[Message] = iter([{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(asked)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/v1/sync/events", "query_string": b"", "headers": headers}
    asyncio.run(line.app(scope, receive, send))

    answered = dict(sent[0]["headers"])
    assert sent[0]["status"] == 200
    assert answered[b"content-type"].startswith(b"text/event-stream")
    assert answered[b"x-accel-buffering"] == b"no"
    assert b"content-length" not in answered
    assert sent[1]["more_body"]
