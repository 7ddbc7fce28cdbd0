"""Owns the demo's 600 accounts and their 900 contacts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sync_server.demo.anchors import ANCHORS, Anchor, Person
from sync_server.demo.identifiers import domain, landline, mobile, slug, vat_id
from sync_server.demo.organisation import territory_id
from sync_server.demo.places import AREAS, Area, Town, apart_km, somewhere_in, towns
from sync_server.demo.seeds import Chance, DemoRecord, Fields, demo_id
from sync_server.demo.words import Words
from sync_server.demo.words_el import GREEK
from sync_server.demo.words_fr import FRENCH

ACCOUNTS = {"lyon": 230, "nantes": 200, "thessaloniki": 170}
CONTACTS = 900
WORDS = {"fr": FRENCH, "el": GREEK}
_SEGMENTS = (("bakery", 52), ("pastry", 21), ("horeca", 18), ("chain", 9))


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with what visits and quotes need to know of it."""

    id: str
    area: Area
    place: tuple[float, float]
    country: str
    segment: str
    fields: Fields

    @property
    def words(self) -> Words:
        """The language that is spoken there."""
        return WORDS[self.area.language]


def customers(seed: int) -> dict[str, list[Customer]]:
    """Return every customer by territory; the first of each are the anchors, in the order of their tour."""
    return {key: _customers_of(area, seed) for key, area in AREAS.items()}


def account_records(everyone: dict[str, list[Customer]]) -> Iterator[DemoRecord]:
    """Yield the accounts."""
    for of_area in everyone.values():
        for customer in of_area:
            yield "account", customer.id, customer.fields


def contact_records(everyone: dict[str, list[Customer]], seed: int) -> Iterator[DemoRecord]:
    """Yield the contacts: those of the anchors as told, one for each other account, and a second or third where chance puts them."""
    chance = Chance(seed, "contacts")
    anchored = {name: people for name, people in _anchor_people() if people}
    flat = [customer for of_area in everyone.values() for customer in of_area]
    told = [customer for customer in flat if customer.fields["name"] in anchored]
    rest = [customer for customer in flat if customer.fields["name"] not in anchored]
    extra = CONTACTS - sum(len(anchored[str(customer.fields["name"])]) for customer in told) - len(rest)
    drawn = chance.choices(rest, [4.0 if customer.segment == "chain" else 1.0 for customer in rest], k=extra)
    busy = Counter(customer.id for customer in drawn)
    number = 0
    for customer in flat:
        people = anchored.get(str(customer.fields["name"])) or _people(customer, 1 + busy[customer.id], chance)
        for place, person in enumerate(people):
            number += 1
            is_told = customer.fields["name"] in anchored
            yield "contact", demo_id(seed, "contact", f"{customer.id}/{place}"), _contact(customer, person, number, chance, told=is_told)


def _anchor_people() -> Iterator[tuple[str, tuple[Person, ...]]]:
    for anchors in ANCHORS.values():
        for anchor in anchors:
            yield anchor.name, anchor.people


def _customers_of(area: Area, seed: int) -> list[Customer]:
    chance = Chance(seed, f"accounts/{area.key}")
    of_area = towns(area.key)
    weights = [400 + town.population**0.75 for town in of_area]
    taken = {(anchor.name, _town_of(area, anchor).name) for anchor in ANCHORS[area.key]}
    found = [_anchored(area, anchor, number, seed, chance) for number, anchor in enumerate(ANCHORS[area.key])]
    for number in range(len(found), ACCOUNTS[area.key]):
        town = chance.choices(of_area, weights)[0]
        segment = chance.weighted(_SEGMENTS)
        name = _free_name(area, town, segment, taken, chance)
        fields = _invented(area, town, segment=segment, name=name, number=number, chance=chance)
        found.append(_customer(area, town, number, seed, fields))
    return found


def _anchored(area: Area, anchor: Anchor, number: int, seed: int, chance: Chance) -> Customer:
    town = _town_of(area, anchor)
    fields = _invented(area, town, segment=anchor.segment, name=anchor.name, number=number, chance=chance)
    told: Fields = {"street": anchor.street, "lat": anchor.lat, "lon": anchor.lon, "note": anchor.note}
    told |= {"phone": anchor.phone} if anchor.phone else {}
    told |= {"opening_hours": anchor.hours} if anchor.hours else {}
    return _customer(area, town, number, seed, {**fields, **told})


