"""`tournee backup` and `tournee restore`."""

from pathlib import Path
from typing import Annotated

import typer

from shared.ports import SystemClock, SystemRandomness
from sync_server.config import Config
from sync_server.console.shop import DataOption, open_folder, say, when
from sync_server.services import backup as backups
from sync_server.services.ledger import Ledger
from sync_server.services.restore import Restorer
from sync_server.storage.database import Database
from sync_server.storage.folders import keep_private

KeyOption = Annotated[Path | None, typer.Option("--key", help="The file with the backups' key (backup.key in the organisation's folder).")]


def backup(
    *,
    to: Annotated[Path | None, typer.Option(help="Folder for the backups (backups in the organisation's folder).")] = None,
    keep: Annotated[int, typer.Option(min=0, help="Keep only this organisation's newest N in that folder; 0 keeps all.")] = 0,
    key: KeyOption = None,
    data: DataOption = None,
) -> None:
    """Make an encrypted backup while the server runs, and verify it by restoring it. Then devices may forget what it holds."""
    with open_folder(data) as shop:
        path = key or shop.config.backup_key
        secret, new = backups.backup_key(path, shop.randomness)
        made = backups.Backups(
            shop.database, to or shop.config.backups, secret, shop.clock, shop.randomness, private=shop.config.data
        ).make(keep)
    say(f"{made.path} holds everything through rev {made.head} ({made.size} bytes); it was restored once to verify it.")
    for old in made.dropped:
        say(f"Removed {old.name}.")
    if new:
        say(f"The key is new: keep a copy of {path} apart from the backups. Without it no backup can be opened.")
    if not made.counts:
        say("Another backup was restored meanwhile, so this one does not count: make one again.")
        raise typer.Exit(1)


def restore(
    *,
    file: Annotated[Path, typer.Argument(help="The backup.", exists=True, dir_okay=False)],
    key: KeyOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the organisation that is there.")] = False,
    data: DataOption = None,
) -> None:
    """Restore a backup while the server is stopped. Devices then send again what the backup lacks; nobody erased comes back."""
    config = Config.read(data=data)
    secret = backups.read_key(key or config.backup_key)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not config.database_url:
        keep_private(config.database)
    database = Database.configured(config, alone=True)
    try:
        done = Restorer(database, Ledger(config.ledger), SystemClock(), SystemRandomness()).restore(file, secret, replace=replace)
    finally:
        database.close()
    say(f"Restored the backup of {when(done.heading.made_at)}, which holds everything through rev {done.heading.head}.")
    say("Start the server. Everyone signs in once with the password; then each device sends again what it has and the backup lacks.")
    if not done.scrubbed:
        say("The bytes of who was erased since that backup are still in the database's files: somebody reads it, or the disk is full.")
        say("Restore the backup again, with --replace.")
    if not config.recovery_key.exists():
        say(f"Put the organisation's own recovery.key back at {config.recovery_key}.")
