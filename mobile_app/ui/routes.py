"""Which screen stands at which address. One View per level of a path, so that going back leads one level up.

On a phone ``/customers/1`` is a View of its own over the list. With two panes ``CustomersScreen`` (and likewise ``QuotesScreen`` and
``ReviewScreen``) shows both: it reads the chosen id with ``chosen("id")``. Forms are Views of their own on both.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import flet as ft

from mobile_app.ui.session import use_session

Component = Callable[..., Any]

_FEATURES = "mobile_app.ui.features."


def chosen(name: str = "id") -> str:
    """Return the part of the address called ``name``, or '' where this address has none. A hook."""
    return ft.use_route_params().get(name) or ""


def _screen(module: str, name: str) -> Component | None:
    if find_spec(_FEATURES + module) is None:
        return None
    component: Component | None = getattr(import_module(_FEATURES + module), name, None)
    return component


def _route(path: str, screen: Component | None, *children: ft.Route | None) -> ft.Route | None:
    inner = [child for child in children if child is not None]
    if screen is None:
        return None
    return ft.Route(path=path, component=screen, children=inner or None)


def _present(*routes: ft.Route | None) -> list[ft.Route]:
    return [route for route in routes if route is not None]


@ft.component
def NotFound() -> list[ft.View]:
    """An address without a screen, and ``/``: the person's first place is shown instead."""
    session = use_session()
    ft.use_effect(lambda: session.go(session.home), [])
    return [ft.View(route="/", controls=[])]


def routes(*, manages: bool, two_panes: bool) -> list[ft.Route]:
    """Return the tree for a rep or a manager."""
    return [*_work(two_panes=two_panes), *_places(manages=manages, two_panes=two_panes)]


def _work(*, two_panes: bool) -> list[ft.Route]:
    contact_form = _screen("customers", "ContactForm")
    customer = _screen("customers", "CustomerScreen")
    customers = _screen("customers", "CustomersScreen")
    account_form = _screen("customers", "CustomerForm")
    quotes, quote = _screen("quotes", "QuotesScreen"), _screen("quotes", "QuoteScreen")
    forms = (_route("customers/new", account_form), _route("customers/:id/edit", account_form))
    forms += (_route("customers/:id/contacts/new", contact_form), _route("contacts/:id/edit", contact_form))
    lists: tuple[ft.Route | None, ...]
    if two_panes:
        lists = (_route("customers/:id?", customers), _route("quotes/:id?", quotes))
    else:
        lists = (_route("customers", customers, _route(":id", customer)), _route("quotes", quotes, _route(":id", quote)))
    return _present(
        *forms, _route("visits/new", _screen("visits", "VisitPlanScreen")), _route("visits/:id", _screen("visits", "VisitScreen")), *lists
    )


def _places(*, manages: bool, two_panes: bool) -> list[ft.Route]:
    todo, settings = _screen("todo", "TodoScreen"), _screen("settings", "SettingsScreen")
    common = (
        _route("todo", todo),
        _route("attention/:txn", _screen("todo", "AttentionScreen")),
        _route("conflicts", _screen("todo", "ConflictsScreen")),
        _route("settings", settings),
    )
    if not manages:
        return _present(_route("today", _screen("today", "TodayScreen")), *common)
    team, review = _screen("team", "TeamScreen"), _screen("team", "ReviewScreen")
    reviews = _route("review/:id?", review) if two_panes else _route("review", review, _route(":id", _screen("team", "ReviewVisitScreen")))
    return _present(_route("team", team), reviews, *common)
