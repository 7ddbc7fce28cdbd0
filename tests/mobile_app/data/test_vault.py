"""The vault: durable, sealed, all or nothing."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_app.data.key_states import DataKey
from mobile_app.data.ports import Sql
from mobile_app.data.sql import SqliteSql, connect_sqlite
from mobile_app.data.vault import Vault, VaultCounts
from mobile_app.data.vault_blobs import BlobRow
from mobile_app.data.vault_outbox import JournalRow, OutboxRow
from mobile_app.data.vault_seal import Sealer
from shared.errors import SealBroken, VaultLocked, WrongKey
from tests.fakes.device import Killed
from tests.mobile_app.data.vaults import CANARY, CRYPTO, KEY, all_records, fill, open_vault, raw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app" / "vault.db"


@pytest.fixture
def vault(path: Path) -> Iterator[Vault]:
    vault = open_vault(path)
    yield vault
    vault.close()


def test_a_canary_is_in_no_byte_of_any_file(vault: Vault, path: Path) -> None:
    fill(vault)

    files = list(path.parent.iterdir())

    assert {file.name for file in files} == {"vault.db", "vault.db-wal", "vault.db-shm"}
    for file in files:
        assert CANARY not in file.read_bytes()
        assert KEY.secret not in file.read_bytes()


def test_every_file_is_its_owners_only(vault: Vault, path: Path) -> None:
    fill(vault)

    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_kept_is_there_after_a_restart(vault: Vault, path: Path) -> None:
    fill(vault)
    vault.close()

    again = open_vault(path)

    assert all_records(again) == [(f"r{n:04}", n, CANARY) for n in range(40)]
    assert [row.txn for row in again.outbox.rows()] == [f"t{n:04}" for n in range(40)]
    assert again.journal.rows() == [JournalRow("j1", 7, CANARY)]
    assert (again.drafts.get("visit:1"), again.drafts.ids()) == (CANARY, ["visit:1"])
    assert (again.meta.get("tokens"), again.meta.get_plain("cursor")) == (CANARY, b"17")
    again.close()


def test_the_file_is_durable_before_it_is_fast(path: Path) -> None:
    made: list[Sql] = []

    def connect(file: Path) -> Sql:
        made.append(SqliteSql(file))
        return made[-1]

    vault = Vault.open(path, "org", connect=connect, crypto=CRYPTO)

    pragmas = {name: made[0].query(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "temp_store", "busy_timeout")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "temp_store": 2, "busy_timeout": 2_000}
    vault.close()


def test_a_locked_vault_names_counts_and_nothing_else(vault: Vault) -> None:
    fill(vault)
    vault.outbox.set_state(["t0001", "t0002"], "refused")
    vault.lock()

    assert vault.counts() == VaultCounts(records=40, outbox={"refused": 2, "waiting": 38}, journal=1, drafts=1)
    assert vault.meta.get_plain("cursor") == b"17"
    for ask in (
        lambda: vault.records.put([("r", 1, b"")]),
        lambda: vault.records.get(["r0001"]),
        lambda: list(vault.records.batches()),
        vault.outbox.rows,
        lambda: vault.outbox.add("t", b"", "waiting"),
        vault.journal.rows,
        lambda: vault.drafts.get("visit:1"),
        lambda: vault.meta.get("tokens"),
    ):
        with pytest.raises(VaultLocked):
            ask()


def test_another_key_is_refused_and_the_vault_stays_locked(vault: Vault, path: Path) -> None:
    vault.close()
    again = open_vault(path, key=None)

    for wrong in (DataKey(bytes(32), 1), DataKey(KEY.secret, 2)):
        with pytest.raises(WrongKey):
            again.unlock(wrong)
        assert not again.unlocked

    again.unlock(KEY)
    again.close()


@pytest.mark.parametrize(
    "swap",
    [
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE id = 'r0002') WHERE id = 'r0001'",
        "UPDATE record SET sealed = (SELECT sealed FROM outbox WHERE txn = 't0001') WHERE id = 'r0001'",
        "UPDATE record SET key_version = 2 WHERE id = 'r0001'",
        "UPDATE record SET id = 'r9999' WHERE id = 'r0001'",
        "UPDATE record SET sealed = zeroblob(60) WHERE id = 'r0001'",
    ],
)
def test_a_sealed_row_in_another_place_is_noticed(vault: Vault, path: Path, swap: str) -> None:
    fill(vault)

    raw(path, swap)

    with pytest.raises(SealBroken):
        vault.records.get(["r0001", "r9999"])


def test_a_vault_of_another_organisation_does_not_open(vault: Vault, path: Path) -> None:
    vault.close()
    other = Vault.open(path, "other", connect=connect_sqlite, crypto=CRYPTO)

    with pytest.raises(WrongKey):
        other.unlock(KEY)

    other.close()


def test_an_organisation_cannot_blur_what_a_seal_is_bound_to() -> None:
    with pytest.raises(ValueError, match="blur"):
        Sealer("org|record", CRYPTO)


def test_a_plain_value_put_in_place_of_a_sealed_one_is_noticed(vault: Vault, path: Path) -> None:
    fill(vault)

    raw(path, "UPDATE meta SET key_version = 0, value = 'forged' WHERE key = 'tokens'")

    with pytest.raises(SealBroken):
        vault.meta.get("tokens")
    vault.meta.put("sealed", b"value")
    with pytest.raises(SealBroken):
        vault.meta.get_plain("sealed")


@pytest.mark.parametrize("error", [ValueError, Killed])
def test_fault_01_a_block_that_raises_leaves_nothing(vault: Vault, error: type[BaseException]) -> None:
    fill(vault)

    def edit() -> None:
        with vault.transaction():
            vault.records.put([("r0001", 99, b"new")])
            vault.meta.put_plain("cursor", b"99")
            vault.outbox.delete(["t0001"])
            raise error

    with pytest.raises(error):
        edit()

    assert vault.records.revs(["r0001"]) == {"r0001": 1}
    assert vault.meta.get_plain("cursor") == b"17"
    assert vault.outbox.get("t0001") is not None


def test_a_put_whose_rows_break_off_keeps_none_of_them(vault: Vault) -> None:
    def rows() -> Iterator[tuple[str, int, bytes]]:
        yield "r1", 1, b""
        raise Killed

    with pytest.raises(Killed):
        vault.records.put(rows())

    assert vault.counts().records == 0


def test_the_outbox_keeps_the_local_order_and_a_frozen_seq(vault: Vault) -> None:
    for txn in ("c", "a", "b"):
        vault.outbox.add(txn, txn.encode(), "waiting")
    vault.outbox.set_state(["a"], "sent")

    assert vault.outbox.freeze_seq("a", 5)
    assert not vault.outbox.freeze_seq("a", 6)
    assert vault.outbox.rewrite("a", b"new")
    assert not vault.outbox.rewrite("gone", b"")

    assert vault.outbox.rows() == [
        OutboxRow("c", 1, None, "waiting", b"c"),
        OutboxRow("a", 2, 5, "sent", b"new"),
        OutboxRow("b", 3, None, "waiting", b"b"),
    ]
    assert [row.txn for row in vault.outbox.rows("waiting")] == ["c", "b"]
    assert [row.txn for row in vault.outbox.rows("waiting", "sent", limit=2)] == ["c", "a"]
    vault.outbox.forget_seqs()
    assert vault.outbox.delete(["c", "b", "gone"]) == 2
    assert vault.outbox.rows() == [OutboxRow("a", 2, None, "sent", b"new")]


def test_the_journal_is_trimmed_by_rev_and_takes_an_acknowledgement_twice(vault: Vault) -> None:
    for txn, rev in (("a", 3), ("b", 5), ("b", 5), ("c", 9)):
        vault.journal.add(txn, rev, txn.encode())

    assert vault.journal.txns() == ["a", "b", "c"]
    assert vault.journal.trim(5) == 2
    assert vault.journal.rows() == [JournalRow("c", 9, b"c")]
    assert vault.journal.delete(["c"]) == 1


def test_drafts_blobs_and_values_can_be_dropped_twice(vault: Vault) -> None:
    vault.drafts.put("d", b"1")
    vault.drafts.put("d", b"2")
    vault.blobs.put(BlobRow("aa", 10, 0, "waiting"))
    vault.blobs.put(BlobRow("aa", 10, 5, "sending"))
    vault.meta.put_plain("m", b"1")
    assert (vault.drafts.get("d"), vault.blobs.rows()) == (b"2", [BlobRow("aa", 10, 5, "sending")])

    for _ in range(2):
        vault.drafts.delete("d")
        vault.blobs.delete("aa")
        vault.meta.delete("m")

    assert (vault.drafts.get("d"), vault.blobs.rows(), vault.meta.get_plain("m")) == (None, [], None)


@settings(max_examples=30)
@given(st.dictionaries(st.text("ab-é", min_size=1, max_size=3), st.binary(max_size=5), max_size=12), st.integers(1, 5), st.data())
def test_records_are_what_was_put_last_and_not_deleted(rows: dict[str, bytes], size: int, data: st.DataObject) -> None:
    gone = set(data.draw(st.lists(st.sampled_from(sorted(rows)), max_size=4))) if rows else set()
    with TemporaryDirectory() as folder, closing(open_vault(Path(folder) / "vault.db")) as vault:
        _put_and_check(vault, rows, gone, size)


def _put_and_check(vault: Vault, rows: dict[str, bytes], gone: set[str], size: int) -> None:
    vault.records.put((id_, 1, b"old") for id_ in rows)
    vault.records.put((id_, 2, payload) for id_, payload in rows.items())
    assert vault.records.delete(gone) == len(gone)

    left = {id_: (2, payload) for id_, payload in rows.items() if id_ not in gone}
    assert {id_: (rev, payload) for batch in vault.records.batches(size) for id_, rev, payload in batch} == left
    assert vault.records.get(list(rows)) == left
    vault.records.clear()
    assert vault.counts().records == 0
