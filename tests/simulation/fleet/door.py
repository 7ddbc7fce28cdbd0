"""The server's door: every call goes through it, and what it did is checked at once against the reference."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from mobile_app.data.shown import opened_record
from shared.errors import DiskFull, Offline, ServerRefused, StorageBusy
from shared.sync import codec
from shared.sync.codec import from_rows
from shared.sync.protocol import (
    PROTOCOL,
    ErasedRequest,
    HealAnswer,
    HealRequest,
    Outcome,
    PullAnswer,
    PushAnswer,
    PushRequest,
    RefreshRequest,
)
from shared.sync.record import RECOVERED, Record
from sync_server.services.compaction import KEPT_DAYS
from sync_server.services.identity import DeviceIdentity
from sync_server.services.pull import PullRequest
from sync_server.services.scopes import DAY_MS
from tests.fakes.device import Killed
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.ledger import Ledger, Submission
from tests.simulation.fleet.rights import Rights
from tests.simulation.fleet.server import Server
from tests.simulation.fleet.stands import Stand, stands
from tests.simulation.fleet.start import PHONES
from tests.simulation.fleet.truth import Truth
from tests.simulation.fleet.wire import Asks, Message

_TAKEN = frozenset({"applied", "merged", "conflict"})
_ORPHANS = (
    "SELECT id FROM contact WHERE account_id NOT IN (SELECT id FROM account)"
    " UNION ALL SELECT id FROM visit WHERE account_id NOT IN (SELECT id FROM account)"
    " UNION ALL SELECT id FROM quote WHERE account_id NOT IN (SELECT id FROM account)"
    " UNION ALL SELECT id FROM quote_line WHERE quote_id NOT IN (SELECT id FROM quote)"
)


@dataclass
class Door:
    """``codes`` gives the phone of each device code."""

    server: Server
    ledger: Ledger
    codes: dict[str, str]
    rights: Rights
    raw: sqlite3.Connection = field(init=False)
    truth: Truth = field(init=False)
    holds: Callable[[str, str], Record | None] = field(default=lambda _name, _id: None)
    """What a phone (its name) holds of a record."""
    dropped: dict[str, int] = field(default_factory=dict)
    """By record, the rev of its tombstone that was dropped: a phone may still hold that."""
    came: dict[str, int] = field(default_factory=dict)
    """By phone and its cursor, when a last page brought it there."""
    snapshots: dict[str, dict[str, int]] = field(default_factory=dict)
    """By the cursor of a last page, what its phone must then hold: the rev of each record."""
    healed: dict[str, set[str]] = field(default_factory=dict)
    """By phone, the last pages that it was given before it healed the server: what it then gave is not in them."""

    def __post_init__(self) -> None:
        self.raw = self.server.raw
        self.truth = Truth(self.ledger, self.codes)

    def __call__(self, message: Message) -> bytes:
        """Answer a call. A server that dies over it gives no answer and starts again."""
        try:
            if message.call == "refresh":
                return self.server.refresh(codec.decode(message.body, RefreshRequest))
            device = self.server.who(message.access)
            if message.call == "push":
                return self._push(device, codec.decode(message.body, PushRequest))
            if message.call == "heal":
                return self._heal(device, codec.decode(message.body, HealRequest))
            if message.call == "erased":
                return self.server.erased(codec.decode(message.body, ErasedRequest))
            return self._pull(device, codec.decode(message.body, Asks))
        except (DiskFull, StorageBusy) as error:
            self.ledger.faults[f"server_{error.code}"] += 1
            raise
        except msgspec.MsgspecError as error:
            raise ServerRefused(400, "malformed_body") from error
        except Killed as error:
            self.ledger.faults["server_died_before_commit"] += 1
            self.server.start()
            raise Offline from error

    def head(self) -> int:
        """The newest rev."""
        found = self.raw.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
        return int(found[0]) if found else 0

    # ---- push -------------------------------------------------------------------------------------------------------
    def _push(self, device: DeviceIdentity, request: PushRequest) -> bytes:
        touched = [(change.kind, change.id) for each in request.transactions for change in each.changes]
        before, head = stands(self.raw, touched), self.head()
        body = self.server.push(device, request)
        after, given = stands(self.raw, touched), self.head() - head
        name = self.codes[device.code]
        taken = [each for outcome in codec.decode(body, PushAnswer).outcomes if (each := self._fate(name, outcome)) is not None]
        if self.ledger.restored:
            return body
        if given > len(taken):
            self.ledger.blame("doubled", f"{name}: {given} revs were given for {len(taken)} new transactions")
        for each in taken:
            self._check_causes(each)
            self._check_rights(name, each, before, after)
        self.truth.judge(name, taken, before, after)
        self._check_stamps(name, before, after)
        return body

    def _heal(self, device: DeviceIdentity, request: HealRequest) -> bytes:
        body = self.server.heal(device, request)
        name = self.codes[device.code]
        self.healed[name] = {key for key in self.snapshots if key.startswith(name)}
        for outcome in codec.decode(body, HealAnswer).outcomes:
            self._fate(name, outcome)
        for id_ in (row[0] for rows in request.offers.values() for row in rows.rows):
            found = self.raw.execute("SELECT marks FROM record_meta WHERE id = ?", (id_,)).fetchone()
            mark = json.loads(found[0] or "{}").get(RECOVERED) if found else None
            if mark is not None:
                self.ledger.given_back.setdefault(id_, []).append((mark[2], mark[4]))
        return body

    def _fate(self, name: str, outcome: Outcome) -> Submission | None:
        """Note what the server made of a transaction; give it if it took effect now."""
        known = self.ledger.by_txn.get(outcome.txn)
        if known is None:
            self.ledger.blame("doubled", f"{name}: {outcome.txn} was sent and nobody had saved it")
        elif outcome.status in _TAKEN:
            if known.fate not in ("accepted", "lost") and known.txn not in self.ledger.forgotten:
                self.ledger.blame("doubled", f"{name}: {outcome.txn} took effect though it was {known.fate}")
            known.fate, known.rev = "taken", outcome.rev
            return known
        elif outcome.status == "duplicate":
            if known.fate != "taken" or (not self.ledger.restored and known.rev != outcome.rev):
                self.ledger.blame("lost", f"{name}: {outcome.txn} is called a duplicate at {outcome.rev}")
        elif known.fate == "taken":
            self.ledger.blame("lost", f"{name}: {outcome.txn} had been taken and is now {outcome.status}")
        elif outcome.status == "need_full":
            self.ledger.faults["need_full"] += 1
        elif outcome.status == "refused":
            self._check_refusal(name, known, outcome.code)
        return None

    def _check_refusal(self, name: str, refused: Submission, code: str) -> None:
        if not self.ledger.restored:
            self._check_causes(refused)
        if not code:
            self.ledger.blame("lost", f"{name}: {refused.txn} is refused without a reason")
        if code == "unknown_record":
            self._check_forgotten(name, refused)

    def _check_forgotten(self, name: str, submission: Submission) -> None:
        """What was deleted and dropped comes back with what is written about it, as long as the phone holds it where it was."""
        if len(submission.edits) != 1:
            return
        edit = submission.edits[0]
        if edit.op != "update" or edit.id not in self.dropped or "territory_id" in edit.fields:
            return
        allowed = self.rights.scopes(PHONES[name], self.server.clock.now_ms())
        held = self.holds(name, edit.id)
        root = self.holds(name, held.root) if held is not None else None
        there = self.raw.execute("SELECT scope FROM compacted WHERE id = ?", (edit.id,)).fetchone()
        above = "SELECT scope FROM record_meta WHERE id = ?1 UNION SELECT scope FROM compacted WHERE id = ?1"
        if held is None or root is None or there is None or edit.kind not in ("account", "contact", "visit"):
            return
        scopes = {held.scope, root.scope, there[0], *(row[0] for row in self.raw.execute(above, (held.root,)))}
        if len(scopes) == 1 and scopes <= allowed:
            self.ledger.blame("lost", f"{name}: {edit.id} was refused as unknown, and the phone holds all of it")

    def _check_causes(self, submission: Submission) -> None:
        """What made the records that it writes or names, and the step before its own, must have been taken before it is judged."""
        steps = {(edit.id, edit.fields["state"].was) for edit in submission.edits if "state" in edit.fields}
        for each in self.ledger.of_device(submission.device):
            if each.order >= submission.order or each.fate != "accepted" or self.ledger.is_buried(each):
                continue
            stepped = {(edit.id, edit.fields["state"].to) for edit in each.edits if "state" in edit.fields}
            if each.created & submission.mentioned or stepped & steps:
                self.ledger.blame("causality", f"{submission.device}: {submission.txn} was judged before {each.txn}, which it needs")

    def _check_rights(self, name: str, submission: Submission, before: dict[str, Stand], after: dict[str, Stand]) -> None:
        login, now = PHONES[name], self.server.clock.now_ms()
        for edit in submission.edits:
            stand = before.get(edit.id) or after.get(edit.id)
            if stand is not None and not self.rights.may_write(login, stand.scope, stand.root, now):
                self.ledger.blame("scope", f"{name} wrote {edit.kind} {edit.id} in {stand.scope}")
            if edit.kind == "account" and edit.id in before and before[edit.id].scope != after[edit.id].scope:
                self.rights.moved(edit.id, before[edit.id].scope, now)

    def _check_stamps(self, name: str, before: dict[str, Stand], after: dict[str, Stand]) -> None:
        """Nothing was written later than now, and nothing that lives hangs below what is deleted."""
        now = self.server.clock.now_ms()
        for id_, stand in after.items():
            if stand.newest > now:
                self.ledger.blame("causality", f"{name} wrote {id_} {stand.newest - now} ms from now")
            root = self.raw.execute("SELECT deleted FROM record_meta WHERE id = ?", (stand.root,)).fetchone()
            written = id_ not in before or before[id_].rev != stand.rev
            if root[0] and stand.root not in after and not stand.deleted and written:
                self.ledger.blame("causality", f"{name} wrote {id_}, whose customer is deleted")

    # ---- pull -------------------------------------------------------------------------------------------------------
    def _pull(self, device: DeviceIdentity, asks: Asks) -> bytes:
        body = self.server.pull(device, PullRequest(asks.cursor, asks.limit, asks.digest, asks.unsent), asks.spoken)
        self.ledger.faults["old_protocol"] += asks.spoken < PROTOCOL
        page = codec.decode(body, PullAnswer)
        name = self.codes[device.code]
        allowed = self.rights.scopes(PHONES[name], self.server.clock.now_ms())
        if foreign := {record.scope for record in from_rows(page)} - allowed:
            self.ledger.blame("scope", f"{name} was sent records of {sorted(foreign)}")
        if page.again:
            self.ledger.faults["snapshot"] += 1
            if not self.ledger.restored and self.server.clock.now_ms() - self.came.get(name + page.asked, 0) < (KEPT_DAYS - 1) * DAY_MS:
                self.ledger.blame("diverged", f"{name} was told to begin anew, and had been here lately")
        if not page.more:
            self.came[name + page.cursor] = self.server.clock.now_ms()
            marks = ", ".join("?" * len(allowed))
            rows = self.raw.execute(f"SELECT id, rev FROM record_meta WHERE scope IN ({marks})", sorted(allowed))  # noqa: S608
            self.snapshots[name + page.cursor] = dict(rows.fetchall())
        return body

    def applied(self, phone: Handset, page: PullAnswer) -> None:
        """A phone has taken its last page: it must hold what the server held when it gave it, no less and no more."""
        here: dict[str, int] = dict(phone.disk.database.execute("SELECT id, rev FROM record").fetchall())
        there = self.snapshots[phone.name + page.cursor]
        more = {id_ for id_ in here.keys() - there.keys() if self.dropped.get(id_) != here[id_]}
        if phone.name + page.cursor in self.healed.get(phone.name, ()):  # an old answer: only what is not hers is too much
            allowed = self.rights.scopes(PHONES[phone.name], self.server.clock.now_ms())
            held = phone.app.vault.records.get(more)
            more = {id_ for id_, (_, payload) in held.items() if opened_record(payload).scope not in allowed}
        if more:
            self.ledger.blame("scope", f"{phone.name} holds {len(more)} records that it should not, {sorted(more)[0]} for one")
        if self.ledger.restored:  # a comparison of digests mends what the lost epoch had not served
            return
        if wrong := {id_ for id_, rev in there.items() if here.get(id_) != rev}:
            first = min(wrong)
            said = f"{phone.name} holds {first} at {here.get(first)}, the server at {there[first]}; {len(wrong)} such"
            self.ledger.blame("diverged", said)
        orphans = phone.app.working_set.ask(_ORPHANS)
        if orphans:
            self.ledger.blame("causality", f"{phone.name} shows {orphans[0][0]} without what it belongs to")
