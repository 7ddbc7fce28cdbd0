"""What an organisation allows devices in browsers."""

import pytest

from shared.sync import codec
from shared.sync.protocol import BROWSER, PullAnswer, PushAnswer, PushRequest, SessionAnswer
from sync_server.config import Config, ConfigError
from sync_server.services.devices import list_devices
from tests.sync_server.auth.doorway import PASSWORD, Doorway, code_of

pytestmark = pytest.mark.usefixtures("engine")


def test_a_device_in_a_browser_has_the_lease_of_all_unless_the_organisation_says_otherwise(door: Doorway) -> None:
    assert door.enrol(platform=BROWSER).lease_days == 14

    door.start(browser_days=3)

    assert (door.enrol(platform=BROWSER).lease_days, door.enrol(platform="android").lease_days) == (3, 14)


def test_it_never_has_a_longer_lease_than_the_others(door: Doorway) -> None:
    door.start(lease_days=5, browser_days=30)

    assert door.enrol(platform=BROWSER).lease_days == 5


def test_where_there_are_none_in_browsers_one_is_refused_and_not_noted_and_others_enrol(door: Doorway) -> None:
    door.start(browser_days=0)

    refused = door.refused_enrolment("elodie", PASSWORD, BROWSER)

    assert code_of(refused) == (403, "browsers_forbidden")
    with door.database.read() as connection:
        assert list_devices(connection) == []
    assert door.enrol(platform="android").lease_days == 14


def test_whether_browsers_are_allowed_is_said_only_to_who_knows_the_password(door: Doorway) -> None:
    door.start(browser_days=0)

    assert code_of(door.refused_enrolment("elodie", "two dishonest words", BROWSER)) == (401, "wrong_credentials")


def test_each_pull_says_how_long_the_lease_is_from_now_on(door: Doorway) -> None:
    access = door.enrol(platform=BROWSER).tokens.access
    before = pulled(door, access)
    door.start(browser_days=2)

    assert (before.lease_days, pulled(door, access).lease_days) == (14, 2)


def test_a_device_that_was_there_before_browsers_were_forbidden_still_sends_and_is_given_nothing(door: Doorway) -> None:
    enrolled = door.enrol(platform=BROWSER)
    door.start(browser_days=0)

    assert door.pull_status(enrolled.tokens.access) == (403, "browsers_forbidden")
    status, body = door.post("/v1/sync/push", PushRequest(door.clock.now, (), epoch=enrolled.epoch.id), enrolled.tokens.access)
    assert status == 200
    assert codec.decode(body, PushAnswer).outcomes == ()
    again = door.sign_in(enrolled.device_id)
    assert isinstance(again, SessionAnswer)
    assert again.lease_days == 1


def test_the_days_of_browsers_are_those_of_all_where_nothing_is_said() -> None:
    assert Config.read({"TOURNEE_SERVER_LEASE_DAYS": "30"}).leases.browser_days == 30
    assert Config.read({"TOURNEE_SERVER_BROWSER_DAYS": "0"}).leases.browser_days == 0
    with pytest.raises(ConfigError, match="from 0 to 90"):
        Config.read({"TOURNEE_SERVER_BROWSER_DAYS": "never"})


def pulled(door: Doorway, access: str) -> PullAnswer:
    answer = door.request("GET", "/v1/sync/pull", access=access)
    assert answer.status_code == 200
    return codec.decode(answer.content, PullAnswer)
