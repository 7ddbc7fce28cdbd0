"""Backups and a restore: the server goes back to a copy of itself in a new epoch, and the phones must give it back what it lost."""

from __future__ import annotations

import copy
import sqlite3
from dataclasses import dataclass, field

from mobile_app.data.desk import RecordEdit
from shared.models.registry import KINDS
from shared.sync.policy import Policy
from sync_server.services import devices, epochs
from sync_server.services.ledger import Begun
from sync_server.storage import meta
from tests.simulation.fleet.erasing import Remembered, erase_again
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.ledger import Ledger, Submission
from tests.simulation.fleet.rights import Rights
from tests.simulation.fleet.stands import Stand, stands

SKIPPED_CODES = 1_000
_RESTORED = (0.3, 0.2)
"""The share of seeds in which a backup is restored; and in which a backup of that one is restored, too."""
_SINGLE = frozenset({Policy.LATEST, Policy.ASK})


@dataclass
class Backups:
    """The newest backup of one seed's server, and the epochs that were begun."""

    fleet: Fleet
    image: sqlite3.Connection | None = None
    head: int = 0
    rights: Rights | None = None
    phones: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    begun: list[Begun] = field(default_factory=list)
    erasures: Remembered = field(default_factory=Remembered)
    left: int = 0
    """The restores that this seed may see still."""

    def plan(self, draw: float) -> None:
        """Let this seed see none, one or two of them, by a number between 0 and 1."""
        self.left = sum(draw < share for share in _RESTORED)

    @property
    def haste(self) -> int:
        """How likely a backup or a restore is: two of each take their time."""
        twice = self.left > 1 or (self.left and self.fleet.ledger.restored)
        return 4 if twice else self.left

    def make(self) -> str:
        """Copy the server, then let it say how far it is backed up."""
        server, door = self.fleet.server, self.fleet.door
        self.image, self.head = server.image(), door.head()
        self.rights, self.phones = (
            copy.deepcopy(self.fleet.rights),
            {name: each.session.device_id for name, each in self.fleet.phones.items()},
        )
        self.taken = {each.txn for each in self.fleet.ledger.by_txn.values() if each.fate == "taken"}
        with server.database.write() as connection:
            meta.put(connection, meta.BACKED_UP, str(self.head))
        return f"backed up through {self.head}"

    @property
    def may_restore(self) -> bool:
        """Whether there is a backup that knows every phone: another would have to enrol anew."""
        return self.image is not None and self.phones == {name: each.session.device_id for name, each in self.fleet.phones.items()}

    def restore(self) -> str:
        """Put the backup in the server's place and begin an epoch, as ``tournee restore`` does."""
        fleet, server = self.fleet, self.fleet.server
        assert self.image is not None
        assert self.rights is not None
        self.image.backup(server.raw)
        with server.database.write() as connection:
            epoch = epochs.forked(epochs.new_id(server.randomness), epochs.standing(connection).epoch, self.head, self.begun, fleet.now.now)
            epochs.enter(connection, epoch)
            meta.put(connection, meta.BACKED_UP, str(epoch.fork))
            codes = devices.skip_codes(connection, SKIPPED_CODES, self.begun)
        erase_again(fleet, self.erasures)
        self.begun.append(Begun(epoch.id, epoch.parent, epoch.fork, epoch.start, epoch.older, fleet.now.now, codes))
        fleet.rights.held, fleet.rights.lost, fleet.rights.left = self.rights.held, self.rights.lost, self.rights.left
        fleet.ledger.restored = True
        for each in fleet.ledger.by_txn.values():
            if each.fate == "taken" and each.rev > epoch.fork:
                each.fate = "lost"
                each.lost.append((each.rev, epoch.start))
            elif each.fate == "taken" and each.txn not in self.taken:  # it changed nothing, and got the rev that was there
                fleet.ledger.forgotten.add(each.txn)
        self.image = None
        self.left -= 1
        return "restored"


def check_values(fleet: Fleet) -> None:
    """Each value that was taken, before a restore or after, stands, is in a conflict, or gave way to one of somebody who had seen it."""
    taken = [each for each in fleet.ledger.by_txn.values() if each.fate == "taken"]
    found = stands(fleet.door.raw, [(edit.kind, edit.id) for each in taken for edit in each.edits])
    for each in taken:
        for edit in each.edits:
            if edit.id in fleet.ledger.buried:
                continue
            stand = found.get(edit.id)
            went = fleet.door.dropped.get(edit.id)
            if went is not None and (stand is None or each.rev <= went):
                continue  # somebody deleted it, and everybody heard of that; who brought it back later need not have held this
            if stand is None:
                fleet.ledger.blame("lost", f"{each.device}: {edit.kind} {edit.id} is gone since the restore")
                continue
            for name, change in edit.fields.items():
                single = KINDS[edit.kind].fields[name].policy in _SINGLE and (edit.id, name) not in fleet.door.truth.by_office
                if single and not _is_somewhere(fleet.ledger, stand, name, (each, edit), taken):
                    fleet.ledger.blame("lost", f"{each.device}: {name} = {change.to!r} of {edit.id} is gone since the restore")


def _is_somewhere(ledger: Ledger, stand: Stand, name: str, said: tuple[Submission, RecordEdit], taken: list[Submission]) -> bool:
    by, edit = said
    value = edit.fields[name].to
    if stand.fields[name] == value or stand.dispute(name).holds(value):
        return True
    later = ((other, each) for other in taken for each in other.edits if other is not by and each.id == edit.id and name in each.fields)
    return any(ledger.has_seen(other, each, by) for other, each in later)
