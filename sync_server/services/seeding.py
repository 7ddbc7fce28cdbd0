"""Fills an empty organisation at once: records, logins and the devices that made its past."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from shared.errors import TourneeError
from sync_server.services.authoring import Author, Authored
from sync_server.services.devices import NewDevice, add_device, revoke_device
from sync_server.services.users import add_login
from sync_server.storage import meta


class NotEmpty(TourneeError):  # noqa: N818 - named like the rest of the tree
    """There is data already where there should be none."""

    code = "not_empty"


@dataclass(frozen=True, slots=True)
class SeedLogin:
    """How the user of a seeded record signs in."""

    user_id: str
    login: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class SeedDevice:
    """A device of the past: its code stands in numbers of quotes, so no other may ever get it."""

    code: str
    user_id: str
    name: str
    platform: str
    enrolled_at: int


@dataclass(frozen=True, slots=True)
class Seed:
    """Everything that an organisation begins with; ``records`` come parents first."""

    records: Iterable[Authored]
    logins: Sequence[SeedLogin]
    devices: Sequence[SeedDevice]


def require_empty(connection: Connection) -> None:
    """Make sure that nothing was ever written.

    Raises:
        NotEmpty: something was.
    """
    if meta.head(connection):
        raise NotEmpty


def plant(connection: Connection, author: Author, seed: Seed, now: int) -> int:
    """Write all of ``seed`` within the caller's transaction; give the feed's head.

    Raises:
        NotEmpty: the organisation holds data already.
    """
    require_empty(connection)
    head = author.write(connection, seed.records)
    for login in seed.logins:
        add_login(connection, login.user_id, login.login, login.password_hash)
    for device in seed.devices:
        new = NewDevice(author.new_id(), device.user_id, device.name, device.platform)
        add_device(connection, new, device.enrolled_at, device.code)
        revoke_device(connection, device.code, now)
    return head
