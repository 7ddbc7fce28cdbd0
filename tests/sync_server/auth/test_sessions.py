"""Sessions go on by themselves, survive lost answers, and end when a token is used twice."""

import pytest
from sqlalchemy import select

from shared.sync.protocol import Tokens
from sync_server.services.devices import list_devices
from sync_server.services.users import set_password, user_by_login
from sync_server.storage import tombstones
from sync_server.storage.tables import ACCESS_TOKEN, REFRESH_TOKEN
from tests.contract.stores import tables
from tests.sync_server.auth.doorway import Doorway, code_of

pytestmark = pytest.mark.usefixtures("engine")

MINUTE = 60_000
DAY = 86_400_000


def test_an_access_token_ends_after_its_quarter_of_an_hour(door: Doorway) -> None:
    access = door.enrol().tokens.access

    door.clock.now += 15 * MINUTE - 1
    assert door.pull_status(access) == (200, "")
    door.clock.now += 1
    assert door.pull_status(access) == (401, "session_expired")


def test_a_refresh_goes_on_without_a_password(door: Doorway) -> None:
    session = door.enrol()
    door.clock.now += 20 * MINUTE

    renewed = door.renewed(session.device_id, session.tokens.refresh)

    assert renewed.refresh != session.tokens.refresh
    assert door.pull_status(renewed.access) == (200, "")
    with door.database.read() as connection:
        assert [device.last_seen for device in list_devices(connection)] == [door.clock.now]


def test_a_lost_answer_is_given_again(door: Doorway) -> None:
    session = door.enrol()
    lost = door.renewed(session.device_id, session.tokens.refresh)
    door.clock.now += MINUTE

    again = door.renewed(session.device_id, session.tokens.refresh)

    assert again.refresh == lost.refresh
    assert door.pull_status(again.access) == (200, "")
    assert isinstance(door.refresh(session.device_id, again.refresh), Tokens)


def test_an_answer_that_was_lost_is_given_again_however_long_there_was_no_signal(door: Doorway) -> None:
    session = door.enrol()
    lost = door.renewed(session.device_id, session.tokens.refresh)
    for _ in range(3):
        door.clock.now += 5 * DAY

        again = door.renewed(session.device_id, session.tokens.refresh)

        assert (again.refresh, again.refresh_until) == (lost.refresh, session.tokens.refresh_until)
        assert door.pull_status(again.access) == (200, "")
    door.clock.now += 90 * DAY
    assert code_of(door.refresh(session.device_id, session.tokens.refresh)) == (401, "session_expired")


def test_fault_25_of_two_refreshes_at_once_both_go_on_in_one_family(door: Doorway) -> None:
    session = door.enrol()

    first, second = (door.renewed(session.device_id, session.tokens.refresh) for _ in range(2))
    door.clock.now += 10 * MINUTE

    assert first.refresh == second.refresh
    assert [door.pull_status(each.access)[0] for each in (first, second)] == [200, 200]
    assert isinstance(door.refresh(session.device_id, first.refresh), Tokens)


def test_an_answer_lost_twice_leads_to_the_newest_token(door: Doorway) -> None:
    session = door.enrol()
    once = door.renewed(session.device_id, session.tokens.refresh)
    twice = door.renewed(session.device_id, once.refresh)

    assert door.renewed(session.device_id, session.tokens.refresh).refresh == twice.refresh


def test_an_old_refresh_token_ends_the_whole_family(door: Doorway) -> None:
    session = door.enrol()
    renewed = door.renewed(session.device_id, session.tokens.refresh)
    renewed = door.renewed(session.device_id, renewed.refresh)
    door.clock.now += MINUTE + 1

    reused = door.refresh(session.device_id, session.tokens.refresh)

    assert code_of(reused) == (401, "session_expired")
    assert door.pull_status(renewed.access) == (401, "session_expired")
    assert code_of(door.refresh(session.device_id, renewed.refresh)) == (401, "session_expired")


@pytest.mark.parametrize(("later", "status"), [(1, 200), (MINUTE + 1, 401)])
def test_a_token_that_is_used_again_after_its_answer_was_of_use_ends_the_family(door: Doorway, later: int, status: int) -> None:
    session = door.enrol()
    renewed = door.renewed(session.device_id, session.tokens.refresh)
    door.clock.now += later
    with door.database.write() as connection:  # as a pull with the new access token does
        tombstones.note_progress(connection, session.device_id, 1, door.clock.now)
    door.clock.now += 2 * MINUTE

    door.refresh(session.device_id, session.tokens.refresh)

    assert door.pull_status(renewed.access)[0] == status


def test_a_refresh_token_is_bound_to_its_device(door: Doorway) -> None:
    mine, other = door.enrol(), door.enrol()

    stolen = door.refresh(other.device_id, mine.tokens.refresh)

    assert code_of(stolen) == (401, "session_expired")
    assert door.pull_status(mine.tokens.access) == (401, "session_expired")
    assert door.pull_status(other.tokens.access) == (200, "")


def test_rotation_does_not_move_the_end_of_a_session(door: Doorway) -> None:
    session = door.enrol()
    tokens, began = session.tokens, door.clock.now
    for day in range(1, 90):
        door.clock.now = began + day * DAY
        tokens = door.renewed(session.device_id, tokens.refresh)

    assert tokens.refresh_until == session.tokens.refresh_until
    door.clock.now = began + 90 * DAY
    assert code_of(door.refresh(session.device_id, tokens.refresh)) == (401, "session_expired")


def test_a_made_up_token_opens_nothing(door: Doorway) -> None:
    session = door.enrol()

    assert code_of(door.refresh(session.device_id, "made up")) == (401, "session_expired")
    assert door.pull_status("made up") == (401, "session_expired")
    assert door.pull_status(session.tokens.refresh) == (401, "session_expired")
    assert door.pull_status(session.tokens.access) == (200, "")


def test_no_token_and_no_password_is_in_the_database(door: Doorway) -> None:
    session = door.enrol()
    renewed = door.renewed(session.device_id, session.tokens.refresh)

    with door.database.read() as connection:
        dump = str([connection.execute(select(table)).all() for table in tables()])

    for secret in (session.tokens.access, session.tokens.refresh, renewed.access, renewed.refresh, "three honest words"):
        assert secret not in dump


def test_expired_tokens_do_not_pile_up(door: Doorway) -> None:
    session = door.enrol()
    tokens = session.tokens
    for _ in range(5):
        door.clock.now += 20 * MINUTE
        tokens = door.renewed(session.device_id, tokens.refresh)

    with door.database.read() as connection:
        assert len(connection.execute(select(ACCESS_TOKEN)).all()) == 1
        assert len(connection.execute(select(REFRESH_TOKEN).where(REFRESH_TOKEN.c.used_at.is_(None))).all()) == 1


def test_a_new_password_ends_the_sessions_begun_with_the_old_one(door: Doorway) -> None:
    session = door.enrol()

    with door.database.write() as connection:
        set_password(connection, user_by_login(connection, "elodie"), door.passwords.hash("four more honest words"))

    assert door.pull_status(session.tokens.access) == (401, "session_expired")
    assert code_of(door.refresh(session.device_id, session.tokens.refresh)) == (401, "session_expired")
    assert door.enrol(password="four more honest words").profile.id == door.elodie
