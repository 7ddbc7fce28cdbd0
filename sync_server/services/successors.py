"""A device that has to become another one: its operating system brought it back from a copy, or it lost count of the numbers it gave.

No password is asked for, so a token that was stolen must gain nothing by it: the other device goes on in what the sign-in of the one
before began, a session makes one such device however often it asks, and a sign-in only few.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from shared.ids import RANDOM_BYTES, uuid7
from sync_server.services.devices import NewDevice, add_device
from sync_server.services.identity import DeviceIdentity
from sync_server.services.tokens import Family, TokenIssuer, shorten_sessions
from sync_server.storage.tables import DEVICE

ASKED_AGAIN_MS: Final = 86_400_000
"""So long the session of the device before goes on, for whoever did not get the answer or died before it was kept."""
OF_ONE_SIGN_IN: Final = 8
"""A user who got more devices than these since the password was given at one is asked for it before there is another."""


@dataclass(frozen=True, slots=True)
class Successor:
    """What a device becomes, and whose ``family`` it goes on in. ``fresh``: it was made just now."""

    device: NewDevice
    code: str
    family: Family
    fresh: bool


def become_another(connection: Connection, device: DeviceIdentity, epoch: str, tokens: TokenIssuer, now: int) -> Successor | None:
    """Give the device that ``device`` becomes, the same one when it asks once more.

    ``None`` where the password is needed: that device was heard of since or shut out, there are too many, or the session ended.
    """
    standing = tokens.family_of(connection, device.device_id)
    if standing is None or standing.id != device.family:
        return None
    old = connection.execute(select(DEVICE).where(DEVICE.c.id == device.device_id)).one()
    # Made of the family's id, which never leaves the server: who asks twice is given the same one, and nothing more is to be kept.
    chance = hmac.digest(device.family.encode(), f"{epoch} {old.id}".encode(), "sha256")[:RANDOM_BYTES]
    new = NewDevice(uuid7(old.enrolled_at, chance), old.user_id, old.name, old.platform)
    made = connection.execute(select(DEVICE).where(DEVICE.c.id == new.id)).one_or_none()
    if made is not None:
        begun = tokens.family_of(connection, new.id)
        unheard = made.revoked_at is None and made.last_seen == made.enrolled_at
        return Successor(new, made.code, begun, fresh=False) if unheard and begun is not None else None
    since = DEVICE.c.user_id == old.user_id, DEVICE.c.enrolled_at > (standing.began or 0)
    if connection.execute(select(func.count()).select_from(DEVICE).where(*since)).scalar_one() >= OF_ONE_SIGN_IN:
        return None
    shorten_sessions(connection, old.id, now + ASKED_AGAIN_MS)
    return Successor(new, add_device(connection, new, now), standing, fresh=True)
