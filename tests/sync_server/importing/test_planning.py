"""A plan says what is new, what is there already and what is probably a customer one has, and the same file twice changes nothing."""

import time

from sync_server.services.importing import ImportPlan, plan_import, read_customers
from sync_server.services.importing.model import Fields

LYON = "018d0c22-7000-7c72-be8a-fafc187eb7a2"
NANTES = "018d0c22-7000-7f7a-9ea7-d5cdaa5f2a53"
FILE = "Company;Street;Postcode;City;Phone;VAT;Contact\n"


def plan(rows: str, existing: dict[str, Fields] | None = None, territory: str = LYON) -> ImportPlan:
    return plan_import(read_customers((FILE + rows).encode(), "a.csv"), existing or {}, territory)


def applied(done: ImportPlan) -> dict[str, Fields]:
    return {identifier: fields for creates in done.transactions() for kind, identifier, fields in creates if kind == "account"}


def codes(done: ImportPlan) -> list[list[str]]:
    return [[reason.code for reason in duplicate.reasons] for duplicate in done.duplicates]


PERRIN = "Maison Perrin;27 rue du Bœuf;69005;Lyon;04 65 71 19 06;FR23001000009;Sylvie Perrin\n"


def test_a_new_row_creates_an_account_of_the_territory_and_its_contact() -> None:
    ((account, contact),) = plan(PERRIN).transactions()

    assert account[0] == "account"
    assert (account[2]["name"], account[2]["territory_id"]) == ("Maison Perrin", LYON)
    assert contact == ("contact", contact[1], {"first_name": "Sylvie", "last_name": "Perrin", "account_id": account[1]})


def test_the_same_file_twice_changes_nothing() -> None:
    first = plan(PERRIN + "Moulin;;69100;Villeurbanne;;;\n")

    second = plan(PERRIN + "Moulin;;69100;Villeurbanne;;;\n", applied(first))

    assert len(first.new) == len(second.same) == 2
    assert second.transactions() == []


def test_a_customer_changed_since_the_first_import_stays_as_it_is() -> None:
    existing = {identifier: {**fields, "name": "Renamed", "phone": ""} for identifier, fields in applied(plan(PERRIN)).items()}

    assert plan(PERRIN, existing).transactions() == []


def test_another_spelling_of_the_same_row_is_the_same_row() -> None:
    again = plan("MAISON PERRIN;27, rue du boeuf;69005;lyon;+33 4 65 71 19 06;FR 23 001 000 009;\n", applied(plan(PERRIN)))

    assert len(again.same) == 1


def test_the_ids_depend_on_the_territory() -> None:
    assert not set(applied(plan(PERRIN))) & set(applied(plan(PERRIN, territory=NANTES)))


def test_duplicates_are_found_by_vat_id_phone_and_name_each_with_its_reason() -> None:
    existing: dict[str, Fields] = {
        "a": {"name": "Perrin SARL", "vat_id": "FR23001000009", "country": "FR"},
        "b": {"name": "Le Moulin", "phone": "+33 4 65 71 22 22", "country": "FR"},
        "c": {"name": "L'Épi d'Or", "postcode": "69 100", "country": "FR"},
        "d": {"name": "Boulangerie Guichard", "city": "Écully", "country": "FR"},
    }

    done = plan(
        "Maison Perrin;;;;;FR23001000009;\nMoulin;;;;04 65 71 22 22;;\nL'EPI D'OR;;69100;Lyon;;;\nBoulangerie Guichart;;69130;ecully;;;\n",
        existing,
    )

    assert [duplicate.of_id for duplicate in done.duplicates] == ["a", "b", "c", "d"]
    assert codes(done) == [["same_vat_id"], ["same_phone"], ["same_name_and_place"], ["similar_name"]]
    assert done.duplicates[3].reasons[0].params == {"name": "Boulangerie Guichard", "percent": "88"}
    assert done.new == ()


def test_a_row_without_a_postcode_is_sought_in_its_town_and_the_other_way_round() -> None:
    first = plan("Le Moulin;;69100;Villeurbanne;;;\nLa Huche;;;Villeurbanne;;;\n")

    second = plan("Le Moulin;;;VILLEURBANNE;;;\nLa Huche;;69100;Villeurbanne;;;\n", applied(first))

    assert codes(second) == [["same_name_and_place"], ["same_name_and_place"]]


