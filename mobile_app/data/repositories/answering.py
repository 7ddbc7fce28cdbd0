"""Answers to a conflict: which of its values may stand, and what goes along with the one that is chosen."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlmodel import Session

from mobile_app.data.repositories.pricing import listed
from mobile_app.data.repositories.reading import ask, stored
from mobile_app.data.working_set import UNSETTLED
from shared.models.conflict import ConflictEntry
from shared.models.registry import KINDS
from shared.rules.lifecycle import quote_is_frozen
from shared.rules.validation import FieldError, blocking, check
from shared.sync.policy import WHOLE_RECORD, Policy, Value

PRICE: Final = "unit_price"
ORIGIN: Final = "price_origin"
PRICED_BY: Final = frozenset({"quantity", "product_id"})
"""What of a line its price in the list depends on."""
About = tuple[str, str, str]
"""A record's kind and id, and the field that is asked about."""
_entries = msgspec.json.Decoder(list[ConflictEntry])


def may_stand(session: Session, about: About, value: Value, here: Value) -> bool:
    """Whether the office takes ``value`` as an answer. ``here`` it always does; a fact, or what was sent, is never another one."""
    kind, id_, field = about
    if field == WHOLE_RECORD or value == here:
        return True
    spec = KINDS[kind].fields.get(field)
    if spec is not None and spec.policy is Policy.STATE and spec.lifecycle is not None:
        return spec.lifecycle.legal(str(here), str(value))
    return spec is not None and spec.policy is not Policy.APPEND and not _was_sent(session, kind, id_)


def problem_of(kind: str, field: str, value: Value) -> FieldError | None:
    """What a rule has against writing ``value``; None for nothing."""
    return next(iter(blocking(check(kind, {field: value}, {}))), None) if field != WHOLE_RECORD else None


def alongside(session: Session, about: About, value: Value, by: tuple[str, int]) -> dict[str, Value]:
    """Give what goes with ``value`` in the fields beside it: what the same action of its author (device and seq) wrote there.

    Where a price came from follows from the price itself.
    """
    kind, id_, field = about
    if field == PRICE:
        line = stored(session, kind, id_) or {}
        return {ORIGIN: "list" if value == line.get("list_price") else "manual"}
    beside = {name for name, spec in KINDS[kind].fields.items() if spec.beside == field and spec.policy is Policy.LATEST}
    met = [(name, entry) for name in beside for entry in _met(session, id_, name)]
    return {name: entry.value for name, entry in met if (entry.device, entry.seq) == by}


def repriced(session: Session, about: About, value: Value) -> dict[str, Value]:
    """Give what the list says of a draft's line whose quantity, or product, is to be ``value``, where its price came from the list.

    That is due also where ``value`` stands already: the price may be that of the other one. A price of somebody's own that met the list's
    is asked about by itself. Where the list has no price for it, the line shows that.
    """
    kind, id_, field = about
    line = stored(session, kind, id_) if kind == "quote_line" and field in PRICED_BY else None
    if line is None or line[ORIGIN] != "list" or _was_sent(session, kind, id_):
        return {}
    line = {**line, field: value}
    quote = stored(session, "quote", str(line["quote_id"])) or {}
    segment = (stored(session, "account", str(quote.get("account_id"))) or {}).get("segment")
    quantity = line["quantity"]
    prices = listed(session, quote, segment, str(line["product_id"]), quantity if isinstance(quantity, int) else 0)
    asked = {name for (name,) in ask(session, f"SELECT c.field FROM conflict c WHERE {UNSETTLED} AND c.record_id = ?", id_)}  # noqa: S608
    if PRICE in asked and any(entry.value == "manual" for entry in _met(session, id_, ORIGIN)):
        prices = {name: price for name, price in prices.items() if name == "list_price"}
    return {name: price for name, price in prices.items() if name in asked or price != line[name]}


def _met(session: Session, record_id: str, field: str) -> list[ConflictEntry]:
    """The values that met in a field of a record."""
    rows = ask(session, "SELECT entries FROM conflict WHERE record_id = ? AND field = ?", record_id, field)
    return [entry for (entries,) in rows for entry in _entries.decode(entries or "[]")]


def _was_sent(session: Session, kind: str, id_: str) -> bool:
    """Whether it is a quote that has left the house, or a line of one."""
    found = stored(session, kind, id_) if kind in ("quote", "quote_line") else None
    quote = stored(session, "quote", str(found["quote_id"])) if found is not None and kind == "quote_line" else found
    return quote is not None and quote_is_frozen(str(quote.get("state")))
