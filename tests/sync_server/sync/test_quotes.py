"""Quotes: the server works prices, taxes and totals out again, and what was sent stands as sent."""

import msgspec
import pytest

from shared.rules.lifecycle import QUOTE
from shared.sync.change import Change, Edit, Transaction
from shared.sync.policy import Value
from shared.sync.protocol import Outcome
from sync_server.services.quoting import check_quotes
from sync_server.services.refusal import TransactionRefusedError
from sync_server.services.workspace import Workspace
from sync_server.storage import meta, transactions
from tests.sync_server.sync.shop import GROSS, NET, PRICE, TAX, Shop, open_shop
from tests.sync_server.world import MINUTE

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def test_an_honest_quote_is_sent_and_reaches_the_manager(shop: Shop) -> None:
    quote, line = shop.sent()
    manager = shop.world.phone(shop.world.marie)

    manager.pull()

    assert manager.records[quote].value("state") == "sent"
    assert manager.records[quote].value("gross_total") == GROSS
    assert manager.records[line].scope == manager.records[shop.account].scope


@pytest.mark.parametrize(
    ("field", "forged", "expected"),
    [("net_total", 2_000, NET), ("tax_total", 0, TAX), ("gross_total", 2_519, GROSS), ("net_total", None, NET)],
)
def test_forged_totals_are_refused_one_by_one(shop: Shop, field: str, forged: int | None, expected: int) -> None:
    quote = shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote)))

    outcome = shop.phone.push(shop.send(quote, **{field: forged}))

    assert (outcome.status, outcome.code) == ("refused", "totals_differ")
    assert [(error.field, error.params) for error in outcome.errors] == [
        (field, {"expected": str(expected), "got": "" if forged is None else str(forged)})
    ]


@pytest.mark.parametrize(
    ("forged", "code", "field"),
    [
        ({"unit_price": 1}, "price_differs", "unit_price"),
        ({"list_price": 1}, "price_differs", "list_price"),
        ({"tax_rate": 0}, "tax_differs", "tax_rate"),
    ],
)
def test_a_forged_line_is_refused(shop: Shop, forged: dict[str, Value], code: str, field: str) -> None:
    quote = shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote, None, **forged)))

    outcome = shop.phone.push(shop.send(quote))

    assert (outcome.status, outcome.code) == ("refused", code)
    assert [error.field for error in outcome.errors] == [field]


def test_a_list_price_of_another_version_than_the_frozen_one_is_refused(shop: Shop) -> None:
    quote = shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote, price_list_version=2), shop.line(quote)))

    assert shop.phone.push(shop.send(quote)).code == "price_differs"


def test_a_price_typed_by_hand_is_allowed_and_flagged(shop: Shop) -> None:
    quote, line = shop.phone.new_id(), shop.phone.new_id()
    sums: dict[str, Value] = {"net_total": 2_000, "tax_total": 400, "gross_total": 2_400}
    shop.phone.push(shop.phone.transaction(shop.quote(quote, **sums), shop.line(quote, line, unit_price=1_000, price_origin="manual")))
    send = shop.send(quote)

    outcome = shop.phone.push(send)

    assert outcome.status == "applied"
    with shop.world.database.read() as connection:
        flags = transactions.logged(connection, [send.id])[send.id].flags
    assert flags == f'["manual_price:{line}"]'


