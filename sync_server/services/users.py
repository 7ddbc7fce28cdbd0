"""Users: each is a login, which only the server knows, and a record in the directory that every colleague's device holds."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from shared.errors import RecordNotFound, RecordRefused
from shared.models.registry import raw_table
from shared.rules.folding import initials
from sync_server.services.auth import folded_login
from sync_server.services.authoring import Author
from sync_server.services.limits import forget_tries
from sync_server.services.passwords import require_acceptable
from sync_server.services.tokens import end_sessions
from sync_server.storage.bulk import upsert
from sync_server.storage.tables import DEVICE, LOGIN, PAST_ROLE

ROLES = ("rep", "manager", "admin")
LANGUAGES = ("en", "fr", "el")
NAME_LENGTH = 200
_LOGIN = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to add. Without ``initials`` they are taken from the name."""

    login: str
    name: str
    role: str
    language: str
    initials: str = ""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as the command line lists it."""

    id: str
    login: str
    name: str
    role: str
    language: str
    disabled: bool
    devices: int


def require_valid(connection: Connection, new: NewUser, password: str) -> None:
    """Check a new user before anything slow is done.

    Raises:
        RecordRefused: the login is malformed or taken, the name missing or too long, the password not acceptable.
    """
    login = folded_login(new.login)
    if not _LOGIN.fullmatch(login):
        raise RecordRefused("login_malformed", {"login": "login_malformed"})
    if not new.name.strip():
        raise RecordRefused("name_missing", {"name": "name_missing"})
    if len(new.name) > NAME_LENGTH:
        raise RecordRefused("name_too_long", {"name": "name_too_long"})
    if connection.execute(select(LOGIN.c.user_id).where(LOGIN.c.login == login)).one_or_none() is not None:
        raise RecordRefused("login_taken", {"login": "login_taken"})
    require_acceptable(password, login)


def add_user(connection: Connection, author: Author, new: NewUser, password_hash: str) -> str:
    """Add a user, checked by ``require_valid``, who can sign in at once; give the id."""
    fields = {"name": new.name.strip(), "initials": new.initials or initials(new.name), "role": new.role, "language": new.language}
    user_id = author.create(connection, "user", {**fields, "active": True})
    add_login(connection, user_id, new.login, password_hash)
    return user_id


def add_login(connection: Connection, user_id: str, login: str, password_hash: str) -> None:
    """Let the user of an existing record sign in."""
    connection.execute(insert(LOGIN).values(user_id=user_id, login=folded_login(login), password_hash=password_hash, disabled=0))


def list_users(connection: Connection) -> list[UserRow]:
    """Give all users by login, with the number of their devices that are not shut out."""
    user = raw_table("user")
    devices = select(func.count()).where(DEVICE.c.user_id == LOGIN.c.user_id, DEVICE.c.revoked_at.is_(None)).scalar_subquery()
    found = select(LOGIN.c.user_id, LOGIN.c.login, user.c.name, user.c.role, user.c.language, LOGIN.c.disabled, devices)
    rows = connection.execute(found.join(user, user.c.id == LOGIN.c.user_id).order_by(LOGIN.c.login))
    return [UserRow(row[0], row[1], row[2] or "", row[3] or "", row[4] or "", bool(row[5]), int(row[6])) for row in rows]


def user_by_login(connection: Connection, typed: str) -> UserRow:
    """Give the user who signs in as ``typed``.

    Raises:
        RecordNotFound: nobody does.
    """
    for row in list_users(connection):
        if row.login == folded_login(typed):
            return row
    raise RecordNotFound(f"Nobody signs in as {typed!r}.")


def set_disabled(connection: Connection, author: Author, login: str, *, disabled: bool) -> UserRow:
    """Shut a user out, or let her in again: at her devices' next request. Repeatable. Her records stay as they are.

    Raises:
        RecordNotFound: there is no such login.
        RecordRefused: she is the only admin who can sign in.
    """
    user = user_by_login(connection, login)
    if disabled:
        _require_another_admin(connection, user)
    connection.execute(update(LOGIN).where(LOGIN.c.user_id == user.id).values(disabled=int(disabled)))
    author.update(connection, "user", user.id, {"active": not disabled})
    return user


def set_role(connection: Connection, author: Author, login: str, role: str, now: int) -> UserRow:
    """Give a user another role from now on; what she wrote before is judged by the role she had. Repeatable.

    Raises:
        RecordNotFound: there is no such login.
        RecordRefused: there is no such role, or she is the only admin who can sign in.
    """
    if role not in ROLES:
        raise RecordRefused("role_unknown", {"role": "role_unknown"})
    user = user_by_login(connection, login)
    if role != "admin":
        _require_another_admin(connection, user)
    if user.role != role:
        upsert(connection, PAST_ROLE, [(user.id, now, user.role)])
        author.update(connection, "user", user.id, {"role": role})
    return user


def _require_another_admin(connection: Connection, user: UserRow) -> None:
    if user.role == "admin" and not any(row.role == "admin" and not row.disabled and row.id != user.id for row in list_users(connection)):
        raise RecordRefused("last_admin")


def set_password(connection: Connection, user: UserRow, password_hash: str) -> None:
    """Set a new password; whoever is signed in with the old one must sign in again."""
    connection.execute(update(LOGIN).where(LOGIN.c.user_id == user.id).values(password_hash=password_hash))
    for device_id in connection.execute(select(DEVICE.c.id).where(DEVICE.c.user_id == user.id)).scalars():
        end_sessions(connection, device_id)
    forget_tries(connection, user.login)
