"""Devices: each has an id and a short code that no other ever had, belongs to one user, and may be shut out for good."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, insert, select, update

from shared.errors import RecordNotFound
from shared.models.registry import raw_table
from shared.rules.numbering import device_code
from sync_server.services.ledger import Begun
from sync_server.storage import meta
from sync_server.storage.tables import DEVICE

_COUNTER = "device_counter"
_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as the command line lists it. Instants in ms since 1970; ``unsent_since`` is set while its outbox is stuck."""

    id: str
    code: str
    user: str
    name: str
    platform: str
    enrolled_at: int
    last_seen: int | None
    revoked_at: int | None
    user_id: str
    unsent_since: int | None


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a device says of itself when it enrols."""

    id: str
    user_id: str
    name: str
    platform: str


def add_device(connection: Connection, device: NewDevice, now: int, code: str | None = None) -> str:
    """Write a device and give its code: the next one never used, unless ``code`` is given (by an import of old devices)."""
    given = code or _next_code(connection)
    said = {"name": kept(device.name), "platform": kept(device.platform)}
    values = {"id": device.id, "code": given, "user_id": device.user_id, **said}
    connection.execute(insert(DEVICE).values(**values, enrolled_at=now, last_seen=now))
    return given


def kept(said: str) -> str:
    """Give what is kept of what a device says of itself. What nobody sees is dropped: PostgreSQL keeps no NUL."""
    return "".join(filter(str.isprintable, said))[:_NAME_LENGTH]


def list_devices(connection: Connection, user_id: str | None = None) -> list[DeviceRow]:
    """Give all devices, or a user's, in the order they enrolled."""
    user, table = raw_table("user"), DEVICE
    columns = (table.c[field.name] for field in fields(DeviceRow) if field.name != "user")
    found = select(*columns, func.coalesce(user.c.name, "").label("user")).join(user, user.c.id == table.c.user_id, isouter=True)
    if user_id is not None:
        found = found.where(table.c.user_id == user_id)
    return [DeviceRow(**row) for row in connection.execute(found.order_by(table.c.enrolled_at)).mappings()]


def revoke_device(connection: Connection, id_or_code: str, now: int) -> DeviceRow:
    """Shut a device out from now on: its next request is refused with the order to wipe. Repeatable; the first time stands.

    Raises:
        RecordNotFound: there is no such device.
    """
    matching = [row for row in list_devices(connection) if id_or_code in {row.id, row.code}]
    if not matching:
        raise RecordNotFound
    connection.execute(update(DEVICE).where(DEVICE.c.id == matching[0].id, DEVICE.c.revoked_at.is_(None)).values(revoked_at=now))
    return matching[0]


def note_unsent(connection: Connection, device_id: str, since: int | None) -> None:
    """Keep since when (ms) a device's outbox has been stuck; ``None``: it is not."""
    connection.execute(update(DEVICE).where(DEVICE.c.id == device_id).values(unsent_since=since))


def skip_codes(connection: Connection, many: int, begun: Iterable[Begun]) -> int:
    """Never give the next ``many`` codes, behind those that ``begun`` skipped: a lost life of this store may have given them.

    Gives the ordinal of the first code that may be given.
    """
    counter = max([next_ordinal(connection), *(line.codes for line in begun)]) + many
    meta.put(connection, _COUNTER, str(counter))
    return counter


def next_ordinal(connection: Connection) -> int:
    """Give the ordinal of the next device code."""
    return int(meta.get(connection, _COUNTER, "0"))


def _next_code(connection: Connection) -> str:
    """Count on, over the codes that old devices brought with them; the counter never goes back, so no code is given twice."""
    ordinal = next_ordinal(connection)
    while _taken(connection, device_code(ordinal)):
        ordinal += 1
    meta.put(connection, _COUNTER, str(ordinal + 1))
    return device_code(ordinal)


def _taken(connection: Connection, code: str) -> bool:
    return connection.execute(select(DEVICE.c.id).where(DEVICE.c.code == code)).one_or_none() is not None
