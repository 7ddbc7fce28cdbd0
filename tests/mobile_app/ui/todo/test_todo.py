"""What waits for a person: said in sentences, mended in her own words, and never lost without a question."""

from typing import cast

import flet as ft
import msgspec
import pytest

from mobile_app.ui.i18n import words
from shared.models.conflict import ConflictEntry
from shared.sync.policy import WHOLE_RECORD, Value
from shared.sync.protocol import FieldError
from shared.sync.record import Record
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, account, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep

MINE, THEIRS = "+33 4 72 11 11 11", "+33 4 72 22 22 22"


def conflict(*values: Value, field: str = "phone", authors: tuple[str, ...] = ("u1", "u2", "u3"), standing: int = 1) -> Record:
    at = 1_790_000_000_000
    entries = [ConflictEntry(value, authors[place], f"D{place}", at + place) for place, value in enumerate(values)]
    return server_record(
        "conflict",
        "x1",
        7,
        account_id="a1",
        record_kind="account",
        record_id="a1",
        field=field,
        entries=msgspec.json.encode(entries).decode(),
        standing=standing,
        state="open",
        opened_at=at,
    )


def met(*values: Value, field: str = "phone", authors: tuple[str, ...] = ("u1", "u2", "u3")) -> tuple[Record, ...]:
    return account("a1", 7, name="Maison Lefèvre", phone=THEIRS), conflict(*values, field=field, authors=authors)


async def refused(*errors: FieldError) -> tuple[Phone, str]:
    """A phone whose edit of a phone number the office did not take."""
    phone, _ = await shop()
    shown: dict[str, Value] = {"name": "Maison Lefèvre", "phone": None, "note": None}
    txn = await phone.edit("account", "a1", shown, 1, phone="04 72 11", note="Rappeler lundi")
    await phone.push("refused", errors=errors)
    return phone, txn


def test_a_conflict_is_a_sentence_with_both_values() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS), route="/todo") as app:
            await app.sees("so did you (")

            assert any("Maison Lefèvre · Phone" in text for text in app.shown())
            assert {"You", "Keep mine", "Take the other", "In force"} <= set(app.shown())

    run(go())


@pytest.mark.parametrize(
    ("field", "values", "authors", "said"),
    [
        ("phone", (MINE, THEIRS), ("u1", "u1"), "You changed it on two devices"),
        ("phone", (MINE, THEIRS), ("u2", "u3"), "without having seen it."),
        (WHOLE_RECORD, ("live", "deleted"), ("u1", "u2"), "you changed it ("),
        (WHOLE_RECORD, ("live", "deleted"), ("u2", "u1"), "You deleted it ("),
        (WHOLE_RECORD, ("live", "deleted"), ("u2", "u3"), " deleted it ("),
    ],
)
def test_every_kind_of_conflict_has_its_sentence(field: str, values: tuple[Value, ...], authors: tuple[str, ...], said: str) -> None:
    async def go() -> None:
        async with rep(*met(*values, field=field, authors=authors), route="/todo") as app:
            await app.sees(said)

    run(go())


def test_a_text_that_several_made_is_one_side_where_there_is_no_other() -> None:
    async def go() -> None:
        record = conflict("Both made this.", "I made this.", field="note", authors=("", "u1"))
        entries = msgspec.json.decode(str(record.value("entries")), type=list[ConflictEntry])
        made = msgspec.json.encode([msgspec.structs.replace(entries[0], device=""), entries[1]]).decode()
        together = msgspec.structs.replace(record, fields=record.fields | {"entries": made})
        async with rep(account("a1", 7, name="Maison Lefèvre"), together, route="/todo") as app:
            await app.sees("A colleague changed it (")

            assert {"Both made this.", "I made this.", "A colleague", "You"} <= set(app.shown())

    run(go())


def test_keeping_a_value_settles_it_and_can_be_taken_back() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS), route="/todo") as app:
            await app.tap("keep-x1-0")
            await app.sees("Settled here, not sent yet")
            await app.tap("undo-x1")
            await app.sees("Taken back.")

            assert [item.action for item in await app.device.store.waiting()] == ["conflict.keep", "conflict.undo"]

    run(go())


def test_a_third_value_is_there_to_keep_too() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS, "+33 4 72 44 44 44"), route="/todo") as app:
            await app.tap("keep-x1-0")
            await app.sees("Settled here, not sent yet")

    run(go())


