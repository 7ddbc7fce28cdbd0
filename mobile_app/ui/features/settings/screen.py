"""Language, theme, lock and PIN, and what this app is. What is chosen stays on this phone or browser."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import flet as ft

from mobile_app.ui.design import MUTED, Action, ChoiceRow, I, Press, TopBar, button, card, fact, section, text, use_value
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.settings.pin import ChangePin
from mobile_app.ui.features.settings.storage import StorageCard
from mobile_app.ui.i18n import LANGUAGE_NAMES, N_, Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.session import Session, ThemeName, use_frame, use_session
from mobile_app.ui.theme import Type
from mobile_app.ui.version import VERSION

THEME_NAMES: Final[Mapping[ThemeName, str]] = {"system": N_("As the device"), "light": N_("Light"), "dark": N_("Dark")}


@ft.component
def SettingsScreen() -> ft.Control:
    """Settings; changing the PIN takes the whole screen for a moment."""
    changing, change = use_value(initial=False)
    return ChangePin(lambda: change(False)) if changing else Choices(lambda: change(True))


@ft.component
def Choices(change_pin: Press) -> ft.View:
    """What one can choose, one card for each."""
    session, t = use_session(), use_words()
    frame = use_frame("settings")
    top = TopBar(t("Settings"), "", Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED), SyncBadgeHere())
    body = [
        _language(session, t, frame),
        _theme(session, t, frame),
        _lock(session, t, change_pin),
        _person(session, t),
        _device(session, t),
        *([StorageCard(session.storage)] if session.storage is not None else []),
        _about(t),
    ]
    return Screen(t, frame, Pane(frame, top, body), tabs=False, route=ft.use_view_path())


def _language(session: Session, t: Words, frame: Frame) -> ft.Control:
    codes = list(LANGUAGE_NAMES)
    chosen = codes.index(session.language)

    async def choose(place: int) -> None:
        await session.choose_language(codes[place])

    return section(t("Language"), ChoiceRow(list(LANGUAGE_NAMES.values()), chosen, choose, large=frame.large, identifier="language"))


def _theme(session: Session, t: Words, frame: Frame) -> ft.Control:
    names = list(THEME_NAMES)

    async def choose(place: int) -> None:
        await session.choose_theme(names[place])

    shown = [t(words) for words in THEME_NAMES.values()]
    return section(t("Appearance"), ChoiceRow(shown, names.index(session.theme), choose, large=frame.large, identifier="theme"))


def _lock(session: Session, t: Words, change_pin: Press) -> ft.Control:
    said = t("It locks by itself after 5\u00a0minutes without a tap.")
    return section(
        t("Lock"),
        card(
            fact(I.LOCK_CLOCK_OUTLINED, said),
            button(Action(t("Lock now"), session.gate.lock, I.LOCK_ROUNDED, "lock-now"), "tonal"),
            button(Action(t("Change PIN"), change_pin, I.PIN_ROUNDED, "change-pin"), "outlined"),
            spacing=12,
        ),
    )


def _person(session: Session, t: Words) -> ft.Control:
    device = session.device
    return section(
        t("Signed in"),
        card(
            text(device.profile.name, Type.STRONG),
            text(device.organisation_name, Type.META, MUTED),
            text(device.server, Type.META, MUTED),
            fact(I.INFO_OUTLINED, t("If it is lost or stolen, your manager can sign this device off. Its data is then removed from it.")),
        ),
    )


def _device(session: Session, t: Words) -> ft.Control:
    ways = (
        (t("Verify this device"), "/settings/verify", I.FACT_CHECK_ROUNDED, "verify"),
        (t("Move to a new phone"), "/settings/moving", I.MOBILE_SCREEN_SHARE_ROUNDED, "moving"),
        (t("Server address"), "/settings/server", I.DNS_ROUNDED, "server"),
    )
    buttons = [button(Action(words, partial(session.go, route), name, identifier), "outlined") for words, route, name, identifier in ways]
    return section(t("This device"), card(*buttons, spacing=12))


def _about(t: Words) -> ft.Control:
    said = t("Your data lies sealed on this device and at your organisation, nowhere else.")
    return section(t("About"), card(text(f"Tournée {VERSION}", Type.STRONG), text(said, Type.META, MUTED)))
