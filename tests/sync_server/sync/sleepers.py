"""What stories of phones that sleep for months have in common."""

from collections.abc import Iterable

from sqlalchemy import select

from shared.sync.change import Transaction, Whole
from shared.sync.protocol import Outcome
from sync_server.services.compaction import compact
from sync_server.storage.tables import RECORD_META
from tests.sync_server.world import DAY, Phone, World


def passed(world: World, *phones: Phone) -> None:
    """Let these phones pull, and come back to say so."""
    for phone in phones:
        for _ in range(2):
            phone.pull()


def contact(world: World, phone: Phone, account: str, name: str = "Lucie") -> str:
    id_, made = phone.create("contact", account_id=account, last_name=name)
    assert phone.push(made).status == "applied"
    phone.pull()
    return id_


def known(world: World) -> set[str]:
    with world.database.read() as connection:
        return set(connection.execute(select(RECORD_META.c.id)).scalars())


def wholes(phone: Phone, *ids: str) -> tuple[Whole, ...]:
    held = (phone.records[id_] for id_ in ids if id_ in phone.records)
    return tuple(Whole(record.kind, record.id, record.rev, record.fields) for record in held)


def answered(phone: Phone, sent: Transaction, whole: Iterable[Whole]) -> Outcome:
    return phone.push(Transaction(sent.id, sent.changes, sent.needs, sent.seq, tuple(whole)))


def slept(world: World) -> tuple[Phone, Phone, str, str]:
    """Élodie's phone sleeps while Marie deletes one of two people, for so long that the tombstone goes."""
    account = world.account()
    asleep, awake = world.phone(world.elodie), world.phone(world.marie)
    lucie = contact(world, awake, account)
    contact(world, awake, account, "Marc")
    passed(world, asleep, awake)
    awake.push(awake.delete("contact", lucie))
    drop_tombstones(world, awake)
    return asleep, awake, account, lucie


def drop_tombstones(world: World, awake: Phone) -> None:
    """Let so many months go by that what was deleted leaves, for a phone that stays awake."""
    for _ in range(4):
        world.clock.now += 31 * DAY
        passed(world, awake)
        compact(world.database, world.clock.now)
