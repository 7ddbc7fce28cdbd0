"""From a form to edits: only what the person changed, and applied to what was shown it gives what was wanted."""

from hypothesis import given
from hypothesis import strategies as st

from shared.models.registry import KINDS
from shared.sync.change import Change, Edit
from shared.sync.edits import edits
from shared.sync.merge import Home, Witness, merge_change
from shared.sync.policy import Value
from shared.sync.record import Mark, Record

SPEC = KINDS["contact"]
HOME = Home("a", "s")

texts = st.sampled_from([None, "", "a", "b", "a\nb"])
members = st.sampled_from([None, [], ["04 72"], ["0472"], ["0472", "05"], ["05"]])
forms = st.fixed_dictionaries({"last_name": texts, "note": texts, "phones": members})


def bare(value: Value) -> Value:
    return None if value in ("", []) else value


@given(forms, forms)
def test_edits_laid_over_what_was_shown_give_what_was_wanted(shown: dict[str, Value], wanted: dict[str, Value]) -> None:
    kept = {name: value for name, value in shown.items() if bare(value) is not None}
    standing = Record("contact", "c", "a", "s", 1, Mark(1, "S0", 1), kept)

    change = Change("contact", "c", "update", 2, edits(SPEC, shown, wanted))
    merged = merge_change(standing, change, Witness(Mark(2, "K7", 2, 1), 1), SPEC, HOME).record

    assert merged is not None
    for name in ("last_name", "note"):
        assert merged.value(name) == bare(wanted[name])
    found = merged.value("phones")
    assert sorted(found if isinstance(found, list) else []) == sorted(wanted["phones"] if isinstance(wanted["phones"], list) else [])


@given(forms)
def test_a_form_left_as_it_was_has_no_edits(shown: dict[str, Value]) -> None:
    assert edits(SPEC, shown, shown) == {}


def test_texts_carry_what_was_shown_and_other_fields_do_not() -> None:
    found = edits(SPEC, {"note": "a", "last_name": "a"}, {"note": "b", "last_name": "b"})

    assert found == {"note": Edit(to="b", was="a"), "last_name": Edit(to="b")}


def test_a_field_that_was_not_on_the_form_is_left_alone() -> None:
    assert edits(SPEC, {"note": "a", "last_name": "a"}, {"last_name": "b"}) == {"last_name": Edit(to="b")}


def test_a_member_spelt_anew_is_removed_and_added() -> None:
    found = edits(SPEC, {"phones": ["04 72"]}, {"phones": ["0472", "05"]})

    assert found == {"phones": Edit(add=("0472", "05"), remove=("04 72",))}


def test_true_is_not_one() -> None:
    assert edits(KINDS["visit"], {"arrived_mocked": True}, {"arrived_mocked": 1}) == {"arrived_mocked": Edit(to=1)}
