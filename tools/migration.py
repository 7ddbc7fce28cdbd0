"""``python -m tools.migration "what changes"``: write the step that brings a store's tables to what the code declares now.

Read what it wrote: it sees tables, columns and indexes, not data. Then raise ``SCHEMA_VERSION`` in ``sync_server/storage/tables.py``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from sync_server.storage import schema
from sync_server.storage.sqlite import SqliteStore


def write(message: str, scripts: Path = schema.SCRIPTS) -> Path:
    """Write the next step among ``scripts``; give its file."""
    number = f"{int(schema.newest() or '0') + 1:04}"
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "store.db")
        with store.write() as connection:
            config = schema.alembic(connection)
            config.set_main_option("script_location", str(scripts))
            config.set_main_option("file_template", f"v%%(rev)s_{slug}")
            command.upgrade(config, "head")
            script = command.revision(config, message, autogenerate=True, rev_id=number)
        store.close()
    if script is None or isinstance(script, list):
        raise RuntimeError("no step was written")
    return Path(script.path)


if __name__ == "__main__":
    print(write(sys.argv[1]))
