"""`tournee user …`: who may sign in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sync_server.console.shop import DataOption, PasswordStdin, Shop, ask_password, open_folder, say, show
from sync_server.services import users
from sync_server.services.auth import folded_login
from sync_server.services.ledger import Ledger, Welcome
from sync_server.services.passwords import require_acceptable

app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="What the person signs in with.")]


class Role(StrEnum):
    """What a user may do: work territories, lead those who do, or run the server."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


class Language(StrEnum):
    """The app's first language on the person's devices."""

    EN = "en"
    FR = "fr"
    EL = "el"


@app.command("add")
def add(
    *,
    login: Login,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")],
    role: Annotated[Role, typer.Option(help="rep: own territories; manager: the team's; admin: runs the server.")] = Role.REP,
    language: Annotated[Language, typer.Option(help="First language of the app.")] = Language.EN,
    initials: Annotated[str, typer.Option(help="Two or three letters; from the name if left out.")] = "",
    password_stdin: PasswordStdin = False,
    data: DataOption = None,
) -> None:
    """Add a user, who can sign in at once."""
    with open_folder(data) as shop:
        add_user(shop, users.NewUser(login, name, role, language, initials), ask_password(from_stdin=password_stdin))
    say(f"{name} can sign in as {folded_login(login)}.")


def add_user(shop: Shop, new: users.NewUser, password: str) -> str:
    """Add a user; the slow hash is made before the database is held."""
    hashed = checked_hash(shop, new, password)
    with shop.database.write() as connection:
        return users.add_user(connection, shop.author, new, hashed)


def checked_hash(shop: Shop, new: users.NewUser, password: str) -> str:
    """Give the hash of a new user's password once all that is known of her was checked.

    Raises:
        RecordRefused: something of it cannot be taken.
    """
    with shop.database.read() as connection:
        users.require_valid(connection, new, password)
    return shop.passwords.hash(password)


@app.command("list")
def list_all(data: DataOption = None) -> None:
    """List the users."""
    with open_folder(data) as shop, shop.database.read() as connection:
        rows = users.list_users(connection)
    states = {False: "active", True: "disabled"}
    lines = ((row.login, row.name, row.role, row.language, str(row.devices), states[row.disabled]) for row in rows)
    show(("Login", "Name", "Role", "Language", "Devices", "State"), lines)


@app.command("disable")
def disable(login: Login, data: DataOption = None) -> None:
    """Shut a user out from the next request on. Nothing on the devices is wiped: for a lost phone use `device revoke`."""
    user = _welcome(data, login, allowed=False)
    say(f"{user.name} is shut out; the devices still hold their sealed data. `tournee device list --user {user.login}` shows them.")


@app.command("enable")
def enable(login: Login, data: DataOption = None) -> None:
    """Let a disabled user in again."""
    user = _welcome(data, login, allowed=True)
    say(f"{user.name} may come in again.")


@app.command("role")
def role(login: Login, role: Annotated[Role, typer.Argument(help="The new role.")], data: DataOption = None) -> None:
    """Give a user another role; her devices follow at their next round, and keep what she has not sent."""
    with open_folder(data) as shop, shop.database.write() as connection:
        user = users.set_role(connection, shop.author, login, role, shop.clock.now_ms())
    say(f"{user.name} is {role} from now on.")


def _welcome(data: Path | None, login: str, *, allowed: bool) -> users.UserRow:
    """Let a user in or shut her out, also after a restore."""
    with open_folder(data) as shop, shop.database.write() as connection:
        user = users.set_disabled(connection, shop.author, login, disabled=not allowed)
        Ledger(shop.config.ledger).append([Welcome(user.id, allowed, shop.clock.now_ms())])
    return user


@app.command("reset-password")
def reset_password(*, login: Login, password_stdin: PasswordStdin = False, data: DataOption = None) -> None:
    """Set a new password; the user's devices must sign in with it and lose nothing."""
    with open_folder(data) as shop:
        with shop.database.read() as connection:
            user = users.user_by_login(connection, login)
        password = ask_password(from_stdin=password_stdin)
        require_acceptable(password, user.login)
        hashed = shop.passwords.hash(password)
        with shop.database.write() as connection:
            users.set_password(connection, user, hashed)
    say(f"The password of {user.name} is changed.")
