"""A filled vault for the tests of this folder, and ways to look behind its back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mobile_app.data.key_states import DataKey
from mobile_app.data.sql import connect_sqlite
from mobile_app.data.vault import Vault
from tests.fakes.crypto import DeviceCrypto
from tests.fakes.device import SeededRandomness

CRYPTO = DeviceCrypto(SeededRandomness())
KEY = DataKey(bytes(range(32)), 1)
CANARY = b"Boulangerie Canari"


def open_vault(path: Path, key: DataKey | None = KEY) -> Vault:
    vault = Vault.open(path, "org", connect=connect_sqlite, crypto=CRYPTO, busy_ms=0)
    if key is not None:
        vault.unlock(key)
    return vault


def fill(vault: Vault, size: int = 1) -> None:
    with vault.transaction():
        vault.records.put((f"r{n:04}", n, CANARY * size) for n in range(40))
        for n in range(40):
            vault.outbox.add(f"t{n:04}", CANARY * size + str(n).encode(), "waiting")
        vault.journal.add("j1", 7, CANARY)
        vault.drafts.put("visit:1", CANARY)
        vault.meta.put("tokens", CANARY)
        vault.meta.put_plain("cursor", b"17")


def all_records(vault: Vault) -> list[tuple[str, int, bytes]]:
    return [row for batch in vault.records.batches(7) for row in batch]


def raw(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()
