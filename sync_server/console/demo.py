"""`tournee seed-demo`: a wholesaler with a year of work behind it, to try everything on."""

from datetime import UTC, date, datetime, time

from sync_server.console.shop import DataOption, Shop, open_folder, say
from sync_server.demo import DEMO_LOGINS, DemoLogin, demo_records
from sync_server.demo.organisation import DEVICE_CODES, REPS
from sync_server.services.authoring import Authored
from sync_server.services.seeding import Seed, SeedDevice, SeedLogin, plant, require_empty

_OLD_PHONES_SINCE = datetime.combine(date(2024, 1, 15), time(8), UTC)


def seed_demo(data: DataOption = None) -> None:
    """Fill an empty organisation with the demo: people, territories, customers, products, a year of visits and quotes."""
    with open_folder(data) as shop:
        fill(shop)
    say(accounts_sheet())


def fill(shop: Shop) -> None:
    """Write the demo as it stands this morning, or nothing.

    Raises:
        NotEmpty: the organisation holds data already.
    """
    with shop.database.read() as connection:
        require_empty(connection)
    logins = [SeedLogin(each.user_id(), each.login, shop.passwords.hash(each.password)) for each in DEMO_LOGINS]
    since = int(_OLD_PHONES_SINCE.timestamp() * 1000)
    devices = [SeedDevice(code, REPS[area].user_id(), "Phone of last year", "android", since) for area, code in DEVICE_CODES.items()]
    records = (Authored(kind, id_, fields) for kind, id_, fields in demo_records(shop.day_here()))
    with shop.database.write() as connection:
        plant(connection, shop.author, Seed(records, logins, devices), shop.clock.now_ms())


def accounts_sheet() -> str:
    """Give the demo's accounts, a line each."""
    lines = [_line("Login", "Password", "PIN", "Who"), *(_account(each) for each in DEMO_LOGINS)]
    return "\n".join(lines)


def _account(login: DemoLogin) -> str:
    where = ", ".join(key.capitalize() for key in login.territories)
    return _line(login.login, login.password, login.pin, f"{login.name}, {login.role}{f' ({where})' if where else ''}")


def _line(login: str, password: str, pin: str, who: str) -> str:
    return f"{login:<10}{password:<22}{pin:<9}{who}"
