"""A transaction that comes in two forms: as it was written, and as its device numbered it anew or took something erased out of it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from shared.errors import ServerRefused
from shared.sync.change import Edit, Transaction
from sync_server.services import archive
from sync_server.services.backup import Backups
from sync_server.storage import meta, schema, transactions
from sync_server.storage.database import Database
from sync_server.storage.tables import TXN_LOG
from tests.contract.test_migrations import FIRST_RELEASE
from tests.sync_server.sync.shop import Shop, open_shop
from tests.sync_server.world import Phone, ready

pytestmark = pytest.mark.usefixtures("engine")


def numbered_anew(shop: Shop, other: Phone) -> tuple[Transaction, Transaction, str]:
    """A quote as it was made, and as its phone sends it once that is the ``other`` device; and its id."""
    quote = shop.phone.new_id()
    made = shop.phone.transaction(shop.quote(quote), shop.line(quote))
    head = made.changes[0]
    again = msgspec.structs.replace(head, fields=head.fields | {"number": Edit(f"Q26-{other.device.code}-0001")})
    return made, msgspec.structs.replace(made, changes=(again, *made.changes[1:]), purged=True), quote


def stepped(shop: Shop, _folder: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is as an earlier release left it, and the store is opened by this one."""
    with shop.world.database.write() as connection:
        connection.execute(update(TXN_LOG).values(flags=None))
        connection.execute(update(schema.VERSION).values(version_num="0007"))
    shop.world.database.prepared()


def restored_from_before(shop: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log comes back from a backup that an earlier release made."""
    world, key = shop.world, bytes(range(32))
    with world.database.write() as connection:
        meta.put(connection, "organisation", "it")
        connection.execute(update(TXN_LOG).values(flags=None))
    made = Backups(world.database, folder / "backups", key, world.clock, world.randomness).make().path
    known = archive.heading
    monkeypatch.setattr(archive, "heading", lambda path: msgspec.structs.replace(known(path), schema="0007"))
    with world.database.write() as connection:
        archive.load(connection, made, key)


def as_sent_by(phone: Phone, transaction: Transaction) -> Transaction:
    phone.seq += 1
    return msgspec.structs.replace(transaction, seq=phone.seq)


@pytest.mark.parametrize("first", ["as it was made", "numbered anew"])
def test_what_one_phone_numbered_anew_and_another_took_over_before_that_takes_effect_once(first: str) -> None:
    shop = open_shop()
    other = shop.world.phone(shop.world.elodie)
    made, anew, quote = numbered_anew(shop, other)
    came, late = (made, anew) if first == "as it was made" else (anew, made)

    taken = shop.phone.push(came)
    again = other.push(as_sent_by(other, late))
    other.pull()
    work = other.push(other.edit("quote", quote, note="Later work"))
    shop.phone.pull()

    assert (taken.status, again.status, again.first, again.rev) == ("applied", "duplicate", "applied", taken.rev)
    assert work.status == "applied"
    assert shop.phone.records[quote].value("number") == came.changes[0].fields["number"].to


def test_what_was_refused_as_it_was_numbered_anew_stays_refused_as_it_was_made() -> None:
    shop = open_shop()
    other = shop.world.phone(shop.world.elodie)
    made, anew, quote = numbered_anew(shop, other)
    forged = tuple(msgspec.structs.replace(each, fields=each.fields | {"currency": Edit("no money")}) for each in anew.changes[:1])

    taken = shop.phone.push(msgspec.structs.replace(anew, changes=forged))
    again = other.push(as_sent_by(other, made))
    shop.phone.pull()

    assert (taken.status, again.status, again.code) == ("refused", "refused", "invalid")
    assert quote not in shop.phone.records


@pytest.mark.parametrize("brought", [stepped, restored_from_before])
@pytest.mark.parametrize("late", ["while it was at an earlier release", "since then"])
def test_what_an_earlier_release_logged_is_known_in_either_form_since_its_log_did_not_tell(
    late: str, brought: Callable[[Shop, Path, pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop()
    other = shop.world.phone(shop.world.elodie)
    made, anew, _ = numbered_anew(shop, other)
    shop.phone.push(anew)
    shop.world.clock.now += 1
    brought(shop, tmp_path, monkeypatch)
    written, rewritten, _ = numbered_anew(shop, other)
    shop.phone.push(written)
    unsaid = msgspec.structs.replace(rewritten, purged=False)

    if late == "since then":
        with pytest.raises(ServerRefused, match="transaction_reused"):
            other.push(as_sent_by(other, unsaid))
    else:
        assert other.push(as_sent_by(other, made)).status == "duplicate"


def test_a_line_of_the_first_releases_log_is_one_that_does_not_tell(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "org.db") as connection:
        connection.executescript(FIRST_RELEASE.read_text(encoding="utf-8"))
    connection.close()

    database = Database.open(tmp_path / "org.db")

    with database.read() as read:
        lines = transactions.logged(read, [f"01a20320-a200-7000-8000-0000000000{end}" for end in (10, 11)]).values()
        assert [transactions.tells_its_form(read, line) for line in lines] == [False, False]
    database.close()


def test_another_form_of_somebody_elses_transaction_is_refused_and_named() -> None:
    shop = open_shop()
    stranger = shop.world.phone(shop.world.marie)
    made, anew, _ = numbered_anew(shop, shop.world.phone(shop.world.elodie))
    shop.phone.push(anew)

    with pytest.raises(ServerRefused) as refused:
        stranger.push(as_sent_by(stranger, made))

    assert (refused.value.status, refused.value.code) == (409, "transaction_reused")
    assert refused.value.errors == {made.id: "transaction_reused"}


def test_a_transaction_that_cannot_be_read_is_named_too() -> None:
    _, account, phone = ready()
    empty = msgspec.structs.replace(phone.edit("account", account, city="Lyon"), changes=())

    with pytest.raises(ServerRefused) as refused:
        phone.push_all(phone.edit("account", account, city="Bron"), empty)

    assert refused.value.errors == {empty.id: "malformed_transaction"}
