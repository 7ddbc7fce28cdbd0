"""Which customers here are duplicates of another one that is here too. One whose survivor is not here stands for itself."""

from __future__ import annotations

import sqlite3

from shared.rules.merging import survivors

_LINKS = "SELECT a.id, a.merged_into FROM account a JOIN account b ON b.id = a.merged_into WHERE a.merged_into IS NOT NULL"


def merged(connection: sqlite3.Connection) -> dict[str, str]:
    """The survivor of each duplicate that the typed tables show."""
    return survivors(dict(connection.execute(_LINKS)))