def test_two_bakeries_that_share_only_the_word_are_two_customers() -> None:
    done = plan("Boulangerie Perrin;;69005;Lyon;;;\nBoulangerie Guérin;;69005;Lyon;;;\nBoulangerie Perrin;;44000;Nantes;;;\n")

    assert len(done.new) == 3


def test_a_row_that_stands_twice_is_taken_once() -> None:
    done = plan(PERRIN + PERRIN)

    assert len(done.new) == 1
    assert (done.duplicates[0].of_row, codes(done)) == (2, [["repeated_row"]])


def test_what_a_further_row_of_a_customer_says_differently_is_remarked_with_its_row_and_column() -> None:
    done = plan(
        PERRIN + PERRIN.replace("04 65 71 19 06", "04 65 71 19 99").replace("Sylvie", "Bastien") + PERRIN.replace("MAISON", "Maison")
    )

    assert [(each.row, each.remark.column, each.remark.code) for each in done.left_out] == [(3, "Phone", "differs")]
    assert done.left_out[0].remark.params == {"value": "+33465711999", "row": "2", "kept": "+33465711906"}
    assert len(done.new) == 2


def test_a_phone_that_only_a_further_row_gives_is_remarked_too() -> None:
    done = plan(PERRIN.replace("04 65 71 19 06", "") + PERRIN)

    assert [(each.row, each.remark.column, each.remark.code, each.remark.params["value"]) for each in done.left_out] == [
        (3, "Phone", "not_in", "+33465711906")
    ]
    assert codes(done) == [["repeated_row"]]


def test_a_second_card_of_a_person_remarks_the_numbers_that_are_not_taken() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bob Durand\nN:Durand;Bob;;;\nORG:Durand\nTEL;TYPE=CELL:{}\nEND:VCARD\n"
    cards = card.format("06 12 34 56 78") + card.format("06 99 99 99 99")

    done = plan_import(read_customers(cards.encode(), "a.vcf"), {}, LYON)

    assert [(each.row, each.remark.column, each.remark.params["value"]) for each in done.left_out] == [(2, "TEL", "+33699999999")]


def test_several_people_of_one_customer_make_one_account_with_contacts() -> None:
    done = plan(PERRIN + PERRIN.replace("Sylvie", "Bastien"))

    creates = [create for each in done.transactions() for create in each]
    assert [kind for kind, _, _ in creates] == ["account", "contact", "contact"]
    assert len({fields["account_id"] for kind, _, fields in creates if kind == "contact"}) == 1


def test_a_duplicate_is_imported_only_when_it_is_accepted() -> None:
    existing: dict[str, Fields] = {"a": {"name": "Perrin", "vat_id": "FR23001000009", "country": "FR"}}

    done = plan(PERRIN + PERRIN, existing)

    assert done.transactions() == []
    assert len(done.transactions(accepted={2, 3})) == 1


def test_refused_rows_are_part_of_the_plan() -> None:
    done = plan(";;;;;;\nPain;;;;;XX;\n".replace("XX", "FR11000000000"))

    assert [(refused.row, refused.code) for refused in done.refused] == [(3, "vat_checksum")]


def test_a_person_who_is_new_in_a_second_file_joins_the_customer_that_is_there_and_who_was_taken_out_stays_out() -> None:
    first = plan(PERRIN)
    ((_, account_id, _), (_, sylvie, _)) = first.transactions()[0]
    rows = PERRIN + PERRIN.replace("Sylvie", "Bob") + PERRIN.replace("Sylvie", "Alice")
    (bob,) = (create[1] for create in plan(PERRIN.replace("Sylvie", "Bob")).transactions()[0] if create[0] == "contact")

    second = plan_import(read_customers((FILE + rows).encode(), "a.csv"), applied(first), LYON, {account_id: {sylvie, bob}})

    assert [fields["first_name"] for creates in second.transactions() for _, _, fields in creates] == ["Alice"]
    assert len(second.same) == 2


def test_nobody_joins_a_customer_that_was_deleted() -> None:
    first = plan(PERRIN)

    second = plan(PERRIN.replace("Sylvie", "Bob"), applied(first))

    assert second.transactions() == []


def test_many_people_of_one_customer_are_planned_in_one_go() -> None:
    rows = "".join(PERRIN.replace("Sylvie", f"Person{number}") for number in range(4_000))
    parsed = read_customers((FILE + rows).encode(), "a.csv")
    begun = time.process_time()

    done = plan_import(parsed, {}, LYON)

    assert len(done.new) == 4_000
    assert time.process_time() - begun < 3
