"""An organisation to make backups of, and what makes and restores them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_server.services.backup import Backups
from sync_server.services.ledger import Ledger
from sync_server.services.organisation import create_organisation
from sync_server.services.restore import Restorer
from sync_server.storage.database import Database
from tests.sync_server.world import World

KEY = bytes(range(32))
CANARY = "Kanarienvogel"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An organisation with a customer, and a phone that has written."""
    made = World(tmp_path / "org.db")
    with made.database.write() as connection:
        create_organisation(connection, "Fournil & Cie", tmp_path / "recovery.key", made.clock, made.randomness)
    account = made.account(CANARY, tags=["fair", "four"], lat=45.5, lon=4.0)
    phone = made.phone(made.elodie)
    phone.pull()
    phone.push(phone.create("contact", account_id=account, last_name=CANARY, phones=["+33478281906"])[1])
    yield made
    made.database.close()


def backups(world: World, folder: Path, key: bytes = KEY) -> Backups:
    return Backups(world.database, folder, key, world.clock, world.randomness)


def restorer(world: World, database: Database, folder: Path) -> Restorer:
    return Restorer(database, Ledger(folder / "ledger.log"), world.clock, world.randomness)
