"""One change against one record: each policy's rule, once in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.lifecycle import QUOTE, VISIT, Lifecycle
from shared.sync.change import Base, Change, Edit
from shared.sync.clock import pack
from shared.sync.merge import Merged, Witness, merge_change
from shared.sync.policy import WHOLE_RECORD, FieldSpec, KindSpec, Policy, Value
from shared.sync.record import DELETED, ERASED, Mark, Record
from tests.shared.sync.worlds import EPOCH, HOME, SPEC, World, first


def change(
    record: Record | None, name: str, edit: Edit, *, device: str = "a", seen: int = 1, rev: int = 5, at: int = 50, server: bool = False
) -> Merged:
    said = Change("thing", "r", "update", pack(at), {name: edit}, Base(EPOCH.id, seen))
    return merge_change(record, said, Witness(Mark(pack(at), device, rev, 1), seen, server), SPEC, HOME)


def delete(record: Record | None, seen: int, device: str = "a", rev: int = 6) -> Merged:
    said = Change("thing", "r", "delete", pack(60), {}, Base(EPOCH.id, seen))
    return merge_change(record, said, Witness(Mark(pack(60), device, rev, 2), seen), SPEC, HOME)


def standing(merged: Merged, name: str) -> Value:
    assert merged.record is not None
    return merged.record.value(name)


def test_an_edit_that_saw_what_stands_is_taken_whatever_the_clocks_say() -> None:
    merged = change(first(), "name", Edit(to="new"), at=0)

    assert merged.status == "applied"
    assert standing(merged, "name") == "new"
    assert merged.record is not None
    assert merged.record.mark_of("name").stamp > first().mark.stamp


def test_edits_of_different_fields_both_stand() -> None:
    one = change(first(), "name", Edit(to="new"), device="a", rev=2)
    two = change(one.record, "owner", Edit(to="me"), device="b", rev=3)

    assert two.status == "merged"
    assert (standing(two, "name"), standing(two, "owner")) == ("new", "me")


def test_the_same_value_from_two_people_is_no_conflict() -> None:
    one = change(first(), "name", Edit(to="new"), device="a", rev=2)
    two = change(one.record, "name", Edit(to="new"), device="b", rev=3)

    assert two.status == "merged"
    assert not two.clashes


@pytest.mark.parametrize(("at", "stands", "kept"), [(40, "mine", "yours"), (60, "yours", "mine")])
def test_of_two_names_the_later_stands_and_the_other_is_kept(at: int, stands: str, kept: str) -> None:
    one = change(first(), "name", Edit(to="mine"), device="a", rev=2, at=50)
    two = change(one.record, "name", Edit(to="yours"), device="b", rev=3, at=at)

    assert two.status == "conflict"
    assert standing(two, "name") == stands
    assert two.clashes[0].lost.value == kept


def test_nobody_is_asked_about_a_sum() -> None:
    one = change(first(), "total", Edit(to=100), device="a", rev=2)
    two = change(one.record, "total", Edit(to=200), device="b", rev=3, at=10)

    assert (two.status, two.clashes, standing(two, "total")) == ("merged", (), 200)


def test_an_owner_is_never_changed_behind_someones_back() -> None:
    one = change(first(), "owner", Edit(to="camille"), device="a", rev=2, at=10)
    two = change(one.record, "owner", Edit(to="nikos"), device="b", rev=3, at=99)

    assert standing(two, "owner") == "camille"
    assert two.clashes[0].lost.value == "nikos"


def test_a_device_may_not_write_what_is_the_servers() -> None:
    refused = change(first(), "balance", Edit(to=100))
    taken = change(first(), "balance", Edit(to=100), device="S0", server=True)

    assert refused.refusal is not None
    assert refused.refusal.code == "server_field"
    assert standing(taken, "balance") == 100


def test_an_unknown_field_is_refused_and_named() -> None:
    merged = change(first(), "shoe_size", Edit(to=44))

    assert merged.refusal is not None
    assert (merged.refusal.code, merged.refusal.field) == ("unknown_field", "shoe_size")


def test_a_fact_is_written_once_and_kept_beside_when_two_wrote_it() -> None:
    one = change(first(), "fix", Edit(to="here"), device="a", rev=2)
    two = change(one.record, "fix", Edit(to="there"), device="b", rev=3)
    again = change(one.record, "fix", Edit(to="elsewhere"), device="b", seen=2, rev=3)

    assert standing(two, "fix") == "here"
    assert two.clashes[0].lost.value == "there"
    assert again.refusal is not None
    assert again.refusal.code == "fact_is_final"


def test_notes_of_two_people_are_merged_by_lines() -> None:
    one = change(first(), "note", Edit(was="one\ntwo", to="zero\none\ntwo"), device="a", rev=2)
    two = change(one.record, "note", Edit(was="one\ntwo", to="one\ntwo\nthree"), device="b", rev=3)

    assert standing(two, "note") == "zero\none\ntwo\nthree"
    assert two.status == "merged"


def test_notes_on_the_same_line_are_both_kept_and_flagged() -> None:
    one = change(first(), "note", Edit(was="one\ntwo", to="one\nTWO"), device="a", rev=2)
    two = change(one.record, "note", Edit(was="one\ntwo", to="one\nzwei"), device="b", rev=3)

    assert str(standing(two, "note")).splitlines() == ["one", "TWO", "zwei"]
    assert two.status == "conflict"


def test_a_second_note_of_a_device_does_not_wipe_what_was_merged_into_its_first() -> None:
    world = World("ab")
    world.edit("b", "note", Edit(was="one\ntwo", to="zero\none\ntwo"))
    world.push("b")
    world.edit("a", "note", Edit(was="one\ntwo", to="one\ntwo\nthree"))
    world.push("a")

    world.edit("a", "note", Edit(was="one\ntwo\nthree", to="one\ntwo\nthree\nfour"))
    world.push("a")

    assert world.record.value("note") == "zero\none\ntwo\nthree\nfour"


def test_a_check_in_beats_a_cancellation_that_did_not_know_of_it() -> None:
    cancelled = change(first(), "state", Edit(was="planned", to="cancelled"), device="a", rev=2)
    arrived = change(cancelled.record, "state", Edit(was="planned", to="checked_in"), device="b", rev=3)

    assert standing(arrived, "state") == "checked_in"
    assert arrived.clashes[0].lost.value == "cancelled"


def test_a_cancellation_that_did_not_know_of_the_check_in_is_kept_beside_it() -> None:
    arrived = change(first(), "state", Edit(was="planned", to="checked_in"), device="b", rev=2)
    cancelled = change(arrived.record, "state", Edit(was="planned", to="cancelled"), device="a", rev=3)

    assert standing(cancelled, "state") == "checked_in"
    assert cancelled.clashes[0].lost.value == "cancelled"


def test_a_step_from_a_state_that_the_record_was_never_in_is_refused() -> None:
    merged = change(first(), "state", Edit(was="checked_in", to="checked_out"), seen=0)

    assert merged.refusal is not None
    assert merged.refusal.code == "illegal_step"


@pytest.mark.parametrize("machine", [VISIT, QUOTE], ids=["visit", "quote"])
@given(st.data())
def test_no_honest_step_is_refused_however_two_people_walk_apart(machine: Lifecycle, data: st.DataObject) -> None:
    spec = KindSpec("thing", {"state": FieldSpec("state", Policy.STATE, machine)})
    begun = data.draw(st.sampled_from(sorted(machine.states)))
    record, shown = Record("thing", "r", "r", "territory:1", 1, Mark(pack(1), "S0", 1), {"state": begun}), dict.fromkeys("ab", begun)
    for rev in range(2, 10):
        device = data.draw(st.sampled_from("ab"))
        following = sorted(machine.transitions[shown[device]])
        if not following:
            continue
        step = Edit(data.draw(st.sampled_from(following)), shown[device])
        witness = Witness(Mark(pack(rev), device, rev, rev), 1)

        merged = merge_change(record, Change("thing", "r", "update", pack(rev), {"state": step}), witness, spec, HOME)

        assert merged.refusal is None
        record, shown[device] = merged.record or record, str(step.to)


def test_a_step_that_no_state_allows_is_refused() -> None:
    merged = change(first(), "state", Edit(was="planned", to="reviewed"))

    assert merged.refusal is not None
    assert merged.refusal.code == "illegal_step"


def test_removing_a_tag_takes_only_the_one_that_was_seen() -> None:
    added_again = change(first(), "tags", Edit(add=("A",)), device="b", rev=2)
    removed = change(added_again.record, "tags", Edit(remove=("a",)), device="a", seen=1, rev=3)
    removed_knowing = change(added_again.record, "tags", Edit(remove=("a",)), device="a", seen=2, rev=3)

    assert standing(removed, "tags") == ["a"]
    assert standing(removed_knowing, "tags") is None


def test_fault_20_an_edit_beats_a_deletion_that_had_not_seen_it() -> None:
    edited = change(first(), "name", Edit(to="new"), device="b", rev=2)
    merged = delete(edited.record, seen=1)

    assert merged.record is not None
    assert merged.record.live
    assert merged.clashes[0].field == WHOLE_RECORD


def test_fault_20_an_edit_brings_back_what_was_deleted_meanwhile() -> None:
    deleted = delete(first(), seen=1, rev=2)
    edited = change(deleted.record, "name", Edit(to="new"), device="b", seen=1, rev=3)

    assert deleted.record is not None
    assert deleted.record.deleted == DELETED
    assert edited.record is not None
    assert edited.record.live
    assert edited.record.value("name") == "new"
    assert edited.clashes[0].field == WHOLE_RECORD


def test_nothing_revives_what_was_erased() -> None:
    erased = Record("thing", "r", "r", "s", 4, Mark(pack(4), "S0", 4), {}, ERASED)

    merged = change(erased, "name", Edit(to="new"))

    assert merged.refusal is not None
    assert merged.refusal.code == "erased"


def test_resolving_a_conflict_with_the_standing_value_counts_as_having_seen_it() -> None:
    one = change(first(), "name", Edit(to="mine"), device="a", rev=2)
    resolved = change(one.record, "name", Edit(to="mine"), device="b", seen=2, rev=3)

    assert resolved.record is not None
    assert resolved.record.mark_of("name").device == "b"
    assert resolved.status == "applied"


def assert_only_who_saw_it_deletes(record: Record | None) -> None:
    """A delete by somebody who has seen the record's first rev only is a conflict, and by who has seen all of it a delete."""
    unseen, seen = delete(record, seen=1), delete(record, seen=3)

    assert unseen.status == "conflict"
    assert unseen.record is not None
    assert unseen.record.live
    assert seen.record is not None
    assert not seen.record.live


