"""A quote goes out of the house with all that its author wrote and typed on it: what of that is not at the office yet holds its send."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final

from mobile_app.data.vault import Vault
from shared.rules.lifecycle import quote_is_frozen
from shared.sync.change import Change, Transaction
from shared.sync.codec import TornPayloadError, open_payload
from shared.sync.record import Record

_QUOTE: Final = "quote"
_LINE: Final = "quote_line"
_OF: Final = "quote_id"


def sends(transaction: Transaction) -> set[str]:
    """Give the quotes that it lets out of the house."""
    steps = ((change.id, change.fields.get("state")) for change in transaction.changes if change.kind == _QUOTE)
    return {id_ for id_, step in steps if step is not None and quote_is_frozen(str(step.to))}


def awaits_words(vault: Vault, quotes: Collection[str], unsettled: Iterable[Transaction], known: Iterable[Transaction]) -> bool:
    """Say whether something is typed on one of ``quotes`` in a form, or written about it by one of ``unsettled``.

    ``known``, in order, is what tells of lines beside the vault's records.
    """
    forms = vault.drafts.ids()
    typed = {key.removeprefix(f"{_LINE}:") for key in forms if key.startswith(f"{_LINE}:")}
    terms = {key.removeprefix(f"{_QUOTE}:") for key in forms if key.startswith(f"{_QUOTE}:")}
    written = {change.id for each in unsettled for change in each.changes if change.kind in (_QUOTE, _LINE)}
    lines = _lines(vault, typed | written, (change for each in known for change in each.changes))
    about = {quote for id_, (quote, there) in lines.items() if id_ in written or (there and id_ in typed)}
    return not (about | written | terms).isdisjoint(quotes)


def _lines(vault: Vault, ids: Collection[str], changes: Iterable[Change]) -> dict[str, tuple[str, bool]]:
    """Give whose quote's each line is, and whether it is there."""
    found: dict[str, tuple[str, bool]] = {}
    for id_, (_, payload) in vault.records.get(ids).items():
        with suppress(TornPayloadError):  # whoever shows it says so
            record = open_payload(payload, Record)
            found[id_] = (str(record.fields.get(_OF) or ""), not record.deleted)
    for change in changes:
        if change.kind == _LINE and change.id in ids:
            named = change.fields.get(_OF)
            quote = str(named.to) if named is not None and named.to else found.get(change.id, ("", False))[0]
            found[change.id] = (quote, change.op != "delete")
    return found
