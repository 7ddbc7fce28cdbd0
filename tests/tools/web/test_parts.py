"""Every part is pinned by a hash, and nothing else is taken."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from tools.web import parts

LOCKED = "flet-web==1.0.5 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nsix==1.17.0 ; python_version < '4' \\\n    --hash=sha256:cc\n"
LISTED = """
[python]
version = "314"
abi = "cp314"
platform = "wasm"
client = "flet-web"
packages = ["six"]

[[npm]]
name = "@noble/ciphers"
version = "2.4.0"
integrity = "sha512-x"
"""


def read(folder: Path, listed: str = LISTED, locked: str = LOCKED) -> parts.Parts:
    """Read a list and a lock that are made up."""
    (folder / "parts.toml").write_text(listed, encoding="utf-8")
    (folder / "demo.txt").write_text(locked, encoding="utf-8")
    return parts.read(folder / "parts.toml", folder / "demo.txt")


def test_a_python_part_has_the_version_and_the_hashes_of_the_lock_and_no_condition(tmp_path: Path) -> None:
    assert read(tmp_path).locked == {
        "flet-web": "==1.0.5 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb",
        "six": "==1.17.0 \\\n    --hash=sha256:cc",
    }


def test_a_part_that_is_not_locked_is_named(tmp_path: Path) -> None:
    with pytest.raises(parts.PartError, match="tzdata"):
        read(tmp_path, LISTED.replace('["six"]', '["six", "tzdata"]'))


def test_the_projects_own_list_is_locked_throughout() -> None:
    assert "pydantic-core" in parts.read().locked


def test_other_hashes_are_other_parts(tmp_path: Path) -> None:
    one = read(tmp_path)

    assert read(tmp_path).key == one.key
    assert read(tmp_path, locked=LOCKED.replace("cc", "dd")).key != one.key
    assert read(tmp_path, LISTED.replace("sha512-x", "sha512-y")).key != one.key


def test_parts_that_are_there_are_not_fetched_again(tmp_path: Path) -> None:
    wanted = read(tmp_path)
    (tmp_path / wanted.key).mkdir()

    assert parts.fetch(wanted, tmp_path) == tmp_path / wanted.key


def test_an_archive_that_was_altered_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "noble.tgz"
    archive.write_bytes(b"what was pinned")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(b"what was pinned").digest()).decode()
    parts.require(archive, integrity)
    archive.write_bytes(b"something else")

    with pytest.raises(parts.PartError, match=r"noble\.tgz"):
        parts.require(archive, integrity)
