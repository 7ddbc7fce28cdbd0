"""What a restored server makes of lost changes and offered records, in whatever order their phones come."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.models.registry import KINDS
from shared.sync.change import Change, Edit, Epoch
from shared.sync.healing import Offer, still_new, take
from shared.sync.merge import Home, Side, Witness, merge_change
from shared.sync.policy import WHOLE_RECORD
from shared.sync.record import DELETED, RECOVERED, Mark, Record

SPEC = KINDS["account"]
HOME = Home("r", "territory:t")
FORK, START = 10, 1_000

writes = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["name", "city", "tags+", "tags-"]), st.sampled_from("xyz")), min_size=1, max_size=8
)


@dataclass
class Lost:
    """A change that the lost epoch had acknowledged, and the record as it stood then."""

    device: str
    seq: int
    rev: int
    change: Change
    after: Record


def standing() -> Record:
    return Record("account", "r", "r", HOME.scope, 5, Mark(5, "S0", 5), {"name": "first", "tags": ["x"]})


def lived(script: list[tuple[str, str, str]]) -> list[Lost]:
    """Let the devices write in turn, each having seen everything before."""
    record, history = standing(), []
    for number, (device, field, value) in enumerate(script, start=1):
        name, sign = field.rstrip("+-"), field[-1]
        edit = Edit(value) if sign not in "+-" else Edit(add=(value,)) if sign == "+" else Edit(remove=(value,))
        change = Change("account", "r", "update", number, {name: edit})
        rev = FORK + number
        after = merge_change(record, change, Witness(Mark(number, device, rev, number), rev), SPEC, HOME).record
        assert after is not None
        record = after
        history.append(Lost(device, number, rev, change, record))
    return history


def healed(here: Record, lost: Lost, rev: int) -> Record:
    mark = Mark(lost.change.stamp, lost.device, rev, lost.seq, lost.rev, knew=lost.rev - 1)
    change = still_new(here, lost.change, mark, SPEC)
    if change is None:
        return here
    merged = merge_change(here, change, Witness(mark, FORK), SPEC, HOME)
    assert merged.refusal is None
    assert merged.clashes == ()
    assert merged.record is not None
    return merged.record


def offered(here: Record | None, record: Record, rev: int) -> Record:
    taken = take(here, Offer(record, FORK, rev, Mark(99, "z", rev)), SPEC)
    assert taken.clashes == ()
    return taken.record


@settings(max_examples=60)
@given(writes, st.data())
def test_what_the_lost_epoch_wrote_last_stands_whoever_comes_first(script: list[tuple[str, str, str]], data: st.DataObject) -> None:
    history = lived(script)
    here = standing()

    for number, lost in enumerate(data.draw(st.permutations(history), label="arrival"), start=1):
        here = healed(here, lost, START + number)

    last = history[-1].after
    assert (here.value("name"), here.value("city")) == (last.value("name"), last.value("city"))
    assert set(last.fields.get("tags") or []) <= set(here.fields.get("tags") or [])  # type: ignore[arg-type]  # lists


def test_a_member_that_was_added_last_stands_though_an_earlier_add_comes_after_it() -> None:
    added, removed, again = lived([("a", "tags+", "z"), ("b", "tags-", "z"), ("c", "tags+", "z")])
    here = standing()

    for number, lost in enumerate((again, added, removed), start=1):
        here = healed(here, lost, START + number)

    assert here.fields["tags"] == ["x", "z"]


def test_a_member_that_was_added_since_the_restore_is_removed_by_no_lost_change() -> None:
    added, removed = lived([("a", "tags+", "z"), ("b", "tags-", "z")])
    since = Change("account", "r", "update", 50, {"tags": Edit(add=("z",))})
    here = merge_change(standing(), since, Witness(Mark(50, "c", START, 1), FORK), SPEC, HOME).record
    assert here is not None

    for number, lost in enumerate((added, removed), start=1):
        here = healed(here, lost, START + number)

    assert here.fields["tags"] == ["x", "z"]


@settings(max_examples=60)
@given(writes, st.data())
def test_an_offered_record_brings_what_no_journal_brings_and_journals_after_it_change_nothing(
    script: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    history = lived(script)
    here = standing()
    before = data.draw(st.lists(st.sampled_from(history), unique_by=id), label="journals before")
    for number, lost in enumerate(before, start=1):
        here = healed(here, lost, START + number)

    here = offered(here, history[-1].after, START + 50)
    again = offered(here, history[-1].after, START + 60)
    for number, lost in enumerate(history, start=70):
        again = healed(again, lost, START + number)

    last = history[-1].after
    assert (again.value("name"), again.value("city")) == (last.value("name"), last.value("city"))
    assert set(again.fields.get("tags") or []) == set(last.fields.get("tags") or [])  # type: ignore[arg-type]  # lists


def test_an_unknown_record_is_taken_whole_and_says_who_gave_it_back() -> None:
    lost = lived([("a", "name", "x")])[-1].after

    here = offered(None, lost, START + 1)

    assert here.fields == lost.fields
    assert here.marks[RECOVERED] == Mark(99, "z", START + 1, 0, lost.rev)
    assert here.mark_of("name") == Mark(6, "a", START + 1, 1, FORK + 1, knew=-1)
    assert here.mark_of("city").rev == 5


def test_an_edit_of_the_new_epoch_is_not_overwritten_by_an_offer_but_kept_beside_it() -> None:
    lost = lived([("a", "name", "x")])[-1].after
    edit = Change("account", "r", "update", 50, {"name": Edit("new")})
    merged = merge_change(standing(), edit, Witness(Mark(50, "b", START + 1, 1), FORK), SPEC, HOME).record

    taken = take(merged, Offer(lost, FORK, START + 2, Mark(99, "z", 0)), SPEC)

    assert taken.record.value("name") == "new"
    assert [(clash.field, clash.kept.value, clash.lost.value) for clash in taken.clashes] == [("name", "new", "x")]


def deleted(removal: Mark) -> Record:
    return msgspec.structs.replace(standing(), deleted=DELETED, marks={WHOLE_RECORD: removal})


def test_an_offered_edit_beats_a_delete_of_the_new_epoch_which_had_not_seen_it() -> None:
    lost = lived([("a", "name", "x")])[-1].after
    removal = Mark(500, "b", START + 1, 1)

    taken = take(deleted(removal), Offer(lost, FORK, START + 2, Mark(99, "z", 0)), SPEC)

    assert (taken.record.live, taken.record.value("name")) == (True, "x")
    assert taken.record.removal.stamp > removal.stamp
    assert [(clash.field, clash.kept.value, clash.lost) for clash in taken.clashes] == [(WHOLE_RECORD, "live", Side("deleted", removal))]
    assert take(taken.record, Offer(lost, FORK, START + 3, Mark(99, "y", 0)), SPEC).record is taken.record


@pytest.mark.parametrize(
    "removal", [Mark(5, "b", FORK), Mark(50, "b", START + 1, 1, FORK + 9)], ids=["before the fork", "in the lost epoch"]
)
def test_an_offered_edit_does_not_undo_a_delete_that_the_new_epoch_did_not_make(removal: Mark) -> None:
    lost = lived([("a", "name", "x")])[-1].after

    taken = take(deleted(removal), Offer(lost, FORK, START + 2, Mark(99, "z", 0)), SPEC)

    assert (taken.record.live, taken.record.value("name"), taken.clashes) == (False, "x", ())


def test_an_epoch_knows_what_it_shares_with_those_that_were_lost() -> None:
    epoch = Epoch("e3", "e1", 50, 1_000, {"e2": 40})

    assert [epoch.shared(each) for each in ("e1", "e2", "unknown")] == [50, 40, 0]
    assert [epoch.lost(rev, "e1") for rev in (50, 51, 999, 1_000, 1_001)] == [False, True, True, False, False]


TWICE = Epoch("e3", "e2", 1_007, 2_000, {"e1": 50}, ((1_000, 50),))
"""Restored at 1,000 to a backup of 50, and at 2,000 to one of 1,007."""


def test_what_a_restore_took_away_was_seen_by_nobody_in_the_epoch_after_it() -> None:
    assert [TWICE.showed(rev, 1_009) for rev in (0, 50, 51, 1_003, 1_009, 1_010)] == [False, True, False, True, True, False]
    assert [TWICE.latest(revs) for revs in ((), (60, 70), (60, 1_009), (50, 1_009), (0, 1_009))] == [0, 70, 0, 1_009, 0]


def test_only_what_each_restore_held_is_not_lost() -> None:
    assert [TWICE.lost(rev, "e1") for rev in (50, 51, 1_007, 1_008, 2_001)] == [False, True, False, True, False]
    assert [TWICE.lost(rev, "e2") for rev in (1_007, 1_008)] == [False, True]


def test_an_epoch_that_knows_only_of_its_own_restore_takes_back_whatever_may_be_lost() -> None:
    epoch = Epoch("e3", "e2", 1_007, 2_000, {"e1": 50})

    assert [epoch.lost(rev, "e1") for rev in (51, 1_007, 1_008)] == [True, True, True]
