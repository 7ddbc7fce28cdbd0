"""What was typed and not saved is found when no form shows it any more, with its words and why; and only then."""

import asyncio

import msgspec
import pytest

from mobile_app.data.drafts import TYPED_IN
from mobile_app.data.repositories import Repositories
from mobile_app.data.repositories.leftovers import Leftover, Typed
from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from tests.fakes.dump import drafts
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_answered_quantities import TWO, asked, line
from tests.mobile_app.data.repositories.test_conflicts import THEIRS, conflict
from tests.mobile_app.data.store.phone import Phone, account, server_record

LINE, ANSWER = "quote_line:q1l", "account.x1:a1"
TYPED: dict[str, dict[str, Value]] = {
    LINE: {"quantity": "7,5", TYPED_IN: "fr", "shown.quantity": TWO},
    ANSWER: {"phone": "+33 4 72 33 33 33", "shown.phone": THEIRS},
    "quote:q1": {"note": "By lorry", "valid_until": "2026-12-31", "shown.note": None, "shown.valid_until": "2026-12-31"},
}


def said(words: dict[str, Value]) -> tuple[Typed, ...]:
    """What was typed into one form in no known language."""
    return tuple(Typed(field, value) for field, value in words.items())


async def typed(key: str) -> tuple[Phone, Repositories]:
    """A phone with a question about a customer, a quote of its with one line, and something typed into a form."""
    phone, repositories = await shop(conflict(), line(TWO, 1_250))
    await phone.pull(account("a1", 7, name="Maison Lefèvre", phone=THEIRS), server_record("quote", "q1", 7, account_id="a1", state="draft"))
    await phone.store.draft_put(key, TYPED[key])
    return phone, repositories


@pytest.mark.parametrize("key", TYPED)
def test_what_a_form_still_shows_is_none(key: str) -> None:
    async def scenario() -> None:
        _, repositories = await typed(key)

        assert await repositories.leftovers.all() == []

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["account:new", "contact:new@a1", "plan:a1", "contact:c1", "photo:ph1", "attention:"])
def test_of_any_form_it_is_found_when_its_record_goes_and_not_before(key: str) -> None:
    async def scenario() -> None:
        phone, repositories = await shop()
        about = [server_record(kind, id_, 7, account_id="a1") for kind, id_ in (("contact", "c1"), ("attachment", "ph1"))]
        await phone.pull(*about)
        txn = await phone.edit("account", "a1", {"note": None}, 1, note="mine")
        await phone.push("refused", errors=(FieldError("note", "text_too_long", "account", "a1"),))
        whole = key + (txn if key == "attention:" else "")
        await phone.store.draft_put(whole, {"a1.note" if key == "attention:" else "note": "typed"})
        before = await repositories.leftovers.all()

        if key == "attention:":
            await phone.store.discard(txn)
        else:
            await phone.pull(*[msgspec.structs.replace(each, rev=9, deleted=1) for each in (*about, account("a1"))])

        assert before == []
        words = [(typed.field, typed.value) for each in await repositories.leftovers.all() for typed in each.words]
        assert words == ([] if key == "account:new" else [("note", "typed")])

    asyncio.run(scenario())


def test_a_line_that_was_taken_off_leaves_its_numbers_and_the_language_they_were_typed_in() -> None:
    async def scenario() -> None:
        phone, repositories = await typed(LINE)

        await phone.pull(msgspec.structs.replace(line(TWO, 1_250), rev=9, deleted=1))

        assert await repositories.leftovers.all() == [Leftover(LINE, "Maison Lefèvre", "gone", (Typed("quantity", "7,5", "fr"),))]

    asyncio.run(scenario())


@pytest.mark.parametrize(("key", "words"), [(LINE, {"quantity": "7,5"}), ("quote:q1", {"note": "By lorry"})])
def test_what_was_typed_on_a_quote_that_was_sent_meanwhile_is_found(key: str, words: dict[str, Value]) -> None:
    async def scenario() -> None:
        phone, repositories = await typed(key)

        await phone.pull(server_record("quote", "q1", 9, account_id="a1", state="sent"))

        (left,) = await repositories.leftovers.all()
        assert (left.why, {each.field: each.value for each in left.words}) == ("sent", words)

    asyncio.run(scenario())


def test_an_answer_about_a_quote_that_was_sent_meanwhile_is_found() -> None:
    async def scenario() -> None:
        phone, repositories = await asked(1_250)
        await phone.store.draft_put("quote_line.x1:q1l", {"quantity": "7", TYPED_IN: "en", "shown.quantity": TWO})
        before = await repositories.leftovers.all()

        await phone.pull(server_record("quote", "q1", 9, account_id="a1", state="sent", price_list_id="l1", price_list_version=3))

        assert before == []
        assert [(each.key, each.why) for each in await repositories.leftovers.all()] == [("quote_line.x1:q1l", "sent")]

    asyncio.run(scenario())


