"""Search as you type: an index of folded words by prefix, over FTS5 where SQLite has it and over ``LIKE`` where it has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shared.rules.folding import fold, tokens
from shared.sync.policy import Value

CANDIDATES: Final = 500
"""How many matches are looked at before ranking: whoever gets more goes on typing."""

_FIGURES: Final = frozenset("0123456789")
_DIALLED: Final = frozenset("+()./- \u00a0\u202f")
_ACCOUNT_FIELDS: Final = ("name", "street", "postcode", "city", "email", "vat_id", "tags", "phone")
_CONTACT_FIELDS: Final = ("first_name", "last_name", "emails", "phones")
_PRODUCT_FIELDS: Final = ("sku", "name_fr", "name_en", "name_el", "category")
_PHONES: Final = frozenset({"phone", "phones"})


class SearchIndex:
    """One index, by row number. Used inside the working set's transactions."""

    def __init__(self, connection: Connection, name: str, *, fts: bool = True) -> None:
        self._connection = connection
        self._name = name
        self.fts = fts and self._made_with_fts()
        if not self.fts:
            connection.exec_driver_sql(f"CREATE TABLE {name} (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL)")

    def _made_with_fts(self) -> bool:
        # The words are cut and folded here already: "ascii" leaves every other letter as it is. No phrases, no ranking by length.
        options = "tokenize='ascii', detail=none, columnsize=0, prefix='1 2 3'"
        try:
            self._connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {self._name} USING fts5(words, {options})")
        except OperationalError:
            return False
        return True

    def put(self, rows: Iterable[tuple[int, str]]) -> None:
        """Index these texts (of ``document``) by number; the numbers must be free."""
        values = list(rows)
        if values:
            self._connection.exec_driver_sql(f"INSERT INTO {self._name} (rowid, words) VALUES (?, ?)", values)  # noqa: S608

    def remove(self, numbers: Iterable[int]) -> None:
        """Drop these. Repeatable."""
        values = [(number,) for number in numbers]
        if values:
            self._connection.exec_driver_sql(f"DELETE FROM {self._name} WHERE rowid = ?", values)  # noqa: S608

    def matching(self, words: tuple[str, ...], limit: int = CANDIDATES) -> list[int]:
        """The numbers of at most ``limit`` texts in which every one of ``words`` begins a word."""
        where = f"{self._name} MATCH ?" if self.fts else " AND ".join(["' ' || words LIKE ?"] * len(words))
        values = (" ".join(f'"{word}"*' for word in words),) if self.fts else tuple(f"% {word}%" for word in words)
        statement = f"SELECT rowid FROM {self._name} WHERE {where} LIMIT {limit}"  # noqa: S608
        return [number for (number,) in self._connection.exec_driver_sql(statement, values)]


def sought(query: str) -> tuple[str, ...]:
    """The folded words of what a person typed. A phone number, however it is parted, is one word."""
    typed = fold(query).strip()
    if len(figures := "".join(character for character in typed if character in _FIGURES)) > 2 and set(typed) <= _FIGURES | _DIALLED:
        return (figures,)
    return tokens(query)


def account_document(account: Mapping[str, Value], contacts: Iterable[Mapping[str, Value]]) -> str:
    """What a customer is found by: her own words, and her people's."""
    parts = [_words(account, _ACCOUNT_FIELDS)]
    parts += [_words(contact, _CONTACT_FIELDS) for contact in contacts]
    return " ".join(part for part in parts if part)


def product_document(product: Mapping[str, Value]) -> str:
    """What a product is found by, in every language at once."""
    return _words(product, _PRODUCT_FIELDS)


def _words(fields: Mapping[str, Value], names: Iterable[str]) -> str:
    found: list[str] = []
    for name in names:
        value = fields.get(name)
        for text in value if isinstance(value, list) else (value,):
            if text:
                found += _dialled(str(text)) if name in _PHONES else tokens(str(text))
            if text and name == "vat_id":
                found.append("".join(tokens(str(text))))
    return " ".join(found)


def _dialled(number: str) -> tuple[str, ...]:
    """A number's figures, and those dialled inside its country (two figures are taken for the country's code, as in Europe mostly)."""
    figures = "".join(character for character in number if character in _FIGURES)
    if number.lstrip().startswith("+") and len(figures) > 4:
        return (figures, figures[2:], f"0{figures[2:]}")
    return (figures,) if figures else ()
