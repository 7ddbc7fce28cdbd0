"""Going to another screen does not wait for the client."""

import flet as ft

from tests.mobile_app.ui.harness import run
from tests.mobile_app.ui.rep import Rep, rep


def stands(app: Rep, identifier: str) -> bool:
    return any(found.identifier == identifier for found in app.h.find(ft.Semantics))


def test_a_screen_stands_before_the_client_has_answered() -> None:
    async def go() -> None:
        async with rep() as app:
            app.h.connection.session = None  # it says nothing from now on

            app.session.go("/customers")

            await app.h.until(lambda: stands(app, "search-customers"))
            assert app.route == "/customers"
            assert ("push_route", {"route": "/customers"}) in app.h.connection.calls

    run(go())


def test_what_the_client_says_afterwards_changes_nothing() -> None:
    async def go() -> None:
        async with rep() as app:
            app.session.go("/customers")
            app.session.go("/settings")

            await app.h.until(lambda: stands(app, "lock-now"))
            await app.h.settle()

            assert app.route == "/settings"
            assert not stands(app, "search-customers")

    run(go())


def test_going_back_leads_where_one_came_from() -> None:
    async def go() -> None:
        async with rep() as app:
            app.session.go("/settings")

            app.session.back()

            await app.h.until(lambda: app.route == "/today")

    run(go())


def test_what_ends_after_one_went_elsewhere_takes_nobody_back() -> None:
    async def go() -> tuple[str, str]:
        async with rep(route="/customers/a1/edit") as app:
            begun = app.session.here
            app.session.go("/settings")

            app.session.back(begun)

            await app.h.settle()
            stayed = app.route
            app.session.back("/settings")
            await app.h.until(lambda: app.route != "/settings")
            return stayed, app.route

    assert run(go()) == ("/settings", "/customers/a1/edit")
