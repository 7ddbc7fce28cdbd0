"""A quote's sums on the server: worked out from its lines as they stand once a transaction is merged, whoever wrote them (ADR 0022)."""

from collections.abc import Iterable

import msgspec

from shared.rules.lifecycle import quote_is_frozen
from shared.rules.totals import sums
from shared.sync.record import Mark, Record
from sync_server.services.workspace import Workspace


def work_out(workspace: Workspace, mark: Mark) -> None:
    """Bring the sums of each quote that the running transaction touched up to date; ``mark`` is the transaction's.

    What has left the house stands as it was sent.
    """
    for quote_id in dict.fromkeys(_touched(workspace.staged)):
        quote = workspace.record(quote_id)
        if quote is None or quote.kind != "quote" or not quote.live or quote_is_frozen(str(quote.value("state"))):
            continue
        due = {name: amount for name, amount in sums_of(workspace, quote).items() if quote.value(name) != amount}
        if due:
            fields, marks = quote.fields | due, quote.marks | {name: _after(mark, quote.mark_of(name)) for name in due}
            workspace.stage(msgspec.structs.replace(quote, fields=fields, marks=marks, rev=mark.rev))


def lines_of(workspace: Workspace, quote: Record) -> list[Record]:
    """Give the lines that a quote has now."""
    return [line for line in workspace.owned("quote_line", quote.id) if line.live]


def sums_of(workspace: Workspace, quote: Record) -> dict[str, int]:
    """Say what a quote's sums are by its lines."""
    return sums((line.fields for line in lines_of(workspace, quote)), quote.value("rounding"))


def _touched(staged: Iterable[Record]) -> Iterable[str]:
    for record in staged:
        if record.kind == "quote":
            yield record.id
        elif record.kind == "quote_line":
            yield str(record.value("quote_id"))


def _after(mark: Mark, standing: Mark) -> Mark:
    """Give the transaction's mark, made later than the standing one, so that stamps of a field never go back."""
    return msgspec.structs.replace(mark, stamp=max(mark.stamp, standing.stamp + 1))