def _sent_by(shop: Shop, **of_list: Value) -> tuple[Outcome, str]:
    """Send a quote by a list at which all costs a tenth; give the outcome, and what it was flagged with."""
    cheap = shop.world.authored("price_list", name="Cheap", version=1, **of_list)
    shop.world.authored("price_rule", price_list_id=cheap, product_id=shop.product, price=PRICE // 10, min_quantity=0)
    quote = shop.phone.new_id()
    sums: dict[str, Value] = {"net_total": NET // 10, "tax_total": TAX // 10, "gross_total": GROSS // 10}
    made = shop.quote(quote, price_list_id=cheap, price_list_version=1, **sums)
    shop.phone.push(shop.phone.transaction(made, shop.line(quote, list_price=PRICE // 10, unit_price=PRICE // 10)))
    send = shop.send(quote)
    outcome = shop.phone.push(send)
    with shop.world.database.read() as connection:
        logged = transactions.logged(connection, [send.id])
    return outcome, (logged[send.id].flags if send.id in logged else None) or ""


def test_a_list_in_another_currency_gives_a_quote_no_price(shop: Shop) -> None:
    outcome, _ = _sent_by(shop, currency="USD", valid_from="2026-01-01")

    assert (outcome.status, outcome.code) == ("refused", "price_differs")


@pytest.mark.parametrize("held", [{"valid_from": "2019-01-01", "valid_to": "2019-12-31"}, {"valid_from": "2030-01-01"}])
def test_a_quote_sent_by_a_list_that_did_not_hold_on_its_day_is_flagged(shop: Shop, held: dict[str, Value]) -> None:
    outcome, flags = _sent_by(shop, currency="EUR", **held)

    assert outcome.status == "applied"
    assert "list_not_in_force" in flags


def test_a_quote_made_and_sent_in_one_action_is_checked_too(shop: Shop) -> None:
    quote = shop.phone.new_id()

    outcome = shop.phone.push(shop.phone.transaction(shop.quote(quote, state="sent", gross_total=1), shop.line(quote)))

    assert outcome.status == "refused"


@pytest.mark.parametrize("liar", ["an earlier seq", "another device"])
def test_a_quote_that_was_never_sent_is_not_accepted_because_a_device_says_that_it_saw_it_sent(shop: Shop, liar: str) -> None:
    quote = shop.phone.new_id()
    shop.phone.seq = 10
    sums: dict[str, Value] = {"net_total": 2, "tax_total": 0, "gross_total": 2}
    shop.phone.push(shop.phone.transaction(shop.quote(quote, **sums), shop.line(quote, unit_price=1, list_price=1)))
    forger = shop.phone if liar == "an earlier seq" else shop.world.phone(shop.world.elodie)
    accepted = Change("quote", quote, "update", forger.stamp(), {"state": Edit("accepted", "sent")})

    outcome = forger.push(Transaction(forger.new_id(), (accepted,), seq=5))

    assert (outcome.status, outcome.code) == ("refused", "illegal_step")
    shop.phone.pull()
    assert shop.phone.records[quote].value("state") == "draft"


@pytest.mark.parametrize("state", sorted(QUOTE.states - {"draft", "pending_approval", "approved"}))
def test_whatever_step_takes_a_quote_out_of_the_house_its_prices_are_checked(shop: Shop, state: str) -> None:
    quote = shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote, unit_price=1, list_price=1)))
    with shop.world.database.write() as connection:
        workspace = Workspace(connection, meta.head(connection))
        draft = workspace.record(quote)
        assert draft is not None
        workspace.stage(msgspec.structs.replace(draft, fields=draft.fields | {"state": state}))

        with pytest.raises(TransactionRefusedError, match="price_differs"):
            check_quotes(workspace, shop.phone.device, [])


def test_the_lines_and_figures_of_a_sent_quote_are_frozen(shop: Shop) -> None:
    quote, line = shop.sent()
    phone = shop.phone
    phone.pull()
    attempts = [
        phone.edit("quote_line", line, discount=500),
        phone.delete("quote_line", line),
        phone.transaction(shop.line(quote)),
        phone.edit("quote", quote, gross_total=1),
        phone.delete("quote", quote),
    ]

    outcomes = phone.push_all(*attempts).outcomes

    assert {(outcome.status, outcome.code) for outcome in outcomes} == {("refused", "quote_is_sent")}


def test_a_question_about_a_line_of_a_sent_quote_is_settled_by_the_value_that_stands_and_by_no_other(shop: Shop) -> None:
    quote, line = shop.phone.new_id(), shop.phone.new_id()
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote, line)))
    marie = shop.world.phone(shop.world.marie)
    marie.pull()
    shop.phone.pull()
    mine = shop.phone.edit("quote_line", line, description="with a stand")
    shop.world.clock.now += MINUTE
    marie.push(marie.edit("quote_line", line, description="without a stand"))
    assert shop.phone.push(mine).status == "conflict"
    shop.phone.pull()
    assert shop.phone.push(shop.send(quote)).status == "applied"
    shop.phone.pull()

    other = shop.phone.push(shop.phone.edit("quote_line", line, description="with a stand"))
    same = shop.phone.push(shop.phone.edit("quote_line", line, description="without a stand"))
    shop.phone.pull()

    assert (other.status, other.code) == ("refused", "quote_is_sent")
    assert same.status == "applied"
    assert shop.phone.conflict(line, "description").state == "closed"
    assert shop.phone.records[line].value("description") == "without a stand"


