"""Owns the sums of a quote: exact integers, one documented rounding, recomputable for ever from what the quote froze.

With quantity in thousandths, price in minor units, discount and tax rate in basis points, and half-up rounding ``R``:

- net of a line   = R(quantity * unit_price * (10000 - discount) / (1000 * 10000))
- rounding 'line': tax of a rate = sum over its lines of R(net of the line * rate / 10000)
- rounding 'rate': tax of a rate = R(sum of its lines' nets * rate / 10000)
- net, tax of the quote = sums over the rates; gross = net + tax
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.rules.money import divide_half_up

FULL: Final = 10_000
"""One hundred per cent, in basis points."""
UNIT: Final = 1_000
"""One unit, in thousandths."""


SUMS: Final = ("net_total", "tax_total", "gross_total")
"""The fields of a quote that its lines give."""


class Rounding(StrEnum):
    """Where the tax is rounded; frozen on each quote."""

    LINE = "line"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class QuoteLineInput:
    """What the totals need of a line: thousandths, minor units, basis points, basis points."""

    quantity: int
    unit_price: int
    discount: int
    tax_rate: int


@dataclass(frozen=True, slots=True)
class TaxBand:
    """What a quote says of one tax rate (basis points): the net it applies to and the tax, in minor units."""

    rate: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class QuoteTotals:
    """A quote's sums in minor units, and its bands by rising rate. ``gross == net + tax``; the bands sum to both."""

    net: int
    tax: int
    gross: int
    by_rate: tuple[TaxBand, ...]


def line_net(line: QuoteLineInput) -> int:
    """Return a line's net in minor units, after its discount, rounded half up once."""
    return divide_half_up(line.quantity * line.unit_price * (FULL - line.discount), UNIT * FULL)


def tax_on(net: int, rate: int) -> int:
    """Return the tax of ``rate`` basis points on ``net``, rounded half up."""
    return divide_half_up(net * rate, FULL)


def totals(lines: Iterable[QuoteLineInput], rounding: str) -> QuoteTotals:
    """Return the sums of ``lines``, whatever their order, with the tax rounded as ``rounding`` ('line' or 'rate') says.

    Raises:
        ValueError: an unknown rounding.
    """
    rule = Rounding(rounding)
    nets: dict[int, int] = {}
    taxes: dict[int, int] = {}
    for line in lines:
        net = line_net(line)
        nets[line.tax_rate] = nets.get(line.tax_rate, 0) + net
        taxes[line.tax_rate] = taxes.get(line.tax_rate, 0) + tax_on(net, line.tax_rate)
    if rule is Rounding.RATE:
        taxes = {rate: tax_on(net, rate) for rate, net in nets.items()}
    bands = tuple(TaxBand(rate, nets[rate], taxes[rate]) for rate in sorted(nets))
    net, tax = sum(nets.values()), sum(taxes.values())
    return QuoteTotals(net, tax, net + tax, bands)


def sums(lines: Iterable[Mapping[str, object]], rounding: object) -> dict[str, int]:
    """Return what ``SUMS`` are, from the stored values of the lines; an amount that is missing counts as nought, a rounding as 'rate'."""
    rule = rounding if rounding in {*Rounding} else Rounding.RATE
    whole = totals((_amounts(line) for line in lines), str(rule))
    return dict(zip(SUMS, (whole.net, whole.tax, whole.gross), strict=True))


def _amounts(line: Mapping[str, object]) -> QuoteLineInput:
    amounts = (line.get(name) for name in ("quantity", "unit_price", "discount", "tax_rate"))
    return QuoteLineInput(*(amount if isinstance(amount, int) else 0 for amount in amounts))
