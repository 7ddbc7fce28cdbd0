"""Which screen stands at which address. One View per level of a path, so that going back leads one level up.

On a phone ``/customers/1`` is a View of its own over the list. With two panes ``CustomersScreen`` (and likewise ``QuotesScreen`` and
``ReviewScreen``) shows both: it reads the chosen id with ``chosen("id")``. Forms are Views of their own on both.
"""

from collections.abc import Callable

import flet as ft

from mobile_app.ui.features.customers import ContactForm, CustomerForm, CustomerScreen, CustomersScreen
from mobile_app.ui.features.photos import PhotoScreen
from mobile_app.ui.features.quotes import QuoteScreen, QuotesScreen
from mobile_app.ui.features.settings import MovingScreen, OfficeScreen, SettingsScreen, VerifyScreen
from mobile_app.ui.features.team import ReviewScreen, ReviewVisitScreen, TeamScreen
from mobile_app.ui.features.today import TodayScreen
from mobile_app.ui.features.todo import AttentionScreen, ConflictsScreen, TodoScreen
from mobile_app.ui.features.visits import VisitPlanScreen, VisitScreen
from mobile_app.ui.session import use_session

Component = Callable[..., object]


@ft.component
def NotFound() -> list[ft.View]:
    """An address without a screen, and ``/``: the person's first place is shown instead."""
    session = use_session()
    ft.use_effect(lambda: session.go(session.home), [])
    return [ft.View(route="/", controls=[])]


def routes(*, manages: bool, two_panes: bool) -> list[ft.Route]:
    """Return the tree for a rep or a manager."""
    return [*_forms(), *_lists(two_panes=two_panes), *_common(), *(_office(two_panes=two_panes) if manages else _road())]


def _forms() -> list[ft.Route]:
    return [
        ft.Route(path="customers/new", component=CustomerForm),
        ft.Route(path="customers/:id/edit", component=CustomerForm),
        ft.Route(path="customers/:id/contacts/new", component=ContactForm),
        ft.Route(path="contacts/:id/edit", component=ContactForm),
        ft.Route(path="visits/new", component=VisitPlanScreen),
        ft.Route(path="visits/:id", component=VisitScreen),
        ft.Route(path="photos/:id", component=PhotoScreen),
    ]


def _lists(*, two_panes: bool) -> list[ft.Route]:
    return [
        _list("customers", CustomersScreen, CustomerScreen, two_panes=two_panes),
        _list("quotes", QuotesScreen, QuoteScreen, two_panes=two_panes),
    ]


def _list(path: str, listing: Component, page: Component, *, two_panes: bool) -> ft.Route:
    if two_panes:
        return ft.Route(path=f"{path}/:id?", component=listing)
    return ft.Route(path=path, component=listing, children=[ft.Route(path=":id", component=page)])


def _common() -> list[ft.Route]:
    return [
        ft.Route(path="todo", component=TodoScreen),
        ft.Route(path="attention/:txn", component=AttentionScreen),
        ft.Route(path="conflicts", component=ConflictsScreen),
        ft.Route(path="settings", component=SettingsScreen),
        ft.Route(path="settings/verify", component=VerifyScreen),
        ft.Route(path="settings/moving", component=MovingScreen),
        ft.Route(path="settings/server", component=OfficeScreen),
    ]


def _road() -> list[ft.Route]:
    return [ft.Route(path="today", component=TodayScreen)]


def _office(*, two_panes: bool) -> list[ft.Route]:
    return [ft.Route(path="team", component=TeamScreen), _list("review", ReviewScreen, ReviewVisitScreen, two_panes=two_panes)]
