"""Whoever names an id is told whether it was erased, and nothing else."""

from pathlib import Path

import pytest

from shared.errors import ServerRefused
from shared.sync.protocol import MAX_CHANGES
from sync_server.services.erasure import Eraser, erased_among
from sync_server.services.ledger import Ledger
from tests.sync_server.sync.sleepers import contact, slept
from tests.sync_server.world import World

pytestmark = pytest.mark.usefixtures("engine")


def test_whoever_names_an_id_learns_whether_it_was_erased_and_nothing_else(tmp_path: Path) -> None:
    world = World()
    _, phone, account, dropped = slept(world)
    elsewhere = world.account("Nantes'", world.nantes)
    erased, deleted, lives = (contact(world, phone, account) for _ in range(3))
    phone.push(phone.delete("contact", deleted))
    with world.database.write() as connection:
        Eraser(Ledger(tmp_path / "ledger.log"), world.clock).erase(connection, "contact", erased)
        never = "01890a5d-ac96-774b-bcce-b302099a8057"

        found = erased_among(connection, [account, dropped, elsewhere, erased, deleted, lives, never, "no id"])

    assert found == (erased,)


def test_more_ids_than_a_push_brings_changes_are_refused() -> None:
    with World().database.read() as connection, pytest.raises(ServerRefused) as refused:
        erased_among(connection, ["r"] * (MAX_CHANGES + 1))

    assert (refused.value.status, refused.value.code) == (413, "too_many_changes")
