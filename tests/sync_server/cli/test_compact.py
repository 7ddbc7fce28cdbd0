"""`tournee compact`, from outside."""

from pathlib import Path

from shared.ports import SystemClock, SystemRandomness
from sync_server.services.authoring import Author
from sync_server.storage import meta
from sync_server.storage.database import Database
from sync_server.storage.tables import RECORD_META
from tests.sync_server.cli.conftest import Tournee


def test_what_no_device_needs_any_more_goes_and_its_number_is_said(organisation: Tournee, folder: Path) -> None:
    database = Database.open(folder / "org.db")
    author = Author(SystemClock(), SystemRandomness())
    with database.write() as connection:
        territory = author.create(connection, "territory", {"name": "Lyon"})
        account = author.create(connection, "account", {"name": "Perrin", "territory_id": territory})
        connection.execute(RECORD_META.update().where(RECORD_META.c.id == account).values(deleted=1, item=0))

    first, second = organisation("compact"), organisation("compact")

    assert first.exit_code == second.exit_code == 0
    assert "1 tombstones and 0 lines" in first.output
    assert "0 tombstones" in second.output
    with database.read() as connection:
        assert int(meta.get(connection, meta.COMPACTED)) == meta.head(connection)
    database.close()
