"""Single values of the organisation: the head of the change feed, the epoch, how far backups reach, names."""

from typing import Final

from sqlalchemy import Connection, bindparam, delete, or_, select

from sync_server.storage.bulk import upsert
from sync_server.storage.listening import announce
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import META

HEAD: Final = "head"
EPOCH: Final = "epoch"
BACKED_UP: Final = "backed_up_through"
COMPACTED: Final = "compacted_through"
"""The highest rev of a tombstone that was dropped."""
MOVED: Final = "moved_to"
"""Where the organisation went, in the database that it left."""
ARRIVING: Final = "arriving_from"
"""The organisation that is on its way into this database, until the one that it leaves says so."""
FORMS_UNTOLD: Final = "forms_untold_through"
"""The instant (ms) of the last line of the log that does not tell whether its transaction came as what was left of it."""
_ONE = Prepared(select(META.c.value).where(META.c.key == bindparam("asked")))
_EVERY_ROUND = (HEAD, EPOCH, BACKED_UP, COMPACTED, MOVED, ARRIVING)
_FEED = Prepared(select(META.c.key, META.c.value).where(or_(*(META.c.key == key for key in _EVERY_ROUND))))
"""Said one by one: a list is written into the statement anew at each call, and every round asks this."""


def get(connection: Connection, key: str, default: str = "") -> str:
    """Give the value of ``key``."""
    found = _ONE.one(connection, asked=key)
    return (found[0] if found is not None else None) or default


def put(connection: Connection, key: str, value: str) -> None:
    """Set the value of ``key``."""
    upsert(connection, META, [(key, value)])


def remove(connection: Connection, key: str) -> None:
    """Take the value of ``key`` away. Repeatable."""
    connection.execute(delete(META).where(META.c.key == key))


def feed_values(connection: Connection) -> dict[str, str]:
    """Give what every round needs, in one query: HEAD, EPOCH, BACKED_UP, COMPACTED, MOVED and ARRIVING, where they are set."""
    return dict(_FEED.rows(connection))


def head(connection: Connection) -> int:
    """Give the highest rev that was ever given."""
    return int(get(connection, HEAD, "0"))


def set_head(connection: Connection, rev: int) -> None:
    """Move the head of the change feed to ``rev``, and let every process know once it has."""
    put(connection, HEAD, str(rev))
    announce(connection, rev)
