"""An organisation with a rep and as many customers as a benchmark wants, and its server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.customers import customers
from shared.ports import SystemClock, SystemRandomness
from sync_server.config import Config, ScryptCost
from sync_server.services import territories, users
from sync_server.services.authoring import Author, Authored
from sync_server.services.organisation import create_organisation
from sync_server.services.passwords import Passwords
from sync_server.storage.database import Database

LOGIN: Final = "elodie"
PASSWORD: Final = "three honest words"  # noqa: S105 - of an organisation that lives for seconds
TERRITORY: Final = "Lyon"
CHEAP: Final = ScryptCost(log_n=1, r=1, p=1)
"""Password hashing is slow on purpose; no figure is about it."""


def create(folder: Path, records: int, config: Config | None = None) -> Config:
    """Make the organisation in ``folder``, with ``records`` accounts and contacts in its rep's care; ``config`` may name PostgreSQL."""
    folder.mkdir(parents=True)
    config = config or Config(data=folder, scrypt=CHEAP)
    clock, randomness = SystemClock("Europe/Paris"), SystemRandomness()
    author = Author(clock, randomness)
    database = Database.configured(config)
    try:
        with database.write() as connection:
            create_organisation(connection, "Fournil & Cie", config.recovery_key, clock, randomness)
            new = users.NewUser(LOGIN, "Élodie Marchand", "rep", "fr")
            users.add_user(connection, author, new, Passwords(CHEAP, randomness).hash(PASSWORD))
            territory = territories.add_territory(connection, author, TERRITORY)
            territories.assign(connection, author, TERRITORY, LOGIN, (date(2020, 1, 1), None))
            author.write(connection, (Authored(*made) for made in customers(records, territory)))
    finally:
        database.close()
    return config


def serving(config: Config) -> list[str]:
    """Give the command that serves the organisation and prints the address."""
    return [sys.executable, "-m", "benchmarks.serve", str(config.data), config.database_url, config.schema]


@contextmanager
def served(config: Config) -> Iterator[str]:
    """Serve the organisation from another process on a free port; gives the address. Besides the app it has the route ``/empty``."""
    with subprocess.Popen(serving(config), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError("the server did not start")
            yield address
        finally:
            process.terminate()
