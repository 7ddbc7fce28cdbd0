"""A draft's sums follow its lines, whoever adds them: nobody is asked about a sum, and what is sent is what its sender saw."""

import msgspec
import pytest
from sqlalchemy import select

from shared.models.registry import raw_table
from shared.sync.policy import Value
from sync_server.services.quoting import check_quotes
from sync_server.services.workspace import Workspace
from sync_server.storage import meta
from tests.sync_server.sync.shop import GROSS, NET, TAX, Shop, open_shop
from tests.sync_server.world import Phone

pytestmark = pytest.mark.usefixtures("engine")

SUMS = ("net_total", "tax_total", "gross_total")
ONE: dict[str, Value] = {"net_total": NET, "tax_total": TAX, "gross_total": GROSS}
TWO: dict[str, Value] = {"net_total": 2 * NET, "tax_total": 2 * TAX, "gross_total": 2 * GROSS}


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def drafted(shop: Shop) -> tuple[str, Shop]:
    """A draft with one line, and the shop as a second phone of the same person writes that has pulled it."""
    quote = shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote)))
    tablet = shop.world.phone(shop.world.elodie)
    shop.phone.pull()
    tablet.pull()
    return quote, shop.on(tablet)


def shown(phone: Phone, quote: str) -> dict[str, Value]:
    phone.pull()
    assert phone.last is not None
    assert phone.digests() == phone.last.digests
    return {name: phone.records[quote].value(name) for name in SUMS}


def conflicts(shop: Shop) -> list[str]:
    with shop.world.database.read() as connection:
        return list(connection.execute(select(raw_table("conflict").c.field)).scalars())


def test_two_who_add_lines_to_one_draft_are_not_asked_about_its_sums(shop: Shop) -> None:
    quote, tablet = drafted(shop)
    stale: dict[str, Value] = {"net_total": 1, "tax_total": 2, "gross_total": 3}

    one = shop.phone.push(shop.phone.transaction(shop.phone.change("quote", quote, "update", **TWO), shop.line(quote)))
    other = tablet.phone.push(tablet.phone.transaction(tablet.phone.change("quote", quote, "update", **stale), tablet.line(quote)))

    assert (one.status, other.status) == ("applied", "merged")
    assert shown(shop.phone, quote) == shown(tablet.phone, quote) == {name: 3 * int(str(ONE[name])) for name in SUMS}
    assert conflicts(shop) == []


def test_a_line_that_goes_or_changes_takes_the_sums_along(shop: Shop) -> None:
    quote, tablet = drafted(shop)
    line = next(id_ for id_, record in tablet.phone.records.items() if record.kind == "quote_line")

    tablet.phone.push(tablet.phone.edit("quote_line", line, quantity=4_000))
    doubled = shown(shop.phone, quote)
    tablet.phone.push(tablet.phone.delete("quote_line", line))

    assert doubled == TWO
    assert shown(shop.phone, quote) == dict.fromkeys(SUMS, 0)


def test_what_a_device_claims_of_a_draft_is_not_believed(shop: Shop) -> None:
    quote, tablet = drafted(shop)

    outcome = tablet.phone.push(tablet.phone.edit("quote", quote, gross_total=1))

    assert outcome.status == "applied"
    assert shown(shop.phone, quote) == ONE


def test_nobody_sends_a_sum_that_he_did_not_see(shop: Shop) -> None:
    quote, tablet = drafted(shop)
    tablet.phone.push(tablet.phone.transaction(tablet.line(quote)))

    blind = shop.phone.push(shop.send(quote, **ONE))
    shop.phone.pull()
    seeing = shop.phone.push(shop.send(quote, **TWO))

    assert (blind.status, blind.code) == ("refused", "totals_differ")
    assert seeing.status == "applied"


def test_what_was_sent_keeps_its_sums_and_two_may_send_it(shop: Shop) -> None:
    quote, tablet = drafted(shop)
    shop.phone.push(shop.send(quote, **ONE))
    with shop.world.database.read() as connection:
        sent = select(raw_table("quote")).where(raw_table("quote").c.id == quote)
        before = connection.execute(sent).one()

    again = tablet.phone.push(tablet.send(quote, **ONE))
    forged = tablet.phone.push(tablet.send(quote, **TWO))
    late = tablet.phone.push(tablet.phone.transaction(tablet.line(quote)))

    assert again.status in ("applied", "merged", "conflict")
    assert (forged.code, late.code) == ("quote_is_sent", "quote_is_sent")
    assert shown(tablet.phone, quote) == ONE
    with shop.world.database.read() as connection:
        assert connection.execute(sent).one()[1:-2] == before[1:-2]


def test_a_sum_that_was_sent_in_a_lost_epoch_stands_with_a_flag(shop: Shop) -> None:
    quote, _ = drafted(shop)
    flags: list[str] = []
    with shop.world.database.write() as connection:
        workspace = Workspace(connection, meta.head(connection))
        draft = workspace.record(quote)
        assert draft is not None
        workspace.stage(msgspec.structs.replace(draft, fields=draft.fields | TWO | {"state": "sent"}))

        check_quotes(workspace, shop.phone.device, flags, lost=7)

    assert flags == [f"totals_differ:{quote}"]


def test_a_quote_is_deleted_by_its_phone_though_the_server_worked_out_its_sums(shop: Shop) -> None:
    quote = shop.phone.new_id()
    made = shop.phone.transaction(shop.quote(quote), shop.line(quote))
    more = shop.phone.transaction(shop.line(quote))
    gone = shop.phone.delete("quote", quote)

    outcomes = shop.phone.push_all(made, more, gone).outcomes

    assert [outcome.status for outcome in outcomes] == ["applied"] * 3
    shop.phone.pull()
    assert not shop.phone.records[quote].live
