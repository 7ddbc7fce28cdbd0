"""Owns the demo's geography: its territories, and their towns as GeoNames knows them."""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sync_server.demo.seeds import Chance

DATA = Path(__file__).parent / "data"
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Area:
    """A territory before it is a record: where it is, and how people there speak and count time."""

    key: str
    name: str
    lat: float
    lon: float
    zone: str
    language: str


AREAS = {
    area.key: area
    for area in (
        Area("lyon", "Lyon", 45.7640, 4.8357, "Europe/Paris", "fr"),
        Area("nantes", "Nantes", 47.2184, -1.5536, "Europe/Paris", "fr"),
        Area("thessaloniki", "Thessaloniki", 40.6401, 22.9444, "Europe/Athens", "el"),
    )
}


@dataclass(frozen=True, slots=True)
class Town:
    """A real town: its name, a postcode of it, where its middle is and how many live there."""

    area: str
    name: str
    postcode: str
    country: str
    lat: float
    lon: float
    population: int


@cache
def towns(area: str) -> tuple[Town, ...]:
    """Return the towns of a territory, from the committed extract."""
    with (DATA / "towns.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(_town(row) for row in rows if row["territory"] == area)


def somewhere_in(town: Town, chance: Chance) -> tuple[float, float]:
    """Return a place within ``town``: near the middle of a village, further out in a city."""
    spread = min(1.4, 0.25 + math.sqrt(town.population) / 400)
    return moved(town.lat, town.lon, chance.gauss(0, spread / 2), chance.gauss(0, spread / 2))


def moved(lat: float, lon: float, north_km: float, east_km: float) -> tuple[float, float]:
    """Return the place that lies so far away, rounded to about a decimetre."""
    east = east_km / (_KM_PER_DEGREE * math.cos(math.radians(lat)))
    return round(lat + north_km / _KM_PER_DEGREE, 6), round(lon + east, 6)


def apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return about how far two places of one region are apart, in kilometres."""
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east) * _KM_PER_DEGREE


def _town(row: dict[str, str]) -> Town:
    return Town(
        row["territory"], row["name"], row["postcode"], row["country"], float(row["lat"]), float(row["lon"]), int(row["population"])
    )
