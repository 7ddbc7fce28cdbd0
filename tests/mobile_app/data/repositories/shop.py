"""A small shop for the repositories' tests: people, a territory, a catalogue and a few customers, as the server says them."""

from __future__ import annotations

from mobile_app.data.repositories import Repositories, repositories
from shared.models.registry import ORG_SCOPE
from shared.sync.record import Record
from tests.mobile_app.data.store.phone import Phone, account, server_record

DAY = 24 * 3_600 * 1_000


def catalogue() -> list[Record]:
    """A product at 12.50, at 10.00 from ten on, and 9.00 for chains; a second one without a price; 20 % in France."""
    return [
        server_record("user", "u1", 1, scope=ORG_SCOPE, name="Élodie Martin", initials="ÉM", role="rep", language="fr", active=True),
        server_record("user", "u2", 1, scope=ORG_SCOPE, name="Claire Dubois", role="manager", language="fr", active=True),
        server_record("territory", "lyon", 1, scope=ORG_SCOPE, name="Lyon"),
        server_record(
            "product",
            "p1",
            1,
            scope=ORG_SCOPE,
            sku="FAR-055",
            name_fr="Farine T55",
            name_en="Flour T55",
            name_el="Αλεύρι Τ55",
            unit="sac",
            tax_code="full",
            active=True,
        ),
        server_record("product", "p2", 1, scope=ORG_SCOPE, sku="PET-100", name_fr="Pétrin", unit="pièce", tax_code="full", active=True),
        server_record("price_list", "l1", 1, scope=ORG_SCOPE, name="Tarif", version=3, currency="EUR", valid_from="2026-01-01"),
        server_record("price_rule", "r1", 1, scope=ORG_SCOPE, price_list_id="l1", product_id="p1", min_quantity=0, price=1250),
        server_record("price_rule", "r2", 1, scope=ORG_SCOPE, price_list_id="l1", product_id="p1", min_quantity=10_000, price=1000),
        server_record(
            "price_rule", "r3", 1, scope=ORG_SCOPE, price_list_id="l1", product_id="p1", min_quantity=0, price=900, segment="chain"
        ),
        server_record("tax_rate", "t1", 1, scope=ORG_SCOPE, country="FR", code="full", rate=2000, valid_from="2014-01-01"),
    ]


async def shop(*more: Record) -> tuple[Phone, Repositories]:
    """A phone that has pulled the catalogue, three customers and ``more``."""
    phone = Phone()
    store = await phone.start()
    customers = [
        account("a1", name="Maison Lefèvre", city="Lyon", phone="+33 4 72 00 11 22", lat=45.76, lon=4.84),
        account("a2", name="Αρτοποιείο Άννα", city="Θεσσαλονίκη", country="GR", lat=40.64, lon=22.94),
        account("a3", name="Œuvre de Pain", city="Villeurbanne", segment="chain", lat=45.77, lon=4.88),
    ]
    await phone.pull(*catalogue(), *customers, *more)
    return phone, Repositories(**repositories(store))
