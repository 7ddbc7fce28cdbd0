"""Search as you type: an index of folded words by prefix, over FTS5 where SQLite has it and over ``LIKE`` where it has not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from shared.rules.folding import fold, tokens

CANDIDATES: Final = 500
"""How many matches are looked at before ranking: whoever gets more goes on typing."""
FRESH: Final = 64
"""So many rows are looked through beside the index before they are folded into it."""

_FIGURES: Final = frozenset("0123456789")
_NO_FIGURES: Final = re.compile("[^0-9]+")
_DIALLED: Final = frozenset("+()./- \u00a0\u202f")


class SearchIndex:
    """One index over the words of a table ``source (n INTEGER PRIMARY KEY, words TEXT)``. Used inside the working set's transactions.

    A change of the index costs more than all else that an edit does, and most of that for each commit. So rows that changed are ``fresh``
    for a while: looked through word by word, until there are enough of them to be worth a change of the index. ``indexed`` is what the
    index has of a fresh row ('' for nothing).
    """

    def __init__(self, connection: sqlite3.Connection, name: str, source: str, *, fts: bool = True) -> None:
        self._connection = connection
        self._name = name
        self._source = source
        self._fresh = f"{name}_fresh"
        self.fts = fts and self._made_with_fts()
        connection.execute(f"CREATE TABLE {self._fresh} (n INTEGER PRIMARY KEY, indexed TEXT NOT NULL)")

    def _made_with_fts(self) -> bool:
        # The words are cut and folded here already: "ascii" leaves every other letter as it is. No phrases, no ranking by length.
        options = f"content='{self._source}', content_rowid='n', tokenize='ascii', detail=none, columnsize=0, prefix='2 3'"
        try:
            self._connection.execute(f"CREATE VIRTUAL TABLE {self._name} USING fts5(words, {options})")
        except sqlite3.OperationalError:
            return False
        return True

    def changed(self, rows: Sequence[tuple[int, str]]) -> None:
        """Take note of rows by number, with the words that they had before ('' for a new one)."""
        if not self.fts:
            return
        self._connection.executemany(f"INSERT OR IGNORE INTO {self._fresh} (n, indexed) VALUES (?, ?)", rows)  # noqa: S608
        if len(rows) > 1 or self._connection.execute(f"SELECT count(*) FROM {self._fresh}").fetchone()[0] > FRESH:  # noqa: S608
            self.fold_in()

    def remove(self, rows: Iterable[tuple[int, str]]) -> None:
        """Drop these rows, which had these words, from the index; the source lacks them already."""
        if not self.fts:
            return
        self.changed(list(rows))
        self.fold_in()

    def fold_in(self) -> None:
        """Bring the index up to date with every fresh row."""
        run, name, fresh = self._connection.execute, self._name, self._fresh
        run(f"INSERT INTO {name} ({name}, rowid, words) SELECT 'delete', n, indexed FROM {fresh} WHERE indexed != ''")  # noqa: S608
        run(f"INSERT INTO {name} (rowid, words) SELECT n, words FROM {fresh} JOIN {self._source} USING (n)")  # noqa: S608
        run(f"DELETE FROM {fresh}")  # noqa: S608

    def matching(self, words: tuple[str, ...], limit: int = CANDIDATES) -> list[int]:
        """The numbers of at most ``limit`` texts in which every one of ``words`` begins a word."""
        like = " AND ".join(["' ' || words LIKE ?"] * len(words))
        patterns = [f"% {word}%" for word in words]
        if not self.fts:
            statement = f"SELECT n FROM {self._source} WHERE {like} LIMIT {limit}"  # noqa: S608
            return [number for (number,) in self._connection.execute(statement, patterns)]
        # A cross join is taken in the order written: the few fresh rows first, not every row of the source.
        fresh = f"SELECT n FROM {self._fresh} CROSS JOIN {self._source} USING (n) WHERE {like}"  # noqa: S608
        found = [number for (number,) in self._connection.execute(fresh, patterns)]
        indexed = (
            f"SELECT rowid FROM {self._name} WHERE {self._name} MATCH ?"  # noqa: S608
            f" AND rowid NOT IN (SELECT n FROM {self._fresh}) LIMIT {limit}"
        )
        found += [number for (number,) in self._connection.execute(indexed, (" ".join(f'"{word}"*' for word in words),))]
        return found[:limit]


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
    plain = number.isascii() and number[:1] == "+" and number[1:].isdigit()  # as validation leaves it
    figures = number[1:] if plain else _NO_FIGURES.sub("", number)
    if number.lstrip().startswith("+") and len(figures) > 4:
        return (figures, figures[2:], f"0{figures[2:]}")
    return (figures,) if figures else ()
