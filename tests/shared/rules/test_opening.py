"""Opening hours are read rule by rule, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.opening import HOLIDAYS, NEVER_SHUT, WEEK, Opening, read_hours

MORNING, EVENING = ("06:30", "13:00"), ("15:30", "19:30")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Tu-Sa 06:30-13:00,15:30-19:30", (Opening(((1, 5),), (MORNING, EVENING)),)),
        ("tu–sa  6:30 – 13:00, 15:30-19:30;", (Opening(((1, 5),), (MORNING, EVENING)),)),
        ("Tu-Sa 06:30-13:00; Su off", (Opening(((1, 5),), (MORNING,)), Opening(((6, 6),), ()))),
        ("Tu-Sa 06:30-13:00, Su,PH closed", (Opening(((1, 5),), (MORNING,)), Opening(((6, 6), (HOLIDAYS, HOLIDAYS)), ()))),
        ("Mo,We,Sa 06:30-13:00\nTu off", (Opening(((0, 0), (2, 2), (5, 5)), (MORNING,)), Opening(((1, 1),), ()))),
        ("Su off, Mo 06:30-13:00", (Opening(((6, 6),), ()), Opening(((0, 0),), (MORNING,)))),
        ("06:30-13:00", (Opening(WEEK, (MORNING,)),)),
        ("24/7", (Opening(WEEK, NEVER_SHUT),)),
    ],
)
def test_the_notation_is_read_whatever_its_blanks_and_capitals(typed: str, read: tuple[Opening, ...]) -> None:
    assert read_hours(typed) == read


@pytest.mark.parametrize("typed", ["", "  ", "le matin", "Tu-Sa", "Tu-Sa 06:30", "Tu 6-13", "Tu 06:70-13:00", "Tu 06:30-13:00 sauf août"])
def test_what_is_not_the_notations_is_not_guessed_at(typed: str) -> None:
    assert read_hours(typed) is None


@given(st.lists(st.sampled_from(["Mo", "Su", "PH", "06:30", "24/7", "off", "-", ",", ";", " ", "\n", "x"]), max_size=9).map("".join))
def test_anything_can_be_asked_and_what_is_read_is_whole(typed: str) -> None:
    read = read_hours(typed)

    assert read is None or all(rule.days and all(begin and end for begin, end in rule.times) for rule in read)
    assert "x" not in typed or read is None
