# ruff: noqa: N818  (the names say what happened; each is an error by its place in the tree)
"""The whole error tree. Raise the narrowest; the server's ``api/errors.py`` makes statuses of them, the UI sentences.

::

    TourneeError                  code
    ├── DeviceError               something on this device
    │   ├── VaultLocked           vault_locked        contents were asked for while the key is dropped
    │   ├── VaultTooNew           vault_too_new       a newer app wrote this vault
    │   ├── VaultDamaged          vault_damaged       the vault's file is not a sound database
    │   │   └── SealBroken        seal_broken         a sealed row was altered, moved, or sealed with another key
    │   ├── WrongKey              wrong_key           this data key is not the one that sealed this vault
    │   ├── AlreadyEnrolled       already_enrolled    this person has a vault on this device
    │   ├── PinRefused            pin_too_short …     a PIN that may not be chosen
    │   └── StorageFailed         storage_failed      the disk refused a read or a write
    │       ├── DiskFull          disk_full           no room left: nothing of the save was kept
    │       └── StorageBusy       storage_busy        another process held the file longer than we wait
    ├── RecordNotFound            record_not_found    no such record here (or not in one's scope)
    ├── RecordRefused             (its own code)      a rule refused it; ``errors`` maps fields to codes
    └── SyncError                 something between device and server
        ├── Offline               offline             no usable answer: no network, captive portal, time-out
        │   └── LinkBroke         link_broke          the link broke while a request or its answer was on its way
        ├── AnswerMalformed       answer_malformed    the answer does not decode; all of it is dropped
        ├── DigestMismatch        digest_mismatch     a scope differs from the server's: pull it again
        └── ServerRefused         (the answer's code) a problem+json answer
            ├── SessionExpired    session_expired     401: sign in again, the outbox is kept
            ├── DeviceRevoked     device_revoked      403: nothing more is sent, then the wipe
            └── ProtocolTooOld    protocol_too_old    426: update the app, the outbox is kept

Codes are stable: they are on the wire, in logs and in translations.
"""

from __future__ import annotations

from collections.abc import Mapping


class TourneeError(Exception):
    """Anything that this project raises on purpose. ``code`` is stable and never holds a field's value."""

    code: str = "error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.code)


class DeviceError(TourneeError):
    """Something on this device went wrong."""

    code = "device_error"


class VaultLocked(DeviceError):
    """Contents were asked for while the key is dropped."""

    code = "vault_locked"


class VaultTooNew(DeviceError):
    """A newer version of the app wrote this vault; the app must be updated, nothing was touched."""

    code = "vault_too_new"


class VaultDamaged(DeviceError):
    """The vault's file is not a sound database. Salvage its outbox, set it aside, pull a snapshot."""

    code = "vault_damaged"


class SealBroken(VaultDamaged):
    """A sealed value does not open: altered, moved from another row, or sealed with another key."""

    code = "seal_broken"


class WrongKey(DeviceError):
    """This data key is not the one that sealed this vault."""

    code = "wrong_key"


class AlreadyEnrolled(DeviceError):
    """This person has a vault on this device: it is unlocked or recovered, never made anew."""

    code = "already_enrolled"


class PinRefused(DeviceError):
    """A PIN that may not be chosen. The code says why: ``pin_not_digits``, ``pin_too_short``, ``pin_too_long``, ``pin_too_simple``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__()


class StorageFailed(DeviceError):
    """The disk refused a read or a write."""

    code = "storage_failed"


class DiskFull(StorageFailed):
    """There is no room left. The transaction was rolled back; what was saved before is intact."""

    code = "disk_full"


class StorageBusy(StorageFailed):
    """Another connection held the file longer than the bounded wait. Nothing was written; try again."""

    code = "storage_busy"


class RecordNotFound(TourneeError):
    """No such record here. An id out of one's scope answers like an unknown one."""

    code = "record_not_found"


class RecordRefused(TourneeError):
    """A rule refused a record or a change; ``errors`` maps field names to codes."""

    def __init__(self, code: str, errors: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.errors: dict[str, str] = dict(errors or {})
        super().__init__()


class SyncError(TourneeError):
    """Something between device and server."""

    code = "sync_error"


class Offline(SyncError):
    """No usable answer came: no network, a captive portal's page, a time-out. A state more than an error."""

    code = "offline"


class LinkBroke(Offline):
    """The server was reached, and the link broke while a request or its answer was on its way: less at once may get through."""

    code = "link_broke"


class AnswerMalformed(SyncError):
    """The answer does not decode. The whole of it is dropped and the cursor stays."""

    code = "answer_malformed"


class DigestMismatch(SyncError):
    """A scope's records differ from the server's; the scope is pulled again."""

    code = "digest_mismatch"


class ServerRefused(SyncError):
    """The server answered with a problem+json document."""

    code = "server_refused"

    def __init__(
        self,
        status: int,
        code: str | None = None,
        detail: str = "",
        errors: Mapping[str, str] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.status = status
        self.code = code or type(self).code
        self.errors: dict[str, str] = dict(errors or {})
        self.retry_after_s = retry_after_s
        super().__init__(detail)


class SessionExpired(ServerRefused):
    """The tokens are no longer good (401). Sign in again; the outbox is kept."""

    code = "session_expired"


class DeviceRevoked(ServerRefused):
    """This device was revoked (403). Nothing more is sent; the wipe follows."""

    code = "device_revoked"


class ProtocolTooOld(ServerRefused):
    """The server no longer speaks this protocol (426). The outbox is kept; the app must be updated."""

    code = "protocol_too_old"
