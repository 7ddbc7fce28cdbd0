"""Owns the demo's visits: a year that is done, today's tours, and what stands planned for tomorrow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from sync_server.demo.anchors import ANCHORS
from sync_server.demo.customers import Customer
from sync_server.demo.organisation import MANAGER, REPS
from sync_server.demo.places import apart_km, moved
from sync_server.demo.seeds import Chance, DemoRecord, Fields, demo_id, instant, minutes

PAST_VISITS = 495
"""For each rep."""
SLOTS = (time(8, 15), time(9, 20), time(10, 30), time(11, 40), time(14, 0), time(15, 30), time(16, 45))
_TOMORROW = 4
_YEAR = 364
_REVIEWED_AFTER = 6
_ALL_REVIEWED_AFTER = 14
_OUTCOMES = (("order", 30), ("quote", 28), ("follow_up", 28), ("no_need", 14))
_FACTS = ("arrived_at", "arrived_lat", "arrived_lon", "arrived_accuracy", "arrived_mocked", "place_status", "left_at")
_LATER = ("outcome", "next_step", "next_step_on", "reviewed_by", "reviewed_at")


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """A visit with the customer it was paid to."""

    id: str
    customer: Customer
    day: date
    fields: Fields


def visits(today: date, everyone: dict[str, list[Customer]], seed: int) -> list[DemoVisit]:
    """Return all visits in the order in which they were planned."""
    found: list[DemoVisit] = []
    for area, of_area in everyone.items():
        found += _history(today, area, of_area, seed)
        found += _tour(today, of_area[: len(ANCHORS[area])], seed)
        found += _tour(_next_working_day(today), _cluster(of_area, Chance(seed, f"tomorrow/{area}"), _TOMORROW), seed)
    return found


def visit_records(found: list[DemoVisit]) -> Iterator[DemoRecord]:
    """Yield the visits."""
    for visit in found:
        yield "visit", visit.id, visit.fields


def _history(today: date, area: str, of_area: list[Customer], seed: int) -> Iterator[DemoVisit]:
    chance = Chance(seed, f"visits/{area}")
    days = [day for day in (today - timedelta(days=back) for back in range(_YEAR, 0, -1)) if day.weekday() < 5]
    for day, count in zip(days, _spread(PAST_VISITS, len(days), chance), strict=True):
        slots = sorted(chance.sample(SLOTS, count))
        for slot, customer in zip(slots, _cluster(of_area, chance, count), strict=True):
            yield _past(today, day, slot, customer, chance=chance, seed=seed)


def _spread(total: int, days: int, chance: Chance) -> list[int]:
    """Return how many visits fall on each day: at most one for each slot."""
    room = [day for day in range(days) for _ in SLOTS[:4]]
    counts = [0] * days
    for day in chance.sample(room, total):
        counts[day] += 1
    return counts


def _tour(day: date, stops: list[Customer], seed: int) -> Iterator[DemoVisit]:
    """Plan a day: the stops in their order, one for each slot."""
    for slot, customer in zip(SLOTS, stops, strict=False):
        planned = instant(day, slot, customer.area.zone)
        yield _visit(
            customer, day, planned, {"state": "planned", "purpose": _purpose(customer, Chance(seed, f"purpose/{customer.id}"))}, seed
        )


def _purpose(customer: Customer, chance: Chance) -> str:
    told = {anchor.name: anchor.purpose for anchor in ANCHORS[customer.area.key]}
    return told.get(str(customer.fields["name"])) or chance.choice(customer.words.purposes)


def _cluster(of_area: list[Customer], chance: Chance, count: int) -> list[Customer]:
    """Return ``count`` customers near one another, each the nearest to the one before."""
    sample = chance.sample(of_area, 40)
    tour = [sample.pop()]
    while len(tour) < count:
        here = tour[-1].place
        tour.append(min(sample, key=lambda customer: apart_km(here, customer.place)))
        sample.remove(tour[-1])
    return tour[:count]


def _past(today: date, day: date, slot: time, customer: Customer, *, chance: Chance, seed: int) -> DemoVisit:
    planned = instant(day, slot, customer.area.zone)
    fields: Fields = {
        "state": chance.weighted((("made", 88), ("missed", 6), ("cancelled", 6))),
        "purpose": chance.choice(customer.words.purposes),
    }
    if fields["state"] == "made":
        fields |= _made(today, day, planned, customer, chance)
    return _visit(customer, day, planned, fields, seed)


def _made(today: date, day: date, planned: int, customer: Customer, chance: Chance) -> Fields:
    arrived = planned + minutes(chance.randint(-8, 14)) + chance.randrange(60_000)
    left = arrived + minutes(chance.randint(12, 48)) + chance.randrange(60_000)
    outcome = chance.weighted(_OUTCOMES)
    follow = outcome in {"quote", "follow_up"}
    fields: Fields = {
        "state": "checked_out",
        "arrived_at": arrived,
        "left_at": left,
        "outcome": outcome,
        "note": chance.choice(customer.words.visit_notes[outcome]),
        "next_step": chance.choice(customer.words.next_steps) if follow else None,
        "next_step_on": (day + timedelta(days=chance.randint(3, 21))).isoformat() if follow else None,
        **_place(customer, chance),
    }
    ago = (today - day).days
    if ago > _ALL_REVIEWED_AFTER or (ago > _REVIEWED_AFTER and chance.one_in(0.8)):
        fields |= _reviewed(left, customer, chance)
    return fields


def _place(customer: Customer, chance: Chance) -> Fields:
    """Return the evidence of one fix: mostly at the door, now and then far away, or none because the rep declined."""
    if chance.one_in(0.05):
        return {"place_status": "declined"}
    away = 1.4 if chance.one_in(0.03) else 0.03
    lat, lon = moved(*customer.place, chance.gauss(0, away), chance.gauss(0, away))
    accuracy = float(chance.choice((5, 8, 8, 12, 20, 35)))
    return {"place_status": "ok", "arrived_lat": lat, "arrived_lon": lon, "arrived_accuracy": accuracy, "arrived_mocked": False}


def _reviewed(left: int, customer: Customer, chance: Chance) -> Fields:
    comment = chance.choice(customer.words.comments) if chance.one_in(0.1) else ""
    return {
        "state": "reviewed",
        "reviewed_at": left + minutes(chance.randint(600, 6 * 1440)),
        "comment": comment,
        "reviewed_by": MANAGER.login,
    }


def _visit(customer: Customer, day: date, planned: int, fields: Fields, seed: int) -> DemoVisit:
    rep = REPS[customer.area.key]
    whole: Fields = {
        "account_id": customer.id,
        "user_id": rep.user_id(seed),
        "planned_at": planned,
        "zone": customer.area.zone,
        "planned_minutes": 30,
        "note": "",
        "comment": "",
        **dict.fromkeys((*_FACTS, *_LATER)),
        **fields,
    }
    if whole["reviewed_by"]:
        whole["reviewed_by"] = MANAGER.user_id(seed)
    made_on = planned - minutes(7 * 1440)
    return DemoVisit(demo_id(seed, "visit", f"{customer.id}/{planned}", made_on), customer, day, whole)


def _next_working_day(today: date) -> date:
    following = today + timedelta(days=1)
    while following.weekday() > 4:
        following += timedelta(days=1)
    return following
