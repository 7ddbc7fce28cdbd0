"""How every seed begins: an organisation in three territories, and five phones that have pulled all of it. Built once a process."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from shared.sync.change import Epoch
from shared.sync.protocol import Profile, Tokens
from sync_server.services import epochs, territories
from sync_server.services.authoring import Author, Fields
from sync_server.services.devices import NewDevice, add_device
from sync_server.services.users import NewUser, add_user
from tests.simulation.fleet.server import Server

BEGIN = 1_795_348_800_000
"""2026-11-22T12:00Z."""
SINCE = date(2020, 1, 1)
TERRITORIES = ("Lyon", "Nantes", "Athens")
PEOPLE = {
    "elodie": ("rep", ("Lyon",)),
    "nikos": ("rep", ("Lyon", "Nantes")),
    "eleni": ("rep", ("Athens",)),
    "camille": ("manager", TERRITORIES),
}
PHONES = {"elodie": "elodie", "tablet": "elodie", "nikos": "nikos", "eleni": "eleni", "camille": "camille"}
"""Who holds which; Élodie has two."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A phone as it is at the start: whose it is, and its disk."""

    name: str
    user_id: str
    role: str
    device_id: str
    code: str
    tokens: Tokens
    disk: bytes = b""

    @property
    def profile(self) -> Profile:
        """Who signed in."""
        return Profile(self.user_id, self.name, self.role, "fr")


@dataclass(frozen=True, slots=True)
class Start:
    """The server's image, the phones, and the ids of people, territories and products by name."""

    image: sqlite3.Connection
    phones: tuple[Enrolled, ...]
    people: dict[str, str]
    territories: dict[str, str]
    products: tuple[str, ...]
    epoch: Epoch


def organisation(server: Server) -> Start:
    """Fill an empty server and enrol the phones, whose disks are still empty."""
    server.clock.now = BEGIN
    server.start()
    with server.database.write() as connection:
        epochs.begin(connection, server.randomness)
        author = server.author
        places = {name: territories.add_territory(connection, author, name) for name in TERRITORIES}
        people = {login: _person(connection, author, login) for login in PEOPLE}
        products = _catalogue(connection, author)
        for name, id_ in places.items():
            for number in range(3):
                _customer(connection, author, f"{name} {number}", id_)
        phones = tuple(_enrol(connection, server, name, people[login], PEOPLE[login][0]) for name, login in PHONES.items())
        epoch = epochs.standing(connection).epoch
    return Start(server.image(), phones, people, places, products, epoch)


def _person(connection: Connection, author: Author, login: str) -> str:
    role, places = PEOPLE[login]
    user_id = add_user(connection, author, NewUser(login, login.title(), role, "fr"), "no password")
    for place in places:
        territories.assign(connection, author, place, login, (SINCE, None))
    return user_id


def _catalogue(connection: Connection, author: Author) -> tuple[str, ...]:
    since = SINCE.isoformat()
    author.create(connection, "tax_rate", {"country": "FR", "code": "standard", "rate": 2_000, "valid_from": since})
    prices = author.create(connection, "price_list", {"name": "Tarif", "version": 1, "currency": "EUR", "valid_from": since})
    made = []
    for number in range(2):
        named: Fields = {"sku": f"P{number}", "name_fr": f"Farine {number}", "unit": "piece", "tax_code": "standard", "active": True}
        made.append(author.create(connection, "product", named))
        rule: Fields = {"price_list_id": prices, "product_id": made[-1], "min_quantity": 0, "price": 1_000 + number}
        author.create(connection, "price_rule", rule)
    return tuple(made)


def _customer(connection: Connection, author: Author, name: str, territory: str) -> None:
    fields: Fields = {"name": name, "territory_id": territory, "country": "FR", "note": "first line\nlast line", "tags": ["bio"]}
    account = author.create(connection, "account", fields)
    author.create(connection, "contact", {"account_id": account, "last_name": f"of {name}"})


def _enrol(connection: Connection, server: Server, name: str, user_id: str, role: str) -> Enrolled:
    device_id = server.author.new_id()
    code = add_device(connection, NewDevice(device_id, user_id, name, "simulation"), server.clock.now)
    return Enrolled(name, user_id, role, device_id, code, server.tokens.begin(connection, device_id, server.clock.now))
