"""Another value for a conflict, and taking back what was kept: both answer what was shown."""

import flet as ft
import msgspec
import pytest

from shared.models.conflict import ConflictEntry
from shared.sync.change import Base
from shared.sync.record import Record
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_conflicts import conflict as one_conflict
from tests.mobile_app.data.store.phone import Phone, account
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep
from tests.mobile_app.ui.todo.test_todo import MINE, THEIRS, conflict, met, until_kept

LONG = "Both.\n" + "x" * 20_003


def test_another_value_can_be_written() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS), route="/todo") as app:
            await app.tap("write-x1")
            await app.h.fill("Phone", "+33 4 72 33 33 33")
            await app.tap("write-save")
            await app.sees("Settled.")

            assert (await app.device.accounts.get("a1")).phone == "+33472333333"

    run(go())


async def killed_while_typing(number: str) -> Phone:
    """A phone that was killed after another value for the conflict was typed, and kept as a draft."""
    phone, _ = await shop(*met(MINE, THEIRS))
    async with rep(route="/todo", phone=phone) as app:
        await app.tap("write-x1")
        await app.h.fill("Phone", number)
        await until_kept(app)
    await phone.kill()
    return phone


def test_another_value_that_was_typed_is_there_after_a_kill_and_gone_when_it_is_given_up() -> None:
    async def go() -> None:
        phone = await killed_while_typing("+33 4 72 33")
        async with rep(route="/todo", phone=phone) as app:
            await app.tap("write-x1")
            await app.h.until(lambda: _typed(app)[-1:] == ["+33 4 72 33"])
            await app.h.press("Cancel")
            await app.h.until(lambda: not drafts(app.device.store))
            await app.tap("write-x1")
            await app.h.until(lambda: _typed(app)[-1:] == [THEIRS])

    run(go())


def test_what_came_while_another_value_was_typed_is_not_taken_for_seen_though_the_app_was_killed_meanwhile() -> None:
    async def go() -> None:
        phone = await killed_while_typing("+33 4 72 33 33 33")
        await phone.pull(account("a1", 9, name="Maison Lefèvre", phone="+33 4 72 55 55 55"))
        async with rep(route="/todo", phone=phone) as app:
            await app.tap("write-x1")
            await app.h.until(lambda: _typed(app)[-1:] == ["+33 4 72 33 33 33"])
            await app.tap("write-save")
            await app.sees("Settled.")

            (item,) = await phone.store.waiting()
            assert item.changes[0].base == Base("e1", 7)

    run(go())


def test_the_undo_beside_settled_takes_back_what_was_kept_and_has_seen_what_was_shown_then() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS), route="/todo") as app:
            await app.tap("keep-x1-0")
            await app.sees("Settled.")
            await app.phone.pull(account("a1", 9, name="Maison Perrin", phone=THEIRS))
            [result] = app.h.find(ft.SnackBar)
            assert isinstance(result.action, ft.SnackBarAction)
            await app.h.fire(result.action, "click")
            await app.sees("Taken back.")

            kept, undone = [item.changes[0] for item in await app.device.store.waiting()]
            assert (kept.fields["phone"].to, undone.fields["phone"].to) == (MINE, THEIRS)
            assert undone.base == Base("e1", 7)

    run(go())


def _typed(app: Rep) -> list[str]:
    """What the dialogs that were opened so far hold; the last one is in front."""
    return [each.value for each in app.h.find(ft.TextField, label="Phone")]


