"""What happens between a plan and its yes, and between a file and the same file again: nothing that somebody wrote or deleted is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_server.services import compaction
from sync_server.services.customer_import import Done, apply_plan, plan_file
from sync_server.services.importing import ImportPlan
from tests.sync_server.world import DAY, World

pytestmark = pytest.mark.usefixtures("engine")

ROW = "Name;Phone;Postcode;City;Contact\nFournil Bellevue;0478281906;69001;Lyon;Anne Petit\n"


def planned(world: World, folder: Path, rows: str = ROW) -> ImportPlan:
    file = folder / "clients.csv"
    file.write_text(rows, encoding="utf-8")
    with world.database.read() as connection:
        return plan_file(connection, file, world.lyon)[1]


def applied(world: World, plan: ImportPlan) -> Done:
    with world.database.write() as connection:
        return apply_plan(connection, world.author, plan)


def test_what_came_in_while_a_plan_waited_for_its_yes_is_not_written_over(tmp_path: Path) -> None:
    world, more = World(), ROW + "Levain;;69002;Lyon;\nFournil Bellevue;;69001;Lyon;Paul Petit\n"
    waiting = planned(world, tmp_path, more)
    applied(world, planned(world, tmp_path))
    phone = world.phone(world.elodie)
    phone.pull()
    (account,) = (record.id for record in phone.records.values() if record.kind == "account")
    phone.push(phone.edit("account", account, phone="+33499999999"))

    done = applied(world, waiting)

    phone.pull()
    names = sorted(
        str(record.value("name") or record.value("first_name")) for record in phone.records.values() if record.id in plan_ids(waiting)
    )
    assert done == Done(2, 0, 0, there=1)
    assert phone.records[account].value("phone") == "+33499999999"
    assert names == ["Anne", "Fournil Bellevue", "Levain", "Paul"]


def plan_ids(plan: ImportPlan) -> set[str]:
    return {identifier for row in plan.transactions() for _, identifier, _ in row}


def test_nobody_joins_a_customer_who_was_deleted_while_the_plan_waited(tmp_path: Path) -> None:
    world = World()
    applied(world, planned(world, tmp_path))
    waiting = planned(world, tmp_path, ROW.replace("Anne", "Paul"))
    phone = world.phone(world.elodie)
    phone.pull()
    (account,) = (record.id for record in phone.records.values() if record.kind == "account")
    phone.push(phone.delete("account", account))

    done = applied(world, waiting)

    phone.pull()
    assert done == Done(0, 0, 0, there=1)
    assert not phone.records[account].live


def test_who_was_deleted_so_long_ago_that_nobody_remembers_does_not_come_back_with_the_same_file(tmp_path: Path) -> None:
    world, more = World(), ROW + "Levain;;69002;Lyon;Paul Petit\n"
    applied(world, planned(world, tmp_path, more))
    phone = world.phone(world.elodie)
    phone.pull()
    by_name = {str(record.value("name") or record.value("first_name")): id_ for id_, record in phone.records.items()}
    for kind, name in (("contact", "Anne"), ("account", "Fournil Bellevue"), ("contact", "Paul")):
        phone.push(phone.delete(kind, by_name[name]))
    gone = 0
    for _ in range(2):
        world.clock.now += (compaction.KEPT_DAYS + 1) * DAY
        gone += compaction.compact(world.database, world.clock.now).tombstones

    plan = planned(world, tmp_path, more)

    assert gone == 3
    assert (len(plan.new), len(plan.same)) == (0, 2)
