"""Which numbers this device has given to quotes, told by the quotes themselves: for a vault whose counter was lost with its damage."""

from __future__ import annotations

from collections.abc import Iterator

from mobile_app.data.parts import Parts
from mobile_app.data.shown import opened_record
from shared.rules.numbering import parse_quote_number


def last_given(parts: Parts) -> int:
    """The highest counter in a number of this device's, in all that it wrote and in all that the server has said; 0 where there is none.

    Reads the whole vault.
    """
    numbers = (parse_quote_number(number) for number in _numbers(parts))
    return max((number.counter for number in numbers if number is not None and number.device_code == parts.device), default=0)


def _numbers(parts: Parts) -> Iterator[str]:
    written = [*(item.entry for item in parts.outbox), *(entry for _, entry in parts.journal.entries())]
    for change in (change for entry in written for change in entry.transaction.changes if change.kind == "quote"):
        if "number" in change.fields:
            yield str(change.fields["number"].to)
    for batch in parts.vault.records.batches():
        yield from (str(record.value("number")) for record in (opened_record(payload) for _, _, payload in batch) if record.kind == "quote")
