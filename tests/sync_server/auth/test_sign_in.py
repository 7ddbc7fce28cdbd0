"""Who comes in, as what, and who does not."""

import pytest

from shared.rules.numbering import device_code
from shared.sync.protocol import EnrolRequest, SessionAnswer
from sync_server.services.devices import NewDevice, add_device, list_devices, revoke_device
from sync_server.services.users import set_disabled
from tests.sync_server.auth.doorway import PASSWORD, Doorway, code_of

pytestmark = pytest.mark.usefixtures("engine")


def test_enrolling_gives_a_device_all_that_it_needs(door: Doorway) -> None:
    answer = door.enrol()

    assert answer.device_code == device_code(0)
    assert answer.organisation_name == "Maison Fournil"
    assert (answer.profile.name, answer.profile.role, answer.profile.language) == ("Elodie", "rep", "fr")
    assert answer.tokens.access_until == door.clock.now + 15 * 60_000
    assert answer.tokens.refresh_until == door.clock.now + 90 * 86_400_000
    assert answer.lease_days == 14
    assert door.pull_status(answer.tokens.access) == (200, "")


def test_what_no_database_keeps_is_dropped_from_what_a_device_says_of_itself(door: Doorway) -> None:
    status, body = door.post("/v1/devices/enrol", EnrolRequest("elodie", PASSWORD, "Pi\0xel 9\n", "an\0droid"))

    assert status == 200, body
    (row,) = door.database.run(list_devices)
    assert (row.name, row.platform) == ("Pixel 9", "android")


def test_a_name_that_an_older_server_kept_with_a_nul_is_not_passed_on(door: Doorway) -> None:
    old = NewDevice("old", door.elodie, "Pi\0xel", "an\0droid")

    door.database.run(lambda connection: add_device(connection, old, 1))

    (row,) = door.database.run(list_devices)
    assert (row.name, row.platform) == ("Pixel", "android")


def test_a_login_is_found_however_it_is_typed(door: Doorway) -> None:
    assert door.enrol("  ELODIE ").profile.id == door.elodie


def test_an_unknown_login_and_a_wrong_password_are_told_alike(door: Doorway) -> None:
    unknown = door.refused_enrolment("nobody", PASSWORD)
    wrong = door.refused_enrolment("elodie", "two dishonest words")

    assert unknown == wrong
    assert code_of(unknown) == (401, "wrong_credentials")


def test_an_unknown_login_costs_as_many_hashes_as_a_wrong_password(door: Doorway) -> None:
    door.hasher.costs.clear()
    door.refused_enrolment("nobody", PASSWORD)
    for_unknown = list(door.hasher.costs)
    door.hasher.costs.clear()
    door.refused_enrolment("elodie", "two dishonest words")

    assert for_unknown == door.hasher.costs
    assert len(for_unknown) == 1


def test_a_disabled_user_hears_so_only_with_the_right_password(door: Doorway) -> None:
    access = door.enrol().tokens.access
    with door.database.write() as connection:
        set_disabled(connection, door.author, "elodie", disabled=True)

    assert code_of(door.refused_enrolment("elodie", PASSWORD)) == (403, "user_disabled")
    assert code_of(door.refused_enrolment("elodie", "two dishonest words")) == (401, "wrong_credentials")
    assert door.pull_status(access) == (403, "user_disabled")


def test_signing_in_again_keeps_the_device_and_ends_the_session_before(door: Doorway) -> None:
    before = door.enrol()

    after = door.sign_in(before.device_id)

    assert isinstance(after, SessionAnswer)
    assert (after.device_id, after.device_code) == (before.device_id, before.device_code)
    assert door.pull_status(before.tokens.access) == (401, "session_expired")
    assert door.pull_status(after.tokens.access) == (200, "")


def test_a_device_is_its_users_alone(door: Doorway) -> None:
    door.user("nikos")
    device_id = door.enrol().device_id

    assert code_of(door.sign_in(device_id, "nikos")) == (403, "not_your_device")
    assert code_of(door.sign_in("never enrolled")) == (403, "not_your_device")


def test_a_revoked_device_is_told_so_at_every_door(door: Doorway) -> None:
    session = door.enrol()
    with door.database.write() as connection:
        revoke_device(connection, session.device_code, door.clock.now)

    assert door.pull_status(session.tokens.access) == (403, "device_revoked")
    assert code_of(door.refresh(session.device_id, session.tokens.refresh)) == (403, "device_revoked")
    assert code_of(door.sign_in(session.device_id)) == (403, "device_revoked")
    sealed = door.seal_for(session.device_id, bytes(32))
    assert door.recover(session.tokens.access, sealed)[0] == 403


def test_a_device_code_is_never_given_twice(door: Doorway) -> None:
    with door.database.write() as connection:
        add_device(connection, NewDevice("old", door.elodie, "old phone", "android"), door.clock.now, device_code(1))

    codes = [door.enrol().device_code for _ in range(3)]

    assert codes == [device_code(0), device_code(2), device_code(3)]
    with door.database.read() as connection:
        assert len(list_devices(connection)) == 4


def test_a_protocol_that_is_too_old_is_told_to_update(door: Doorway) -> None:
    status, _ = door.post("/v1/devices/enrol", EnrolRequest("elodie", PASSWORD, "Pixel", "android", protocol=0))

    assert status == 426


def test_a_body_that_is_none_is_a_problem_and_not_a_crash(door: Doorway) -> None:
    assert door.request("POST", "/v1/devices/enrol", b"{").status_code == 400
    assert door.request("POST", "/v1/devices/enrol", b'{"login": 1}').status_code == 422
    assert door.request("POST", "/v1/auth/refresh", b"[]").status_code == 422
