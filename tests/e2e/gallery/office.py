"""Conflicts, the team, the PIN."""

from datetime import UTC, datetime

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    WAIT,
    Block,
    Chip,
    ConflictCard,
    DayStrip,
    HeroNote,
    I,
    PinDots,
    PinPad,
    RepDayCard,
    Side,
    SyncItem,
    TopBar,
    Wordmark,
    card,
    heading,
    link,
    text,
)
from mobile_app.ui.layouts import MANAGER_PLACES, Frame, HeroScreen, Pane, Screen
from mobile_app.ui.theme import Type
from tests.e2e.gallery.desk import FRENCH, NOW, ZONE, Desk
from tests.e2e.gallery.people import customer_pane


def conflicts(d: Desk) -> ft.View:
    """Two conflicts and the sync sheet's rows."""
    when = formats.moment(d.t, datetime(2026, 3, 11, 13, 2, tzinfo=UTC), NOW, ZONE)
    mine = Side("Vous", formats.moment(d.t, NOW, NOW, ZONE), "04 78 28 19 60", d.action("Garder le mien"), stands=True)
    other = Side("Camille Rey", when, "04 78 28 19 06", d.action("Prendre l’autre"))
    hours = Side("Nadia Ben Salah", when, "Mar.–dim.\n6:30–13:00", d.action("Prendre celle de Nadia"))
    cards = [
        ConflictCard(
            "Maison Perrin · Téléphone",
            "Camille a changé ce numéro hier ; vous aussi, ce matin.",
            (mine, other),
            "En vigueur",
            note="Annulable 30 jours",
            write=d.action("Écrire un autre", I.EDIT_ROUNDED),
        ),
        ConflictCard(
            "Saint-Clair · Horaires", "Nadia a indiqué d’autres horaires.", (mine, hours), "En vigueur", note="Annulable 30 jours"
        ),
    ]
    waiting = card(
        SyncItem(
            I.REQUEST_QUOTE_ROUNDED,
            "Devis Q26-K7-0041",
            "18 % dépasse votre limite de 15 %.",
            Chip("À corriger", ALERT),
            action=d.action("Corriger le devis"),
        ),
        SyncItem(
            I.WHERE_TO_VOTE_ROUNDED,
            "Visite chez Maison Perrin",
            "Arrivée, notes · 08:53",
            Chip("En attente", WAIT),
            on_press=d.press("item"),
        ),
    )
    return Screen(d.t, d.frame, Pane(d.frame, TopBar(d.t("To do"), "2", trailing=d.badge()), [*cards, waiting]))


def team(d: Desk) -> ft.View:
    """The manager's rail and a rep's day."""
    blocks = [
        Block(8.25, 8.9, "done"),
        Block(9.33, 9.75, "missed"),
        Block(10.47, 11.2, "here"),
        Block(11.67, 12.1, "late"),
        Block(14, 14.6, "planned"),
    ]
    strip = DayStrip(blocks, 10.7, "2 of 5 visits done")
    chip = Chip("Saint-Clair at risk: closes at 12:00", WAIT)
    side = RepDayCard("ÉM", "Élodie Marchand", FRENCH, "2/7", strip, chip=chip, selected=True, on_press=d.press("Élodie"))
    frame = Frame(d.frame.width, "team", d.frame.go, MANAGER_PLACES, {"conflicts": 2})
    return Screen(
        d.t,
        frame,
        Pane(frame, TopBar(d.t("Team"), trailing=d.badge()), [side], listing=True),
        customer_pane(d) if frame.two_panes else None,
    )


def unlock(d: Desk) -> ft.View:
    """The PIN."""

    def digit(value: str) -> None:
        d.log.digits += value

    def delete() -> None:
        d.log.digits = d.log.digits[:-1]

    soft = ft.Colors.ON_PRIMARY_FIXED_VARIANT
    return HeroScreen(
        [
            Wordmark(),
            ft.Container(expand=1),
            heading("Good morning, Élodie", Type.HEADLINE, ft.Colors.ON_PRIMARY_FIXED),
            text("Enter your PIN. It opens your data on this phone, with or without a signal.", Type.BODY, soft),
            PinDots(d.t, len(d.log.digits)),
            HeroNote(I.INFO_ROUNDED, "That PIN was not right. You have 8 tries left."),
            ft.Container(expand=1),
            PinPad(d.t, digit, delete, d.action("Unlock with your fingerprint", I.FINGERPRINT_ROUNDED)),
            ft.Container(link(d.action("Forgotten PIN: sign in again"), ft.Colors.ON_PRIMARY_FIXED), alignment=ft.Alignment.CENTER),
        ]
    )
