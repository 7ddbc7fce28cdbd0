"""What was typed and is shown by no form any more stands in *To do*, and can be copied or discarded there."""

import msgspec
import pytest

from mobile_app.data.drafts import TYPED_IN
from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_conflicts import conflict
from tests.mobile_app.data.repositories.test_leftovers import ANSWER, LINE, typed
from tests.mobile_app.data.store.phone import Phone
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.quotes.test_prices_of_a_line import records
from tests.mobile_app.ui.rep import rep


async def left() -> Phone:
    """A phone with seven and a half typed, in French, on a line that was taken off since."""
    phone, repositories = await typed(LINE)
    await repositories.quotes.remove_line("q1", "q1l")
    return phone


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", {"Typed about Maison Lefèvre, not saved", "What this was about is no longer there.", "Draft"}),
        ("fr", {"Saisi pour Maison Lefèvre, non enregistré", "Ce dont il s’agissait n’existe plus.", "Brouillon"}),
        ("el", {"Αυτό στο οποίο αναφερόταν δεν υπάρχει πια.", "Πρόχειρο"}),
    ],
)
@pytest.mark.parametrize("width", [390, 1024])
def test_it_is_said_with_the_reason(language: str, said: set[str], width: int) -> None:
    async def go() -> None:
        async with rep(route="/todo", phone=await left(), language=language, width=width) as app:
            await app.h.until(lambda: said <= set(app.shown()))

    run(go())


def test_its_words_are_copied_with_what_they_are_about() -> None:
    async def go() -> list[str]:
        async with rep(route="/todo", phone=await left()) as app:
            await app.tap(f"leftover-{LINE}")
            await app.sees("7.5")
            await app.tap("leftover-copy")
            await app.sees("Copied.")
            await app.tap("leftover-close")
            assert drafts(app.device.store) == [LINE]
            return [str(args["data"]) for name, args in app.h.connection.calls if name == "set" and "data" in args]

    (copied,) = run(go())

    assert copied.splitlines() == ["Typed about Maison Lefèvre, not saved", "What this was about is no longer there.", "Quantity: 7.5"]


def test_it_is_discarded_after_a_question_only() -> None:
    async def go() -> None:
        async with rep(route="/todo", phone=await left()) as app:
            await app.tap(f"leftover-{LINE}")
            await app.tap("leftover-discard")
            await app.sees("Discard what you wrote?")
            assert drafts(app.device.store) == [LINE]
            await app.tap("discard-now")
            await app.sees("Discarded.")
            await app.h.until(lambda: "Draft" not in app.shown())

            assert drafts(app.device.store) == []

    run(go())


def test_an_answer_is_there_as_soon_as_its_question_is_settled_elsewhere() -> None:
    async def go() -> None:
        phone, _ = await typed(ANSWER)
        async with rep(route="/todo", phone=phone) as app:
            await app.sees("Keep mine")
            await phone.pull(conflict(9, state="closed", closed_at=phone.clock.now_ms()))
            await app.tap(f"leftover-{ANSWER}")
            await app.sees("+33 4 72 33 33 33")

            assert "It was settled before you saved this." in app.shown()

    run(go())


def test_one_that_cannot_be_read_any_more_leaves_the_rest_of_the_screen_and_can_be_discarded() -> None:
    async def go() -> None:
        phone, _ = await typed("quote:q1")
        phone.disk.database.execute("UPDATE draft SET sealed = zeroblob(60)")
        async with rep(route="/todo", phone=phone) as app:
            await app.sees("Keep mine")
            assert "What you typed here can no longer be read on this phone." in app.shown()
            await app.tap("leftover-quote:q1")
            await app.tap("leftover-discard")
            await app.tap("discard-now")
            await app.h.until(lambda: "Draft" not in app.shown())

            assert drafts(app.device.store) == []

    run(go())


@pytest.mark.parametrize(("buttons", "said"), [(["send-again"], "It is sent again."), (["discard", "discard-now"], "Discarded.")])
def test_the_form_of_a_decision_goes_with_it_and_not_a_moment_later(buttons: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        phone, _ = await shop()
        txn = await phone.edit("account", "a1", {"note": None}, 1, note="mine")
        await phone.push("refused", errors=(FieldError("note", "text_too_long", "account", "a1"),))
        await phone.store.draft_put(f"attention:{txn}", {"a1.note": "typed"})
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            with monkeypatch.context() as patched:
                patched.setattr(phone.store, "draft_delete", _killed)
                for each in buttons:
                    await app.tap(each)
                await app.sees(said)

                assert drafts(phone.store) == []

    run(go())


async def given_up_with_what_it_depends_on() -> tuple[Phone, str]:
    """A phone whose refused quote was given up, and a revision of it with it, into whose two lines quantities had been typed."""
    quote, one = records()
    quote = msgspec.structs.replace(quote, fields={**quote.fields, "state": "approved", "valid_until": "2026-12-31"})
    one = msgspec.structs.replace(one, fields={**one.fields, "tax_code": "full", "position": 1})
    two = msgspec.structs.replace(one, id="line2", fields={**one.fields, "position": 2})
    phone, repositories = await shop(quote, one, two)
    first = (await repositories.quotes.send("q1")).txn
    second = (await repositories.quotes.revise("q1")).txn
    await phone.push("refused", "held")
    revision = next(item for item in await phone.store.attention() if item.txn == second)
    lines = [change.id for change in revision.changes if change.kind == "quote_line"]
    typed: dict[str, Value] = {f"{id_}.quantity": text for id_, text in zip(lines, ("5", "7"), strict=True)}
    await phone.store.discard(first)
    await phone.store.draft_put(f"attention:{second}", {**typed, TYPED_IN: "en"})
    return phone, f"leftover-attention:{second}"


def test_what_was_typed_into_two_lines_and_given_up_with_another_is_shown_and_copied_whole() -> None:
    async def go() -> tuple[list[str], str]:
        phone, way = await given_up_with_what_it_depends_on()
        async with rep(route="/todo", phone=phone) as app:
            await app.tap(way)
            await app.sees("Quantity")
            shown = app.shown()
            await app.tap("leftover-copy")
            await app.sees("Copied.")
            return shown, next(str(args["data"]) for name, args in app.h.connection.calls if name == "set" and "data" in args)

    shown, copied = run(go())

    assert {"5", "7"} <= set(shown)
    assert "It was settled before you saved this." not in shown
    assert copied.splitlines()[-4:] == ["", "Quantity: 5", "", "Quantity: 7"]


async def _killed(_key: str) -> None:
    """The app ends before this."""