def test_settled_lately_names_the_value_that_is_in_force_and_not_the_one_that_stood_then() -> None:
    async def go() -> list[str]:
        phone, _ = await shop()
        await phone.pull(
            account("a1", 9, name="Maison Lefèvre", phone=MINE), one_conflict(8, state="closed", closed_at=phone.clock.now_ms())
        )
        async with rep(route="/todo", phone=phone) as app:
            await app.sees("Settled lately")
            return app.shown()

    shown = " ".join(run(go()))

    assert "11 11 11" in shown
    assert "22 22 22" not in shown


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("note", "x" * 20_001, "This is too long: 20001\N{NO-BREAK SPACE}characters, 20000 fit."),
        ("phone", "x", "This is not a phone number."),
        ("name", " ", "This is needed."),
    ],
    ids=["too long", "no phone number", "nothing"],
)
def test_another_value_that_cannot_be_taken_says_why_at_its_field_as_the_records_form_does_and_stays_typed(
    field: str, typed: str, said: str
) -> None:
    async def go() -> None:
        async with rep(*met("Mine.", "Theirs.", field=field), route="/todo") as app:
            await app.tap("write-x1")
            answer = next(each for each in app.h.find(ft.TextField) if each.autofocus)
            await app.h.fire(answer, "change", typed, value=typed)
            await app.tap("write-save")
            await app.h.until(lambda: [each.error for each in app.h.find(ft.TextField)] == [said])

            assert await app.device.store.draft_get("account.x1:a1") is not None
            assert await app.device.store.waiting() == []
            assert app.h.find(ft.SnackBar) == []

    run(go())


def test_another_value_is_taken_once_it_is_mended() -> None:
    async def go() -> None:
        async with rep(*met("Mine.", "Theirs.", field="note"), route="/todo") as app:
            await app.tap("write-x1")
            for typed in ("x" * 20_001, "x" * 20_000):
                answer = next(each for each in app.h.find(ft.TextField) if each.autofocus)
                await app.h.fire(answer, "change", typed, value=typed)
                await app.tap("write-save")
            await app.sees("Settled.")

            (item,) = await app.device.store.waiting()
            assert item.changes[0].fields["note"].to == "x" * 20_000
            assert drafts(app.device.store) == []

    run(go())


def too_long() -> tuple[Record, Record]:
    """A question in which the text of both became longer than the office takes, and was replaced since."""
    record = conflict("Mine.", "Theirs.", LONG, field="note")
    entries = msgspec.json.decode(str(record.value("entries")), type=list[ConflictEntry])
    entries[2] = msgspec.structs.replace(entries[2], device="", user_id="")
    made = msgspec.structs.replace(record, fields=record.fields | {"entries": msgspec.json.encode(entries).decode()})
    return account("a1", 7, name="Maison Lefèvre", note="Theirs."), made


@pytest.mark.parametrize(
    ("language", "why", "way"),
    [
        ("en", "This is too long: 20009\N{NO-BREAK SPACE}characters, 20000 fit.", "Shorten it"),
        ("fr", "20009\N{NO-BREAK SPACE}caractères, le maximum est de 20000.", "Raccourcir"),
        ("el", "Είναι πολύ μακρύ: 20009\N{NO-BREAK SPACE}χαρακτήρες, χωρούν 20000.", "Συντόμευση"),
    ],
)
def test_a_text_of_both_that_is_too_long_to_be_kept_says_so_and_is_offered_to_be_shortened(language: str, why: str, way: str) -> None:
    async def go() -> None:
        async with rep(*too_long(), route="/todo", language=language) as app:
            await app.sees(why)
            await app.sees(way)

            kept = {s.identifier for s in app.h.find(ft.Semantics) if (s.identifier or "").startswith("keep-")}
            assert kept == {"keep-x1-0", "keep-x1-1"}

    run(go())


def test_shortened_it_is_the_answer() -> None:
    async def go() -> None:
        async with rep(*too_long(), route="/todo") as app:
            await app.tap("mend-x1-2")
            await app.h.until(lambda: any(each.autofocus for each in app.h.find(ft.TextField)))
            answer = next(each for each in app.h.find(ft.TextField) if each.autofocus)
            assert answer.value == LONG
            await app.h.fire(answer, "change", LONG[9:], value=LONG[9:])
            await app.tap("write-save")
            await app.sees("Settled.")

            (item,) = await app.device.store.waiting()
            assert item.changes[0].fields["note"].to == LONG[9:]

    run(go())
