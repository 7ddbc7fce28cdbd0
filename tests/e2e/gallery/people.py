"""Customers: the list and the page."""

from datetime import date

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    INK,
    OK,
    WAIT,
    Chip,
    CustomerTile,
    FilterChip,
    HistoryRow,
    I,
    KeyFigure,
    PrimaryBar,
    QuickActions,
    StatusChip,
    TopBar,
    card,
    equal_row,
    fact,
    heading,
    icon_button,
    left,
    row,
    row_height,
    rows_card,
    search_field,
    section,
)
from mobile_app.ui.layouts import Pane, Screen
from mobile_app.ui.theme import Type
from tests.e2e.gallery.desk import FRENCH, GREEK, TODAY, Desk


def customer_pane(d: Desk) -> ft.Control:
    """A customer's page."""
    t = d.t
    quick = QuickActions(
        d.action("Κλήση", I.CALL_ROUNDED),
        d.action("Μήνυμα", I.SMS_ROUNDED),
        d.action("E-mail", I.MAIL_ROUNDED),
        d.action("Διαδρομή", I.DIRECTIONS_ROUNDED),
    )
    people = rows_card(
        CustomerTile("ΕΠ", "Ελένη Παπαδοπούλου", "Ιδιοκτήτρια · προτιμά τηλέφωνο το πρωί", d.press("Eleni"), key="1"),
        CustomerTile("ΘΚ", "Θεόδωρος Κωνσταντινίδης", formats.phone(t, "+302310123456"), d.press("Theo"), key="2"),
    )
    history = rows_card(
        HistoryRow(
            I.REQUEST_QUOTE_ROUNDED,
            "Q26-K7-0042",
            formats.since(t, date(2026, 3, 1), TODAY),
            d.press("Q42"),
            trailing=formats.money(t, 231600, "EUR"),
        ),
        HistoryRow(
            I.WHERE_TO_VOTE_ROUNDED,
            formats.duration(t, 42),
            formats.short_day(t, date(2025, 2, 19), TODAY),
            chip=Chip("Place unsure", WAIT),
        ),
        HistoryRow(I.PERCENT_ROUNDED, formats.percent(t, 1800), "Q26-K7-0041", action=d.action("Decide"), divider=False),
    )
    body = [
        quick,
        card(
            heading("Πριν μπείτε"),
            left(StatusChip(Chip("Ανοιχτό παράπονο, 6 ημέρες", ALERT))),
            fact(
                I.BUILD_ROUNDED, "Ο φούρνος Miwe 1.2 χάνει θερμοκρασία πάνω από τους 220 °C. Ο τεχνικός έρχεται την Τρίτη.", INK, Type.BODY
            ),
        ),
        equal_row(
            KeyFigure("Υπόλοιπο", formats.money(t, 128400, "EUR"), "12 ημέρες εκπρόθεσμο", tone=WAIT),
            KeyFigure(
                "Αγορές", formats.number(t, 18640), "8% πάνω από πέρυσι", tone=OK, name=I.TRENDING_UP_ROUNDED, on_press=d.press("figure")
            ),
        ),
        section("Επαφές", people, action=d.action("Προσθήκη")),
        section("Ιστορικό", history, action=d.action("Όλα")),
    ]
    back = None if d.frame.two_panes else d.action("Back", I.ARROW_BACK_ROUNDED)
    top = TopBar(GREEK, "Τσιμισκή 48, Θεσσαλονίκη", back, icon_button(d.action("More", I.MORE_VERT_ROUNDED)))
    return Pane(
        d.frame, top, body, PrimaryBar(d.action("Έναρξη επίσκεψης", I.WHERE_TO_VOTE_ROUNDED), d.action("Προσφορά"), wide=d.frame.wide)
    )


def customers(d: Desk) -> ft.View:
    """The list and, where it fits, a page beside it."""
    rows = [
        CustomerTile(
            "ΑΠ",
            GREEK,
            "Θεσσαλονίκη · πριν 21 ημέρες",
            d.press("a"),
            trailing=formats.distance(d.t, 1200),
            chip=Chip("Ανοιχτό παράπονο", ALERT),
            selected=True,
        ),
        CustomerTile("ΕΚ", "Εργαστήριο Ζαχαροπλαστικής Κωνσταντίνα", "Πυλαία", d.press("b"), trailing=formats.distance(d.t, 6800)),
        *[
            CustomerTile("MP", f"{FRENCH} {i}", f"Lyon {i}", d.press(f"row {i}"), height=row_height(1), chip=Chip("Late", WAIT), key=str(i))
            for i in range(3)
        ],
    ]

    def typed(value: str) -> None:
        d.log.typed = value

    search = search_field("Name, town, phone", d.log.typed, typed, d.action("Clear the search"))
    body = [search, row(FilterChip("30 km", d.press("30"), selected=True), FilterChip("60 ημέρες χωρίς", d.press("60"))), rows_card(*rows)]
    listing = Pane(d.frame, TopBar(d.t("Customers"), "600", trailing=d.badge()), body, listing=True)
    return Screen(d.t, d.frame, listing, customer_pane(d) if d.frame.two_panes else None)


def customer(d: Desk) -> ft.View:
    """One customer."""
    return Screen(d.t, d.frame, customer_pane(d), tabs=False)