@pytest.mark.parametrize(("form", "whose", "found"), [("visit", "u1", []), ("visit", "u2", ["not_yours"]), ("review", "u2", [])])
def test_what_was_typed_during_a_visit_is_found_when_that_is_given_to_somebody_else(form: str, whose: str, found: list[str]) -> None:
    async def scenario() -> None:
        mine = server_record("visit", "v1", 7, account_id="a1", user_id="u1", state="checked_in", planned_at=1_790_000_000_000)
        phone, repositories = await shop(mine)
        await phone.store.draft_put(f"{form}:v1", {"note": "They want the big oven", "shown.note": None})
        before = await repositories.leftovers.all()

        await phone.pull(msgspec.structs.replace(mine, rev=9, fields={**mine.fields, "user_id": whose}))

        assert before == []
        assert [each.why for each in await repositories.leftovers.all()] == found

    asyncio.run(scenario())


def test_an_answer_to_a_question_that_was_settled_elsewhere_is_found_until_that_is_asked_again() -> None:
    async def scenario() -> None:
        phone, repositories = await typed(ANSWER)

        await phone.pull(conflict(9, state="closed", closed_at=phone.clock.now_ms()))
        settled = await repositories.leftovers.all()
        await phone.pull(conflict(10))

        assert settled == [Leftover(ANSWER, "Maison Lefèvre", "settled", said({"phone": "+33472333333"}))]
        assert await repositories.leftovers.all() == []

    asyncio.run(scenario())


def test_a_line_that_comes_back_has_what_was_typed_on_it() -> None:
    async def scenario() -> None:
        phone, repositories = await typed(LINE)
        await repositories.quotes.remove_line("q1", "q1l")
        gone = await repositories.leftovers.all()

        await repositories.quotes.restore_line("q1", "q1l")

        assert [each.key for each in gone] == [LINE]
        assert await repositories.leftovers.all() == []
        assert drafts(phone.store) == [LINE]

    asyncio.run(scenario())


def test_discarded_it_is_gone_and_counted_no_more_when_the_device_is_retired() -> None:
    async def scenario() -> None:
        phone, repositories = await typed(LINE)
        await repositories.quotes.remove_line("q1", "q1l")
        counted = (await phone.store.unsent.remains()).drafts

        await repositories.leftovers.discard(LINE)

        assert (counted, (await phone.store.unsent.remains()).drafts) == (1, 0)
        assert await repositories.leftovers.all() == []

    asyncio.run(scenario())


BREAKS = {
    "its seal": lambda phone: phone.disk.database.execute("UPDATE draft SET sealed = zeroblob(60) WHERE id = 'account:a3'"),
    "what was sealed": lambda phone: phone.store._vault.drafts.put("account:a3", b"torn"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_one_that_cannot_be_read_any_more_is_named_beside_what_can_until_it_is_discarded(broken: str) -> None:
    async def scenario() -> None:
        phone, repositories = await typed(LINE)
        await repositories.quotes.remove_line("q1", "q1l")
        await phone.store.draft_put("account:a3", {"note": "Rings at noon"})
        BREAKS[broken](phone)

        found = await repositories.leftovers.all()
        shown, kept = await phone.store.draft_get("account:a3"), list(await phone.store.drafts())
        await repositories.leftovers.discard("account:a3")

        assert [(each.key, each.name, each.why) for each in found] == [
            (LINE, "Maison Lefèvre", "gone"),
            ("account:a3", "Œuvre de Pain", "unreadable"),
        ]
        assert (shown, kept) == (None, [LINE])
        assert [each.key for each in await repositories.leftovers.all()] == drafts(phone.store) == [LINE]

    asyncio.run(scenario())


def test_of_several_records_every_value_is_there_by_its_record_and_what_that_is_called() -> None:
    async def scenario() -> None:
        flour = msgspec.structs.replace(line(TWO, 1_250), fields={**line(TWO, 1_250).fields, "description": "Flour"})
        phone, repositories = await shop(server_record("quote", "q1", 7, account_id="a1", state="draft"), flour)
        typed_into: dict[str, Value] = {"q1l.quantity": "5", "gone.quantity": "7", "q1l.discount": "2,5", TYPED_IN: "fr"}
        await phone.store.draft_put("attention:none", typed_into)

        (left,) = await repositories.leftovers.all()

        assert left.why == "over"
        assert left.words == (
            Typed("quantity", "5", "fr", "q1l", "Flour"),
            Typed("discount", "2,5", "fr", "q1l", "Flour"),
            Typed("quantity", "7", "fr", "gone"),
        )

    asyncio.run(scenario())
