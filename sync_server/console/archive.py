"""`tournee archive`: closed records leave the devices after two years."""

from typing import Annotated

import typer

from sync_server.config import Config
from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services.closed_records import LONGEST, MONTHS, archive_closed, closed_before, months_before


def archive(
    *,
    months: Annotated[int, typer.Option(min=1, max=LONGEST, help="How many months closed records stay on the devices.")] = MONTHS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    data: DataOption = None,
) -> None:
    """Let closed visits, decided quotes and settled conflicts leave the devices; the server keeps them. Meant for every night."""
    lease = Config.read(data=data).lease_days
    with open_folder(data) as shop, shop.database.write() as connection:
        now = shop.clock.now_ms()
        if dry_run:
            say(f"{len(closed_before(connection, months_before(now, months)))} visits, quotes and conflicts are old enough.")
            return
        went = archive_closed(connection, now, months=months, kept_days=lease)
    say(f"{went} records left the devices; they come back when somebody writes them.")
