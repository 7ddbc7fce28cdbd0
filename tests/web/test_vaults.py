"""A vault and its keys made natively open in a browser's Python, and the reverse; the primitives agree byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mobile_app.data.crypto import NativeCrypto
from mobile_app.data.sql import connect_sqlite
from mobile_app.data.vault import Vault
from shared.recovery import open_seal, recovery_keys
from shared.recovery_format import recovery_context
from tests.fakes.device import SeededRandomness
from tests.mobile_app.data.vaults import KEY, all_records, fill, open_vault
from tests.web import exchange
from tests.web.pyodide import HERE, run_in_pyodide


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What both sides made: ``native`` and ``browser`` vaults, and what the browser computed."""
    folder = tmp_path_factory.mktemp("exchange")
    vault = open_vault(folder / "native")
    fill(vault)
    vault.close()
    done = run_in_pyodide("tests.web.exchange", HERE, folder=folder)
    assert done.status == 0, done.output
    return folder


def test_both_compute_the_same(folder: Path) -> None:
    here = exchange.computed(NativeCrypto(SeededRandomness(exchange.SEED)), recovery_keys(bytes(range(32)))[1])

    assert json.loads((folder / "computed.json").read_text(encoding="utf-8")) == here


def test_a_vault_made_natively_opens_in_a_browser(folder: Path) -> None:
    vault = open_vault(folder / "native")
    natively = [(name, rev, payload.hex()) for name, rev, payload in all_records(vault)]
    vault.close()

    assert [tuple(row) for row in json.loads((folder / "read.json").read_text(encoding="utf-8"))] == natively


def test_a_vault_made_in_a_browser_opens_natively(folder: Path) -> None:
    vault = Vault.open(folder / "browser", "org", connect=connect_sqlite, crypto=NativeCrypto(SeededRandomness()), busy_ms=0)
    vault.unlock(KEY)
    rows = all_records(vault)
    vault.close()

    assert len(rows) == 40
    assert vault_rows(folder / "native") == rows


def test_the_office_opens_a_browsers_recovery_seal(folder: Path) -> None:
    sealed = bytes.fromhex(json.loads((folder / "computed.json").read_text(encoding="utf-8"))["recovery"])

    assert open_seal(recovery_keys(bytes(range(32)))[0], sealed, recovery_context("org", "device", 1)) == b"data key"


def vault_rows(path: Path) -> list[tuple[str, int, bytes]]:
    vault = open_vault(path)
    try:
        return all_records(vault)
    finally:
        vault.close()
