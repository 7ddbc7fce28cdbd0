"""Owns the order in which the demo's records are made: what is referred to comes first."""

from collections.abc import Iterator
from datetime import date

from sync_server.demo.catalogue import catalogue, catalogue_records
from sync_server.demo.customers import account_records, contact_records, customers
from sync_server.demo.organisation import organisation_records
from sync_server.demo.quotes import quote_records
from sync_server.demo.seeds import DemoRecord
from sync_server.demo.visits import visit_records, visits


def demo_records(today: date, seed: int = 1) -> Iterator[DemoRecord]:
    """Yield the demo organisation as it stands in the early morning of ``today``: kind, id and stored values.

    Nothing comes before what it refers to. The same day and seed give the same records; the ids of what existed from the beginning
    (territories, people, products, accounts, contacts) do not depend on the day.
    """
    goods = catalogue(today, seed)
    everyone = customers(seed)
    planned = visits(today, everyone, seed)
    yield from organisation_records(seed)
    yield from catalogue_records(goods, seed)
    yield from account_records(everyone)
    yield from contact_records(everyone, seed)
    yield from visit_records(planned)
    yield from quote_records(today, planned, goods, seed)
