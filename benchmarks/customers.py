"""A made-up customer base of any size: accounts and their contacts, the same for the same number."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from shared.ids import RANDOM_BYTES, uuid7
from shared.sync.policy import Value

_TRADES: Final = ("Boulangerie", "Pâtisserie", "Hôtel", "Traiteur", "Fournil", "Φούρνος", "Ζαχαροπλαστείο", "Épicerie", "Moulin")
_NAMES: Final = ("Perrin", "Lefèvre", "Gœtz", "Marchand", "Νικολάου", "Παππάς", "Rousseau", "Bélanger", "Γεωργίου", "Haxo")
_FIRST: Final = ("Élodie", "Nikos", "Camille", "Άννα", "Jérôme", "Σοφία", "Lucie", "Giorgos", "Hélène", "Maël")
_STREETS: Final = ("rue de la République", "place du Marché", "avenue Jean Jaurès", "οδός Εγνατία", "quai Saint-Antoine")
_CITIES: Final = (("Lyon", "69002", 45.76, 4.83), ("Vienne", "38200", 45.52, 4.87), ("Givors", "69700", 45.58, 4.77))
_TAGS: Final = ("fair", "organic", "key account", "invoice by mail")
_JOBS: Final = ("Owner", "Head baker", "Buyer", "Accountant")
_EPOCH_MS: Final = 1_780_000_000_000
ACCOUNTS_IN_TEN: Final = 4
"""Of ten records four are accounts and six are their contacts."""


class Made(NamedTuple):
    """One record, as nobody has it yet."""

    kind: str
    id: str
    fields: dict[str, Value]


def customers(count: int, territory_id: str, seed: int = 1) -> Iterator[Made]:
    """Give ``count`` records, accounts before contacts, all in one territory."""
    chance = Random(seed)  # noqa: S311 - made-up names, no secrets
    accounts = max(1, count * ACCOUNTS_IN_TEN // 10)
    ids = [uuid7(_EPOCH_MS + number, chance.randbytes(RANDOM_BYTES)) for number in range(count)]
    for number, id_ in enumerate(ids[:accounts]):
        yield Made("account", id_, _account(chance, number, territory_id))
    for number, id_ in enumerate(ids[accounts:]):
        yield Made("contact", id_, _contact(chance, number, ids[number % accounts]))


def _phone(chance: Random) -> str:
    return f"+334{chance.randrange(10**8):08d}"


def _account(chance: Random, number: int, territory_id: str) -> dict[str, Value]:
    city, postcode, lat, lon = chance.choice(_CITIES)
    name = f"{chance.choice(_TRADES)} {chance.choice(_NAMES)} {number}"
    return {
        "name": name,
        "street": f"{chance.randrange(1, 200)} {chance.choice(_STREETS)}",
        "postcode": postcode,
        "city": city,
        "country": "FR",
        "lat": round(lat + chance.uniform(-0.1, 0.1), 5),
        "lon": round(lon + chance.uniform(-0.1, 0.1), 5),
        "phone": _phone(chance),
        "email": f"contact{number}@example.fr",
        "website": f"https://client{number}.example.fr",
        "segment": chance.choice(("A", "B", "C")),
        "tags": sorted(chance.sample(_TAGS, chance.randrange(3))),
        "territory_id": territory_id,
        "opening_hours": "Tu-Sa 06:30-19:00, Su 06:30-13:00",
        "note": "Deliveries before seven, by the yard behind the shop.",
    }


def _contact(chance: Random, number: int, account_id: str) -> dict[str, Value]:
    return {
        "account_id": account_id,
        "first_name": chance.choice(_FIRST),
        "last_name": chance.choice(_NAMES),
        "job_title": chance.choice(_JOBS),
        "phones": [_phone(chance) for _ in range(1 + chance.randrange(2))],
        "emails": [f"person{number}@example.fr"],
        "language": chance.choice(("fr", "el", "en")),
        "note": "Prefers a call in the afternoon; knows the new ovens well.",
    }