def test_a_delete_spares_a_line_that_its_author_had_not_seen_though_he_wrote_in_the_same_note() -> None:
    one = change(first(), "note", Edit(to="one\ntwo\nyours", was="one\ntwo"), device="b", rev=2)
    two = change(one.record, "note", Edit(to="mine\none\ntwo", was="one\ntwo"), device="a", rev=3)

    assert_only_who_saw_it_deletes(two.record)


def test_a_delete_spares_a_line_that_somebody_took_out_unseen_though_the_note_is_as_its_author_wrote_it() -> None:
    one = change(first(), "note", Edit(to="one", was="one\ntwo"), device="b", rev=2)
    two = change(one.record, "note", Edit(to="one\nmine", was="one\ntwo"), device="a", rev=3)

    assert standing(two, "note") == "one\nmine"
    assert_only_who_saw_it_deletes(two.record)


def test_a_delete_spares_a_removal_that_its_author_had_not_seen_though_he_added_to_the_same_set() -> None:
    one = change(first(), "tags", Edit(remove=("a",)), device="b", rev=2)
    two = change(one.record, "tags", Edit(add=("b",)), device="a", rev=3)

    assert_only_who_saw_it_deletes(two.record)


def test_a_member_that_two_added_unseen_stays_until_somebody_removes_it_who_saw_both() -> None:
    one = change(first(), "tags", Edit(add=("b",)), device="b", rev=2)
    two = change(one.record, "tags", Edit(add=("b",)), device="a", rev=3)
    later = Witness(Mark(pack(60), "a", 4, 2), 1)

    by_one_of_them = merge_change(two.record, Change("thing", "r", "update", pack(60), {"tags": Edit(remove=("b",))}), later, SPEC, HOME)
    by_a_reader = change(two.record, "tags", Edit(remove=("b",)), device="c", seen=3, rev=4)

    assert standing(by_one_of_them, "tags") == ["a", "b"]
    assert standing(by_a_reader, "tags") == ["a"]


@pytest.mark.parametrize(("seen", "stands"), [(1, ["a", "b"]), (2, ["a"])])
def test_one_of_two_who_added_a_member_removes_it_once_she_has_seen_the_others_add(seen: int, stands: list[str]) -> None:
    taken = change(first(), "tags", Edit(add=("b",)), device="b", rev=2).record
    for rev in (3, 4):  # hers, and once more
        taken = change(taken, "tags", Edit(add=("b",)), device="a", rev=rev).record

    removed = Change("thing", "r", "update", pack(60), {"tags": Edit(remove=("b",))})
    merged = merge_change(taken, removed, Witness(Mark(pack(60), "a", 5, 2), seen), SPEC, HOME)

    assert standing(merged, "tags") == stands
