"""`tournee migrate-to`: an organisation goes from its SQLite file to PostgreSQL, or back."""

from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import make_url

from sync_server.config import DEFAULT_SCHEMA, ENV_PREFIX, require_plain, require_postgresql
from sync_server.console.shop import DataOption, open_folder, say
from sync_server.services.moving import move
from sync_server.storage.database import Database
from sync_server.storage.folders import keep_private

_SECRET: Final = ("password", "sslpassword")
"""What an address's query may hold that is shown to nobody."""


def migrate_to(
    *,
    target: Annotated[str, typer.Argument(help="postgresql://USER:PASSWORD@HOST:PORT/DATABASE, or the path of a new SQLite file.")],
    schema: Annotated[str, typer.Option(help="The schema in PostgreSQL.")] = DEFAULT_SCHEMA,
    data: DataOption = None,
) -> None:
    """Move the organisation to another database while the server is stopped. What is there now stays, and serves nobody any more."""
    with open_folder(data, alone=True, moved=True) as shop:
        to = _opened(target, schema)
        try:
            moved = move(shop.database, to, _shown(target))
        finally:
            to.close()
    say(f"{moved.rows} rows moved to {_shown(target)}; the digests of {moved.scopes} scopes are equal.")
    if _is_postgresql(target):
        say(f"From now on set {ENV_PREFIX}DATABASE to that address and {ENV_PREFIX}SCHEMA to {schema}.")
        say("Keep the folder: keys and files stay in it.")
    else:
        say(f"From now on leave {ENV_PREFIX}DATABASE empty, and have that file as {shop.config.database}.")


def _opened(target: str, schema: str) -> Database:
    if _is_postgresql(target):
        return Database.connect(require_postgresql(target), require_plain(schema))
    keep_private(Path(target))
    return Database.open(Path(target), serve=True)


def _is_postgresql(target: str) -> bool:
    return "://" in target


def _shown(target: str) -> str:
    """Give an address without its passwords."""
    return (
        make_url(target).difference_update_query(_SECRET).render_as_string(hide_password=True)
        if _is_postgresql(target)
        else str(Path(target).absolute())
    )
