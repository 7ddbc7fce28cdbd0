"""`tournee init`: a new organisation in a folder of its own."""

from typing import Annotated

import typer

from shared.errors import RecordRefused
from sync_server.console.shop import DataOption, PasswordStdin, ask_password, open_folder, say
from sync_server.console.users import Language, checked_hash
from sync_server.services import users
from sync_server.services.organisation import AlreadyInitialised, create_organisation, require_no_organisation
from sync_server.services.users import NAME_LENGTH, NewUser


def init(
    *,
    name: Annotated[str, typer.Option(help="The organisation's name, as devices show it.")],
    admin: Annotated[str | None, typer.Option(help="Login of the first admin; asks for a password.")] = None,
    admin_name: Annotated[str, typer.Option(help="Name of the first admin.")] = "Administrator",
    language: Annotated[Language, typer.Option(help="First language of the admin's app.")] = Language.EN,
    password_stdin: PasswordStdin = False,
    data: DataOption = None,
) -> None:
    """Create an organisation: its database, its recovery key and, with --admin, its first admin."""
    if not name.strip():
        raise RecordRefused("name_missing")
    if len(name) > NAME_LENGTH:
        raise RecordRefused("name_too_long")
    with open_folder(data, new=True) as shop:
        with shop.database.read() as connection:
            require_no_organisation(connection, shop.config.recovery_key)
        if shop.config.ledger.exists():
            raise AlreadyInitialised  # the folder is that of an organisation whose database is elsewhere, or lost
        first = None if admin is None else NewUser(admin, admin_name, "admin", language)
        hashed = None if first is None else checked_hash(shop, first, ask_password(from_stdin=password_stdin))
        with shop.database.write() as connection:
            create_organisation(connection, name.strip(), shop.config.recovery_key, shop.clock, shop.randomness)
            if first is not None and hashed is not None:
                users.add_user(connection, shop.author, first, hashed)
        say(f"{name} is created in {shop.config.data}.")
        say(f"Keep a copy of {shop.config.recovery_key} apart from the backups: without it a forgotten PIN cannot be recovered.")
        if admin is None:
            say("Next: tournee user add LOGIN --name NAME --role admin")
