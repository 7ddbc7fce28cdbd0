"""The end of a seed: faults are over, five rounds each, and then everybody agrees or somebody is to blame."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from mobile_app.data.executor import InlineExecutor
from mobile_app.data.shown import opened_record
from mobile_app.data.store import Store
from mobile_app.sync.engine import RoundEnd
from shared.models.registry import COLUMNS
from tests.fakes.dump import dump
from tests.simulation.fleet.backups import check_values
from tests.simulation.fleet.erasing import check_erased
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.members import check_members
from tests.simulation.fleet.start import PHONES
from tests.simulation.fleet.sums import wrong_sums
from tests.simulation.fleet.whole import check_whole

ROUNDS = 5
MESSAGES = 2_000
"""More than any round of this fleet needs."""


def finish(fleet: Fleet) -> None:
    """Let everything settle and check it."""
    _quiet(fleet)
    passes = 0
    heads: dict[str, int] = {}
    while not _settled(fleet, heads):
        passes += 1
        if passes > ROUNDS:
            _blame_the_stuck(fleet)
            return
    for phone in fleet.phones.values():
        _equals_the_server(fleet, phone)
        _shows_what_it_holds(fleet, phone)
        _adds_up(fleet, phone.name, phone.app.working_set._sqlite, "SELECT id FROM entry WHERE visible")
    _adds_up(fleet, "the server", fleet.door.raw, "SELECT id FROM record_meta WHERE deleted = 0")
    for name in list(fleet.phones)[fleet.seed % 2 :: 2]:
        _rebuilds_alike(fleet, fleet.phones[name])
    _nothing_is_missing(fleet)
    _each_quote_has_its_number(fleet)
    check_whole(fleet)
    if fleet.ledger.restored:
        check_values(fleet)
        check_members(fleet)
    check_erased(fleet)
    for error in fleet.loop.errors:
        fleet.ledger.blame("stuck", f"nobody heard of {error!r}")


def _quiet(fleet: Fleet) -> None:
    """End what is on its way, mend what is broken."""
    fleet.server.fault = ""
    for phone in list(fleet.phones.values()):
        phone.disk.die_at, phone.disk.full = "", False
        _carry(fleet, phone, lambda: not fleet.wire.waiting)
        phone.ended_round()
        if phone.wiped:
            fleet.replace_phone(phone)
        elif phone.opened is None:
            phone.boot()
        elif phone.copied:
            fleet.enrol_anew(phone)


def whole_round(fleet: Fleet, phone: Handset, *, verify: bool = False) -> RoundEnd:
    """Run a round to its end, every message delivered."""
    phone.app.api.page, phone.app.store.batch = 1_000, 500
    phone.begin_round(verify=verify)
    ends: list[RoundEnd] = []

    def has_ended() -> bool:
        ends.extend(end for end in [phone.ended_round()] if end is not None)
        return bool(ends)

    _carry(fleet, phone, has_ended)
    return ends[0] if ends else RoundEnd("failed")


def _carry(fleet: Fleet, phone: Handset, has_ended: Callable[[], bool]) -> None:
    for _ in range(MESSAGES):
        if has_ended():
            return
        fleet.wire.carry(fleet.wire.waiting[0])
        fleet.loop.idle()
    fleet.ledger.blame("stuck", f"{phone.name}: its round has no end")
    phone.kill()
    phone.boot()


def _settled(fleet: Fleet, heads: dict[str, int]) -> bool:
    """One round for each that may have something to send or to fetch; true once nobody has. ``heads`` notes where each was settled."""
    for phone in list(fleet.phones.values()):
        if heads.get(phone.name) == fleet.door.head():
            continue
        end = whole_round(fleet, phone, verify=True)
        if end.phase == "signed_out":
            phone.sign_in(fleet.new_session(phone))
        if phone.copied:
            fleet.enrol_anew(phone)
        if phone.wiped:
            fleet.replace_phone(phone)
            heads.pop(phone.name, None)
            continue
        fine = end.phase == "idle" and phone.app.store.status.now.waiting == 0
        heads[phone.name] = phone.app.store._position.settled if fine else -1
    return heads.keys() == fleet.phones.keys() and set(heads.values()) == {fleet.door.head()}


def _blame_the_stuck(fleet: Fleet) -> None:
    for phone in fleet.phones.values():
        state = phone.app.store.status.now
        fleet.ledger.blame("stuck", f"{phone.name}: {state.phase} {state.error_code}, {state.waiting} waiting after {ROUNDS} rounds")


def _equals_the_server(fleet: Fleet, phone: Handset) -> None:
    """Field by field, for every record of the phone's scopes."""
    for batch in phone.app.vault.records.batches():
        for id_, _, payload in batch:
            record = opened_record(payload)
            columns = COLUMNS[record.kind]
            query = f'SELECT {", ".join(columns)} FROM "{record.kind}" WHERE id = ?'  # noqa: S608
            row = fleet.door.raw.execute(query, (id_,)).fetchone()
            if not record.live and id_ in fleet.door.dropped and (row is None or not _may_see(fleet, phone, id_)):
                continue  # deleted so long ago that the server forgot it; somebody elsewhere may have brought it back since
            there = {name: value for name, value in zip(columns, row, strict=True) if value not in (None, "[]")}
            here = {name: _stored(value) for name, value in record.fields.items() if value not in (None, [])}
            if here != there:
                fleet.ledger.blame("diverged", f"{phone.name} holds another {record.kind} {id_} than the server")


