"""Quotes on the server: what was sent stands as sent, and its prices, taxes and totals are worked out again (DESIGN §6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from shared.models.registry import raw_table
from shared.rules import pricing
from shared.rules.lifecycle import quote_is_frozen, quote_is_immutable
from shared.rules.numbering import parse_quote_number
from shared.sync.change import Change, Edit
from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from shared.sync.record import LIVE, Record
from sync_server.services import quote_totals, revisions
from sync_server.services.identity import DeviceIdentity
from sync_server.services.refusal import TransactionRefusedError, refused
from sync_server.services.workspace import Workspace
from sync_server.storage.tables import RECORD_META

MANUAL_PRICE: Final = "manual_price"
TAX_UNKNOWN: Final = "tax_unknown"
LIST_NOT_IN_FORCE: Final = "list_not_in_force"
"""Sent by a list that did not hold on the quote's day: a revision keeps its first list, and an office may end one early."""
TOTALS_DIFFER: Final = "totals_differ"
FOREIGN_NUMBER: Final = "number_of_another_device"
DECISION: Final = frozenset({"state", "sent_at", "decided_at"})
"""What may still be written of a quote that was sent."""


@dataclass(frozen=True, slots=True)
class _Sale:
    """A quote that is being sent, with its lines and whom it is for."""

    connection: Connection
    quote: Record
    account: Record | None
    lines: list[Record]

    def of_account(self, field: str) -> str:
        """Give a text of the account's; '' where it has none."""
        return "" if self.account is None else str(self.account.value(field) or "")


def check_frozen(workspace: Workspace, change: Change, before: Record | None) -> None:
    """Keep what has left the house as it was: only the customer's decision may still be written, and what stands be said once more.

    Raises:
        TransactionRefusedError: a line or a figure of a sent quote would change (``quote_is_sent``), or an accepted one would
            (``quote_is_accepted``).
    """
    quote = _quote_of(workspace, change, before)
    if quote is None:
        return
    state = str(quote.value("state"))
    if quote_is_frozen(state) and not _is_untouched(change, before):
        raise refused("quote_is_accepted" if quote_is_immutable(state) else "quote_is_sent", change)


def _is_untouched(change: Change, before: Record | None) -> bool:
    """Whether all stays as it was sent. Two who send a quote each say what they saw, and a question is settled by what stands."""
    if before is None or change.op == "delete":
        return False
    decision = DECISION if change.kind == "quote" else frozenset()
    stays = before.live or change.kind == "quote"
    return stays and all(name in decision or _is_said_again(before, name, edit) for name, edit in change.fields.items())


def _is_said_again(standing: Record, name: str, edit: Edit) -> bool:
    return not (edit.add or edit.remove) and edit.to == standing.value(name)


def _quote_of(workspace: Workspace, change: Change, before: Record | None) -> Record | None:
    """Give the quote that a change is about, as the transactions before this one left it."""
    if change.kind == "quote":
        return workspace.before(change.id)
    if change.kind != "quote_line":
        return None
    named = before.value("quote_id") if before is not None else None
    edit = change.fields.get("quote_id")
    quote_id = named or (edit.to if edit is not None else None)
    return workspace.before(str(quote_id)) if quote_id is not None else None


def check_quotes(workspace: Workspace, device: DeviceIdentity, flags: list[str], lost: int = 0) -> None:
    """Check each quote that leaves the house by the running transaction, in whatever state, and that its lines are its own account's.

    Its sums must be what its sender saw. Where that was judged in an epoch that was ``lost`` they stand as sent, with a flag.

    Raises:
        TransactionRefusedError: a price, a tax rate or a total is not what the frozen list and the rules give.
    """
    for record in list(workspace.staged):
        if record.kind == "quote_line":
            _check_family(workspace, record)
        elif record.kind == "quote":
            before = workspace.before(record.id)
            if before is None:
                _note_number(record, device, flags)
                revisions.number_apart(workspace, record, flags)
            quote = workspace.record(record.id) or record
            if _is_frozen(quote) and not (before is not None and _is_frozen(before)):
                _check_prices(workspace, quote, flags)
                _check_sums(workspace, quote, flags, lost)


def _is_frozen(quote: Record) -> bool:
    return quote_is_frozen(str(quote.value("state")))


def _check_family(workspace: Workspace, line: Record) -> None:
    quote = workspace.place(str(line.value("quote_id")))
    if quote is not None and quote.root != line.root:
        raise TransactionRefusedError("unknown_record", (_error(line, "quote_id", "unknown_record"),))


def _note_number(quote: Record, device: DeviceIdentity, flags: list[str]) -> None:
    number = parse_quote_number(str(quote.value("number")))
    if number is not None and number.device_code != device.code and quote.value("supersedes") is None:
        flags.append(f"{FOREIGN_NUMBER}:{quote.id}")


