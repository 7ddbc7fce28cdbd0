"""The numbers of a line: how they fill its form, how what is typed there is read, and what of it is to be written."""

from collections.abc import Mapping
from typing import TypedDict

from mobile_app.data.repositories.quote_detail import LineRow
from mobile_app.ui import formats
from mobile_app.ui.i18n import Words
from shared.rules.money import NumberProblem, parse_money, parse_percent, parse_quantity
from shared.sync.policy import Value

NAMES = ("quantity", "discount", "unit_price")
Number = int | NumberProblem | None


class Changes(TypedDict, total=False):
    """What is written of a line."""

    quantity: int
    discount: int
    unit_price: int
    list_price: bool


def as_texts(t: Words, line: LineRow) -> dict[str, str]:
    """What the fields of a line are filled with: an empty price is the list's."""
    plain = formats.plain_number
    return {
        "quantity": plain(t, line.quantity),
        "discount": plain(t, line.discount) if line.discount else "",
        "unit_price": plain(t, line.unit_price) if line.origin == "manual" else "",
    }


def read(name: str, typed: str, language: str, currency: str) -> Number:
    """The typed number in stored units; None for a field that may be empty and is."""
    if name == "quantity":
        return parse_quantity(typed, language)
    if not typed.strip():
        return None
    return parse_percent(typed, language) if name == "discount" else parse_money(typed, language, currency)


def changes(typed: Mapping[str, Number], shown: Mapping[str, Value], *, listed: bool) -> Changes:
    """What was ``typed`` that differs from what was shown, in stored units; ``listed``: the list's price was asked for."""
    manual = shown["price_origin"] == "manual"
    wanted = Changes()
    quantity, points, price = typed.get("quantity"), typed.get("discount", 0) or 0, typed.get("unit_price")
    if isinstance(quantity, int) and quantity != shown["quantity"]:
        wanted["quantity"] = quantity
    if "discount" in typed and isinstance(points, int) and points != (shown["discount"] or 0):
        wanted["discount"] = points
    if isinstance(price, int) and not (manual and price == shown["unit_price"]):
        wanted["unit_price"] = price
    if price is None and (listed or (manual and "unit_price" in typed)):
        wanted["list_price"] = True
    return wanted
