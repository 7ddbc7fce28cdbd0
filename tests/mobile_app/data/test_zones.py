"""Zones that a record names."""

from zoneinfo import ZoneInfo

import pytest

from mobile_app.data.zones import zone_of


def test_a_known_zone_is_itself() -> None:
    assert zone_of("Europe/Athens") == ZoneInfo("Europe/Athens")


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 5_000])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone_of(name) == ZoneInfo("UTC")
