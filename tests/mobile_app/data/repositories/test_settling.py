"""To settle a conflict is to answer what was shown, and so is to take that back."""

import asyncio

import msgspec
import pytest

from shared.errors import RecordRefused
from shared.models.conflict import ConflictEntry
from shared.sync.change import Base, Edit
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_conflicts import MINE, THEIRS, conflict, met
from tests.mobile_app.data.store.phone import account, server_record


@pytest.mark.parametrize("answer", ["keep", "write", "undo"])
def test_whoever_answers_has_seen_the_question_as_it_was_shown_and_not_what_came_meanwhile(answer: str) -> None:
    async def scenario() -> None:
        phone, repositories = await met()
        (view,) = await repositories.conflicts.open()
        await phone.pull(account("a1", 9, phone="+33 4 72 99 99 99"), conflict(9, mine="+33 4 72 99 99 99"))

        if answer == "keep":
            await repositories.conflicts.keep(view, 0)
        elif answer == "write":
            await repositories.conflicts.write(view, MINE)
        else:
            await repositories.conflicts.undo(view)

        (item,) = await phone.store.waiting()
        assert item.changes[0].base == Base("e1", 7)
        assert item.changes[0].fields["phone"].to == MINE
        assert [each.id for each in await repositories.conflicts.open()] == ["x1"]

    asyncio.run(scenario())


def test_a_text_is_merged_against_what_stood_when_the_question_was_shown() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        await phone.pull(account("a1", 7, note="Both.\n"), conflict(field="note", mine="Mine.\n", theirs="Both.\n"))
        (view,) = await repositories.conflicts.open()
        await phone.pull(account("a1", 9, note="Both.\nA line that came.\n"))

        await repositories.conflicts.write(view, "Another.\n")

        (item,) = await phone.store.waiting()
        assert item.changes[0].fields["note"] == Edit(to="Another.\n", was="Both.\n")

    asyncio.run(scenario())


def test_a_text_of_both_that_is_too_long_and_does_not_stand_here_is_said_to_be_and_is_taken_once_it_is_shorter() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        asked, long = conflict(field="note", mine="Mine.", theirs="Theirs."), "x" * 20_001
        entries = msgspec.json.decode(str(asked.value("entries")), type=list[ConflictEntry])
        merged = msgspec.json.encode([*entries, ConflictEntry(long, "", "", 1_790_000_070_000)]).decode()
        await phone.edit("account", "a1", {"note": None}, 1, note="Not sent yet.")
        await phone.pull(
            account("a1", 7, note=long), msgspec.structs.replace(asked, fields=asked.fields | {"entries": merged, "standing": 2})
        )
        (view,) = await repositories.conflicts.open()

        with pytest.raises(RecordRefused, match="invalid"):
            await repositories.conflicts.keep(view, 2)
        await repositories.conflicts.write(view, long[:20_000])

        assert view.here != long
        assert [entry.problem.code if entry.problem is not None else "" for entry in view.entries] == ["", "", "text_too_long"]
        assert (await phone.store.waiting())[-1].changes[0].fields["note"].to == long[:20_000]

    asyncio.run(scenario())


def test_what_was_kept_here_is_taken_back_before_the_office_has_heard_of_it() -> None:
    async def scenario() -> None:
        _, repositories = await met()
        (view,) = await repositories.conflicts.open()
        await repositories.conflicts.keep(view, 0)

        await repositories.conflicts.undo((await repositories.conflicts.recent())[0])

        assert (await repositories.accounts.get("a1")).phone == THEIRS

    asyncio.run(scenario())


def test_a_settled_conflict_is_undone_by_an_edit_back_to_the_other_value() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        await phone.pull(account("a1", 7, phone=THEIRS), conflict(8, state="closed", closed_at=phone.clock.now_ms()))

        (view,) = await repositories.conflicts.recent()
        await repositories.conflicts.undo(view)

        assert (await repositories.accounts.get("a1")).phone == MINE

    asyncio.run(scenario())


def test_an_undo_brings_back_what_is_not_in_force_whatever_the_question_was_answered_with() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        await phone.pull(account("a1", 9, phone=MINE), conflict(8, state="closed", closed_at=phone.clock.now_ms()))

        (view,) = await repositories.conflicts.recent()
        await repositories.conflicts.undo(view)

        assert (await repositories.accounts.get("a1")).phone == THEIRS

    asyncio.run(scenario())


def test_an_undo_goes_back_to_another_value_though_two_wrote_the_one_that_stands() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        settled = conflict(8, state="closed", closed_at=phone.clock.now_ms())
        alike = ConflictEntry(THEIRS, "u3", "D9", 1_790_000_090_000)
        entries = [*msgspec.json.decode(str(settled.value("entries")), type=list[ConflictEntry]), alike]
        asked = msgspec.structs.replace(settled, fields=settled.fields | {"entries": msgspec.json.encode(entries).decode()})
        await phone.pull(account("a1", 7, phone=THEIRS), asked)

        await repositories.conflicts.undo(await repositories.conflicts.get("x1"))

        assert (await repositories.accounts.get("a1")).phone == MINE

    asyncio.run(scenario())


def test_there_is_nothing_to_undo_where_every_value_stands() -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        entries = msgspec.json.encode([ConflictEntry(THEIRS, "u2", "C3", 1)]).decode()
        alone = server_record(
            "conflict",
            "x2",
            7,
            account_id="a1",
            record_kind="account",
            record_id="a1",
            field="phone",
            entries=entries,
            standing=0,
            state="closed",
        )
        await phone.pull(account("a1", 7, phone=THEIRS), alone)

        view = await repositories.conflicts.get("x2")
        with pytest.raises(RecordRefused) as refused:
            await repositories.conflicts.undo(view)

        assert refused.value.code == "nothing_to_undo"

    asyncio.run(scenario())