def _check_prices(workspace: Workspace, quote: Record, flags: list[str]) -> None:
    sale = _Sale(workspace.connection, quote, workspace.record(quote.root), quote_totals.lines_of(workspace, quote))
    errors = [*_price_errors(sale, flags), *_tax_errors(sale, flags)]
    if errors:
        raise TransactionRefusedError(errors[0].code, tuple(errors))


def _check_sums(workspace: Workspace, quote: Record, flags: list[str], lost: int) -> None:
    wrong = [
        _error(quote, name, "totals_differ", expected=expected, got=quote.value(name))
        for name, expected in quote_totals.sums_of(workspace, quote).items()
        if quote.value(name) != expected
    ]
    if wrong and not lost:
        raise TransactionRefusedError("totals_differ", tuple(wrong))
    if wrong:
        flags.append(f"{TOTALS_DIFFER}:{quote.id}")


def _price_errors(sale: _Sale, flags: list[str]) -> Iterable[FieldError]:
    frozen = _frozen_list(sale.connection, sale.quote)
    products = {str(line.value("product_id")) for line in sale.lines}
    rules = _rules(sale.connection, frozen.id, products) if frozen is not None else []
    if frozen is not None and pricing.list_at(str(sale.quote.value("quoted_on")), [frozen]) is None:
        flags.append(f"{LIST_NOT_IN_FORCE}:{sale.quote.id}")
    for line in sale.lines:
        if line.value("price_origin") != "list":
            flags.append(f"{MANUAL_PRICE}:{line.id}")
            continue
        price = None
        if frozen is not None:
            price = pricing.price_in(frozen, str(line.value("product_id")), _integer(line, "quantity"), sale.of_account("segment"), rules)
        expected = None if price is None else price.amount
        for name in ("list_price", "unit_price"):
            if expected is None or line.value(name) != expected:
                yield _error(line, name, "price_differs", expected="" if expected is None else expected, got=line.value(name))


def _frozen_list(connection: Connection, quote: Record) -> pricing.PriceList | None:
    """Give the list whose version is frozen on the quote, in its currency; ``None`` where there is no such list any more."""
    table = raw_table("price_list")
    found = select(table.c.id, table.c.version, table.c.currency, table.c.valid_from, table.c.valid_to)
    row = connection.execute(found.where(table.c.id == quote.value("price_list_id"))).one_or_none()
    if row is None or (row.version, row.currency) != (quote.value("price_list_version"), quote.value("currency")):
        return None
    return pricing.PriceList(row.id, row.version, row.currency, row.valid_from or "", row.valid_to)


def _rules(connection: Connection, list_id: str, products: Iterable[str]) -> list[pricing.PriceRule]:
    table = raw_table("price_rule")
    found = (
        select(table.c.price_list_id, table.c.product_id, table.c.min_quantity, table.c.price, table.c.segment, table.c.priority)
        .join(RECORD_META, RECORD_META.c.id == table.c.id)
        .where(table.c.price_list_id == list_id, table.c.product_id.in_(list(products)), RECORD_META.c.deleted == LIVE)
    )
    return [
        pricing.PriceRule(list_id, product, quantity or 0, price, segment or "", priority or 0)
        for _, product, quantity, price, segment, priority in connection.execute(found)
    ]


def _tax_errors(sale: _Sale, flags: list[str]) -> Iterable[FieldError]:
    """Compare each line's tax rate with its country's on the quote's day; where none is known it is only flagged."""
    rates, day = _tax_rates(sale.connection), str(sale.quote.value("quoted_on"))
    for line in sale.lines:
        expected = pricing.tax_rate_for(sale.of_account("country"), str(line.value("tax_code") or ""), day, rates)
        if expected is None:
            flags.append(f"{TAX_UNKNOWN}:{line.id}")
        elif line.value("tax_rate") != expected:
            yield _error(line, "tax_rate", "tax_differs", expected=expected, got=line.value("tax_rate"))


def _tax_rates(connection: Connection) -> list[pricing.TaxRate]:
    table = raw_table("tax_rate")
    found = (
        select(table.c.country, table.c.code, table.c.rate, table.c.valid_from, table.c.valid_to)
        .join(RECORD_META, RECORD_META.c.id == table.c.id)
        .where(RECORD_META.c.deleted == LIVE)
    )
    return [pricing.TaxRate(country, code, rate, since or "", until) for country, code, rate, since, until in connection.execute(found)]


def _integer(record: Record, field: str) -> int:
    value = record.value(field)
    return value if isinstance(value, int) else 0


def _error(record: Record, field: str, code: str, **params: Value) -> FieldError:
    said = {name: "" if value is None else str(value) for name, value in params.items()}
    return FieldError(field, code, record.kind, record.id, said)
