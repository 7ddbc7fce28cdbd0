"""A transaction is all there or not at all, readers see one snapshot, and who sees a rev sees every rev below it: on both engines."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, select

from shared.errors import RecordRefused, StorageBusy
from sync_server.storage import meta, transactions
from sync_server.storage.bulk import upsert, within
from sync_server.storage.database import Database
from sync_server.storage.postgresql import PostgresStore
from sync_server.storage.retrying import RETRIES, FailedInPassing, Retrying
from sync_server.storage.sqlite import SqliteStore
from sync_server.storage.tables import META, SCOPE_MOVE
from tests.contract.stores import tables


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """Two processes' doors to one database, empty at first; neither waits long."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        pair = [Database(PostgresStore(url, "pair"), Retrying(lambda _seconds: None)).prepared() for _ in range(2)]
        pair[0].run(lambda connection: [connection.execute(table.delete()) for table in tables()])
    else:
        pair = [Database(SqliteStore(tmp_path / "org.db"), Retrying(lambda _seconds: None)).prepared() for _ in range(2)]
    yield pair[0], pair[1]
    for database in pair:
        database.close()


def test_a_reader_keeps_its_snapshot_while_another_process_writes(both: tuple[Database, Database]) -> None:
    one, two = both

    with one.read() as reader:
        before = meta.head(reader)
        two.run(lambda writer: meta.set_head(writer, 7))
        during = meta.head(reader)

    assert (before, during, one.run(meta.head, reading=True)) == (0, 0, 7)


def test_an_error_rolls_all_back(both: tuple[Database, Database]) -> None:
    one, two = both

    def fail(connection: Connection) -> None:
        meta.set_head(connection, 7)
        raise KeyError

    with pytest.raises(KeyError):
        one.run(fail)

    assert two.run(meta.head, reading=True) == 0


def test_fault_40_no_cursor_skips_a_rev_however_two_processes_interleave(both: tuple[Database, Database]) -> None:
    start = Barrier(3)
    seen: list[list[int]] = []

    def write(database: Database) -> None:
        start.wait()
        for _ in range(15):
            database.run(allocate)

    def allocate(connection: Connection) -> None:
        rev = meta.head(connection) + 1
        upsert(connection, SCOPE_MOVE, [(rev, "root", "here", "there", 0)])
        meta.set_head(connection, rev)

    def follow() -> None:
        start.wait()
        cursor = 0
        while cursor < 30:
            page, cursor = both[0].run(partial(after, cursor), reading=True)
            seen.append(page)

    def after(cursor: int, connection: Connection) -> tuple[list[int], int]:
        found = select(SCOPE_MOVE.c.rev).where(SCOPE_MOVE.c.rev > cursor).order_by(SCOPE_MOVE.c.rev)
        return list(connection.execute(found).scalars()), meta.head(connection)

    threads = [Thread(target=write, args=(database,)) for database in both] + [Thread(target=follow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [rev for page in seen for rev in page] == list(range(1, 31))


def test_fault_40_a_rev_is_not_seen_before_the_one_below_it(both: tuple[Database, Database]) -> None:
    one, two = both
    with one.write() as first:
        meta.set_head(first, 1)
        impatient(two)
        with pytest.raises(StorageBusy):
            two.run(lambda second: meta.set_head(second, 2))
        assert two.run(meta.head, reading=True) == 0

    assert two.run(meta.head, reading=True) == 1


def test_fault_15_a_database_that_another_process_holds_is_waited_for_and_nothing_is_dropped(both: tuple[Database, Database]) -> None:
    one, two = both
    impatient(two)
    tries = iter(range(100))
    holder = one.write()
    meta.set_head(holder.__enter__(), 1)

    def write(connection: Connection) -> None:
        meta.set_head(connection, 2)

    def rest(_seconds: float) -> None:
        if next(tries) == 2:
            holder.__exit__(None, None, None)

    two._retrying = Retrying(rest)
    two.run(write)

    assert next(tries) == 3
    assert one.run(meta.head, reading=True) == 2


def impatient(database: Database) -> None:
    """Let its connection wait for nobody."""
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA busy_timeout = 0" if sqlite else "SET lock_timeout = '1ms'")
        if not sqlite:
            connection.commit()


def test_fault_15_and_34_what_fails_in_passing_is_tried_again_at_most_five_times() -> None:
    waits: list[float] = []
    retrying = Retrying(waits.append, lambda: 0.5)
    tries = iter(range(100))

    def busy_until(last: int) -> int:
        number = next(tries)
        if number < last:
            raise FailedInPassing
        return number

    assert retrying.run(lambda: busy_until(3)) == 3
    assert waits == sorted(waits)
    assert len(waits) == 3
    waits.clear()
    with pytest.raises(StorageBusy):
        retrying.run(lambda: busy_until(100))
    assert len(waits) == RETRIES


def test_many_rows_are_written_and_found_by_their_keys_whatever_is_in_them(both: tuple[Database, Database]) -> None:
    values = {"a": "", "b": "Ω é 🥐 \\ \" ' % \n\t :x", "c": '{"json": [1, null]}', "d": "\u2028"}
    both[0].run(lambda connection: upsert(connection, META, [("a", "old"), ("z", "other")]))

    both[0].run(lambda connection: upsert(connection, META, list(values.items())))
    found = both[1].run(lambda connection: connection.execute(select(META).where(within(META.c.key, [*values, "no", "nu\0l"]))).all())
    revs = both[1].run(lambda connection: transactions.owners_of_seqs(connection, "K7", [1, 2, 2**53 - 1]), reading=True)

    assert {row.key: row.value for row in found} == values
    assert revs == {}


def test_text_is_ordered_byte_by_byte(both: tuple[Database, Database]) -> None:
    words = ["Zoé", "abc", "Éa", "éa", "z"]

    both[0].run(lambda connection: upsert(connection, META, [(word, "") for word in words]))
    listed = both[0].run(lambda connection: list(connection.execute(select(META.c.key).order_by(META.c.key)).scalars()), reading=True)

    assert listed == sorted(words, key=str.encode)


def test_postgresql_calls_a_text_it_cannot_hold_refused_not_broken(postgres_url: str) -> None:
    database = Database.connect(postgres_url, "nul")

    with pytest.raises(RecordRefused):
        database.run(lambda connection: meta.get(connection, "nu\0l"))
    database.close()
