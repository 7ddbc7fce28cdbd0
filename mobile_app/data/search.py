"""Search as you type: an index of folded words by prefix, over FTS5 where SQLite has it and over ``LIKE`` where it has not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from shared.rules.folding import fold, tokens

CANDIDATES: Final = 500
"""How many matches are looked at before ranking: whoever gets more goes on typing."""

_FIGURES: Final = frozenset("0123456789")
_DIALLED: Final = frozenset("+()./- \u00a0\u202f")


class SearchIndex:
    """One index, by row number. Used inside the working set's transactions."""

    def __init__(self, connection: sqlite3.Connection, name: str, *, fts: bool = True) -> None:
        self._connection = connection
        self._name = name
        self.fts = fts and self._made_with_fts()
        if not self.fts:
            connection.execute(f"CREATE TABLE {name} (rowid INTEGER PRIMARY KEY, words TEXT NOT NULL)")

    def _made_with_fts(self) -> bool:
        # The words are cut and folded here already: "ascii" leaves every other letter as it is. No phrases, no ranking by length.
        options = "tokenize='ascii', detail=none, columnsize=0, prefix='2 3'"
        try:
            self._connection.execute(f"CREATE VIRTUAL TABLE {self._name} USING fts5(words, {options})")
        except sqlite3.OperationalError:
            return False
        return True

    def put(self, rows: Iterable[tuple[int, str]]) -> None:
        """Index these texts (of ``document``) by number; the numbers must be free."""
        values = list(rows)
        if values:
            self._connection.executemany(f"INSERT INTO {self._name} (rowid, words) VALUES (?, ?)", values)  # noqa: S608

    def remove(self, numbers: Iterable[int]) -> None:
        """Drop these. Repeatable."""
        values = [(number,) for number in numbers]
        if values:
            self._connection.executemany(f"DELETE FROM {self._name} WHERE rowid = ?", values)  # noqa: S608

    def matching(self, words: tuple[str, ...], limit: int = CANDIDATES) -> list[int]:
        """The numbers of at most ``limit`` texts in which every one of ``words`` begins a word."""
        where = f"{self._name} MATCH ?" if self.fts else " AND ".join(["' ' || words LIKE ?"] * len(words))
        values = (" ".join(f'"{word}"*' for word in words),) if self.fts else tuple(f"% {word}%" for word in words)
        statement = f"SELECT rowid FROM {self._name} WHERE {where} LIMIT {limit}"  # noqa: S608
        return [number for (number,) in self._connection.execute(statement, values)]


def sought(query: str) -> tuple[str, ...]:
    """The folded words of what a person typed. A phone number, however it is parted, is one word."""
    typed = fold(query).strip()
    if len(figures := "".join(character for character in typed if character in _FIGURES)) > 2 and set(typed) <= _FIGURES | _DIALLED:
        return (figures,)
    return tokens(query)


def document(texts: Iterable[str | None], phones: Iterable[str | None] = (), vat_id: str | None = None) -> str:
    """What a record is found by: its folded words, its phone numbers as dialled anywhere, its VAT id as one word too."""
    words = [*tokens(" ".join(text for text in texts if text))]
    for number in phones:
        if number:
            words += _dialled(number)
    if vat_id:
        words.append("".join(tokens(vat_id)))
    return " ".join(words)


def _dialled(number: str) -> tuple[str, ...]:
    """A number's figures, and those dialled inside its country (two figures are taken for the country's code, as in Europe mostly)."""
    figures = "".join(character for character in number if character in _FIGURES)
    if number.lstrip().startswith("+") and len(figures) > 4:
        return (figures, figures[2:], f"0{figures[2:]}")
    return (figures,) if figures else ()
