"""A phone that was restored from a copy of itself becomes another device without a password, and whoever stole its token gains nothing."""

import base64

import pytest

from shared.sync import codec
from shared.sync.protocol import Problem, RecoverRequest, SessionAnswer
from sync_server.services.devices import list_devices, revoke_device
from sync_server.services.successors import ASKED_AGAIN_MS, OF_ONE_SIGN_IN
from tests.sync_server.auth.doorway import Doorway, code_of

pytestmark = pytest.mark.usefixtures("engine")

MINUTE = 60_000
DATA_KEY = bytes(range(32))


def asked(door: Doorway, access: str) -> SessionAnswer | Problem:
    """What a device is answered that has to become another one."""
    answer = door.request("POST", "/v1/devices/again", access=access)
    return codec.decode(answer.content, SessionAnswer) if answer.status_code == 200 else codec.decode(answer.content, Problem)


def became(door: Doorway, access: str) -> SessionAnswer:
    answer = asked(door, access)
    assert isinstance(answer, SessionAnswer), answer
    return answer


def heard_of(door: Doorway, session: SessionAnswer) -> SessionAnswer:
    """The device came with its session, a while after it got it."""
    door.clock.now += MINUTE
    door.renewed(session.device_id, session.tokens.refresh)
    return session


def test_another_device_goes_on_in_the_session_of_the_one_before_and_ends_with_it(door: Doorway) -> None:
    session = door.enrol()
    door.clock.now += MINUTE

    again = became(door, session.tokens.access)

    assert (again.profile.id, again.device_id == session.device_id) == (door.elodie, False)
    assert again.tokens.refresh_until == session.tokens.refresh_until
    assert door.pull_status(again.tokens.access) == (200, "")


def test_a_stolen_token_opens_no_seal_by_way_of_another_device(door: Doorway) -> None:
    session = door.enrol()
    sealed = base64.b64encode(door.seal_for(session.device_id, DATA_KEY)).decode()
    door.clock.now += 11 * MINUTE

    again = became(door, session.tokens.access)
    status, body = door.post("/v1/devices/recover", RecoverRequest(sealed, session.device_id), again.tokens.access)

    assert (status, codec.decode(body, Problem).code) == (403, "sign_in_needed")


def test_whoever_did_not_get_the_answer_is_given_a_session_of_the_same_device(door: Doorway) -> None:
    session = door.enrol()
    door.clock.now += MINUTE
    lost = became(door, session.tokens.access)
    door.clock.now += ASKED_AGAIN_MS - MINUTE
    renewed = door.renewed(session.device_id, session.tokens.refresh)

    again = became(door, renewed.access)

    assert (again.device_id, again.device_code) == (lost.device_id, lost.device_code)
    assert again.tokens.refresh_until == session.tokens.refresh_until
    assert door.pull_status(again.tokens.access) == (200, "")
    assert door.pull_status(lost.tokens.access) == (401, "session_expired")


def test_a_session_that_made_another_device_ends_a_day_later(door: Doorway) -> None:
    session = door.enrol()
    became(door, session.tokens.access)

    door.clock.now += ASKED_AGAIN_MS

    assert code_of(door.refresh(session.device_id, session.tokens.refresh)) == (401, "session_expired")


def test_once_the_other_device_was_heard_of_the_one_before_needs_the_password(door: Doorway) -> None:
    session = door.enrol()
    again = heard_of(door, became(door, session.tokens.access))

    assert code_of(asked(door, session.tokens.access)) == (401, "session_expired")

    assert door.pull_status(session.tokens.access) == (401, "session_expired")
    assert door.pull_status(again.tokens.access) == (200, "")
    signed_in = door.sign_in(session.device_id)
    assert isinstance(signed_in, SessionAnswer)
    assert became(door, signed_in.tokens.access).device_id not in {session.device_id, again.device_id}


def test_a_device_that_was_shut_out_before_it_was_heard_of_is_given_to_nobody(door: Doorway) -> None:
    session = door.enrol()
    again = became(door, session.tokens.access)
    with door.database.write() as connection:
        revoke_device(connection, again.device_id, door.clock.now)

    assert code_of(asked(door, session.tokens.access)) == (401, "session_expired")


def test_one_sign_in_makes_few_devices_and_then_the_password_is_needed(door: Doorway) -> None:
    session = door.enrol()
    for _ in range(OF_ONE_SIGN_IN):
        door.clock.now += MINUTE
        session = became(door, session.tokens.access)

    door.clock.now += MINUTE

    assert code_of(asked(door, session.tokens.access)) == (401, "session_expired")
    with door.database.read() as connection:
        assert len(list_devices(connection)) == 1 + OF_ONE_SIGN_IN
    signed_in = door.sign_in(session.device_id)
    assert isinstance(signed_in, SessionAnswer)
    became(door, signed_in.tokens.access)
