"""Ids are UUIDv7."""

from __future__ import annotations

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import instant_of, uuid7

instants = st.integers(0, (1 << 48) - 1)
chances = st.binary(min_size=10, max_size=10)


def test_the_example_of_rfc_9562_comes_out() -> None:
    # Appendix A.6: 2022-02-22 14:22:22.00 -05:00, rand_a = 0xCC3, rand_b = 0x18C4DC0C0C07398F.
    chance = ((0xCC3 << 62) | 0x18C4DC0C0C07398F).to_bytes(10, "big")

    assert uuid7(0x017F22E279B0, chance) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(instants, chances)
def test_every_id_is_a_version_7_uuid_that_carries_its_instant(now_ms: int, chance: bytes) -> None:
    made = UUID(uuid7(now_ms, chance))

    assert (made.version, made.variant) == (7, RFC_4122)
    assert instant_of(str(made)) == now_ms


@given(instants, instants, chances, chances)
def test_ids_sort_as_their_instants(first: int, second: int, one: bytes, other: bytes) -> None:
    if first != second:
        assert (uuid7(first, one) < uuid7(second, other)) == (first < second)


@given(instants, chances, chances)
def test_ids_differ_when_their_74_random_bits_differ(now_ms: int, one: bytes, other: bytes) -> None:
    same_bits = int.from_bytes(one, "big") % (1 << 74) == int.from_bytes(other, "big") % (1 << 74)

    assert (uuid7(now_ms, one) == uuid7(now_ms, other)) == same_bits


@pytest.mark.parametrize(("now_ms", "chance"), [(-1, bytes(10)), (1 << 48, bytes(10)), (0, bytes(9))])
def test_what_does_not_fit_is_refused(now_ms: int, chance: bytes) -> None:
    with pytest.raises(ValueError, match=r"48 bits|10 random bytes"):
        uuid7(now_ms, chance)
