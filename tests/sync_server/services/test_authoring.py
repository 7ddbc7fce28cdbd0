"""What the server writes itself goes through the same merge, in batches that share a rev."""

import pytest

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import KINDS
from shared.rules.validation import check
from shared.sync.policy import Policy
from sync_server.services.authoring import BATCH, Authored
from tests.sync_server.world import World

pytestmark = pytest.mark.usefixtures("engine")


def test_many_records_share_a_rev_in_batches() -> None:
    world = World()
    phone = world.phone(world.elodie)
    phone.pull()
    items = [Authored("account", world.author.new_id(), {"name": f"A{n}", "territory_id": world.lyon}) for n in range(BATCH + 1)]

    with world.database.write() as connection:
        world.author.write(connection, items)
    head = phone.last.head if phone.last else 0
    phone.pull()

    assert {phone.records[item.id].rev for item in items} == {head + 1, head + 2}
    assert phone.last is not None
    assert phone.digests() == phone.last.digests


def test_what_is_as_wanted_already_is_not_touched() -> None:
    world = World()
    wanted = Authored("account", world.author.new_id(), {"name": "A", "territory_id": world.lyon, "tags": ["x", "y"]})

    with world.database.write() as connection:
        first = world.author.write(connection, [wanted])
        second = world.author.write(connection, [wanted])

    assert first == second


def test_a_set_becomes_what_is_wanted() -> None:
    world = World()
    account = world.account(tags=["old", "kept"])
    phone = world.phone(world.elodie)

    world.rewrite("account", account, tags=["kept", "new"])
    phone.pull()

    assert phone.records[account].value("tags") == ["kept", "new"]


def test_a_value_that_no_form_would_take_is_refused() -> None:
    world = World()

    with pytest.raises(RecordRefused) as refused:
        world.account(country="Atlantis")

    assert refused.value.errors.keys() == {"country"}


def test_a_record_without_its_parent_or_that_is_not_there_is_refused() -> None:
    world = World()

    with pytest.raises(RecordNotFound):
        world.authored("contact", account_id="nowhere", last_name="Petit")
    with pytest.raises(RecordNotFound):
        world.rewrite("account", "nowhere", city="Lyon")


def test_every_field_that_a_device_may_write_is_checked() -> None:
    """A value of a wrong type would be stored as another one, and every digest would differ for ever."""
    for kind, spec in KINDS.items():
        for field in spec.fields.values():
            if spec.writable and field.policy is not Policy.SERVER:
                assert check(kind, {field.name: ["not", "a", "value", {}]}, {}), f"{kind}.{field.name}"  # type: ignore[list-item]
