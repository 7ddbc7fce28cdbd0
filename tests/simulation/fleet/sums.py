"""What a quote's lines add up to, worked out from the tables by an arithmetic of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from fractions import Fraction
from math import floor

SUMS = ("net_total", "tax_total", "gross_total")


def wrong_sums(tables: sqlite3.Connection, *, live: str) -> Iterator[str]:
    """Say which quotes of these tables (the server's, or a screen's) do not add up. ``live`` selects the ids that count."""
    query = f"SELECT id, rounding, {', '.join(SUMS)} FROM quote WHERE state IN ('draft', 'sent') AND id IN ({live})"  # noqa: S608
    for id_, rounding, *shown in tables.execute(query).fetchall():
        lines = tables.execute(
            f"SELECT quantity, unit_price, discount, tax_rate FROM quote_line WHERE quote_id = ? AND id IN ({live})",  # noqa: S608
            (id_,),
        ).fetchall()
        if [amount or 0 for amount in shown] != _sums(lines, rounding):
            yield f"the sums of {id_} are {shown} and its lines say {_sums(lines, rounding)}"


def _sums(lines: list[tuple[int, int, int, int]], rounding: str) -> list[int]:
    nets = [(rate, _round(Fraction(quantity, 1000) * price * Fraction(10_000 - off, 10_000))) for quantity, price, off, rate in lines]
    tax = sum(_round(Fraction(net * rate, 10_000)) for rate, net in nets)
    if rounding == "rate":
        tax = sum(_round(Fraction(sum(net for each, net in nets if each == rate) * rate, 10_000)) for rate in {rate for rate, _ in nets})
    net = sum(net for _, net in nets)
    return [net, tax, net + tax]


def _round(value: Fraction) -> int:
    """Round half up."""
    return floor(value + Fraction(1, 2))
