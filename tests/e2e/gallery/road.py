"""The tour and the states of a screen."""

import flet as ft

from mobile_app.ui import formats
from mobile_app.ui.design import (
    WAIT,
    Banner,
    Chip,
    EmptyState,
    ErrorState,
    I,
    NextStopCard,
    Progress,
    Skeleton,
    SyncBadge,
    TopBar,
    TourProgress,
    VisitTile,
    card,
    section,
)
from mobile_app.ui.layouts import Pane, Screen
from tests.e2e.gallery.desk import FRENCH, GREEK, TODAY, Desk


def today(d: Desk) -> ft.View:
    """The tour."""
    t = d.t
    stops = [
        VisitTile("08:15", "Maison Perrin", formats.duration(t, 38), "done", d.press("Perrin"), first=True, key="a"),
        VisitTile("09:20", "Le Pain Quotidien des Pentes", formats.duration(t, 24), "done", d.press("Pentes"), key="b"),
        VisitTile("10:30", FRENCH, formats.distance(t, 2440), "next", d.press("Fournil"), key="c"),
        VisitTile(
            "11:40", "Pâtisserie Saint-Clair", "Caluire", "late", d.press("Clair"), chip=Chip("Closes at 12:00: go before?", WAIT), key="d"
        ),
        VisitTile("14:00", GREEK, formats.distance(t, 6800), "planned", d.press("Greek"), key="e"),
        VisitTile("15:30", "Chez Fatima & Fils", "Vaulx-en-Velin", "missed", d.press("Fatima"), key="f"),
        VisitTile("16:45", "Moulin de la Rize", "Villeurbanne", "planned", None, last=True, key="g"),
    ]
    hero = NextStopCard(
        t("Today"),
        "10:30",
        FRENCH,
        "14 rue du Mail, 69004 Lyon",
        facts=((I.NEAR_ME_ROUNDED, formats.distance(t, 2440)), (I.SCHEDULE_ROUNDED, formats.duration(t, 45))),
        main=d.action("J’y suis", I.WHERE_TO_VOTE_ROUNDED),
        others=(d.action("Call", I.CALL_ROUNDED), d.action("Navigate", I.DIRECTIONS_ROUNDED)),
        warning="1 open complaint since 6 days",
        on_press=d.press("hero"),
    )
    title = formats.capitalised(formats.long_day(t, TODAY))
    body = [
        TourProgress(2, 7, "2 / 7", "17:40"),
        hero,
        section(t("Visits"), card(*stops, spacing=0, padding=ft.Padding(left=16, top=4, right=16, bottom=4)), action=d.action("Reorder")),
    ]
    return Screen(
        t, d.frame, Pane(d.frame, TopBar(title, trailing=d.badge()), body, listing=True), None if not d.frame.wide else states_pane(d)
    )


def states_pane(d: Desk) -> ft.Control:
    """Banner, empty, failed, loading, progress."""
    body = [
        Banner("Pas de réseau. Tout est enregistré sur ce téléphone et partira au retour du signal.", d.action("Voir")),
        Banner("Working offline. Everything is saved on this phone."),
        EmptyState(I.ROUTE_ROUNDED, "Rien de prévu demain", "Choisissez les clients à voir.", d.action("Préparer la tournée")),
        ErrorState("This page could not be opened", "Nothing was lost. Everything you typed is saved.", d.action("Try again")),
        section("Loading", card(Skeleton(3, "Loading"))),
        card(Progress("Getting your customers", "1,240 of 10,000", 0.12)),
    ]
    return Pane(d.frame, TopBar("States", "Four of them", trailing=SyncBadge("offline", "Hors ligne")), body)


def states(d: Desk) -> ft.View:
    """Everything a screen shows when there is nothing to show."""
    return Screen(d.t, d.frame, states_pane(d))
