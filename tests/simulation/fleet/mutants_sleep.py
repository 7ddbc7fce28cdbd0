"""Planted bugs of compaction and of the snapshot, on both sides."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from mobile_app.data import answers, stale
from sync_server.services import pull
from sync_server.storage import tombstones
from tests.simulation.fleet.mutants import mutant, replaced, stand_in

Patch = AbstractContextManager[object]


@mutant
def a_tombstone_is_dropped_before_everybody_has_passed_it() -> Patch:
    """Nobody asks how far the phones have come."""
    return stand_in(tombstones, "passed_by_all", lambda _connection, _since, head: head)


@mutant
def nobody_is_told_what_was_dropped() -> Patch:
    """A cursor is good for ever."""
    return stand_in(pull, "_missed_by", lambda *_: [])


@mutant
def a_snapshot_leaves_what_is_gone() -> Patch:
    """The phone forgets at once what the snapshot must confirm."""
    return stand_in(stale.Stale, "save", lambda _self, _ids: None)


@mutant
def need_full_is_ignored() -> Patch:
    """The phone has nothing to say when the server asks for the whole record."""
    return stand_in(answers, "wholes", lambda _vault, _ids: ())


@mutant
def the_log_forgets_too_early() -> Patch:
    """Its lines go on the day they were written, a device's last ones too."""

    def hasty(original: Any) -> Any:
        return lambda connection, devices, _before: original(connection, [(code, 1 << 52) for code, _ in devices], 1 << 62)

    def everybody(original: Any) -> Any:
        return lambda connection, _more_than: original(connection, -1)

    stack = ExitStack()
    stack.enter_context(replaced(tombstones, "trim_log", hasty))
    stack.enter_context(replaced(tombstones, "logging_devices", everybody))
    return stack
