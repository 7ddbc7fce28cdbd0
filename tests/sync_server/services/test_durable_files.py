"""What must outlive a power cut beside the database: the ledger and the keys."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.ports import SystemRandomness
from sync_server.services.backup import backup_key, read_key
from sync_server.services.ledger import Ledger, Welcome
from sync_server.services.organisation import AlreadyInitialised, write_private

LINE = Welcome("a", allowed=True, at=1)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder cannot be forced to the disk")
@pytest.mark.parametrize(
    "make", [lambda path: Ledger(path).append([LINE]), lambda path: write_private(path, b"key")], ids=["ledger", "key"]
)
def test_a_file_that_was_made_is_forced_to_the_disk_and_then_its_name(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = os.fsync
    forced: list[int] = []

    def noted(descriptor: int) -> None:
        forced.append(os.fstat(descriptor).st_ino)
        known(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    make(tmp_path / "made")

    assert forced == [(tmp_path / "made").stat().st_ino, tmp_path.stat().st_ino]


def test_a_disk_that_fills_up_in_a_key_leaves_no_file_and_a_later_backup_makes_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, randomness = tmp_path / "backup.key", SystemRandomness()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            backup_key(path, randomness)
    assert list(tmp_path.iterdir()) == []

    key, new = backup_key(path, randomness)

    assert new
    assert (read_key(path), path.stat().st_mode & 0o777) == (key, 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")

    with pytest.raises(AlreadyInitialised):
        write_private(tmp_path / "key", b"new")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_line_behind_others_asks_nothing_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path / "ledger.log")
    ledger.append([LINE])
    forced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: forced.append(os.fstat(descriptor).st_ino))

    ledger.append([LINE])

    assert forced == [(tmp_path / "ledger.log").stat().st_ino]
