"""A number that was typed and not saved is the same number in any language that the app is opened in afterwards."""

import flet as ft
import pytest

from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.repositories.test_answered_quantities import asked
from tests.mobile_app.data.repositories.test_answered_quantities import line as one_line
from tests.mobile_app.data.repositories.test_conflicts import conflict
from tests.mobile_app.data.store.phone import Phone, account, server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.quotes.test_prices_of_a_line import begun
from tests.mobile_app.ui.rep import Rep, rep
from tests.mobile_app.ui.todo.test_todo import until_kept

AGAIN = [
    ("en", "1.234", "fr", "1,234"),
    ("en", "1.234", "el", "1,234"),
    ("el", "1.234", "en", "1234"),
    ("en", "1,234", "el", "1234"),
    ("fr", "1 234,5", "en", "1234.5"),
    ("fr", "12,30", "en", "12.30"),
    ("en", "-2.500", "fr", "-2,500"),
    ("fr", "two", "el", "two"),
    ("en", "-", "fr", "-"),
]
"""The language something was typed in, and what; the language it is opened in, and what stands there."""
again = pytest.mark.parametrize(("first", "typed", "then", "stands"), AGAIN)
ASKED = {
    "en": "Is this thousands or decimals? Write the number without separators between thousands.",
    "el": "Χιλιάδες ή δεκαδικά; Γράψτε τον αριθμό χωρίς διαχωριστικό χιλιάδων.",
}
in_another = pytest.mark.parametrize(("then", "said"), ASKED.items(), ids=ASKED)
"""What French cannot read is not read by the language that it is opened in next, either."""


@again
def test_on_a_line_of_a_quote(first: str, typed: str, then: str, stands: str) -> None:
    async def go() -> str:
        phone = await begun()
        async with rep(phone=phone, route="/quotes/q1", language=first) as r:
            await r.tap("quantity-line1")
            await r.type("field-quantity", typed)
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route="/quotes/q1", language=then) as r:
            return await _quantity(r)

    assert run(go()) == stands


def test_on_a_line_also_after_it_was_looked_at_in_a_third_language() -> None:
    async def go() -> str:
        phone = await begun()
        async with rep(phone=phone, route="/quotes/q1") as r:
            await r.tap("quantity-line1")
            await r.type("field-quantity", "1.234")
            await until_kept(r)
        for language in ("el", "fr"):
            await phone.kill()
            async with rep(phone=phone, route="/quotes/q1", language=language) as r:
                await _quantity(r)
                await r.h.settle(20)
        await phone.kill()
        async with rep(phone=phone, route="/quotes/q1") as r:
            return await _quantity(r)

    assert run(go()) == "1.234"


def test_on_a_line_what_its_own_language_could_read_is_saved_in_one_where_it_looks_like_two_numbers() -> None:
    async def go() -> Value:
        phone = await begun()
        async with rep(phone=phone, route="/quotes/q1", language="fr") as r:
            await r.tap("quantity-line1")
            await r.type("field-quantity", "1,234")
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route="/quotes/q1") as r:
            assert await _quantity(r) == "1.234"
            await r.tap("save-line")
            await r.sees("Mark as sent")
            return (await r.device.quotes.get("q1")).lines[0].shown["quantity"]

    assert run(go()) == 1_234


def test_a_line_typed_before_drafts_said_their_language_is_read_as_it_stands() -> None:
    async def go() -> str:
        phone = await begun()
        await phone.store.draft_put("quote_line:line1", {"quantity": "1.234"})
        async with rep(phone=phone, route="/quotes/q1", language="el") as r:
            return await _quantity(r)

    assert run(go()) == "1.234"


@again
def test_as_another_answer_to_a_question(first: str, typed: str, then: str, stands: str) -> None:
    async def go() -> None:
        phone, _ = await asked(1_250)
        async with rep(phone=phone, route="/todo", language=first) as r:
            await r.tap("write-x1")
            await r.h.fire(_another(r), "change", typed, value=typed)
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route="/todo", language=then) as r:
            await r.tap("write-x1")

            await r.h.until(lambda: _another(r).value == stands)

    run(go())


def test_another_answer_that_is_a_text_stays_as_it_was_typed_though_it_looks_like_a_number() -> None:
    async def go() -> None:
        phone, _ = await shop(account("a1", 7, postcode="2.000"), conflict(field="postcode", mine="1.000", theirs="2.000"))
        async with rep(phone=phone, route="/todo") as r:
            await r.tap("write-x1")
            await r.h.fire(_another(r), "change", "1.234", value="1.234")
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route="/todo", language="el") as r:
            await r.tap("write-x1")

            await r.h.until(lambda: _another(r).value == "1.234")

    run(go())


@again
def test_as_what_is_to_be_sent_again(first: str, typed: str, then: str, stands: str) -> None:
    async def go() -> str:
        phone, txn = await _refused()
        async with rep(phone=phone, route=f"/attention/{txn}", language=first) as r:
            await r.type("mend-quantity", typed)
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route=f"/attention/{txn}", language=then) as r:
            await r.tap("mend-quantity")
            return r.value("mend-quantity")

    assert run(go()) == stands


