"""CSV files of every sort are understood, or refused with row, column and reason."""

import pytest

from sync_server.services.importing import Parsed, RefusedRow, read_customers
from sync_server.services.importing.model import MAX_BYTES

FRENCH = "Raison sociale;Adresse;Code postal;Ville;Téléphone\r\nBoulangerie Guérin;3 rue de l'Église;69003;Lyon;04 65 71 10 10\r\n"
GREEK = (
    "Επωνυμία;Διεύθυνση;Τ.Κ.;Πόλη;Χώρα;Τηλέφωνο;Α.Φ.Μ.\r\n"
    "Ο Φούρνος της Άννας;Εγνατία 12;54623;Θεσσαλονίκη;Ελλάδα;2310 004 218;EL727927375\r\n"
)


def read(text: str, encoding: str = "utf-8") -> Parsed:
    return read_customers(text.encode(encoding), "customers.csv")


def refusals(parsed: Parsed) -> list[tuple[int, str, str]]:
    return [(refused.row, refused.column, refused.code) for refused in parsed.refused]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_french_file_is_read_in_any_encoding(encoding: str) -> None:
    parsed = read(FRENCH, encoding)

    assert parsed.refused == ()
    assert parsed.encoding == encoding
    assert parsed.delimiter == ";"
    assert parsed.rows[0].row_number == 2
    assert parsed.rows[0].account == {
        "name": "Boulangerie Guérin",
        "street": "3 rue de l'Église",
        "postcode": "69003",
        "city": "Lyon",
        "phone": "+33465711010",
        "country": "FR",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1253", "iso8859_7"])
def test_a_greek_file_is_read_in_any_encoding(encoding: str) -> None:
    parsed = read(GREEK, encoding)

    assert parsed.unknown_columns == ()
    assert parsed.encoding == encoding
    assert {name: parsed.rows[0].account[name] for name in ("name", "city", "country", "vat_id")} == {
        "name": "Ο Φούρνος της Άννας",
        "city": "Θεσσαλονίκη",
        "country": "GR",
        "vat_id": "EL727927375",
    }


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_even_where_cells_hold_others(delimiter: str) -> None:
    parsed = read(f'Company{delimiter}City{delimiter}Notes\nPain{delimiter}Lyon{delimiter}"a, b; c | d"\n')

    assert parsed.delimiter == delimiter
    assert parsed.rows[0].account["note"] == "a, b; c | d"


def test_a_spreadsheets_own_word_on_the_delimiter_is_heard() -> None:
    parsed = read("sep=~\r\nCompany~City\r\nPain~Lyon\r\n")

    assert (parsed.rows[0].row_number, parsed.rows[0].account["city"]) == (3, "Lyon")


def test_a_file_with_a_wrong_delimiter_is_refused_whole_and_shows_its_title() -> None:
    parsed = read("Company~City\nPain~Lyon\n")

    assert refusals(parsed) == [(0, "", "no_name_column")]
    assert parsed.unknown_columns == ("Company~City",)


def test_unknown_columns_are_named_and_left_out() -> None:
    parsed = read("Company,Shoe size,City,Shoe size,\nPain,44,Lyon,45,\n")

    assert parsed.unknown_columns == ("Shoe size", "Shoe size")
    assert parsed.rows[0].account == {"name": "Pain", "city": "Lyon", "country": "FR"}


def test_of_two_columns_for_one_field_the_first_is_taken() -> None:
    parsed = read("Company,Phone,Tel\nPain,04 65 71 10 10,04 65 71 20 20\n")

    assert parsed.rows[0].account["phone"] == "+33465711010"
    assert parsed.unknown_columns == ("Tel",)


@pytest.mark.parametrize(
    ("titles", "cells", "account", "person"),
    [
        ("Nom,Prénom,Société", "Perrin,Sylvie,Maison Perrin", "Maison Perrin", ("Sylvie", "Perrin")),
        ("Nom,Prénom", "Perrin,Sylvie", "Sylvie Perrin", ("Sylvie", "Perrin")),
        ("name,first name,last name", "Maison Perrin,Sylvie,Perrin", "Maison Perrin", ("Sylvie", "Perrin")),
        ("Nom,Prénom,Nom de famille", "Maison Perrin,Sylvie,Perrin", "Maison Perrin", ("Sylvie", "Perrin")),
        ("Nom,Interlocuteur", "Maison Perrin,Sylvie Perrin", "Maison Perrin", ("Sylvie", "Perrin")),
        ("Επωνυμία,Όνομα,Επώνυμο", "Στάχυ,Ελένη,Παπά", "Στάχυ", ("Ελένη", "Παπά")),
        ("First name,Last name,Company", "Ann,Lee,Bread", "Bread", ("Ann", "Lee")),
    ],
)
def test_a_name_column_is_the_customers_or_the_persons_by_its_neighbours(
    titles: str, cells: str, account: str, person: tuple[str, str]
) -> None:
    row = read(f"{titles}\n{cells}\n").rows[0]

    assert row.account["name"] == account
    assert (row.contact["first_name"], row.contact["last_name"]) == person


def test_every_refused_row_says_where_and_why_and_the_rest_is_read() -> None:
    long = "N" * 201
    parsed = read(f"Company,Email,VAT\nPain,no address,\n,a@b.example,\n{long},,\nBlé,,FR11000000000\n\nBon,a@b.example,\nTrop,,,,x\n")

    assert refusals(parsed) == [
        (2, "Email", "not_an_email"),
        (3, "Company", "required"),
        (4, "Company", "text_too_long"),
        (5, "VAT", "vat_checksum"),
        (8, "", "extra_cells"),
    ]
    assert [row.row_number for row in parsed.rows] == [7]


def test_a_name_of_200_characters_right_to_left_text_and_emoji_are_taken() -> None:
    names = ["É" * 200, "مخبز السلام", "מאפיית שלום", "🥐 Croissant 👩‍🍳", "\u200fمخبز\u200f"]

    parsed = read("Company\n" + "\n".join(names) + "\n")

    assert [row.account["name"] for row in parsed.rows] == names


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://x.example")', "+cmd|' /C calc'!A0", "@SUM(1+1)", "-2+3", "=1+1"])
def test_a_formula_stays_the_text_it_is(cell: str) -> None:
    quoted = cell.replace('"', '""')
    parsed = read(f'Company,Notes\nPain,"{quoted}"\n')

    assert parsed.rows[0].account["note"] == cell


@pytest.mark.parametrize("content", [b"", b"\n\n", b"   ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusals(read_customers(content, "customers.csv")) == [(0, "", "empty_file")]


def test_a_file_of_titles_alone_has_no_rows_and_no_refusals() -> None:
    parsed = read("Company,City\n")

    assert (parsed.rows, parsed.refused) == ((), ())


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    parsed = read_customers(bytes(MAX_BYTES + 1), "customers.csv")

    assert parsed.refused == (RefusedRow(0, "", "file_too_large", {"max_bytes": str(MAX_BYTES)}),)


def test_too_many_rows_are_refused_together() -> None:
    parsed = read("Company\n" + "Pain\n" * 50_001)

    assert refusals(parsed) == [(0, "", "too_many_rows")]
    assert parsed.rows == ()


def test_a_huge_cell_is_refused_with_its_row_only() -> None:
    parsed = read(f'Company,Notes\nPain,"{"x" * 300_000}"\nBlé,court\n')

    assert refusals(parsed) == [(2, "Notes", "text_too_long")]
    assert [row.account["name"] for row in parsed.rows] == ["Blé"]


def test_a_quote_that_never_closes_is_refused() -> None:
    parsed = read('Company,City\nPain,Lyon\n"Blé,Nantes\nBon,Lyon\n')

    assert refusals(parsed) == [(3, "", "malformed_row")]
    assert [row.account["name"] for row in parsed.rows] == ["Pain"]


def test_bytes_that_mean_nothing_refuse_their_row() -> None:
    data = "Company,City\nBoulangerie Guérin,Évian\nXX,Écully\nPâtisserie,Orvault\n".encode().replace(b"XX", b"Caf\xe9")

    parsed = read_customers(data, "customers.csv")

    assert parsed.encoding == "utf-8"
    assert refusals(parsed) == [(3, "Company", "broken_characters")]
    assert len(parsed.rows) == 2


@pytest.mark.parametrize("name", ["Caf? de la Gare", "Boulangerie Gu?rin", "?????????? 12", "BoulangÃ¨re du Coin", "Î‘ÏÏ„Î¿Ï‚"])
def test_letters_lost_before_the_file_was_made_are_remarked(name: str) -> None:
    row = read(f"Company\n{name}\n").rows[0]

    assert [(remark.column, remark.code) for remark in row.remarks] == [("Company", "suspect_characters")]


@pytest.mark.parametrize("name", ["Quoi ?", "Pourquoi pas ?", "What's cooking?", "Φούρνος;"])
def test_a_question_mark_at_the_end_is_nobodys_loss(name: str) -> None:
    assert read(f"Company\tCity\n{name}\tLyon\n").rows[0].remarks == ()


def test_an_unknown_phone_number_is_remarked_not_refused() -> None:
    parsed = read("Company,Phone\nPain,12 34 56\n")

    assert [(remark.column, remark.code) for remark in parsed.rows[0].remarks] == [("Phone", "phone_unrecognised")]


@pytest.mark.parametrize(
    ("written", "code"), [("France", "FR"), ("Grèce", "GR"), ("Greece", "GR"), ("Ελλαδα", "GR"), ("EL", "GR"), ("fr", "FR")]
)
def test_countries_are_known_by_name_and_code(written: str, code: str) -> None:
    assert read(f"Company,Country\nPain,{written}\n").rows[0].account["country"] == code


def test_a_place_is_read_with_either_decimal_mark_and_words_are_refused() -> None:
    parsed = read("Company;Lat;Lon\nPain;45,76;4.83\nBlé;north;4,8\n")

    assert (parsed.rows[0].account["lat"], parsed.rows[0].account["lon"]) == (45.76, 4.83)
    assert refusals(parsed) == [(3, "Lat", "not_a_number")]


def test_a_file_named_csv_with_binary_content_is_refused_in_words() -> None:
    assert refusals(read_customers(b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 4, "customers.csv"))[0][0] == 0
