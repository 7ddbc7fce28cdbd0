"""What the office does while the phones are out: corrections, territories that change hands, devices that are shut out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from shared.errors import TourneeError
from shared.sync.policy import Value
from sync_server.services import territories
from sync_server.services.closed_records import archive_closed
from sync_server.services.compaction import compact
from sync_server.services.devices import revoke_device
from tests.simulation.fleet.erasing import Remembered, erase
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.rights import day_of
from tests.simulation.fleet.start import PEOPLE, TERRITORIES

_FEW: Final = 5
"""Of so few nobody is erased: the others need somebody to work with."""
_MONTHS: Final = -1
"""Closed records leave the phones at once, or a day after they were written last, not after two years: a seed is short."""
_WRITTEN_OF: Final = 0.5
"""How often somebody is erased of whom persons write just now."""
_LATELY: Final = 20
"""The number of actions that are lately."""


@dataclass
class Office:
    """One seed's."""

    fleet: Fleet
    dice: random.Random
    erasures: Remembered
    written: int = 0

    def corrects(self) -> str:
        """A customer's name or note, by the office itself."""
        found = self._account()
        self.written += 1
        self._writes(found, {"segment": f"s{self.written}", "city": f"office {self.written}"})
        return "office"

    def moves_account(self) -> str:
        """A customer goes to another territory, with all that is below it."""
        found, target = self._account(), self.fleet.start.territories[self.dice.choice(TERRITORIES)]
        source = self.fleet.door.raw.execute("SELECT scope FROM record_meta WHERE id = ?", (found,)).fetchone()[0]
        self._writes(found, {"territory_id": target})
        self.fleet.rights.moved(found, source, self.fleet.now.now)
        return "account_moved"

    def reassigns(self) -> str:
        """A person loses a territory, or gets one."""
        login, place = self.dice.choice(sorted(PEOPLE)), self.dice.choice(TERRITORIES)
        today, rights, server = day_of(self.fleet.now.now), self.fleet.rights, self.fleet.server
        try:
            with server.database.write() as connection:
                if rights.has(login, place, today):
                    territories.unassign(connection, server.author, place, login, today)
                else:
                    territories.assign(connection, server.author, place, login, (today, None))
        except TourneeError as error:
            return f"person_moved:{error.code}"
        if rights.has(login, place, today):
            rights.take(login, place, today)
        else:
            rights.give(login, place, today)
        return "person_moved"

    def revokes(self) -> str:
        """A phone is shut out; it hears of it at its next request."""
        phone = self.fleet.phones[self.dice.choice(sorted(self.fleet.phones))]
        with self.fleet.server.database.write() as connection:
            revoke_device(connection, phone.session.device_code, self.fleet.now.now)
        return "revoked"

    def erases(self) -> str:
        """A person, or a customer with all that is below, wants to be forgotten; nobody ('') where few are left."""
        kind = self.dice.choices(("contact", "account"), (3, 1))[0]
        query = "SELECT id FROM record_meta WHERE kind = ? AND deleted = 0 ORDER BY id"
        rows = self.fleet.door.raw.execute(query, (kind,)).fetchall()
        if len(rows) < _FEW:
            return ""
        here = [str(id_) for (id_,) in rows]
        lately = [id_ for id_ in self._written_beside_others() if id_ in here]
        erase(self.fleet, self.erasures, kind, self.dice.choice(lately if lately and self.dice.random() < _WRITTEN_OF else here))
        return "erased"

    def _written_beside_others(self) -> list[str]:
        """Whom the last actions wrote about that wrote about somebody else too: phones may still wait for what became of these."""
        last = list(self.fleet.ledger.by_txn.values())[-_LATELY:]
        return [edit.id for each in last if len(each.edits) > 1 for edit in each.edits]

    def tidies(self) -> str:
        """One of a night's jobs."""
        return self.dice.choices((self.compacts, self.archives), (2, 5))[0]()

    def compacts(self) -> str:
        """What everybody knows to be deleted leaves the tables."""
        door, server = self.fleet.door, self.fleet.server
        query = "SELECT id, rev FROM record_meta WHERE deleted = 1"
        before: dict[str, int] = dict(door.raw.execute(query).fetchall())
        compact(server.database, self.fleet.now.now)
        after = dict(door.raw.execute(query).fetchall())
        gone = {id_: rev for id_, rev in before.items() if id_ not in after}
        door.dropped |= gone
        door.truth.forget(gone)
        self.fleet.ledger.faults["tombstone_dropped"] += len(gone)
        return "compacted"

    def archives(self) -> str:
        """What is closed and at rest leaves the phones, until somebody writes it again."""
        with self.fleet.server.database.write() as connection:
            went = archive_closed(connection, self.fleet.now.now, months=_MONTHS, kept_days=self.dice.choice((0, 1)))
        self.fleet.ledger.faults["archived"] += went
        return f"archived {went}"

    def _writes(self, account: str, fields: dict[str, Value]) -> None:
        door, before = self.fleet.door, self.fleet.door.head()
        with self.fleet.server.database.write() as connection:
            self.fleet.server.author.update(connection, "account", account, fields)
        if door.head() > before:
            door.truth.office_wrote(account, fields, door.head())

    def _account(self) -> str:
        rows = self.fleet.door.raw.execute("SELECT id FROM record_meta WHERE kind = 'account' AND deleted = 0 ORDER BY id").fetchall()
        return str(self.dice.choice(rows)[0])
