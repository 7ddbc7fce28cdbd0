"""A quote's sums on the server: worked out from its lines as they stand once transactions are merged, whoever wrote them (ADR 0022)."""

from collections.abc import Collection, Iterable

import msgspec

from shared.rules.lifecycle import quote_is_frozen
from shared.rules.totals import sums
from shared.sync.record import Mark, Record
from sync_server.services.workspace import Workspace


class Sums:
    """The sums that a batch's transactions leave to be worked out: once for each quote, however many of its lines they wrote."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._due: dict[str, Mark] = {}

    def note(self, mark: Mark) -> None:
        """Remember which quotes the running transaction touched; ``mark`` is the transaction's, which is about to be kept."""
        for quote_id in _touched(self._workspace.staged):
            self._due[quote_id] = mark

    def work_out(self, quotes: Collection[str] | None = None) -> None:
        """Bring what is due up to date, of these quotes or of all. What has left the house stands as it was sent.

        Between transactions only: it belongs to the last one that touched the quote, at its rev.
        """
        if not self._due:
            return
        for quote_id in [id_ for id_ in self._due if quotes is None or id_ in quotes]:
            mark, quote = self._due.pop(quote_id), self._workspace.record(quote_id)
            if quote is None or quote.kind != "quote" or not quote.live or quote_is_frozen(str(quote.value("state"))):
                continue
            due = {name: amount for name, amount in sums_of(self._workspace, quote).items() if quote.value(name) != amount}
            if due:
                fields, marks = quote.fields | due, quote.marks | {name: _after(mark, quote.mark_of(name)) for name in due}
                self._workspace.amend(msgspec.structs.replace(quote, fields=fields, marks=marks, rev=mark.rev))


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
