"""`tournee compact`: tombstones that every device has passed, and old lines of the transaction log, leave the database."""

from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services import compaction


def compact(*, data: DataOption = None) -> None:
    """Drop what was deleted and every device knows to be, or 90 days ago, and old lines of the log. A running server does it once a day."""
    with open_folder(data) as shop:
        done = compaction.compact(shop.database, shop.clock.now_ms())
    say(f"{done.tombstones} tombstones and {done.lines} lines of the log went.")
