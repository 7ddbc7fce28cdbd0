"""Opens the third wrap of a device's data key, after an online sign-in: a forgotten PIN loses nothing."""

import base64
import binascii
import logging
from pathlib import Path

from sqlalchemy import Connection, select

from shared.errors import SealBroken, ServerRefused
from shared.recovery import open_seal, recovery_keys
from shared.recovery_format import recovery_context
from sync_server.services.identity import DeviceIdentity
from sync_server.services.ledger import Enrolled, Ledger
from sync_server.services.organisation import load_organisation, read_recovery_key
from sync_server.services.tokens import TokenIssuer
from sync_server.storage.tables import DEVICE

KEY_VERSION = 1
"""The version of the data key that devices seal."""
FRESH_MS = 10 * 60_000
"""The password must have been given this recently: a stolen token alone opens no vault."""
_log = logging.getLogger(__name__)


class RecoveryRefused(ServerRefused):
    """The seal was not opened; the code says why: ``sign_in_needed``, ``recovery_unavailable`` or ``seal_broken``."""


def sealing_device(connection: Connection, device: DeviceIdentity, named: str, ledger: Ledger) -> str:
    """Give the id under which ``device`` sealed its key: another than its own where a restored server made it enrol anew.

    Raises:
        RecoveryRefused: 422, what it names was never a device of the same user's, or was shut out.
    """
    if named in ("", device.device_id):
        return device.device_id
    row = connection.execute(select(DEVICE.c.user_id, DEVICE.c.revoked_at).where(DEVICE.c.id == named)).one_or_none()
    enrolled = next((line for line in ledger.lines() if isinstance(line, Enrolled) and line.device == named), None)
    owner = row.user_id if row is not None else enrolled.user_id if enrolled is not None else ""
    if owner != device.user_id or (row is not None and row.revoked_at is not None):
        raise RecoveryRefused(422, "seal_broken")
    return named


def open_data_key(connection: Connection, device: DeviceIdentity, sealed_by: str, sealed_key: str, key_file: Path) -> str:
    """Give the data key, base64, that ``device`` sealed to this organisation under the id ``sealed_by``.

    Raises:
        RecoveryRefused: 503 where this server has no recovery key, 422 where the seal is not this device's.
    """
    organisation = load_organisation(connection)
    try:
        private = read_recovery_key(key_file)
    except (OSError, ValueError) as error:
        _log.exception("the recovery key cannot be read")
        raise RecoveryRefused(503, "recovery_unavailable") from error
    if base64.b64encode(recovery_keys(private)[1]).decode() != organisation.recovery_public:
        _log.error("the recovery key is not the organisation's")
        raise RecoveryRefused(503, "recovery_unavailable")
    try:
        sealed = base64.b64decode(sealed_key, validate=True)
        data_key = open_seal(private, sealed, recovery_context(organisation.id, sealed_by, KEY_VERSION))
    except (SealBroken, binascii.Error, ValueError) as error:
        raise RecoveryRefused(422, "seal_broken") from error
    _log.info("a device's data key was recovered", extra={"device": device.code})
    return base64.b64encode(data_key).decode()


def require_fresh_sign_in(connection: Connection, device: DeviceIdentity, tokens: TokenIssuer, now: int) -> None:
    """Make sure that the password was given at this device a few minutes ago.

    Raises:
        RecoveryRefused: 403, ``sign_in_needed``.
    """
    if now > tokens.signed_in_at(connection, device.device_id) + FRESH_MS:
        raise RecoveryRefused(403, "sign_in_needed")
