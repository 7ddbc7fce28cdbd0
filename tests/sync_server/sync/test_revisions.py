"""Revisions of one offer, made unseen of each other: each has a number of its own, and after a restore the one that it had."""

from dataclasses import dataclass

import pytest

from shared.sync.change import Edit, Transaction
from shared.sync.clock import pack
from shared.sync.protocol import HealEntry
from shared.sync.record import Mark, Record
from tests.sync_server.sync.shop import Shop, open_shop
from tests.sync_server.sync.test_offers import heal, restored

pytestmark = pytest.mark.usefixtures("engine")


@dataclass
class Revision:
    """A revision as its author's phone made it."""

    shop: Shop
    id: str
    made: Transaction


def revised(shop: Shop, quote: str, number: int = 2) -> Revision:
    """Make a revision on a shop's phone."""
    shop.phone.pull()
    fresh = shop.phone.new_id()
    step = shop.phone.change("quote", quote, state=Edit("superseded", str(shop.phone.records[quote].value("state"))))
    of_old = shop.phone.records[quote].value("number")
    made = shop.quote(fresh, revision=number, supersedes=quote, number=of_old)
    return Revision(shop, fresh, shop.phone.transaction(made, shop.line(fresh), step))


def numbers(shop: Shop, *revisions: Revision) -> list[object]:
    shop.phone.pull()
    return [shop.phone.records[each.id].value("revision") for each in revisions]


def marie(shop: Shop) -> Shop:
    return shop.on(shop.world.phone(shop.world.marie))


def as_held(revision: Revision, number: int, rev: int) -> Record:
    """A revision as phones hold it of a lost epoch that made it ``number`` at ``rev``."""
    fields = {name: edit.to for name, edit in revision.made.changes[0].fields.items()} | {"revision": number}
    mark = Mark(pack(revision.shop.world.clock.now), revision.shop.phone.device.code, rev, revision.made.seq)
    return Record("quote", revision.id, revision.shop.account, "", rev, mark, fields)


def test_two_revisions_that_come_with_one_push_get_two_numbers() -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    one, other = revised(shop, quote), revised(shop, quote)

    outcomes = shop.phone.push_all(one.made, other.made).outcomes

    assert {outcome.status for outcome in outcomes} <= {"applied", "merged"}
    assert numbers(shop, one, other) == [2, 3]
    assert shop.phone.last is not None
    assert shop.phone.digests() == shop.phone.last.digests


def test_a_revision_of_a_revision_counts_among_those_that_were_made_of_the_first() -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    other = marie(shop)
    one, late = revised(shop, quote), revised(other, quote)
    shop.phone.push(one.made)
    shop.phone.pull()
    assert shop.phone.push(shop.send(one.id)).status == "applied"
    next_one = revised(shop, one.id, 3)
    shop.phone.push(next_one.made)

    assert other.phone.push(late.made).status == "merged"

    assert numbers(shop, one, next_one, late) == [2, 3, 4]


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_revisions_that_come_back_after_a_restore_have_the_numbers_that_they_had_whoever_comes_first(order: str) -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    made = {name: revised(each, quote) for name, each in zip("abc", (shop, marie(shop), marie(shop)), strict=True)}
    lost, fork = restored(shop.world)

    for name in order:
        entry = HealEntry(fork + 10 + "abc".index(name), made[name].made)
        [outcome] = heal(made[name].shop.phone, lost, entries=[entry]).outcomes
        assert outcome.status != "refused"

    assert numbers(shop, *made.values()) == [2, 3, 4]
    assert shop.phone.last is not None
    assert shop.phone.digests() == shop.phone.last.digests


@pytest.mark.parametrize("first", ["journal", "record"])
def test_a_revision_has_the_number_that_a_held_record_tells_though_the_one_before_it_came_back_from_nobody(first: str) -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    mine = revised(shop, quote)
    lost, fork = restored(shop.world)

    for step in ("journal", "record") if first == "journal" else ("record", "journal"):
        if step == "journal":
            heal(shop.phone, lost, entries=[HealEntry(fork + 11, mine.made)])
        else:
            heal(shop.phone, lost, offers=[as_held(mine, 3, fork + 11)])

    assert numbers(shop, mine) == [3]


def test_a_held_record_lets_a_later_one_go_on_that_had_its_number_meanwhile() -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    one, other = revised(shop, quote), revised(marie(shop), quote, 3)
    lost, fork = restored(shop.world)
    heal(other.shop.phone, lost, entries=[HealEntry(fork + 12, other.made)])
    heal(shop.phone, lost, entries=[HealEntry(fork + 11, one.made)])

    heal(shop.phone, lost, offers=[as_held(one, 3, fork + 11)])

    assert numbers(shop, one, other) == [3, 4]


@pytest.mark.parametrize(("since", "expected"), [("draft", [2, 3]), ("sent", [3, 2])])
def test_what_comes_back_has_its_number_before_a_draft_made_since_and_behind_what_was_sent_since(since: str, expected: list[int]) -> None:
    shop = open_shop()
    quote, _ = shop.sent()
    other = marie(shop)
    before, made_since = revised(shop, quote), revised(other, quote)
    lost, fork = restored(shop.world)
    other.phone.push(made_since.made)
    other.phone.pull()
    if since == "sent":
        assert other.phone.push(other.send(made_since.id)).status == "applied"

    heal(shop.phone, lost, entries=[HealEntry(fork + 10, before.made)])

    assert numbers(shop, before, made_since) == expected
