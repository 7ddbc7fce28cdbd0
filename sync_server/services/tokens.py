"""Sessions: opaque tokens of 256 bits, kept as hashes. One sign-in begins a family; each refresh token is good once.

A refresh token's successor is ``HMAC-SHA256(token, family)``: whoever holds the token cannot make it, since a family's id
never leaves the server, and the server needs to keep no secret to answer again when its answer was lost.
"""

import base64
import hashlib
import hmac
import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from shared.errors import DeviceRevoked, ServerRefused, SessionExpired
from shared.models.registry import raw_table
from shared.ports import Randomness
from shared.sync.protocol import Tokens
from sync_server.config import TokenLifetimes
from sync_server.services.identity import DeviceIdentity
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import ACCESS_TOKEN, DEVICE, DEVICE_PROGRESS, LOGIN, REFRESH_TOKEN

TOKEN_BYTES = 32
SPEAKER_BYTES = 12
_user = raw_table("user")
_BEARER = Prepared(
    select(*(DEVICE.c[name] for name in ("id", "code", "user_id", "revoked_at", "unsent_since", "platform")))
    .add_columns(LOGIN.c.disabled, _user.c.role, ACCESS_TOKEN.c.expires, ACCESS_TOKEN.c.family)
    .add_columns(DEVICE_PROGRESS.c.rev.label("passed"), DEVICE_PROGRESS.c.at.label("noted_at"))
    .join_from(ACCESS_TOKEN, DEVICE, ACCESS_TOKEN.c.device == DEVICE.c.id)
    .join(LOGIN, LOGIN.c.user_id == DEVICE.c.user_id)
    .join(_user, _user.c.id == DEVICE.c.user_id)
    .outerjoin(DEVICE_PROGRESS, DEVICE_PROGRESS.c.device == DEVICE.c.id)
    .where(ACCESS_TOKEN.c.hash == bindparam("hash"), ACCESS_TOKEN.c.expires > bindparam("now"))
)
"""Built once: every request asks it."""
_REFRESH = Prepared(
    select(*(REFRESH_TOKEN.c[name] for name in ("device", "family", "expires", "began", "used_at"))).where(
        REFRESH_TOKEN.c.hash == bindparam("asked"), REFRESH_TOKEN.c.expires > bindparam("now")
    )
)
_SEEN = Prepared(update(DEVICE).where(DEVICE.c.id == bindparam("asked")).values(last_seen=bindparam("now")))
_WELCOME = Prepared(
    select(DEVICE.c.revoked_at, LOGIN.c.disabled).join(LOGIN, LOGIN.c.user_id == DEVICE.c.user_id).where(DEVICE.c.id == bindparam("asked"))
)
_USE = Prepared(
    update(REFRESH_TOKEN)
    .where(REFRESH_TOKEN.c.hash == bindparam("asked"), REFRESH_TOKEN.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_NOTED_AT = Prepared(select(DEVICE_PROGRESS.c.at).where(DEVICE_PROGRESS.c.device == bindparam("asked")))
_USED_AT = Prepared(select(REFRESH_TOKEN.c.used_at).where(REFRESH_TOKEN.c.hash == bindparam("asked")))
_EXPIRED = tuple(Prepared(delete(table).where(table.c.expires <= bindparam("now"))) for table in (REFRESH_TOKEN, ACCESS_TOKEN))
_NEW_REFRESH, _NEW_ACCESS = (
    Prepared(insert(table).values({column.name: bindparam(column.name) for column in table.columns if column.name != "used_at"}))
    for table in (REFRESH_TOKEN, ACCESS_TOKEN)
)
_OF_DEVICE = tuple(Prepared(delete(table).where(table.c.device == bindparam("asked"))) for table in (REFRESH_TOKEN, ACCESS_TOKEN))
_log = logging.getLogger(__name__)


class UserDisabled(ServerRefused):
    """403: the account was disabled; nothing on the device is wiped by this."""

    code = "user_disabled"

    def __init__(self) -> None:
        super().__init__(403)


@dataclass(frozen=True, slots=True)
class Family:
    """What one sign-in ``began``: it belongs to a device and ends at ``until``, however often it rotates."""

    id: str
    device: str
    until: int
    began: int | None


class TokenIssuer:
    """Begins and rotates token families."""

    def __init__(self, lifetimes: TokenLifetimes, randomness: Randomness) -> None:
        self._lifetimes = lifetimes
        self._randomness = randomness

    def begin(self, connection: Connection, device_id: str, now: int, of: Family | None = None) -> Tokens:
        """Give the tokens of a new family; those the device had before are good no more.

        Where no password was given now it is ``of`` the family that the last one began: it ends with it, and is as old.
        """
        end_sessions(connection, device_id)
        _drop_expired(connection, now)
        until, began = (of.until, of.began) if of is not None else (now + self._lifetimes.refresh_s * 1000, now)
        family = Family(_text(self._randomness.token(TOKEN_BYTES)), device_id, until, began)
        refresh = _text(self._randomness.token(TOKEN_BYTES))
        _keep_refresh(connection, refresh, family)
        return self._answer(connection, refresh, family, now)

    def rotate(self, connection: Connection, device_id: str, refresh: str, now: int) -> Tokens | None:
        """Give the successor of ``refresh`` and an access token; asked again the same successor, for as long as nobody used that one.

        ``None`` where there is no session to go on with: the token is unknown or too old, or it was used longer than the
        grace ago and what it was answered with too, which ended its family just now. Commit in either case.

        Raises:
            DeviceRevoked: the device was shut out.
            UserDisabled: its user was.
        """
        row = _REFRESH.one(connection, asked=token_hash(refresh), now=now)
        if row is None:
            return None
        device, family_id, expires, began, used_at = row
        _require_welcome(connection, device)
        if device != device_id or (used_at is not None and self._is_reused(connection, refresh, row, now)):
            _log.warning("refresh token used again: its family is ended", extra={"device": device})
            end_family(connection, family_id)
            return None
        family = Family(family_id, device, expires, began)
        _drop_expired(connection, now)
        _SEEN.run(connection, asked=device, now=now)
        return self._answer(connection, _successor(connection, refresh, family, now), family, now)

    def _is_reused(self, connection: Connection, refresh: str, row: Any, now: int) -> bool:  # noqa: ANN401 - a database's row
        """Say whether whoever used a token before had the answer: he used its successor, or came further with what was in it.

        Until then the answer may be lost, however long there is no signal.
        """
        device, family_id, _, _, used_at = row
        graced = used_at + self._lifetimes.grace_s * 1000
        if now <= graced:
            return False
        noted = _NOTED_AT.rows(connection, asked=device)
        return _is_used(connection, _next(refresh, family_id)) or any(at > graced for (at,) in noted)

    def family_of(self, connection: Connection, device_id: str) -> Family | None:
        """Give the family that a device has, if any."""
        columns = (REFRESH_TOKEN.c[name] for name in ("family", "device", "expires", "began"))
        row = connection.execute(select(*columns).where(REFRESH_TOKEN.c.device == device_id).limit(1)).one_or_none()
        return Family(*row) if row is not None else None

    def signed_in_at(self, connection: Connection, device_id: str) -> int:
        """Say when the device's password was last given; 0 for never, and for a sign-in from before that was noted."""
        began = select(func.max(REFRESH_TOKEN.c.began)).where(REFRESH_TOKEN.c.device == device_id)
        return int(connection.execute(began).scalar_one() or 0)

    def _answer(self, connection: Connection, refresh: str, family: Family, now: int) -> Tokens:
        access = f"{_speaker(family.id)}.{_text(self._randomness.token(TOKEN_BYTES))}"
        until = min(family.until, now + self._lifetimes.access_s * 1000)
        _NEW_ACCESS.run(connection, hash=token_hash(access), device=family.device, family=family.id, expires=until)
        return Tokens(access, until, refresh, family.until)


def authenticate(connection: Connection, access_token: str, now: int) -> DeviceIdentity:
    """Give the device that a good access token belongs to.

    Raises:
        SessionExpired: the token is unknown or too old.
        DeviceRevoked: the device was shut out.
        UserDisabled: its user was.
    """
    row = _BEARER.one(connection, hash=token_hash(access_token), now=now)
    if row is None:
        raise SessionExpired(401)
    id_, code, user_id, revoked_at, unsent_since, platform, disabled, role, expires, family, passed, noted_at = row
    if revoked_at is not None:
        raise DeviceRevoked(403)
    if disabled:
        raise UserDisabled
    return DeviceIdentity(id_, code, user_id, role, expires, unsent_since, passed or 0, noted_at or 0, platform, family)


def end_family(connection: Connection, family: str) -> None:
    """Make every token of ``family`` useless."""
    for table in (REFRESH_TOKEN, ACCESS_TOKEN):
        connection.execute(delete(table).where(table.c.family == family))


def end_sessions(connection: Connection, device_id: str) -> None:
    """Make every token of a device useless."""
    for statement in _OF_DEVICE:
        statement.run(connection, asked=device_id)


def shorten_sessions(connection: Connection, device_id: str, until: int) -> None:
    """Let no token of a device be good for longer than ``until``."""
    for table in (REFRESH_TOKEN, ACCESS_TOKEN):
        connection.execute(update(table).where(table.c.device == device_id, table.c.expires > until).values(expires=until))


def token_hash(token: str) -> str:
    """What is kept of a token. It has 256 bits of chance, so a fast hash hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _speaker(family: str) -> str:
    """Give what all access tokens of a family begin with: however many there are, they share one allowance. Nobody else can name it."""
    return _text(hashlib.sha256(b"speaker" + family.encode()).digest()[:SPEAKER_BYTES])


def _require_welcome(connection: Connection, device_id: str) -> None:
    ((revoked_at, disabled),) = _WELCOME.rows(connection, asked=device_id)
    if revoked_at is not None:
        raise DeviceRevoked(403)
    if disabled:
        raise UserDisabled


def _successor(connection: Connection, refresh: str, family: Family, now: int) -> str:
    """Follow the chain from ``refresh`` to its first unused token; where nobody used ``refresh`` yet, use it up."""
    token = _next(refresh, family.id)
    if _USE.run(connection, asked=token_hash(refresh), now=now):
        _keep_refresh(connection, token, family)
        return token
    while _is_used(connection, token):
        token = _next(token, family.id)
    return token


def _is_used(connection: Connection, refresh: str) -> bool:
    return _USED_AT.rows(connection, asked=token_hash(refresh))[0][0] is not None


def _keep_refresh(connection: Connection, token: str, family: Family) -> None:
    asked = {"hash": token_hash(token), "family": family.id, "device": family.device, "expires": family.until, "began": family.began}
    _NEW_REFRESH.run(connection, **asked)


def _drop_expired(connection: Connection, now: int) -> None:
    for statement in _EXPIRED:
        statement.run(connection, now=now)


def _next(token: str, family: str) -> str:
    return _text(hmac.digest(token.encode("utf-8", "surrogatepass"), family.encode(), "sha256"))


def _text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")
