"""The list of quotes, and a quote beside it or over it."""

import flet as ft

from mobile_app.data.repositories.rows import QuoteRow
from mobile_app.ui import formats
from mobile_app.ui.design import (
    CARD,
    Action,
    EmptyState,
    FilterChip,
    HistoryRow,
    I,
    Press,
    TopBar,
    card,
    column,
    keyed,
    search_field,
    use_model,
)
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.beside import Page, list_screen, page_screen
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.paging import page_list, until_ready
from mobile_app.ui.features.quotes.listing import QuotesModel, Shelf
from mobile_app.ui.features.quotes.page import QuotePane
from mobile_app.ui.features.quotes.where import Where
from mobile_app.ui.features.quotes.words import number_words, state_chip
from mobile_app.ui.features.states import nothing_here
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space


@ft.component
def QuotesScreen() -> ft.View:
    """The list; with two panes also the quote of the address."""
    t, quote_id, where = use_words(), chosen("id"), use_model(Where)

    def nothing() -> ft.Control:
        return EmptyState(I.REQUEST_QUOTE_OUTLINED, t("Choose a quote"), t("It is shown here."))

    return list_screen("quotes", QuoteList(quote_id), _page(where), nothing, quote_id)


@ft.component
def QuoteScreen() -> ft.View:
    """A quote on a phone; going back closes first what stands over its page."""
    where = use_model(Where)
    return page_screen("quotes", _page(where), where.back if where.deep else None)


def _page(where: Where) -> Page:
    return lambda quote_id: keyed(QuotePane, quote_id)(quote_id, where)


@ft.component
def QuoteList(selected: str) -> ft.Control:
    """The quotes of one's territories, the newest first."""
    session, t, frame = use_session(), use_words(), use_frame("quotes")
    model = use_live(lambda: QuotesModel(session.device))
    find = search_field(
        t("Customer or number"),
        model.query,
        model.search,
        Action(t("Clear the search"), lambda: model.search("")),
        identifier="search-quotes",
    )
    top = column(
        TopBar(t("Quotes"), trailing=SyncBadgeHere()),
        ft.Container(column(find, _shelves(t, model)), padding=ft.Padding(left=Space.PHONE, right=Space.PHONE, bottom=Space.S)),
        spacing=0,
    )
    return Pane(frame, top, _found(session, t, model, selected), listing=True)


def _shelves(t: Words, model: QuotesModel) -> ft.Control:
    def choose(shelf: Shelf) -> Press:
        return lambda: model.choose(shelf)

    shelves: tuple[tuple[Shelf, str], ...] = (("drafts", t("Drafts")), ("sent", t.sense("quotes", "Sent")), ("decided", t("Decided")))
    chips = [
        FilterChip(label, choose(shelf), selected=model.shelf == shelf, identifier=f"shelf-{shelf}", key=shelf) for shelf, label in shelves
    ]
    return ft.Row(list(chips), spacing=Space.S, scroll=ft.ScrollMode.HIDDEN)


def _found(session: Session, t: Words, model: QuotesModel, selected: str) -> ft.Control | list[ft.Control]:
    unready = until_ready(t, model)
    if unready is not None:
        return unready
    if not model.rows:
        return [nothing_here(t, session, _none(session, t, narrowed=model.narrowed))]
    rows = [_row(session, t, model, quote, selected=quote.id == selected) for quote in model.rows]
    return page_list(model, rows, ft.Padding(left=Space.PHONE, right=Space.PHONE, top=4, bottom=Space.XL), spacing=Space.S)


def _row(session: Session, t: Words, model: QuotesModel, quote: QuoteRow, *, selected: bool) -> ft.Control:
    day = formats.since(t, quote.quoted_on, model.today) if quote.quoted_on else ""
    by = quote.user if quote.user_id != session.device.profile.id else ""
    tile = HistoryRow(
        I.REQUEST_QUOTE_ROUNDED if selected else I.REQUEST_QUOTE_OUTLINED,
        quote.account,
        formats.joined((number_words(t, quote), day, by)),
        lambda: session.go(f"/quotes/{quote.id}"),
        trailing=formats.money_of(t, quote.gross, quote.currency),
        chip=state_chip(t, quote.state, quote.valid_until, model.today),
        divider=False,
        identifier=f"quote-{quote.id}",
    )
    return card(tile, padding=Space.XS, bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else CARD, key=quote.id)


def _none(session: Session, t: Words, *, narrowed: bool) -> ft.Control:
    if narrowed:
        return EmptyState(I.SEARCH_OFF_ROUNDED, t("No quote found"), t("Try another name, another number, or all states."))
    choose = (
        None
        if session.manages
        else Action(t("Choose a customer"), lambda: session.go("/customers"), I.STOREFRONT_ROUNDED, "choose-customer")
    )
    return EmptyState(I.REQUEST_QUOTE_OUTLINED, t("No quotes yet"), t("Begin one from a customer’s page or during a visit."), choose)
