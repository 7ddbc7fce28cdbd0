"""Owns distances between two places, and the time that a drive between them is likely to take."""

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Final, NamedTuple

EARTH_RADIUS: Final = 6_371_008.8
"""The Earth's mean radius in metres (IUGG)."""

_DETOUR: Final = 1.3
_TOWN_METRES: Final = 5_000
_TOWN_SPEED: Final = 25 * 1_000 / 60
_ROAD_SPEED: Final = 65 * 1_000 / 60


class Place(NamedTuple):
    """A point on the Earth in degrees."""

    lat: float
    lon: float


def is_place(lat: float | None, lon: float | None) -> bool:
    """Say whether two numbers are a point on the Earth."""
    if lat is None or lon is None:
        return False
    return isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def great_circle_metres(one: Place, other: Place) -> float:
    """Return the distance on a sphere by the haversine formula: within 0.6 % of the true one, fast enough to sort a list by."""
    lat, other_lat = radians(one.lat), radians(other.lat)
    across = sin(radians(other.lon - one.lon) / 2) ** 2
    haversine = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * across
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(haversine)))


def geodesic_metres(one: Place, other: Place) -> float:
    """Return the distance on the WGS 84 ellipsoid, to show to a person."""
    from geopy.distance import geodesic  # noqa: PLC0415  (slow to load, and not needed to sort a list)

    return float(geodesic(one, other).meters)


def travel_minutes(metres: float) -> int:
    """Return a simple estimate of a drive, in whole minutes rounded up, from the distance as the crow flies.

    Roads are taken as 1.3 times as long; the first 5 km of them at 25 km/h (town, lights, parking), the rest at 65 km/h.
    """
    road = _DETOUR * max(0.0, metres)
    town = min(road, _TOWN_METRES)
    return -int(-(town / _TOWN_SPEED + (road - town) / _ROAD_SPEED) // 1)
