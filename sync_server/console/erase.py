"""`tournee erase`: a person or a customer, for good."""

from enum import StrEnum
from typing import Annotated

import typer

from shared.errors import StorageFailed
from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services.blob_keeping import remove_leaving
from sync_server.services.blobs import open_store
from sync_server.services.erasure import Eraser
from sync_server.services.ledger import Ledger


class Erasable(StrEnum):
    """What can be erased."""

    CONTACT = "contact"
    ACCOUNT = "account"


def erase(
    *,
    kind: Annotated[Erasable, typer.Argument(help="contact: one person; account: a customer with all that is below.")],
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The record's id: no name is typed, and none is logged.")],
    data: DataOption = None,
) -> None:
    """Erase a person or a customer for good, here and on every device. Nothing brings it back, no restored backup either."""
    with open_folder(data) as shop:
        with shop.database.write() as connection:
            many = Eraser(Ledger(shop.config.ledger), shop.clock).erase(connection, kind, record_id)
        remove_leaving(shop.database, open_store(shop.config.blob_store, shop.config.blob_folder))
        try:
            shop.database.scrub()
        except StorageFailed:
            say(f"{many} records are erased, but their bytes are still in the database's files: somebody reads it, or the disk is full.")
            say("Run this again.")
            raise typer.Exit(1) from None
    say(f"{many} records are erased. Devices purge them at their next round; backups made before hold them until you delete those.")
