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
OWNER_ONLY = 0o600


class NotInitialised(TourneeError):  # noqa: N818 - named like the rest of the tree
    """There is no organisation in this folder yet."""

    code = "not_initialised"


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
    """Make sure that an organisation may be created here.

    Raises:
        AlreadyInitialised: the database holds one, or the key file exists.
    """
    if meta.get(connection, _ID) or key_file.exists():
        raise AlreadyInitialised


def create_organisation(connection: Connection, name: str, key_file: Path, clock: Clock, randomness: Randomness) -> Organisation:
    """Write the organisation, and its private recovery key to ``key_file``, which only its owner may read.

    Raises:
        AlreadyInitialised: the database holds an organisation, or the key file exists.
    """
    require_no_organisation(connection, key_file)
    private, public = recovery_keys(randomness.token(KEY_BYTES))
    identifier = uuid7(clock.now_ms(), randomness.token(RANDOM_BYTES))
    organisation = Organisation(identifier, name, base64.b64encode(public).decode())
    for key, value in {_ID: organisation.id, _NAME: organisation.name, _PUBLIC: organisation.recovery_public}.items():
        meta.put(connection, key, value)
    epochs.begin(connection, randomness)
    write_private(key_file, base64.b64encode(private) + b"\n")
    return organisation


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