def test_a_tablet_shows_attention_and_conflicts_beside_each_other() -> None:
    async def go() -> None:
        async with rep(*met(MINE, THEIRS), route="/todo", width=1024) as app:
            await app.sees("so did you (")

            assert {"To do", "Open questions", "Nothing needs attention"} <= set(app.shown())

    run(go())


@pytest.mark.parametrize("language", ["en", "fr", "el"])
@pytest.mark.parametrize(("route", "role"), [("/todo", "rep"), ("/conflicts", "manager")])
def test_the_two_panes_of_a_tablet_have_two_names(route: str, role: str, language: str) -> None:
    async def go() -> list[str]:
        async with rep(*met(MINE, THEIRS), route=route, role=role, width=1024, language=language) as app:
            await app.sees(words(language)("Nothing needs attention"))
            return [cast("ft.Text", title.content).value for title in app.h.find(ft.Semantics) if title.heading_level == 1]

    names = run(go())

    assert len(names) == len(set(names)) == 2


def test_a_refused_change_says_why_and_keeps_the_reps_own_words() -> None:
    async def go() -> None:
        phone, txn = await refused(FieldError("phone", "not_a_phone", "account", "a1"))
        async with rep(route="/todo", phone=phone) as app:
            await app.sees("Phone: This is not a phone number.")
            await app.tap(f"attention-{txn}")
            await app.sees("What you wrote")

            assert app.value("mend-phone") == "04 72 11"
            assert "Rappeler lundi" in app.shown()

    run(go())


def test_mended_it_is_sent_again() -> None:
    async def go() -> None:
        phone, txn = await refused(FieldError("phone", "not_a_phone", "account", "a1"))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.type("mend-phone", MINE)
            await app.tap("send-again")
            await app.sees("It is sent again.")

            (item,) = await app.device.store.waiting()
            assert item.changes[0].fields["phone"].to == "+33472111111"
            assert await app.device.store.attention() == []

    run(go())


def test_what_the_device_itself_refuses_is_not_sent_again() -> None:
    async def go() -> None:
        phone, txn = await refused(FieldError("phone", "not_a_phone", "account", "a1"))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.type("mend-phone", "x")
            await app.tap("send-again")
            await app.sees("This is not a phone number.")

            assert len(await app.device.store.attention()) == 1

    run(go())


def test_a_price_that_cannot_be_taken_as_typed_is_asked_for_again_and_never_rounded() -> None:
    async def go() -> None:
        quote = server_record("quote", "q1", 1, root="a1", account_id="a1", state="draft", currency="EUR", revision=1)
        line = server_record(
            "quote_line", "line1", 1, root="a1", account_id="a1", quote_id="q1", quantity=1_000, unit_price=1_000, tax_rate=2_000
        )
        phone, _ = await shop(quote, line)
        txn = await phone.edit("quote_line", "line1", {"unit_price": 1_000}, 1, unit_price=900)
        await phone.push("refused", errors=(FieldError("unit_price", "price_refused", "quote_line", "line1"),))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.type("mend-unit_price", "1.2345")
            await app.tap("send-again")
            await app.sees("This has too many decimals.")
            assert len(await app.device.store.attention()) == 1

            await app.type("mend-unit_price", "12.34")
            await app.tap("send-again")
            await app.sees("It is sent again.")

            (item,) = await app.device.store.waiting()
            assert item.changes[0].fields["unit_price"].to == 1_234

    run(go())


def test_a_better_value_that_was_typed_is_there_after_a_kill() -> None:
    async def go() -> None:
        phone, txn = await refused(FieldError("phone", "not_a_phone", "account", "a1"))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.type("mend-phone", "+33 4 72")
            await until_kept(app)
        await phone.kill()
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.sees("What you wrote")

            assert app.value("mend-phone") == "+33 4 72"

    run(go())


async def until_kept(app: Rep) -> None:
    """Wait until what is typed is a draft."""
    while not drafts(app.device.store):
        await app.h.settle(1)


def test_nothing_is_discarded_without_a_question() -> None:
    async def go() -> None:
        phone, txn = await refused()
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.tap("discard")
            await app.sees("Discard what you wrote?")
            assert len(await app.device.store.attention()) == 1
            await app.tap("discard-now")
            await app.sees("Discarded.")

            assert await app.device.store.attention() == []

    run(go())


def test_where_nothing_waits_that_is_said() -> None:
    async def go() -> None:
        async with rep(route="/todo") as app:
            await app.sees("Nothing to settle")

            assert app.h.find(ft.NavigationBar)

    run(go())
