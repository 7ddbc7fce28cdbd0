"""The demo organisation, seeded into a server and pulled by its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.ports import Clock
from shared.sync.protocol import EnrolRequest
from sync_server.config import Config, ScryptCost
from sync_server.console.demo import accounts_sheet, fill
from sync_server.console.shop import Shop
from sync_server.demo import DEMO_LOGINS
from sync_server.demo.organisation import DEVICE_CODES
from sync_server.services.auth import Sessions
from sync_server.services.authoring import Author
from sync_server.services.identity import DeviceIdentity
from sync_server.services.organisation import create_organisation
from sync_server.services.passwords import Passwords
from sync_server.services.pull import PullRequest, PullService
from sync_server.services.seeding import NotEmpty
from sync_server.services.tokens import authenticate
from sync_server.storage.database import Database
from tests.fakes import device
from tests.sync_server.world import Counting, FakeClock


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened(tmp_path_factory.mktemp("demo"), FakeClock()) as made:
        yield made


@contextmanager
def opened(folder: Path, clock: Clock) -> Iterator[Shop]:
    """Fill an organisation with the demo."""
    config, randomness = Config(data=folder, scrypt=ScryptCost(log_n=4)), Counting()
    made = Shop(config, Database.open(config.database), clock, randomness, Passwords(config.scrypt, randomness), Author(clock, randomness))
    with made.database.write() as connection:
        create_organisation(connection, "Demo", config.recovery_key, clock, randomness)
    fill(made)
    yield made
    made.database.close()


def _enrolled(shop: Shop, login: str) -> DeviceIdentity:
    sessions = Sessions(shop.database, shop.config, shop.clock, shop.randomness, shop.passwords)
    password = next(each.password for each in DEMO_LOGINS if each.login == login)
    answer = sessions.enrol(EnrolRequest(login, password, "Pixel", "android"), "192.0.2.7")
    with shop.database.read() as connection:
        return authenticate(connection, answer.tokens.access, shop.clock.now_ms())


def _pulled(shop: Shop, device: DeviceIdentity) -> tuple[set[str], dict[str, set[str]]]:
    """Give the scopes, and the ids of each kind, that a device receives."""
    service, cursor, ids = PullService(shop.database, shop.clock), "", dict[str, set[str]]()
    scopes: set[str] = set()
    while True:
        page = service.pull(device, PullRequest(cursor))
        scopes |= set(page.scopes)
        for kind, rows in page.kinds.items():
            ids.setdefault(kind, set()).update(row[0] for row in rows.rows)
        if not page.more:
            return scopes, ids
        cursor = page.cursor


def test_a_rep_pulls_her_own_territory_and_nothing_of_the_others(shop: Shop) -> None:
    scopes, lyon = _pulled(shop, _enrolled(shop, "elodie"))
    _, nantes = _pulled(shop, _enrolled(shop, "loic"))

    assert len([scope for scope in scopes if scope.startswith("territory:")]) == 1
    assert len(lyon["account"]) == 230
    assert len(nantes["account"]) == 200
    for kind in ("account", "contact", "visit", "quote", "quote_line"):
        assert lyon[kind]
        assert not lyon[kind] & nantes[kind]
    assert lyon["product"] == nantes["product"]


def test_the_manager_pulls_all_territories_and_the_admin_no_customer(shop: Shop) -> None:
    _, managers = _pulled(shop, _enrolled(shop, "camille"))
    _, admins = _pulled(shop, _enrolled(shop, "alex"))

    assert len(managers["account"]) == 600
    assert "account" not in admins


def test_no_new_device_gets_the_code_of_one_that_made_old_quotes(shop: Shop) -> None:
    assert _enrolled(shop, "elodie").code not in set(DEVICE_CODES.values())


def test_seeding_again_is_refused_and_changes_nothing(shop: Shop) -> None:
    with pytest.raises(NotEmpty):
        fill(shop)


def test_todays_tour_is_that_of_the_day_where_one_is_also_while_it_is_yesterday_in_greenwich(tmp_path: Path) -> None:
    just_after_midnight = datetime(2026, 11, 23, 0, 25, tzinfo=ZoneInfo("Europe/Paris"))
    clock = device.FakeClock(round(just_after_midnight.timestamp() * 1000))

    with opened(tmp_path, clock) as shop, shop.database.read() as connection:
        planned = connection.exec_driver_sql(
            "SELECT v.planned_at FROM visit v JOIN account a ON a.id = v.account_id WHERE a.name = 'Maison Perrin' AND v.state = 'planned'"
        ).scalars()
        days = {datetime.fromtimestamp(at / 1000, just_after_midnight.tzinfo).date() for at in planned}

    assert days == {just_after_midnight.date()}


def test_the_sheet_names_everybody_with_password_and_pin() -> None:
    sheet = accounts_sheet()

    for login in DEMO_LOGINS:
        assert all(word in sheet for word in (login.login, login.password, login.pin, login.name))
