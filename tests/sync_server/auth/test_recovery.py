"""A forgotten PIN loses nothing, and a thief gains nothing by it."""

import base64

import pytest

from shared.recovery import seal_to
from shared.recovery_format import recovery_context
from shared.sync import codec
from shared.sync.protocol import Problem, RecoverAnswer, SessionAnswer
from sync_server.config import TokenLifetimes
from sync_server.services.ledger import Enrolled, Ledger
from sync_server.services.tokens import TokenIssuer
from tests.sync_server.auth.doorway import Doorway

pytestmark = pytest.mark.usefixtures("engine")

DATA_KEY = bytes(range(32))


def test_fault_37_a_sealed_data_key_is_opened_after_an_online_sign_in(door: Doorway) -> None:
    session = door.enrol()

    status, body = door.recover(session.tokens.access, door.seal_for(session.device_id, DATA_KEY))

    assert status == 200
    assert base64.b64decode(codec.decode(body, RecoverAnswer).data_key) == DATA_KEY


def test_a_token_alone_long_after_the_sign_in_opens_nothing(door: Doorway) -> None:
    session = door.enrol()
    door.clock.now += 11 * 60_000

    status, body = door.recover(session.tokens.access, door.seal_for(session.device_id, DATA_KEY))

    assert (status, codec.decode(body, Problem).code) == (403, "sign_in_needed")


def test_when_the_password_was_given_does_not_depend_on_how_long_sessions_last_today(door: Doorway) -> None:
    session, then = door.enrol(), door.clock.now
    door.clock.now += 11 * 60_000
    shorter = TokenIssuer(TokenLifetimes(900, 30 * 86_400, 60), door.randomness)

    with door.database.read() as connection:
        assert shorter.signed_in_at(connection, session.device_id) == then


def test_the_seal_of_another_device_is_not_opened(door: Doorway) -> None:
    mine, other = door.enrol(), door.enrol()

    status, body = door.recover(mine.tokens.access, door.seal_for(other.device_id, DATA_KEY))

    assert (status, codec.decode(body, Problem).code) == (422, "seal_broken")


def test_whose_a_device_is_stands_in_the_ledger_however_it_enrolled(door: Doorway) -> None:
    first = door.enrol()
    answer = door.request("POST", "/v1/devices/again", access=first.tokens.access)
    again = codec.decode(answer.content, SessionAnswer)

    said = [line for line in Ledger(door.config.ledger).lines() if isinstance(line, Enrolled)]

    assert [(line.device, line.user_id) for line in said] == [(first.device_id, door.elodie), (again.device_id, door.elodie)]


def test_what_is_no_seal_is_refused(door: Doorway) -> None:
    session = door.enrol()

    for sealed in (b"", b"\x01", b"\x02" + bytes(80), bytes(200)):
        assert door.recover(session.tokens.access, sealed)[0] == 422
    elsewhere = seal_to(
        base64.b64decode(session.recovery_key), DATA_KEY, recovery_context("elsewhere", session.device_id, 1), bytes(31) + b"x"
    )
    assert door.recover(session.tokens.access, elsewhere)[0] == 422


def test_a_server_without_its_recovery_key_says_so(door: Doorway) -> None:
    session = door.enrol()
    sealed = door.seal_for(session.device_id, DATA_KEY)
    door.config.recovery_key.unlink()

    status, body = door.recover(session.tokens.access, sealed)

    assert (status, codec.decode(body, Problem).code) == (503, "recovery_unavailable")


def test_the_key_file_is_for_its_owner_alone(door: Doorway) -> None:
    assert door.config.recovery_key.stat().st_mode & 0o777 == 0o600
