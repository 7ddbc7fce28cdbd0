"""The bytes of photos on this device: one file each beside the vault, sealed in chunks that each know their file and their place in it.

A file is whole under its hash and ``.part`` until then. It is durable before anything refers to it, so that a power cut leaves a file too
many at worst, which ``Blobs`` takes up or removes.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Final

from mobile_app.data.files import own_file, own_folder, storage_error, sync_folder
from mobile_app.data.vault_seal import Sealer
from shared.errors import SealBroken, StorageFailed
from shared.sync.protocol import BLOB_CHUNK

_SEAL: Final = 28
"""Bytes that a seal adds: its nonce and its tag."""
_STRIDE: Final = BLOB_CHUNK + _SEAL
_PART: Final = ".part"
_HASH_LENGTH: Final = 64


class BlobFiles:
    """On the owner's thread. Every method raises ``DiskFull`` or ``StorageFailed`` where the disk refuses."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer

    def keep(self, sha256: str, data: bytes) -> None:
        """Keep a whole file; durable once this returns."""
        self.drop(sha256)
        try:
            for index, offset in enumerate(range(0, len(data), BLOB_CHUNK)):
                self.add(sha256, index, data[offset : offset + BLOB_CHUNK])
            self.finish(sha256)
        except StorageFailed:
            with suppress(StorageFailed):
                self.drop(sha256)
            raise

    def add(self, sha256: str, index: int, chunk: bytes) -> None:
        """Write the chunk at ``index`` of a file that is not whole yet."""
        seal, _ = self._sealer.for_table("blob")
        part = self._part(sha256)
        try:
            if not part.exists():
                own_folder(self._folder)
                own_file(part)
            with part.open("r+b") as file:
                file.seek(index * _STRIDE)
                file.write(seal(f"{sha256}:{index}", chunk))
        except OSError as error:
            raise storage_error(error) from error

    def finish(self, sha256: str) -> None:
        """Say that a file is whole: it is forced to the disk, then takes its name."""
        part = self._part(sha256)
        try:
            with part.open("r+b") as file:
                os.fsync(file.fileno())
            part.replace(self._path(sha256))
            sync_folder(self._folder)
        except OSError as error:
            raise storage_error(error) from error

    def chunk(self, sha256: str, index: int) -> bytes:
        """Give one chunk of a whole file.

        Raises:
            SealBroken: it is not there, or does not open.
        """
        return self._chunk(self._path(sha256), sha256, index)

    def read(self, sha256: str, *, part: bool = False) -> bytes:
        """Give all of a file.

        Raises:
            SealBroken: it is not there, or does not open.
        """
        path = self._part(sha256) if part else self._path(sha256)
        return b"".join(self._chunk(path, sha256, index) for index in range(_chunks(path)))

    def size(self, sha256: str) -> int | None:
        """Say how many bytes a whole file has; None where it is not here."""
        path = self._path(sha256)
        return path.stat().st_size - _chunks(path) * _SEAL if path.exists() else None

    def come(self, sha256: str) -> int:
        """Say how many whole chunks of an unfinished file are here."""
        part = self._part(sha256)
        return part.stat().st_size // _STRIDE if part.exists() else 0

    def drop(self, sha256: str) -> None:
        """Remove a file, whole or not. Repeatable."""
        try:
            for path in (self._path(sha256), self._part(sha256)):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error) from error

    def drop_part(self, sha256: str) -> None:
        """Remove what has come of a file that is not whole. Repeatable."""
        try:
            self._part(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error) from error

    def parts(self) -> list[str]:
        """The hashes of all files that are not whole."""
        return sorted(path.name.removesuffix(_PART) for path in self._folder.glob(f"*{_PART}"))

    def names(self) -> list[str]:
        """The hashes of all whole files."""
        return sorted(path.name for path in self._folder.glob("*") if len(path.name) == _HASH_LENGTH)

    def _chunk(self, path: Path, sha256: str, index: int) -> bytes:
        _, open_ = self._sealer.for_table("blob")
        try:
            with path.open("rb") as file:
                file.seek(index * _STRIDE)
                return open_(f"{sha256}:{index}", self._sealer.version, file.read(_STRIDE))
        except FileNotFoundError as error:
            raise SealBroken from error
        except OSError as error:
            raise storage_error(error) from error

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256

    def _part(self, sha256: str) -> Path:
        return self._folder / f"{sha256}{_PART}"


def remove_blobs(folder: Path) -> None:
    """Remove every file and the folder. Repeatable."""
    try:
        if folder.exists():
            rmtree(folder)
            sync_folder(folder.parent)
    except OSError as error:
        raise storage_error(error) from error


def _chunks(path: Path) -> int:
    return -(-path.stat().st_size // _STRIDE) if path.exists() else 1
