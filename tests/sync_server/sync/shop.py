"""A shop that quotes ovens, for the tests of quotes through the real push."""

from dataclasses import dataclass, replace

from shared.sync.change import Change, Transaction
from shared.sync.policy import Value
from tests.sync_server.world import Phone, World

QUANTITY, PRICE, RATE = 2_000, 1_050, 2_000
NET, TAX, GROSS = 2_100, 420, 2_520


@dataclass
class Shop:
    """Quotes for one customer in Lyon, of two ovens at 10.50 and 20 %, as ``phone`` writes them."""

    world: World
    phone: Phone
    account: str
    product: str
    price_list: str

    def quote(self, quote_id: str, **changed: Value) -> Change:
        fields: dict[str, Value] = {
            "account_id": self.account,
            "user_id": self.phone.device.user_id,
            "number": f"Q26-{self.phone.device.code}-0001",
            "revision": 1,
            "currency": "EUR",
            "price_list_id": self.price_list,
            "price_list_version": 3,
            "rounding": "line",
            "quoted_on": "2026-11-22",
            "state": "draft",
            "net_total": NET,
            "tax_total": TAX,
            "gross_total": GROSS,
        }
        return self.phone.change("quote", quote_id, "create", **(fields | changed))

    def line(self, quote_id: str, line_id: str | None = None, **changed: Value) -> Change:
        fields: dict[str, Value] = {
            "quote_id": quote_id,
            "account_id": self.account,
            "position": 1,
            "product_id": self.product,
            "quantity": QUANTITY,
            "list_price": PRICE,
            "unit_price": PRICE,
            "price_origin": "list",
            "discount": 0,
            "tax_code": "standard",
            "tax_rate": RATE,
        }
        return self.phone.change("quote_line", line_id or self.phone.new_id(), "create", **(fields | changed))

    def send(self, quote_id: str, **seen: Value) -> Transaction:
        """Send a quote, with the sums that its sender saw."""
        return self.phone.transaction(self.phone.change("quote", quote_id, "update", state="sent", sent_at=self.world.clock.now, **seen))

    def on(self, phone: Phone) -> "Shop":
        """The same shop, as another phone writes."""
        return replace(self, phone=phone)

    def sent(self) -> tuple[str, str]:
        quote, line = self.phone.new_id(), self.phone.new_id()
        made = self.phone.push_all(self.phone.transaction(self.quote(quote), self.line(quote, line)), self.send(quote))
        assert [outcome.status for outcome in made.outcomes] == ["applied", "applied"]
        return quote, line


def open_shop() -> Shop:
    """A new world with a catalogue and a customer."""
    world = World()
    product = world.authored("product", sku="OVEN", tax_code="standard", active=True)
    price_list = world.authored("price_list", name="2026", version=3, currency="EUR", valid_from="2026-01-01")
    world.authored("price_rule", price_list_id=price_list, product_id=product, price=PRICE, min_quantity=0)
    world.authored("tax_rate", country="FR", code="standard", rate=RATE, valid_from="2014-01-01")
    account = world.account(country="FR")
    phone = world.phone(world.elodie)
    phone.pull()
    return Shop(world, phone, account, product, price_list)
