"""Price lists as the server keeps them: between two prices that hold for the same quantity something must decide."""

from typing import Any, Final

from sqlalchemy import Connection, Select, select

from shared.errors import RecordRefused
from shared.models.registry import raw_table
from shared.rules.pricing import PriceList, PriceRule, overlapping
from shared.sync.record import LIVE
from sync_server.storage.tables import RECORD_META

KINDS: Final = frozenset({"price_list", "price_rule"})


def check_decided(connection: Connection) -> None:
    """Refuse a catalogue in which two rules give one product two prices and nothing says which holds.

    Raises:
        RecordRefused: ``rules_overlap``.
    """
    heads = connection.execute(_live("price_list", "id", "version", "currency", "valid_from", "valid_to"))
    lists = [PriceList(id_, version or 0, currency or "", since or "", until) for id_, version, currency, since, until in heads]
    prices = connection.execute(_live("price_rule", "price_list_id", "product_id", "min_quantity", "price", "segment", "priority"))
    rules = [
        PriceRule(of_list or "", product or "", quantity or 0, price or 0, segment or "", priority or 0)
        for of_list, product, quantity, price, segment, priority in prices
    ]
    if overlapping(lists, rules):
        raise RecordRefused("rules_overlap")


def _live(kind: str, *names: str) -> Select[Any]:
    table = raw_table(kind)
    columns = [table.c[name] for name in names]
    return select(*columns).join(RECORD_META, RECORD_META.c.id == table.c.id).where(RECORD_META.c.deleted == LIVE)