def _town_of(area: Area, anchor: Anchor) -> Town:
    """Return the town of the anchor's postcode, the nearest where several share it."""
    same = [town for town in towns(area.key) if town.postcode == anchor.postcode]
    return min(same, key=lambda town: apart_km((town.lat, town.lon), (anchor.lat, anchor.lon)))


def _customer(area: Area, town: Town, number: int, seed: int, fields: Fields) -> Customer:
    whole: Fields = {**fields, "territory_id": territory_id(area.key, seed), "merged_into": None}
    place = (float(str(fields["lat"])), float(str(fields["lon"])))
    identifier = demo_id(seed, "account", f"{area.key}/{number}")
    return Customer(identifier, area, place, town.country, str(fields["segment"]), whole)


def _invented(area: Area, town: Town, *, segment: str, name: str, number: int, chance: Chance) -> Fields:
    words = WORDS[area.language]
    lat, lon = somewhere_in(town, chance)
    house = chance.randint(1, 120)
    street = chance.choice(words.streets)
    site = domain(f"{name} {town.name}")
    return {
        "name": name,
        "street": f"{street} {house}" if area.language == "el" else f"{house} {street}",
        "postcode": town.postcode,
        "city": town.name,
        "country": town.country,
        "lat": lat,
        "lon": lon,
        "phone": landline(area.key, 1000 + number * 31),
        "email": f"{'info' if area.language == 'el' else 'contact'}@{site}" if chance.one_in(0.85) else "",
        "website": f"https://www.{site}" if chance.one_in(0.35) else "",
        "vat_id": vat_id(town.country, 100_000 + list(AREAS).index(area.key) * 1_000_003 + number * 4_099),
        "segment": segment,
        "tags": sorted(chance.sample(words.tags, chance.choice((0, 0, 1, 1, 2)))),
        "opening_hours": chance.choice(words.hours[segment]) if chance.one_in(0.8) else "",
        "note": "\n".join(chance.sample(words.account_notes, chance.choice((0, 0, 0, 1, 1, 2)))),
    }


def _free_name(area: Area, town: Town, segment: str, taken: set[tuple[str, str]], chance: Chance) -> str:
    """Return a name that no other customer of the town has, and take it."""
    words = WORDS[area.language]
    while True:
        surname = chance.choice(words.surnames)
        pattern = chance.choice(words.names[segment])
        firsts = {"his_first": chance.choice(words.men), "her_first": chance.choice(words.women)}
        name = pattern.format(his=surname.his, of=surname.of, town=town.name, **firsts)
        if (name, town.name) not in taken:
            taken.add((name, town.name))
            return name


def _people(customer: Customer, count: int, chance: Chance) -> list[Person]:
    words = customer.words
    found = []
    for place in range(count):
        woman = chance.one_in(0.5)
        surname = chance.choice(words.surnames)
        jobs = words.jobs[customer.segment]
        his_job, her_job = jobs[min(place, len(jobs) - 1)]
        first = chance.choice(words.women if woman else words.men)
        found.append(Person(first, surname.hers if woman else surname.his, woman, her_job if woman else his_job))
    return found


def _contact(customer: Customer, person: Person, number: int, chance: Chance, *, told: bool) -> Fields:
    site = str(customer.fields["email"]).partition("@")[2] or domain(f"{customer.fields['name']} {customer.fields['city']}")
    address = f"{slug(person.first)}.{slug(person.last)}@{site}"
    return {
        "account_id": customer.id,
        "first_name": person.first,
        "last_name": person.last,
        "job_title": person.job,
        "phones": [mobile(customer.area.key, 1000 + number * 7)] if chance.one_in(0.85) or told else [],
        "emails": [address] if chance.one_in(0.6) or told else [],
        "language": customer.area.language,
        "note": chance.choice(customer.words.contact_notes) if chance.one_in(0.15) else "",
        "merged_into": None,
    }
