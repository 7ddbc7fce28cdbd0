"""The bytes of photos on the device: sealed, in their place, durable before anything refers to them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mobile_app.data.vault import Vault
from mobile_app.data.vault_files import blobs_path
from shared.errors import DiskFull, SealBroken
from shared.sync.protocol import BLOB_CHUNK
from tests.fakes.pictures import sha
from tests.mobile_app.data.vaults import CANARY, open_vault

DATA = (CANARY * 40_000)[: 2 * BLOB_CHUNK + 17]
NAME = sha(DATA)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path / "v")


def test_a_file_comes_back_as_it_was_and_none_of_it_is_readable(vault: Vault, tmp_path: Path) -> None:
    vault.blob_files.keep(NAME, DATA)

    kept = blobs_path(tmp_path / "v") / NAME
    assert vault.blob_files.read(NAME) == DATA
    assert vault.blob_files.size(NAME) == len(DATA)
    assert vault.blob_files.chunk(NAME, 1) == DATA[BLOB_CHUNK : 2 * BLOB_CHUNK]
    assert CANARY not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [0, BLOB_CHUNK // 2, 2 * BLOB_CHUNK + 60])
def test_a_changed_byte_is_noticed(vault: Vault, tmp_path: Path, place: int) -> None:
    vault.blob_files.keep(NAME, DATA)
    path = blobs_path(tmp_path / "v") / NAME
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))

    with pytest.raises(SealBroken):
        vault.blob_files.read(NAME)


def test_a_chunk_in_another_place_or_another_file_is_noticed(vault: Vault, tmp_path: Path) -> None:
    vault.blob_files.keep(NAME, DATA)
    folder = blobs_path(tmp_path / "v")
    sealed = (folder / NAME).read_bytes()
    stride = BLOB_CHUNK + 28
    (folder / NAME).write_bytes(sealed[stride : 2 * stride] + sealed[:stride])
    (folder / sha(b"another")).write_bytes(sealed)

    for name in (NAME, sha(b"another")):
        with pytest.raises(SealBroken):
            vault.blob_files.read(name)


def test_a_file_is_forced_to_the_disk_before_it_takes_its_name(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = blobs_path(tmp_path / "v")
    seen: list[list[str]] = []
    forced = os.fsync

    def noting(handle: int) -> None:
        seen.append(sorted(path.name for path in folder.iterdir()))
        forced(handle)

    monkeypatch.setattr(os, "fsync", noting)
    vault.blob_files.keep(NAME, DATA)

    assert seen == [[f"{NAME}.part"], [NAME]]


def test_a_full_disk_is_said_and_leaves_no_whole_file(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            vault.blob_files.keep(NAME, DATA)

    assert vault.blob_files.names() == []
    assert vault.blob_files.come(NAME) == 0
