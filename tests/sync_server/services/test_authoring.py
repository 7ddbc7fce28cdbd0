"""What the server writes itself goes through the same merge, in batches that share a rev."""

import pytest
from sqlalchemy import func, select

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import KINDS, raw_table
from shared.rules.totals import SUMS
from shared.rules.validation import check
from shared.sync.policy import Policy, Value
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


def test_two_prices_between_which_nothing_decides_are_refused_and_leave_nothing_behind() -> None:
    world = World()
    product = world.authored("product", sku="OVEN", tax_code="standard")
    lists = [world.authored("price_list", name="T", version=1, currency="EUR", valid_from=day) for day in ("2026-01-01", "2027-01-01")]
    world.authored("price_rule", price_list_id=lists[0], product_id=product, price=1_000, min_quantity=0)

    with pytest.raises(RecordRefused) as refused:
        world.authored("price_rule", price_list_id=lists[1], product_id=product, price=900, min_quantity=0)
    world.rewrite("price_list", lists[0], valid_to="2026-12-31")
    world.authored("price_rule", price_list_id=lists[1], product_id=product, price=900, min_quantity=0)

    assert refused.value.code == "rules_overlap"
    with world.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(raw_table("price_rule"))).scalar_one() == 2


def test_a_draft_that_the_office_writes_has_the_sums_of_its_lines() -> None:
    world = World()
    account = world.account(country="FR")
    of: dict[str, Value] = {"account_id": account, "currency": "EUR", "rounding": "rate", "state": "draft", "revision": 1}
    quote = world.authored("quote", **of, user_id=world.elodie[0], number="Q26-K7-0001", quoted_on="2026-11-22")
    line: dict[str, Value] = {"account_id": account, "quote_id": quote, "position": 1, "price_origin": "manual", "description": "Oven"}

    world.authored("quote_line", **line, quantity=2_000, unit_price=1_050, discount=0, tax_rate=2_000)

    phone = world.phone(world.elodie)
    phone.pull()
    assert [phone.records[quote].value(name) for name in SUMS] == [2_100, 420, 2_520]


def test_every_field_that_a_device_may_write_is_checked() -> None:
    """A value of a wrong type would be stored as another one, and every digest would differ for ever."""
    for kind, spec in KINDS.items():
        for field in spec.fields.values():
            if spec.writable and field.policy is not Policy.SERVER:
                assert check(kind, {field.name: ["not", "a", "value", {}]}, {}), f"{kind}.{field.name}"  # type: ignore[list-item]