def test_a_line_that_was_removed_does_not_come_back_to_a_quote_that_was_sent_since(shop: Shop) -> None:
    quote, line, other = (shop.phone.new_id() for _ in range(3))
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote, line), shop.line(quote, other)))
    shop.phone.pull()
    shop.phone.push(shop.phone.delete("quote_line", other))
    assert shop.phone.push(shop.send(quote)).status == "applied"

    outcomes = shop.phone.push_all(shop.phone.edit("quote_line", other), shop.phone.edit("quote_line", other, discount=0)).outcomes
    shop.phone.pull()

    assert {(outcome.status, outcome.code) for outcome in outcomes} == {("refused", "quote_is_sent")}
    assert not shop.phone.records[other].live


def test_the_customers_word_is_the_last(shop: Shop) -> None:
    quote, line = shop.sent()
    phone = shop.phone
    phone.pull()

    accepted = phone.push(phone.edit("quote", quote, state="accepted", decided_at=shop.world.clock.now))
    late = phone.push(phone.edit("quote_line", line, discount=500))
    phone.pull()
    undone = phone.push(phone.edit("quote", quote, state="declined"))

    assert accepted.status == "applied"
    assert late.code == "quote_is_accepted"
    assert (undone.status, undone.code) == ("refused", "illegal_step")


def test_a_revision_supersedes_the_sent_quote(shop: Shop) -> None:
    quote, _ = shop.sent()
    phone = shop.phone
    phone.pull()
    revision = phone.new_id()
    step = phone.change("quote", quote, "update", state="superseded")

    outcome = phone.push(phone.transaction(step, shop.quote(revision, revision=2, supersedes=quote), shop.line(revision)))

    assert outcome.status == "applied"


def test_two_revisions_of_one_quote_made_at_once_get_two_numbers(shop: Shop) -> None:
    quote, _ = shop.sent()
    other = shop.on(shop.world.phone(shop.world.marie))
    revisions = []
    for each in (shop, other):
        each.phone.pull()
        fresh = each.phone.new_id()
        step = each.phone.change("quote", quote, state=Edit("superseded", "sent"))
        made = each.quote(fresh, revision=2, supersedes=quote, number=each.phone.records[quote].value("number"))
        revisions.append((each.phone, fresh, each.phone.transaction(made, step)))

    for phone, _, sent in revisions:
        assert phone.push(sent).status in ("applied", "merged")
    shop.phone.pull()

    assert [shop.phone.records[fresh].value("revision") for _, fresh, _ in revisions] == [2, 3]
    assert len({shop.phone.records[fresh].value("number") for _, fresh, _ in revisions}) == 1
    assert shop.phone.last is not None
    assert shop.phone.digests() == shop.phone.last.digests


def test_a_line_cannot_be_put_under_another_customers_quote(shop: Shop) -> None:
    quote = shop.phone.new_id()
    other = shop.world.account("Other", country="FR")
    shop.phone.push(shop.phone.transaction(shop.quote(quote), shop.line(quote)))

    outcome = shop.phone.push(shop.phone.transaction(shop.line(quote, account_id=other)))

    assert (outcome.status, outcome.code) == ("refused", "unknown_record")


def test_a_line_does_not_go_to_another_quote_of_the_same_customer(shop: Shop) -> None:
    mine, other = shop.phone.new_id(), shop.phone.new_id()
    line = shop.line(mine)
    shop.phone.push_all(*(shop.phone.transaction(*changes) for changes in ([shop.quote(mine), line], [shop.quote(other)])))

    moved = shop.phone.push(shop.phone.edit("quote_line", line.id, quote_id=Edit(other, mine)))

    assert (moved.status, moved.code) == ("refused", "fact_is_final")


def test_a_quote_cannot_begin_its_life_accepted(shop: Shop) -> None:
    outcome = shop.phone.push(shop.phone.transaction(shop.quote(shop.phone.new_id(), state="accepted")))

    assert (outcome.status, outcome.code) == ("refused", "illegal_step")
