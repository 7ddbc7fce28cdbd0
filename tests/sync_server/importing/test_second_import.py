"""A file of customers that are there already: what it says otherwise is told value by value, and written only where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.sync.policy import Value
from shared.sync.record import Record
from sync_server.services.customer_import import Done, apply_plan, plan_file
from sync_server.services.importing import Difference
from tests.sync_server.world import World

pytestmark = pytest.mark.usefixtures("engine")

HEAD = "Company;Street;Postcode;City;Country;Phone;E-mail;Tags;Notes;Contact;Mobile\n"
FIRST = HEAD + "Perrin;27 rue du Bœuf;69005;Lyon;;04 65 71 19 06;;pain;Ferme le lundi;Sylvie Roux;06 12 34 56 78\n"


@dataclass
class Office:
    """Imports into Lyon."""

    world: World
    file: Path

    def told(self, rows: str) -> tuple[Difference, ...]:
        """What a file says otherwise."""
        self.file.write_text(rows, encoding="utf-8")
        with self.world.database.read() as connection:
            return plan_file(connection, self.file, self.world.lyon, "FR")[2].differences

    def take(self, rows: str, *, update: bool = False, meanwhile: dict[str, Value] | None = None) -> Done:
        """Import a file; with ``update`` also what it says otherwise, though somebody may have written ``meanwhile``."""
        self.file.write_text(rows, encoding="utf-8")
        with self.world.database.read() as connection:
            _, plan, compared = plan_file(connection, self.file, self.world.lyon, "FR")
        if meanwhile is not None:
            self.world.rewrite("account", self.customer.id, **meanwhile)
        with self.world.database.write() as connection:
            return apply_plan(connection, self.world.author, plan, (), compared.differences if update else ())

    @property
    def customer(self) -> Record:
        """The only customer."""
        return self._of("account")

    @property
    def person(self) -> Record:
        """The only contact."""
        return self._of("contact")

    def _of(self, kind: str) -> Record:
        phone = self.world.phone(self.world.elodie)
        phone.pull()
        (found,) = [record for record in phone.records.values() if record.kind == kind]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(World(), tmp_path / "clients.csv")
    office.take(FIRST)
    return office


def test_the_same_file_says_nothing_new_and_changes_nothing(office: Office) -> None:
    head = office.customer.rev

    assert office.told(FIRST) == ()
    assert office.take(FIRST, update=True) == Done(0, 0, 0)
    assert office.customer.rev == head


def test_another_phone_of_a_customer_that_is_there_is_told_and_only_written_where_wanted(office: Office) -> None:
    other = FIRST.replace("04 65 71 19 06", "04 65 71 19 99")

    (found,) = office.told(other)
    assert (found.row, found.name, found.column, found.here, found.said) == (2, "Perrin", "Phone", "+33465711906", "+33465711999")
    assert office.take(other) == Done(0, 0, 0)
    assert office.customer.value("phone") == "+33465711906"

    assert office.take(other, update=True) == Done(0, 1, 0)
    assert office.customer.value("phone") == "+33465711999"
    assert office.told(other) == ()


def test_a_customer_who_has_moved_is_found_as_a_duplicate_and_her_address_told(office: Office) -> None:
    moved = FIRST.replace("27 rue du Bœuf", "3 place Carnot").replace("69005", "69002")

    assert [(each.field, each.here, each.said) for each in office.told(moved)] == [
        ("street", "27 rue du Bœuf", "3 place Carnot"),
        ("postcode", "69005", "69002"),
    ]
    assert office.take(moved, update=True) == Done(0, 2, 0)
    assert office.customer.value("street") == "3 place Carnot"
    assert office.told(moved) == ()


def test_a_cell_without_a_value_another_spelling_and_a_country_that_is_only_assumed_say_nothing(office: Office) -> None:
    office.world.rewrite("account", office.customer.id, email="contact@perrin.example", country="BE")

    assert office.told(FIRST.replace("Perrin;27 rue du Bœuf", "PERRIN;27, rue du boeuf").replace("04 65 71 19 06", "")) == ()


def test_lists_and_notes_grow_and_lose_nothing(office: Office) -> None:
    more = FIRST.replace(";pain;", ";vente, pain;").replace("Ferme le lundi", "Livrer derrière").replace("06 12 34 56 78", "06 99 99 99 99")

    assert {(each.field, str(each.said)) for each in office.told(more)} == {
        ("tags", "['vente']"),
        ("note", "Livrer derrière"),
        ("phones", "['+33699999999']"),
    }
    assert office.take(more, update=True) == Done(0, 3, 0)
    assert office.customer.value("tags") == ["pain", "vente"]
    assert office.customer.value("note") == "Ferme le lundi\nLivrer derrière"
    assert office.person.value("phones") == ["+33612345678", "+33699999999"]
    assert office.told(more) == office.told(FIRST) == ()


def test_what_somebody_changed_after_it_was_shown_stays(office: Office) -> None:
    other = FIRST.replace("04 65 71 19 06", "04 65 71 19 99")

    assert office.take(other, update=True, meanwhile={"phone": "+33465710000"}) == Done(0, 0, 1)
    assert office.customer.value("phone") == "+33465710000"


def test_a_reps_unsent_edit_of_an_updated_value_meets_it_in_a_conflict(office: Office) -> None:
    phone = office.world.phone(office.world.elodie)
    phone.pull()
    edit = phone.edit("account", office.customer.id, phone="+33465710000")
    office.take(FIRST.replace("04 65 71 19 06", "04 65 71 19 99"), update=True)

    assert phone.push(edit).status == "conflict"


def test_of_two_rows_about_one_customer_the_first_is_told_and_the_other_left_out(office: Office) -> None:
    rows = "".join(f"Perrin SARL;{street};69005;Lyon;;04 65 71 19 06;;;;;\n" for street in ("1 rue A", "2 rue B"))
    office.file.write_text(HEAD + rows, encoding="utf-8")

    with office.world.database.read() as connection:
        compared = plan_file(connection, office.file, office.world.lyon, "FR")[2]

    assert [(each.row, each.said) for each in compared.differences if each.field == "street"] == [(2, "1 rue A")]
    assert [(each.row, each.remark.column, each.remark.params["kept"]) for each in compared.left_out] == [(3, "Street", "1 rue A")]


def test_a_deleted_customer_is_not_compared(office: Office) -> None:
    customer = office.customer.id
    with office.world.database.write() as connection:
        office.world.author.delete(connection, "account", customer)

    assert office.told(FIRST.replace("04 65 71 19 06", "04 65 71 19 99")) == ()
