"""Answers to a conflict: which of its values may stand, and what goes along with the one that is chosen."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlmodel import Session

from mobile_app.data.repositories.reading import ask, stored
from shared.models.conflict import ConflictEntry
from shared.models.registry import KINDS
from shared.rules.lifecycle import quote_is_frozen
from shared.sync.policy import WHOLE_RECORD, Policy, Value

PRICE: Final = "unit_price"
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


def alongside(session: Session, about: About, value: Value, by: tuple[str, int]) -> dict[str, Value]:
    """Give what goes with ``value`` in the fields beside it: what the same action of its author (device and seq) wrote there.

    Where a price came from follows from the price itself.
    """
    kind, id_, field = about
    if field == PRICE:
        line = stored(session, kind, id_) or {}
        return {"price_origin": "list" if value == line.get("list_price") else "manual"}
    beside = {name for name, spec in KINDS[kind].fields.items() if spec.beside == field and spec.policy is Policy.LATEST}
    rows = ask(session, "SELECT field, entries FROM conflict WHERE record_id = ?", id_) if beside else []
    met = [(name, entry) for name, entries in rows if name in beside for entry in _entries.decode(entries or "[]")]
    return {name: entry.value for name, entry in met if (entry.device, entry.seq) == by}


def _was_sent(session: Session, kind: str, id_: str) -> bool:
    """Whether it is a quote that has left the house, or a line of one."""
    found = stored(session, kind, id_) if kind in ("quote", "quote_line") else None
    quote = stored(session, "quote", str(found["quote_id"])) if found is not None and kind == "quote_line" else found
    return quote is not None and quote_is_frozen(str(quote.get("state")))
