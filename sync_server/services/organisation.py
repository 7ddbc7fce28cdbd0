"""The organisation: its id, its name, and the pair of keys that opens a phone whose PIN was forgotten."""

import base64
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from shared.errors import TourneeError
from shared.ids import RANDOM_BYTES, uuid7
from shared.ports import Clock, Randomness
from shared.recovery import recovery_keys
from shared.recovery_format import KEY_BYTES
from sync_server.services import epochs
from sync_server.storage import meta
from sync_server.storage.folders import sync_folder

_ID, _NAME, _PUBLIC = "organisation", "organisation_name", "recovery_public"


class NotInitialised(TourneeError):  # noqa: N818 - named like the rest of the tree
    """There is no organisation in this folder yet."""

    code = "not_initialised"


class RecoveryKeyDamaged(TourneeError):  # noqa: N818
    """A file lies where the recovery key of a new organisation would, and holds none."""

    code = "recovery_key_damaged"


class AlreadyInitialised(TourneeError):  # noqa: N818
    """There is an organisation here; a second one needs a folder of its own."""

    code = "already_initialised"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who the server serves. ``recovery_public`` is an X25519 public key, base64."""

    id: str
    name: str
    recovery_public: str


def load_organisation(connection: Connection) -> Organisation:
    """Give the organisation of this database.

    Raises:
        NotInitialised: there is none.
    """
    organisation = Organisation(*(meta.get(connection, key) for key in (_ID, _NAME, _PUBLIC)))
    if not organisation.id:
        raise NotInitialised
    return organisation


def require_no_organisation(connection: Connection, key_file: Path) -> None:
    """Make sure that an organisation may be created here. A key alone does not stand in the way: an attempt that was cut off left it.

    Raises:
        AlreadyInitialised: the database holds one.
        RecoveryKeyDamaged: what lies in the key's place is none.
    """
    if meta.get(connection, _ID):
        raise AlreadyInitialised
    _left_key(key_file)


def create_organisation(connection: Connection, name: str, key_file: Path, clock: Clock, randomness: Randomness) -> Organisation:
    """Write the organisation, and its private recovery key to ``key_file``, which only its owner may read.

    Raises:
        AlreadyInitialised: the database holds an organisation.
        RecoveryKeyDamaged: what lies in the key's place is none.
    """
    require_no_organisation(connection, key_file)
    left = _left_key(key_file)
    private, public = recovery_keys(left or randomness.token(KEY_BYTES))
    identifier = uuid7(clock.now_ms(), randomness.token(RANDOM_BYTES))
    organisation = Organisation(identifier, name, base64.b64encode(public).decode())
    for key, value in {_ID: organisation.id, _NAME: organisation.name, _PUBLIC: organisation.recovery_public}.items():
        meta.put(connection, key, value)
    epochs.begin(connection, randomness)
    if left is None:
        key_file.unlink(missing_ok=True)
        write_private(key_file, base64.b64encode(private) + b"\n")
    return organisation


def _left_key(key_file: Path) -> bytes | None:
    """Give the key that a creation wrote before it was cut off; None where it wrote none, or an earlier release's found no room."""
    if not key_file.exists() or not key_file.stat().st_size:
        return None
    try:
        return read_recovery_key(key_file)
    except ValueError as error:
        raise RecoveryKeyDamaged from error


def read_recovery_key(key_file: Path) -> bytes:
    """Give the private recovery key.

    Raises:
        OSError: the file is not there, or may not be read.
        ValueError: it holds no key.
    """
    key = base64.b64decode(key_file.read_bytes().strip(), validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("the recovery key is damaged")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Make a file that was not there, whole or not at all, readable by its owner alone; durable when it returns.

    Raises:
        AlreadyInitialised: it was there.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # its owner's alone from its first byte on
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike a renaming it replaces nothing
    except FileExistsError as error:
        raise AlreadyInitialised from error
    finally:
        Path(name).unlink()
    sync_folder(path.parent)
