"""A quote, and a form with every field and button."""

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import (
    NEUTRAL,
    OK,
    WAIT,
    Chip,
    ChoiceRow,
    I,
    PrimaryBar,
    QuoteLineRow,
    QuoteTotals,
    StatusChip,
    Stepper,
    TopBar,
    TotalRow,
    button,
    card,
    heading,
    icon_button,
    link,
    row,
    select_field,
    switch_row,
    text,
)
from mobile_app.ui.design import (
    field as text_field,
)
from mobile_app.ui.layouts import Pane, Screen
from mobile_app.ui.theme import Type
from tests.e2e.gallery.desk import FRENCH, Desk


def quote(d: Desk) -> ft.View:
    """Lines, totals, the bar with the sum."""
    t = d.t

    def stepper(value: int) -> ft.Control:
        return Stepper(
            formats.number(t, value), d.action("One fewer", I.REMOVE_ROUNDED), d.action("One more", I.ADD_ROUNDED), d.action("Quantity")
        )

    total = formats.money(t, 2105216, "EUR")
    body = [
        QuoteLineRow(
            "Four à sole électrique Bongard Omega 2, trois étages, façade inox",
            formats.joined([formats.money(t, 1148000, "EUR"), f"- {formats.percent(t, 1000)}"]),
            Chip("March’s list, up to date", OK, I.VERIFIED_ROUNDED),
            formats.money(t, 1033200, "EUR"),
            stepper(1),
            on_press=d.press("line"),
            key="1",
        ),
        QuoteLineRow(
            "Farine de tradition T65", "21,90", Chip("Price list 9 days old", WAIT), formats.money(t, 83200, "EUR"), stepper(1400), key="2"
        ),
        QuoteLineRow(
            "Read only",
            "3 240",
            Chip("Typed by you", NEUTRAL, I.EDIT_ROUNDED),
            formats.money(t, 648000, "EUR"),
            quantity=formats.quantity(t, 2500, "kg"),
        ),
        button(d.action("Add a product", I.ADD_ROUNDED), "outlined"),
        QuoteTotals(
            [("Net", formats.money(t, 1764400, "EUR")), (f"VAT {formats.percent(t, 550)}", formats.money(t, 4576, "EUR"))],
            ("Total", total),
            "Valid until 11 April.",
        ),
    ]
    top = TopBar("Q26-K7-0043", FRENCH, d.action("Back", I.ARROW_BACK_ROUNDED), StatusChip(Chip("Draft", NEUTRAL, I.EDIT_ROUNDED)))
    bar = PrimaryBar(d.action("Mark as sent", I.SEND_ROUNDED), lead=TotalRow("Total", total, small=True), wide=d.frame.wide)
    return Screen(t, d.frame, Pane(d.frame, top, body, bar), tabs=False)


def form(d: Desk) -> ft.View:
    """Fields, answers, buttons of each kind."""

    def typed(value: str) -> None:
        d.log.typed = value

    def switched(value: bool) -> None:
        d.log.on = value

    def chosen(value: int) -> None:
        d.log.chosen = value

    body = [
        text_field("Name", d.log.typed, typed, identifier="name"),
        text(f"typed {d.log.typed or 'nothing'}"),
        text_field("Phone", "04 78", error="This is not a phone number. Write it as 04 78 28 19 60.", keyboard=ft.KeyboardType.PHONE),
        text_field("Ce qui s’est dit", "Mme Perrin hésite entre deux fours. Elle veut revoir la consommation.", lines=3),
        text_field("Discount", "10", suffix="%", helper="Up to 15 %"),
        text_field("Password", "secret", password=True, reveal=d.action("Show the password", I.VISIBILITY_ROUNDED)),
        select_field("Language", "fr", [("en", "English"), ("fr", "Français"), ("el", "Ελληνικά")], typed),
        card(heading("Est-il sous contrat ?", Type.SUBTITLE), ChoiceRow(("Oui", "Non", "À vérifier"), d.log.chosen, chosen)),
        card(switch_row(I.AIRPLANEMODE_ACTIVE_ROUNDED, "Travailler hors ligne", "Vous choisissez quand envoyer", d.log.on, switched)),
        text(f"switch {'on' if d.log.on else 'off'}"),
        *[button(d.action(kind), kind) for kind in ("accent", "filled", "tonal", "outlined", "danger")],
        button(d.action("disabled"), enabled=False),
        row(
            link(d.action("A link")),
            icon_button(d.action("More", I.MORE_VERT_ROUNDED), "tonal"),
            icon_button(d.action("Less", I.REMOVE_ROUNDED), enabled=False),
        ),
    ]
    return Screen(d.t, d.frame, Pane(d.frame, TopBar("Form", trailing=d.badge()), body), tabs=False)
