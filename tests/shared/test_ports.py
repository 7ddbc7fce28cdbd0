"""The machine's clock and chance."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from shared.ports import SystemClock, SystemRandomness, ZonedClock


def test_the_zone_is_one_that_zoneinfo_knows() -> None:
    assert ZoneInfo(SystemClock().zone()).key


def test_the_zone_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Athens")

    assert SystemClock().zone() == "Europe/Athens"


def test_a_zone_given_by_the_platform_comes_first() -> None:
    assert SystemClock("Europe/Paris").zone() == "Europe/Paris"


def test_a_clock_that_is_told_where_it_is_stays_there_when_it_is_told_nonsense() -> None:
    clock = ZonedClock(SystemClock("Europe/Paris"))

    before = clock.zone()
    for told in ("Europe/Athens", "", "Europe/Nowhere", "../etc/passwd"):
        clock.tell(told)

    assert (before, clock.zone()) == ("Europe/Paris", "Europe/Athens")


def test_without_android_nobody_asks_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "")
    monkeypatch.setenv("ANDROID_ROOT", "/system")  # no libc of Android's here: the machine's own files say

    assert ZoneInfo(SystemClock().zone()).key


def test_the_clock_counts_milliseconds_of_this_century() -> None:
    assert 1_700_000_000_000 < SystemClock().now_ms() < 4_000_000_000_000


def test_tokens_have_the_asked_size_and_differ() -> None:
    chance = SystemRandomness()

    assert len(chance.token(32)) == 32
    assert chance.token(16) != chance.token(16)
    assert 0 <= chance.uniform() < 1
