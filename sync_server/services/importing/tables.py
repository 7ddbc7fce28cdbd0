"""Owns CSV: which delimiter a file uses, and its rows as texts by field."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from sync_server.services.importing.headers import CONTACT, map_columns
from sync_server.services.importing.model import MAX_BYTES, RawRow, RefusedRow

_DELIMITERS = (";", ",", "\t", "|")
_SAMPLE = 16_384

Cells = list[str] | None


def read_table(text: str) -> tuple[list[RawRow], list[RefusedRow], str, dict[str, str], tuple[str, ...]]:
    """Return rows, refused rows, delimiter, mapping from title to field, and unknown titles. The first filled row is the header."""
    delimiter, skipped = _delimiter(text)
    with _large_cells():
        records = [(number, cells) for number, cells in _records(text, delimiter) if number > skipped and (cells is None or any(cells))]
    header_row, titles = next(((number, cells) for number, cells in records if cells), (0, []))
    columns, unknown = map_columns(titles)
    rows: list[RawRow] = []
    refused: list[RefusedRow] = []
    for number, cells in records:
        if number == header_row:
            continue
        if cells is None:
            refused.append(RefusedRow(number, "", "malformed_row"))
        elif any(cell.strip() for cell in cells[len(titles) :]):
            refused.append(RefusedRow(number, "", "extra_cells", {"found": str(len(cells)), "expected": str(len(titles))}))
        else:
            rows.append(_row(number, cells, titles, columns))
    return rows, refused, delimiter, {titles[place]: field for place, field in columns.items()}, unknown


def _row(number: int, cells: list[str], titles: list[str], columns: dict[int, str]) -> RawRow:
    texts = {field: cells[place].strip() for place, field in columns.items() if place < len(cells) and cells[place].strip()}
    account = {field: text for field, text in texts.items() if not field.startswith(CONTACT)}
    contact = {field.removeprefix(CONTACT): text for field, text in texts.items() if field.startswith(CONTACT)}
    return RawRow(number, account, contact, {field: titles[place] for place, field in columns.items()})


def _delimiter(text: str) -> tuple[str, int]:
    """Return the delimiter, and how many rows at the top only name it (a spreadsheet's ``sep=;``)."""
    first = text.lstrip("\r\n").partition("\n")[0].strip()
    if len(first) == 5 and first.lower().startswith("sep="):
        return first[4], 1
    return max(_DELIMITERS, key=lambda delimiter: _recognised(text[:_SAMPLE], delimiter)), 0


def _recognised(sample: str, delimiter: str) -> tuple[int, int]:
    """Return how many titles are known with this delimiter, and how many there are."""
    titles = next((cells for _, cells in _records(sample, delimiter) if cells and any(cells)), [])
    return len(map_columns(titles)[0]), len(titles)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Yield each record with its number, from 1; None for one whose quotes cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, None


@contextmanager
def _large_cells() -> Iterator[None]:
    """Let a cell be as large as a file may be, so that it is refused with its row and not with the rest of the file."""
    before = csv.field_size_limit(MAX_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)
