"""Whatever is in a file, reading and planning it raises nothing, and every row is accounted for."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync_server.services.importing import plan_import, read_customers
from tests.sync_server.importing.samples import CURRENT, OLD_PHONE, PHONE

CELLS = st.text(alphabet='aé"\n\r\t;,=\x00\u200f?🥐Ω0', max_size=8)
TABLES = st.lists(st.lists(CELLS, max_size=4).map(";".join), max_size=6).map("\n".join)


@settings(max_examples=80)
@given(TABLES)
def test_any_table_is_read_or_refused(table: str) -> None:
    parsed = read_customers(f"Company;City;Phone\n{table}".encode(), "a.csv")

    plan = plan_import(parsed, {}, "territory")

    numbers = [row.row_number for row in parsed.rows]
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & {refused.row for refused in parsed.refused}
    assert len(plan.transactions()) + len(plan.duplicates) == len(parsed.rows)


@settings(max_examples=80)
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.vcf"]))
@example(b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=nonsense:=C3=\r\nEND:VCARD\r\n", "a.vcf")
@example(b"sep=\x00\nName\x00City\n", "a.csv")
@example(b'sep="\nName"City\n', "a.csv")
@example(b"sep=\r\n\r\nName\n", "a.csv")
def test_any_bytes_are_read_or_refused(data: bytes, filename: str) -> None:
    parsed = read_customers(data, filename)

    assert len(plan_import(parsed, {}, "territory").transactions()) <= len(parsed.rows)


@settings(max_examples=80)
@given(st.sampled_from([CURRENT, OLD_PHONE, PHONE]), st.integers(0, 500), st.integers(0, 40), CELLS)
def test_a_damaged_card_is_read_or_refused_alone(card: str, at: int, length: int, instead: str) -> None:
    parsed = read_customers((card[:at] + instead + card[at + length :] + PHONE).encode(), "a.vcf")

    refused = {each.row for each in parsed.refused}
    assert 1 <= len(parsed.rows) + len(refused) <= 2
    assert not refused & {row.row_number for row in parsed.rows}
