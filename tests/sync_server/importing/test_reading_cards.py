"""vCards of the three versions give the customer and the person; a bad card is refused alone."""

import time
from pathlib import Path

from sync_server.services.importing import read_customers
from tests.sync_server.importing.samples import BROKEN, COMPANY, CURRENT, OLD_PHONE, PHONE


def test_a_card_of_an_old_phone_with_quoted_printable_is_read() -> None:
    row = read_customers(OLD_PHONE.encode(), "contacts.vcf").rows[0]

    assert row.account == {
        "name": "Café de la Gare",
        "street": "1 rue de l'Église",
        "postcode": "69001",
        "city": "Lyon",
        "country": "FR",
        "phone": "+33465711234",
    }
    assert row.contact == {
        "first_name": "Élodie",
        "last_name": "Marché",
        "phones": ["06 39 98 00 01"],
        "emails": ["elodie@cafe.example"],
    }


def test_a_card_of_version_3_is_read() -> None:
    row = read_customers(PHONE.encode(), "contacts.vcf").rows[0]

    assert row.account["name"] == "Maison Perrin"
    assert (row.account["phone"], row.account["email"]) == ("+33465710001", "contact@perrin.example")
    assert row.account["note"] == "Livrer par la cour, avant 6 h.\nDemander Bastien."
    assert row.account["tags"] == ["levain", "bio"]
    assert (row.contact["first_name"], row.contact["last_name"], row.contact["job_title"]) == ("Sylvie", "Perrin", "Gérante")


def test_a_card_of_version_4_is_read() -> None:
    row = read_customers(CURRENT.encode(), "contacts.vcf").rows[0]

    assert row.account["name"] == "Αρτοποιείο Παπαδόπουλος & Υιοί, Ο.Ε."
    assert (row.account["country"], row.account["lat"], row.account["lon"]) == ("GR", 40.63338, 22.94262)
    assert row.account["phone"] == "+302310004218"
    assert row.account["note"] == "Ένας πολύ μακρύς λόγος που σπάει σε δύο γραμμές"
    assert row.contact["phones"] == ["+306900001234"]
    assert row.contact["language"] == "el"


def test_a_companys_card_is_an_account_without_a_contact() -> None:
    row = read_customers(COMPANY.encode(), "contacts.vcf").rows[0]

    assert (row.account["name"], row.account["phone"], row.contact) == ("Moulin de la Rize", "+33465712222", {})


def test_a_broken_card_is_refused_alone_with_its_place() -> None:
    parsed = read_customers((COMPANY + BROKEN + PHONE).encode(), "contacts.vcf")

    assert [(refused.row, refused.code) for refused in parsed.refused] == [(2, "malformed_card")]
    assert [row.row_number for row in parsed.rows] == [1, 3]


def test_a_card_is_told_by_its_content_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(COMPANY.encode())

    assert len(read_customers(path, path.name).rows) == 1


def test_a_file_of_cards_without_cards_is_refused() -> None:
    assert [refused.code for refused in read_customers(b"hello", "contacts.vcf").refused] == ["no_cards"]


def test_a_company_with_two_numbers_keeps_the_second_in_its_note() -> None:
    card = (
        "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Fournil Bellevue\nTEL;TYPE=work:04 72 00 11 22\nTEL;TYPE=work:04 72 00 11 33\nEND:VCARD\n"
    )

    parsed = read_customers(card.encode(), "a.vcf")

    assert parsed.refused == ()
    assert (parsed.rows[0].account["phone"], parsed.rows[0].account["note"]) == ("+33472001122", "04 72 00 11 33")
    assert parsed.rows[0].contact == {}


def test_many_cards_without_an_end_take_no_time() -> None:
    begun = time.process_time()

    parsed = read_customers(b"BEGIN:VCARD\n" * 8_000, "a.vcf")

    assert parsed.rows == ()
    assert time.process_time() - begun < 1
