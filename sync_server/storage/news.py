"""The newest rev of each scope, and who was shut out: all that live events need, in a few queries whatever the number of devices."""

from sqlalchemy import Connection, func, select

from shared.models.registry import raw_table
from sync_server.storage.tables import DEVICE, LOGIN, RECORD_META, SCOPE_DIGEST, SCOPE_MOVE

_user = raw_table("user")
_scope = SCOPE_DIGEST.c.scope
_NEWEST = select(
    _scope,
    select(func.max(RECORD_META.c.rev)).where(RECORD_META.c.scope == _scope).scalar_subquery(),
    select(func.max(SCOPE_MOVE.c.rev)).where(SCOPE_MOVE.c.source == _scope).scalar_subquery(),
)
"""Two seeks in an index for each scope there is."""


def newest_revs(connection: Connection) -> dict[str, int]:
    """Give the newest rev of each scope: that of a record in it, or of a root that left it."""
    return {scope: max(held or 0, left or 0) for scope, held, left in connection.execute(_NEWEST)}


def revoked_devices(connection: Connection) -> frozenset[str]:
    """Give the ids of the devices that were shut out."""
    return frozenset(connection.execute(select(DEVICE.c.id).where(DEVICE.c.revoked_at.is_not(None))).scalars())


def disabled_users(connection: Connection) -> frozenset[str]:
    """Give the ids of the users who may not sign in."""
    return frozenset(connection.execute(select(LOGIN.c.user_id).where(LOGIN.c.disabled != 0)).scalars())


def roles(connection: Connection) -> dict[str, str]:
    """Give each user's role."""
    return {user: role or "" for user, role in connection.execute(select(_user.c.id, _user.c.role))}
