"""Owns what reading a file of customers gives: sound rows, refused ones with their reasons, and how the file was understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = None | bool | int | float | str | list[str]
Fields = dict[str, Value]

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell that is worth a word but does not keep the row out."""

    column: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row (or, as row 0, the whole file) that is not taken: which column, a stable code, what its sentence needs."""

    row: int
    column: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that is not taken though its row is, or was: an earlier row of the same customer or person says something else there."""

    row: int
    remark: Remark


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A sound row: the account's stored values, and those of a contact where the row names one."""

    row_number: int
    """As a spreadsheet counts, the header being 1; for vCards the card's place, from 1."""
    account: Fields
    contact: Fields
    remarks: tuple[Remark, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field (``name``, ``contact.last_name``) to the column's own title."""
    country_assumed: bool = False
    """The row does not say in which country it is."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as it was understood. ``mapping`` says which column became which field; unknown columns are not imported."""

    rows: tuple[ImportRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before it is checked: texts by field, and the column that each field came from."""

    row_number: int
    account: Mapping[str, str]
    contact: Mapping[str, str]
    columns: Mapping[str, str]
    """Field (``name``, ``contact.last_name``) to the column's own title."""
