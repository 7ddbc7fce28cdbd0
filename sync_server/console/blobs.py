"""`tournee blobs …`: the bytes beside the records."""

from typing import Annotated

import typer

from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services.blob_keeping import GRACE_DAYS, sweep
from sync_server.services.blobs import open_store

app = typer.Typer(help="Photos and other files: the bytes beside the records.", no_args_is_help=True)
_MIB = 1024 * 1024


@app.callback()
def blobs() -> None:
    """Photos and other files: the bytes beside the records."""


@app.command("sweep")
def sweep_store(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    days: Annotated[int, typer.Option(help="Keep what no record names for so many days.", min=1, max=365)] = GRACE_DAYS,
    data: DataOption = None,
) -> None:
    """Remove files that no record has named for a week, and uploads that nobody went on with. Run it once a day."""
    with open_folder(data) as shop:
        store = open_store(shop.config.blob_store, shop.config.blob_folder)
        swept = sweep(shop.database, store, shop.clock.now_ms(), grace_days=days, dry_run=dry_run)
    verb = "Would remove" if dry_run else "Removed"
    say(f"{verb} {swept.blobs} files ({swept.size / _MIB:.1f} MiB) that no record names, and {swept.uploads} unfinished uploads.")
