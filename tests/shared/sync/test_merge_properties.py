"""Nothing that a person submitted disappears, in whatever order devices edit, send and fetch."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sync.change import Edit
from shared.sync.policy import Value
from tests.shared.sync.worlds import Submitted, World

CODES = "abc"
Step = tuple[str, str, int]
steps = st.lists(st.tuples(st.sampled_from(["edit", "edit", "push", "pull"]), st.sampled_from(CODES), st.integers(-3, 3)), max_size=14)


def run(script: list[Step], name: str, make: Any) -> World:  # noqa: ANN401 - a small closure per test
    world = World(CODES)
    for number, (what, code, skew) in enumerate(script):
        if what == "edit":
            shown = world.devices[code].shown().value(name)
            world.edit(code, name, make(number, shown), skew)
        elif what == "push":
            world.push(code)
        else:
            world.pull(code)
    world.settle()
    return world


def superseded(value: Value, world: World, name: str) -> bool:
    """Somebody wrote another value with this one on his screen (or with one that had itself superseded it)."""
    later = [other for other in world.by_field[name] if other.shown == value and other.edit.to != value]
    return any(stands(other.edit.to, world, name) for other in later)


def stands(value: Value, world: World, name: str) -> bool:
    return world.record.value(name) == value or value in world.kept_values(name) or superseded(value, world, name)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_every_name_stands_or_is_kept_or_was_replaced_by_someone_who_saw_it(script: list[Step]) -> None:
    world = run(script, "name", lambda number, _: Edit(to=f"v{number}"))

    for submission in world.by_field["name"]:
        assert stands(submission.edit.to, world, "name")


@settings(max_examples=100, deadline=None)
@given(steps)
def test_two_edits_of_one_device_never_conflict_with_each_other(script: list[Step]) -> None:
    alone = [(what, "a", skew) for what, _, skew in script]

    world = run(alone, "name", lambda number, _: Edit(to=f"v{number}"))

    assert not world.clashes
    if world.submitted:
        assert world.record.value("name") == world.submitted[-1].edit.to


@settings(max_examples=200, deadline=None)
@given(steps)
def test_a_line_of_a_note_goes_only_when_someone_who_saw_it_took_it_out(script: list[Step]) -> None:
    def add_line(number: int, shown: Value) -> Edit:
        lines = str(shown or "").splitlines()
        at = number % (len(lines) + 1)
        return Edit(was=shown, to="\n".join([*lines[:at], f"line{number}", *lines[at:]]))

    world = run(script, "note", add_line)

    final = str(world.record.value("note"))
    for submission in world.by_field["note"]:
        added = set(str(submission.edit.to).splitlines()) - set(str(submission.shown or "").splitlines())
        for line in added:
            assert line in final.splitlines()


@settings(max_examples=200, deadline=None)
@given(steps, st.data())
def test_a_tag_goes_only_when_someone_who_saw_it_took_it_out(script: list[Step], data: st.DataObject) -> None:
    def tag(number: int, shown: Value) -> Edit:
        present = shown if isinstance(shown, list) else []
        removed = data.draw(st.sampled_from([None, *present]))
        if removed is not None:
            return Edit(remove=(removed,))
        return Edit(add=(f"t{number}",))

    world = run(script, "tags", tag)

    final = world.record.value("tags") or []
    assert isinstance(final, list)
    removed = {member for submission in world.by_field["tags"] for member in submission.edit.remove}
    for submission in world.by_field["tags"]:
        for member in submission.edit.add:
            assert member in final or member in removed


@settings(max_examples=200, deadline=None)
@given(steps, st.data())
def test_every_state_stands_or_is_kept_or_was_left_by_someone_who_saw_it_or_was_refused(script: list[Step], data: st.DataObject) -> None:
    def step(_: int, shown: Value) -> Edit:
        return Edit(was=shown, to=data.draw(st.sampled_from(["planned", "en_route", "checked_in", "checked_out", "cancelled", "missed"])))

    world = run(script, "state", step)

    for submission in world.by_field["state"]:
        assert accounted(submission, world)


def accounted(submission: Submitted, world: World) -> bool:
    to = submission.edit.to
    seen_and_left = any(other.shown == to for other in world.by_field["state"])
    return submission.status == "refused" or world.record.value("state") == to or to in world.kept_values("state") or seen_and_left


@settings(max_examples=100, deadline=None)
@given(steps)
def test_the_device_shows_what_the_server_holds_once_all_is_sent_and_fetched(script: list[Step]) -> None:
    world = run(script, "name", lambda number, _: Edit(to=f"v{number}"))

    assert all(device.shown() == world.record for device in world.devices.values())


@settings(max_examples=100, deadline=None)
@given(steps)
def test_stamps_of_a_field_never_go_back(script: list[Step]) -> None:
    world = World(CODES)
    last = world.record.mark_of("name").when
    for number, (what, code, skew) in enumerate(script):
        if what == "edit":
            world.edit(code, "name", Edit(to=f"v{number}"), skew * 1000)
        elif what == "pull":
            world.pull(code)
        else:
            world.push(code)
            assert world.record.mark_of("name").when >= last
            last = world.record.mark_of("name").when
