"""Which revision of an offer a quote is: no two have one number and revision, since both may be with the customer."""

from typing import Final

import msgspec

from shared.rules.lifecycle import quote_is_frozen
from shared.sync.healing import Offer
from shared.sync.record import RECOVERED, Record
from sync_server.services.workspace import Workspace

REVISION_TAKEN: Final = "revision_taken"


def number_apart(workspace: Workspace, revision: Record, flags: list[str]) -> None:
    """Let a revision that has just come have its number alone: of two that are alike the later one gets the one behind all before it.

    What a lost epoch had taken comes back in its order there, whoever brings it first, and before the drafts that were made since.
    """
    if revision.value("supersedes") is None:
        return
    found = workspace.having("quote", "number", str(revision.value("number")))
    offer = {each.id: each for each in found if each.root == revision.root}
    there: Record | None = revision
    while there is not None:
        alike = (each for each in offer.values() if each.id != there.id and _number(each) == _number(there))
        there = _later(workspace, there, next(alike, None))
        if there is not None:
            turn = _turn(workspace, there)
            before = [_number(each) for each in offer.values() if each.id != there.id and _turn(workspace, each) <= turn]
            there = offer[there.id] = _numbered(there, max(before) + 1, workspace.head + 1)
            workspace.stage(there)
            flags.append(f"{REVISION_TAKEN}:{there.id}")


def as_given(quote: Record, offer: Offer) -> Record:
    """Give a quote with the number that the lost epoch gave it: its author's journal knows only which one it asked for."""
    told = offer.record.fields.get("revision")
    if quote.kind != "quote" or not quote.mark.lost or quote.mark.lost != offer.record.mark.rev or "revision" in offer.guarded:
        return quote
    if not isinstance(told, int) or told == _number(quote):
        return quote
    given = _numbered(quote, told, offer.rev)
    return msgspec.structs.replace(given, marks=given.marks | {RECOVERED: offer.stamped})


def _later(workspace: Workspace, one: Record, other: Record | None) -> Record | None:
    """Give the one of two that came later, as far as there are two."""
    return None if other is None else max(one, other, key=lambda quote: _turn(workspace, quote))


def _turn(workspace: Workspace, quote: Record) -> int:
    """Say when a quote came, by revs, those of a lost epoch among the others; what has left the house stays as it was sent."""
    sent = quote_is_frozen(str(quote.value("state")))
    if quote.mark.lost:
        return 0 if sent and not quote.mark_of("sent_at").lost else quote.mark.lost
    return 0 if sent and quote.mark.rev <= workspace.head else quote.mark.rev


def _numbered(quote: Record, number: int, rev: int) -> Record:
    return msgspec.structs.replace(quote, fields=quote.fields | {"revision": number}, rev=rev)


def _number(quote: Record) -> int:
    value = quote.value("revision")
    return value if isinstance(value, int) else 0
