"""Distances and driving times."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.distance import Place, geodesic_metres, great_circle_metres, is_place, travel_minutes

LYON, NANTES, THESSALONIKI = Place(45.7640, 4.8357), Place(47.2184, -1.5536), Place(40.6401, 22.9444)

places = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(("one", "other", "km"), [(LYON, NANTES, 516), (LYON, THESSALONIKI, 1_570), (Place(0, 0), Place(0, 180), 20_015)])
def test_known_distances(one: Place, other: Place, km: int) -> None:
    assert round(great_circle_metres(one, other) / 1_000) == pytest.approx(km, rel=0.003)


@given(places, places)
def test_a_distance_is_the_same_both_ways_and_at_most_half_way_round(one: Place, other: Place) -> None:
    metres = great_circle_metres(one, other)

    assert metres == pytest.approx(great_circle_metres(other, one), abs=1e-3)
    assert 0 <= metres <= 20_015_200


@given(places)
def test_a_place_is_where_it_is(place: Place) -> None:
    assert great_circle_metres(place, place) == 0


@given(places, places, places)
def test_a_detour_is_never_shorter(one: Place, stop: Place, other: Place) -> None:
    assert great_circle_metres(one, other) <= great_circle_metres(one, stop) + great_circle_metres(stop, other) + 1


@settings(max_examples=30)
@given(places, places)
def test_the_sphere_is_close_to_the_ellipsoid(one: Place, other: Place) -> None:
    assert great_circle_metres(one, other) == pytest.approx(geodesic_metres(one, other), rel=0.006, abs=1)


@given(st.floats(0, 10**6), st.floats(0, 10**5))
def test_a_longer_way_never_takes_less_time(metres: float, more: float) -> None:
    assert travel_minutes(metres + more) >= travel_minutes(metres) >= 0


def test_driving_times_are_plausible() -> None:
    assert travel_minutes(0) == 0
    assert travel_minutes(100) == 1
    assert travel_minutes(2_000) == 7
    assert travel_minutes(50_000) == 68


@pytest.mark.parametrize(
    ("lat", "lon", "is_one"),
    [
        (45.0, 4.0, True),
        (90, -180, True),
        (91, 0, False),
        (0, 181, False),
        (float("nan"), 0, False),
        (None, 4.0, False),
        (45.0, None, False),
    ],
)
def test_a_place_is_within_the_ranges_of_the_earth(lat: float | None, lon: float | None, *, is_one: bool) -> None:
    assert is_place(lat, lon) is is_one
