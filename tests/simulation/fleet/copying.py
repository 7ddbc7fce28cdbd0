"""Phones that their operating system restores from a copy of themselves: what they wrote since is gone, unless the server took it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulation.fleet.disk import Disk
from tests.simulation.fleet.fleet import Fleet
from tests.simulation.fleet.handset import Handset
from tests.simulation.fleet.ledger import Submission

_GIVEN_UP = frozenset({"discarded", "replaced"})


class Copy(NamedTuple):
    """A phone's disk, and the transactions of which something was known when the copy was made."""

    phone: Handset
    disk: bytes
    known: frozenset[str]
    given_up: int
    """How many transactions a person had given up or put back."""


@dataclass
class Copies:
    """One copy of each phone, old enough to matter."""

    fleet: Fleet
    kept: dict[str, Copy] = field(default_factory=dict)

    def make(self, phone: Handset) -> str:
        """Copy a phone, as its operating system does now and then."""
        if phone.name in self.restorable(()):
            return f"{phone.name} was copied"
        known = frozenset(each.txn for each in self.fleet.ledger.of_device(phone.name))
        self.kept[phone.name] = Copy(phone, phone.disk.database.serialize(), known, self._given_up(phone.name))
        return f"{phone.name} copied"

    def restorable(self, but: Collection[str]) -> list[str]:
        """The phones that are what they were copied from, and on which nothing was decided since; no server is restored beside them."""
        if self.fleet.ledger.restored:
            return []
        return [
            name
            for name, each in self.kept.items()
            if name not in but and self.fleet.phones[name] is each.phone and each.given_up == self._given_up(name)
        ]

    def outdated(self, names: Collection[str]) -> list[str]:
        """Those of them of which the server has taken work since: a seq of theirs may come twice."""
        return [name for name in names if any(each.fate == "taken" for each in self._since(self.kept[name]))]

    def restore(self, name: str) -> None:
        """Put the copy in the phone's place. What was on its way is lost, and what was saved since and not taken."""
        fleet, copy = self.fleet, self.kept.pop(name)
        phone = copy.phone
        phone.kill()
        phone.disk.close()
        phone.disk = Disk(copy.disk)
        phone.doubt = phone.last_shown = None
        fleet.wire.waiting = [each for each in fleet.wire.waiting if each.device != name]
        fleet.wire.copies = [each for each in fleet.wire.copies if each.device != name]
        fleet.door.came = {at: when for at, when in fleet.door.came.items() if not at.startswith(name)}
        for each in self._since(copy):
            if each.fate == "accepted":
                each.fate = "wiped"
        phone.boot()

    def _since(self, copy: Copy) -> list[Submission]:
        return [each for each in self.fleet.ledger.of_device(copy.phone.name) if each.txn not in copy.known]

    def _given_up(self, name: str) -> int:
        return sum(each.fate in _GIVEN_UP for each in self.fleet.ledger.of_device(name))
