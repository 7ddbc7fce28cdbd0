"""Owns the people of the demo: who signs in with what, and who works where."""

from collections.abc import Iterator
from dataclasses import dataclass

from sync_server.demo.places import AREAS
from sync_server.demo.seeds import DemoRecord, Fields, demo_id


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How a person of the demo signs in, and the PIN that the demo proposes for the device."""

    login: str
    password: str
    pin: str
    name: str
    initials: str
    role: str
    language: str
    territories: tuple[str, ...]
    """Keys of territories: lyon, nantes, thessaloniki."""

    def user_id(self, seed: int = 1) -> str:
        """Return the id of this person's ``user`` record."""
        return demo_id(seed, "user", self.login)


DEMO_LOGINS = (
    DemoLogin("elodie", "fournil-lyon-1", "284619", "Élodie Marchand", "ÉM", "rep", "fr", ("lyon",)),
    DemoLogin("loic", "fournil-nantes-2", "517302", "Loïc Kervella", "LK", "rep", "fr", ("nantes",)),
    DemoLogin("nikos", "fournos-salonica-3", "639148", "Νίκος Ζαφειρίου", "ΝΖ", "rep", "el", ("thessaloniki",)),
    DemoLogin("camille", "bureau-rey-4", "402857", "Camille Rey", "CR", "manager", "fr", ("lyon", "nantes", "thessaloniki")),
    DemoLogin("alex", "admin-maison-5", "751936", "Alex Admin", "AA", "admin", "en", ()),
)
REPS = {login.territories[0]: login for login in DEMO_LOGINS if login.role == "rep"}
"""The rep of each territory."""
MANAGER = next(login for login in DEMO_LOGINS if login.role == "manager")
DEVICE_CODES = {"lyon": "D2", "nantes": "D3", "thessaloniki": "D4"}
"""The codes of the devices that made the past quotes; a server that holds the demo must give them to no other device."""
_SINCE = "2024-01-15"


def organisation_records(seed: int) -> Iterator[DemoRecord]:
    """Yield territories, users and assignments."""
    for area in AREAS.values():
        yield "territory", territory_id(area.key, seed), {"name": area.name, "lat": area.lat, "lon": area.lon}
    for login in DEMO_LOGINS:
        fields: Fields = {"name": login.name, "initials": login.initials, "role": login.role, "language": login.language, "active": True}
        yield "user", login.user_id(seed), fields
    for login in DEMO_LOGINS:
        for area_key in login.territories:
            identifier = demo_id(seed, "assignment", f"{login.login}/{area_key}")
            whom, where = login.user_id(seed), territory_id(area_key, seed)
            yield "assignment", identifier, {"territory_id": where, "user_id": whom, "valid_from": _SINCE, "valid_to": None}


def territory_id(area: str, seed: int = 1) -> str:
    """Return the id of a territory's record."""
    return demo_id(seed, "territory", area)