def test_what_is_sent_again_in_another_language_is_the_number_that_was_typed_beside_one_that_is_typed_now() -> None:
    async def go() -> dict[str, Value]:
        phone, txn = await _refused()
        async with rep(phone=phone, route=f"/attention/{txn}") as r:
            await r.type("mend-quantity", "1.234")
            await until_kept(r)
        await phone.kill()
        async with rep(phone=phone, route=f"/attention/{txn}", language="el") as r:
            await r.type("mend-discount", "1,5")
            await r.h.settle(20)
        await phone.kill()
        async with rep(phone=phone, route=f"/attention/{txn}", language="fr") as r:
            await r.tap("send-again")
            await r.h.until(lambda: r.route != f"/attention/{txn}")
            (item,) = await phone.store.waiting()
            return {name: edit.to for name, edit in item.changes[0].fields.items()}

    assert run(go()) == {"quantity": 1_234, "discount": 150}


@in_another
def test_on_a_line_a_number_that_its_own_language_could_not_read_is_still_asked_about(then: str, said: str) -> None:
    async def go() -> tuple[Value, Value, Value]:
        phone = await begun()
        async with rep(phone=phone, route="/quotes/q1", language="fr") as r:
            await r.tap("quantity-line1")
            await r.type("field-quantity", "1.234")
            await r.type("field-discount", "2,5")
            await until_kept(r)
        for language in ("el", then):
            await phone.kill()
            async with rep(phone=phone, route="/quotes/q1", language=language) as r:
                assert await _quantity(r) == "1.234"
                await r.h.settle(20)
        await phone.kill()
        async with rep(phone=phone, route="/quotes/q1", language=then) as r:
            await _quantity(r)
            await r.h.until(lambda: said in _refusals(r))
            await r.tap("save-line")
            await r.h.settle(20)
            before = (await r.device.quotes.get("q1")).lines[0].shown["quantity"]
            await r.type("field-quantity", "3")
            await r.tap("save-line")
            await r.h.until(lambda: phone.store.status.now.waiting == 1)
            line = (await r.device.quotes.get("q1")).lines[0]
            return before, line.shown["quantity"], line.shown["discount"]

    assert run(go()) == (2_000, 3_000, 250)


@in_another
def test_as_another_answer_a_number_that_its_own_language_could_not_read_is_still_asked_about(then: str, said: str) -> None:
    async def go() -> None:
        phone, _ = await asked(1_250)
        async with rep(phone=phone, route="/todo", language="fr") as r:
            await r.tap("write-x1")
            await r.h.fire(_another(r), "change", "1.234", value="1.234")
            await until_kept(r)
        for language in ("el", then):
            await phone.kill()
            async with rep(phone=phone, route="/todo", language=language) as r:
                await r.tap("write-x1")
                await r.h.until(lambda: _another(r).value == "1.234")
                await r.tap("write-save")
                await r.h.until(lambda: bool(_refusals(r)))
            refusals = _refusals(r)
        assert refusals == [said]
        assert await phone.store.waiting() == []

    run(go())


@in_another
def test_as_what_is_sent_again_a_number_that_its_own_language_could_not_read_is_still_asked_about(then: str, said: str) -> None:
    async def go() -> None:
        phone, txn = await _refused()
        async with rep(phone=phone, route=f"/attention/{txn}", language="fr") as r:
            await r.type("mend-quantity", "1.234")
            await until_kept(r)
        for language in ("el", then):
            await phone.kill()
            async with rep(phone=phone, route=f"/attention/{txn}", language=language) as r:
                await r.type("mend-discount", "2")
                await r.tap("send-again")
                await r.h.until(lambda: bool(_refusals(r)))
            refusals = _refusals(r)
        assert refusals == [said]
        assert await phone.store.waiting() == []

    run(go())


async def _refused() -> tuple[Phone, str]:
    """A phone whose quantity and discount of a line the office did not take."""
    phone, _ = await shop(server_record("quote", "q1", 7, account_id="a1", state="draft"), one_line(2_000, 1_250))
    txn = await phone.edit("quote_line", "q1l", {"quantity": 2_000, "discount": 0}, 7, quantity=3_000, discount=100)
    await phone.push("refused", errors=tuple(FieldError(name, "not_positive", "quote_line", "q1l") for name in ("quantity", "discount")))
    return phone, txn


async def _quantity(r: Rep) -> str:
    await r.tap("quantity-line1")
    await r.tap("field-quantity")
    return r.value("field-quantity")


def _refusals(r: Rep) -> list[str]:
    """Why what stands in fields is not taken."""
    return [str(each.error) for each in r.h.find(ft.TextField) if each.error]


def _another(r: Rep) -> ft.TextField:
    """The field of another answer."""
    return next(each for each in r.h.find(ft.TextField) if each.autofocus)
