"""What becomes of a quote: sent, revised, accepted, expired; a colleague's is only read."""

import flet as ft

from mobile_app.data.repositories.quote_detail import QuoteDetail
from tests.mobile_app.data.store.phone import server_record
from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.quotes.test_quote_page import begun, now
from tests.mobile_app.ui.rep import rep


def test_a_sent_quote_stands_and_its_revision_is_a_draft_of_the_same_number() -> None:
    async def go() -> tuple[QuoteDetail, QuoteDetail]:
        async with rep() as r:
            id_ = await begun(r)
            await r.tap("send-quote")
            await r.sees("It stands as the customer has it; changes make a revision.")
            assert not [s for s in r.h.find(ft.Semantics) if (s.identifier or "").startswith(("more-", "add-product"))]
            await r.tap("revise-quote")
            await r.sees("Q26-K7-0001 · revision 2")
            return await now(r, id_), await now(r, r.route.rsplit("/", 1)[1])

    old, new = run(go())

    assert (old.state, new.state, new.revision, len(new.lines)) == ("superseded", "draft", 2, 1)


def test_the_customers_yes_is_asked_for_before_it_is_written() -> None:
    async def go() -> tuple[str, str]:
        async with rep() as r:
            id_ = await begun(r)
            await r.tap("send-quote")
            await r.tap("accept-quote")
            await r.sees("Has the customer said yes?")
            asked = (await now(r, id_)).state
            await r.tap("yes-accepted")
            await r.sees("The customer has accepted this quote.")
            return asked, (await now(r, id_)).state

    assert run(go()) == ("sent", "accepted")


def test_a_sent_quote_past_its_last_day_is_shown_as_expired() -> None:
    old = server_record(
        "quote",
        "q1",
        5,
        account_id="a1",
        user_id="u1",
        number="Q26-K7-0007",
        revision=1,
        currency="EUR",
        rounding="rate",
        quoted_on="2026-01-01",
        valid_until="2026-02-01",
        state="sent",
    )

    async def go() -> list[str]:
        async with rep(old, route="/quotes/q1") as r:
            await r.sees("Its last day has passed.")
            return r.shown()

    assert "Expired" in run(go())


def test_a_colleagues_quote_is_only_read() -> None:
    theirs = server_record(
        "quote",
        "q1",
        5,
        account_id="a1",
        user_id="u2",
        number="Q26-K9-0007",
        revision=1,
        currency="EUR",
        rounding="rate",
        quoted_on="2026-09-01",
        state="draft",
    )

    async def go() -> list[str]:
        async with rep(theirs, route="/quotes/q1", role="manager", width=1024) as r:
            await r.sees("Claire Dubois made this quote. You can read it here.")
            return [s.identifier or "" for s in r.h.find(ft.Semantics)]

    assert not {"send-quote", "add-product", "field-note"} & set(run(go()))