def _may_see(fleet: Fleet, phone: Handset, id_: str) -> bool:
    scope = fleet.door.raw.execute("SELECT scope FROM record_meta WHERE id = ?", (id_,)).fetchone()[0]
    return scope in fleet.rights.scopes(PHONES[phone.name], fleet.now.now)


def _stored(value: Any) -> Any:  # noqa: ANN401 - a stored value
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value


def _shows_what_it_holds(fleet: Fleet, phone: Handset) -> None:
    """With nothing left to send, the screens show what the server said and nothing else."""
    held = dict(phone.disk.database.execute("SELECT id, rev FROM record").fetchall())
    shown = phone.app.working_set.ask("SELECT id, rev, pending FROM entry")
    if wrong := [id_ for id_, rev, pending in shown if pending or held.get(id_) != rev]:
        fleet.ledger.blame("diverged", f"{phone.name} still shows its own {wrong[0]}")


def _adds_up(fleet: Fleet, where: str, tables: sqlite3.Connection, live: str) -> None:
    """A quote's sums are those of its lines; one that was sent in a lost epoch stands as it was sent."""
    if not fleet.ledger.restored:
        for wrong in wrong_sums(tables, live=live):
            fleet.ledger.blame("diverged", f"{where}: {wrong}")


def _rebuilds_alike(fleet: Fleet, phone: Handset) -> None:
    """What the screens show is what a start would make of vault and outbox."""
    app = phone.app
    store = fleet.loop.do(
        Store.open(app.vault, InlineExecutor(), identity=app.store.identity, clock=phone.clock, randomness=app.store._randomness)
    )
    if dump(store._working_set) != dump(app.working_set):
        fleet.ledger.blame("diverged", f"{phone.name} shows something else than after a start")
    store._working_set.close()


def _nothing_is_missing(fleet: Fleet) -> None:
    """Every action that was saved was taken, was given up by a person, or waits for one with its reason."""
    waits = {(phone.name, item.txn): item.code for phone in fleet.phones.values() for item in fleet.loop.do(phone.app.store.attention())}
    for each in fleet.ledger.by_txn.values():
        if each.fate in ("accepted", "lost") and not waits.get((each.device, each.txn)) and not fleet.ledger.is_buried(each):
            fleet.ledger.blame("lost", f"{each.device}: {each.txn} is neither taken nor refused with a reason")
    for txn, code, status in fleet.door.raw.execute("SELECT id, device, status FROM txn_log").fetchall():
        known = fleet.ledger.by_txn.get(txn)
        if known is None or (status != "refused" and known.fate != "taken"):
            fleet.ledger.blame("doubled", f"{fleet.codes.get(code, code)}: {txn} is in the log and should not be")


def _each_quote_has_its_number(fleet: Fleet) -> None:
    """Only revisions of one quote have the same number."""
    twice = "SELECT number FROM quote WHERE supersedes IS NULL AND number IS NOT NULL GROUP BY number HAVING count(*) > 1"
    for (number,) in fleet.door.raw.execute(twice).fetchall():
        fleet.ledger.blame("doubled", f"two quotes have the number {number}")
