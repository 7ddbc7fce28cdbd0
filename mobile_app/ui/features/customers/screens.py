"""The list of customers, and a customer's page beside it or over it."""

import flet as ft

from mobile_app.data.repositories.accounts import AccountDetail, AccountRow
from mobile_app.data.zones import zone_of
from mobile_app.ui import formats
from mobile_app.ui.design import (
    WAIT,
    Action,
    Chip,
    CustomerTile,
    EmptyState,
    I,
    Press,
    PrimaryBar,
    TopBar,
    column,
    icon_button,
    keyed,
    row,
    row_height,
    search_field,
)
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.beside import list_screen, page_badge, page_screen
from mobile_app.ui.features.customers.listing import CustomersModel
from mobile_app.ui.features.customers.model import CustomerModel
from mobile_app.ui.features.customers.page import CustomerActions, address, customer_body
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.paging import page_list, until_ready
from mobile_app.ui.features.reach import call, mail, message, navigate
from mobile_app.ui.features.states import nothing_here, unready
from mobile_app.ui.features.visits.arrival import Arrival, use_arrival
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space


@ft.component
def CustomersScreen() -> ft.View:
    """The list; with two panes also the customer of the address."""
    t, account_id = use_words(), chosen("id")

    def nobody() -> ft.Control:
        return EmptyState(I.STOREFRONT_ROUNDED, t("Choose a customer"), t("Their page is shown here."))

    return list_screen("customers", CustomerList(account_id), _page, nobody, account_id)


@ft.component
def CustomerScreen() -> ft.View:
    """A customer's page on a phone."""
    return page_screen("customers", _page)


def _page(account_id: str) -> ft.Control:
    return keyed(CustomerPane, account_id)(account_id)


# ---- the list
@ft.component
def CustomerList(selected: str) -> ft.Control:
    """All customers by name, or those found."""
    session, t, frame = use_session(), use_words(), use_frame("customers")
    model = use_live(lambda: CustomersModel(session.device.accounts, session.device.notifier))
    count = t.plural("{n} on this device", "{n} on this device", model.count) if model.phase == "ready" else ""
    top = column(
        TopBar(t("Customers"), count, trailing=SyncBadgeHere()),
        ft.Container(_search(t, session, model), padding=ft.Padding(left=Space.PHONE, right=Space.PHONE, bottom=Space.S)),
        spacing=0,
    )
    return Pane(frame, top, _found(session, t, model, selected, row_height(frame.text_scale)), listing=True)


def _search(t: Words, session: Session, model: CustomersModel) -> ft.Control:
    def clear() -> None:
        model.search("")

    find = search_field(
        t("Name, town, phone, VAT id"), model.query, model.search, Action(t("Clear the search"), clear), identifier="search-customers"
    )
    find.expand = True
    add = Action(t("New customer"), lambda: session.go("/customers/new"), I.ADD_BUSINESS_ROUNDED, "new-customer")
    return ft.Row([find, icon_button(add, "tonal")], spacing=Space.S, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def _found(session: Session, t: Words, model: CustomersModel, selected: str, height: float) -> ft.Control | list[ft.Control]:
    unready = until_ready(t, model)
    if unready is not None:
        return unready
    if not model.rows:
        return [nothing_here(t, session, _nobody(session, t, model.found_for))]
    rows = [_tile(session, t, row, selected=row.id == selected, height=height) for row in model.rows]
    return page_list(model, rows, ft.Padding(left=Space.S, right=Space.S, bottom=Space.XL), item_extent=height)


def _tile(session: Session, t: Words, row: AccountRow, *, selected: bool, height: float) -> ft.Control:
    today = session.device.store.today()
    seen = ""
    if row.last_visit_at is not None:
        zone = zone_of(session.device.clock.zone())
        seen = t("seen {when}", when=formats.since(t, row.last_visit_at.astimezone(zone).date(), today))
    chip = Chip(t("Waiting to be sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED) if row.pending else None
    return CustomerTile(
        row.initials,
        row.name,
        formats.joined((row.city, seen)),
        lambda: session.go(f"/customers/{row.id}"),
        chip=chip,
        selected=selected,
        height=height,
        identifier=f"customer-{row.id}",
        key=row.id,
    )


def _nobody(session: Session, t: Words, query: str) -> ft.Control:
    create = Action(t("New customer"), lambda: session.go("/customers/new"), I.ADD_BUSINESS_ROUNDED, "create-customer")
    if query:
        nobody = t("Nobody found for “{query}”", query=query)
        return EmptyState(I.SEARCH_OFF_ROUNDED, nobody, t("Try fewer letters, or make them a customer."), create)
    return EmptyState(I.STOREFRONT_ROUNDED, t("No customers here yet"), t("They come with the first download."), create)


# ---- the page
@ft.component
def CustomerPane(account_id: str) -> ft.Control:
    """One customer, on a phone or in a tablet's pane."""
    session, t, frame = use_session(), use_words(), use_frame("customers")
    model = use_live(lambda: CustomerModel(session.device, account_id))
    arrival = use_arrival()
    known = model.known
    back = None if frame.two_panes else Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")
    if known is None or model.phase == "gone":
        body = unready(t, model.phase, model.reload, session.back) or []
        return Pane(frame, TopBar(t("Customer"), "", back), body)
    account = known.account
    edit = Action(t("Edit {name}", name=account.name), _going(session, f"/customers/{account.id}/edit"), I.EDIT_ROUNDED, "edit-customer")
    top = TopBar(account.name, address(account), back, row(icon_button(edit), *page_badge(frame), spacing=0, tight=True))
    clock = session.device.clock
    body = customer_body(t, known, _actions(session, t, account), now=now_of(clock), zone=clock.zone(), large=frame.large)
    return Pane(frame, top, body, _bar(session, t, frame, account, arrival))


def _bar(session: Session, t: Words, frame: Frame, account: AccountDetail, arrival: Arrival) -> ft.Control | None:
    if session.manages:
        return None

    async def begin() -> None:
        here = session.here
        visit = await arrival.start(account.id)
        if visit is not None:
            session.go(f"/visits/{visit}", here)

    async def offer() -> None:
        here = session.here
        written = await session.device.quotes.create(account.id)
        session.go(f"/quotes/{written.id}", here)

    main = Action(t("Finding the place") if arrival.locating else t("Start a visit"), begin, I.WHERE_TO_VOTE_ROUNDED, "start-visit")
    return PrimaryBar(main, Action(t("Quote"), offer, I.REQUEST_QUOTE_OUTLINED, "new-quote"), wide=frame.wide, large=frame.large)


def _actions(session: Session, t: Words, account: AccountDetail) -> CustomerActions:
    phone = account.phone or next((number for person in account.contacts for number in person.phones), "")
    address_ = account.email or next((mail for person in account.contacts for mail in person.emails), "")
    return CustomerActions(
        call=call(session, t, phone) if phone else None,
        message=message(session, t, phone) if phone else None,
        mail=mail(session, t, address_) if address_ else None,
        navigate=navigate(session, t, account.place, account.name) if account.place is not None else None,
        add_contact=_going(session, f"/customers/{account.id}/contacts/new"),
        open_contact=lambda id_: _going(session, f"/contacts/{id_}/edit"),
        open_quote=lambda id_: _going(session, f"/quotes/{id_}"),
        open_visit=lambda id_: _going(session, f"/visits/{id_}"),
        plan=_going(session, f"/visits/new?account={account.id}"),
        settle=_going(session, "/conflicts" if session.manages else "/todo"),
    )


def _going(session: Session, route: str) -> Press:
    return lambda: session.go(route)
