"""A quote that was not sent: what needs attention leads to it, it is mended there, and the same step goes again with the sums of now."""

import msgspec
import pytest

from mobile_app.data.repositories.quotes import Quotes
from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from shared.sync.record import Record
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import rep


def records() -> tuple[Record, Record]:
    quote = server_record(
        "quote", "q1", 1, root="a1", account_id="a1", user_id="u1", state="draft", currency="EUR", rounding="rate", revision=1
    )
    return quote, line("line1")


def line(id_: str, rev: int = 1) -> Record:
    amounts: dict[str, Value] = {"quantity": 1_000, "list_price": 1_000, "unit_price": 1_000, "discount": 0, "tax_rate": 2_000}
    of: dict[str, Value] = {"account_id": "a1", "quote_id": "q1", "product_id": "p1", "price_origin": "manual", "position": 1}
    return msgspec.structs.replace(server_record("quote_line", id_, rev, root="a1"), fields=of | amounts)


async def unsent(*errors: FieldError) -> tuple[Phone, str]:
    """A phone that marked a quote of 12.00 as sent, which the office did not take."""
    phone, repositories = await shop(*records())
    txn = (await repositories.quotes.send("q1")).txn
    await phone.push("refused", errors=errors)
    return phone, txn


async def sums(phone: Phone) -> list[object]:
    """What the step that waits says that its sender saw."""
    (item,) = await phone.store.waiting()
    assert item.action == "quote.send"
    return [item.changes[0].fields[name].to for name in ("net_total", "tax_total", "gross_total")]


@pytest.mark.parametrize(("language", "leads"), [("en", "Open the quote"), ("fr", "Ouvrir le devis"), ("el", "Άνοιγμα της προσφοράς")])
def test_a_send_that_was_refused_leads_to_its_quote(language: str, leads: str) -> None:
    async def go() -> None:
        phone, txn = await unsent(FieldError("unit_price", "price_differs", "quote_line", "line1"))
        async with rep(route=f"/attention/{txn}", phone=phone, language=language) as app:
            await app.sees(leads)
            await app.tap("open-quote")
            await app.sees("12")

            assert app.h.page.route == "/quotes/q1"

    run(go())


def test_it_says_once_that_the_sums_are_others_and_what_they_are_now() -> None:
    async def go() -> None:
        phone, txn = await unsent(*(FieldError(name, "totals_differ", "quote", "q1") for name in ("net_total", "gross_total")))
        await phone.pull(line("line2", 2))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.sees("The quote adds up to €24.00 now, VAT included.")

            said = [text for text in app.shown() if "adds up to something else than you saw" in text]
            assert len(said) == 1
            assert said[0].count("Open it, look, and send it again.") == 1
            await app.tap("send-again")
            await app.sees("It is sent again.")
            assert await sums(phone) == [2_000, 400, 2_400]
            assert await phone.store.attention() == []

    run(go())


def test_marked_as_sent_once_more_it_is_the_same_step_and_what_waited_for_it_goes_too() -> None:
    async def go() -> None:
        phone, repositories = await shop(*records())
        await repositories.quotes.send("q1")
        await repositories.quotes.accept("q1")
        await phone.push("refused", "held")
        await phone.pull(line("line2", 2))

        await repositories.quotes.send("q1")

        assert [item.action for item in await phone.store.waiting()] == ["quote.send", "quote.accept"]
        assert await phone.store.attention() == []

    run(go())


def test_an_edit_of_a_line_that_was_refused_leads_to_its_quote_too() -> None:
    async def go() -> None:
        phone, repositories = await shop(*records())
        txn = (await repositories.quotes.set_line("q1", "line1", unit_price=900)).txn
        await phone.push("refused", errors=(FieldError("unit_price", "price_refused", "quote_line", "line1"),))
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.sees("Open the quote")

            assert app.value("mend-unit_price") == "9"

    run(go())


def test_a_quote_whose_lines_are_gone_is_not_sent_again() -> None:
    async def go() -> None:
        phone, txn = await unsent()
        quotes = Quotes(phone.store)
        await quotes.remove_line("q1", "line1")
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.tap("send-again")
            await app.sees("There is nothing on this quote yet.")

            assert [item.txn for item in await phone.store.attention()] == [txn]

    run(go())


@pytest.mark.parametrize("form", ["quote_line:line1", "quote:q1"], ids=["on a line", "on its terms"])
def test_a_quote_is_not_sent_again_without_what_was_typed_on_it(form: str) -> None:
    async def go() -> None:
        phone, txn = await unsent()
        await phone.store.draft_put(form, {"quantity": "7"} if ":line" in form else {"note": "By lorry"})
        async with rep(route=f"/attention/{txn}", phone=phone) as app:
            await app.tap("send-again")
            await app.sees("What you typed on this quote is not saved yet.")
            refused = [item.txn for item in await phone.store.attention()]
            await phone.store.draft_delete(form)
            await app.tap("send-again")
            await app.sees("It is sent again.")

            assert refused == [txn]
            assert await phone.store.attention() == []

    run(go())


@pytest.mark.parametrize("works", [True, False], ids=["shared", "copied"])
def test_what_was_refused_is_passed_on_by_an_app_that_the_person_chooses_or_else_copied(*, works: bool) -> None:
    async def go() -> None:
        phone, txn = await unsent(FieldError("unit_price", "price_differs", "quote_line", "line1"))
        async with rep(route=f"/attention/{txn}", phone=phone, language="en") as app:
            app.opener.works = works
            await app.tap("share-text")
            if not works:
                await app.sees("Copied.")

            ((way, words, subject),) = app.opener.asked
            copied = [args["data"] for name, args in app.h.connection.calls if name == "set" and "data" in args]
            assert (way, subject) == ("share", str(words).split("\n", maxsplit=1)[0])
            assert "1790000000000" not in str(words)
            assert copied == ([] if works else [words])

    run(go())
