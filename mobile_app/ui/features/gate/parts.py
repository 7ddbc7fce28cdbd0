"""What the screens before the open app are made of: a form on a calm ground, a PIN pad on the hero ground."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile_app.ui.design import (
    ALERT,
    MUTED,
    Action,
    Banner,
    C,
    HeroNote,
    I,
    PinDots,
    PinPad,
    PrimaryBar,
    Wordmark,
    card,
    column,
    field,
    gap,
    heading,
    link,
    row,
    text,
    use_model,
)
from mobile_app.ui.features.gate.model import PIN_LENGTH, Digits, SignIn
from mobile_app.ui.i18n import LANGUAGE_NAMES, Words, use_words
from mobile_app.ui.layouts import HeroScreen
from mobile_app.ui.layouts.screens import HERO_WIDTH
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import use_session
from mobile_app.ui.theme import Radius, Space, Type


@ft.component
def LanguageLinks() -> ft.Control:
    """The three languages, each in its own words, for somebody who cannot read the present one."""
    session = use_session()

    def choose(code: str) -> Action:
        return Action(LANGUAGE_NAMES[code], lambda: session.choose_language(code), identifier=f"language-{code}")

    links = [link(choose(code), C.ON_PRIMARY_FIXED) for code in LANGUAGE_NAMES if code != session.language]
    return row(*links, spacing=0, tight=True)


def Door(title: str, body: str, *controls: ft.Control, bar: ft.Control | None = None) -> ft.View:
    """A form before the app is open: the app's sign, what this is about, the fields, and the button in reach of a thumb."""
    hero = ft.Container(
        column(Wordmark(LanguageLinks()), gap(Space.S), heading(title, Type.HEADLINE, C.ON_PRIMARY_FIXED, level=1), _lead(body)),
        bgcolor=C.PRIMARY_FIXED,
        border_radius=Radius.HERO,
        padding=Space.XL,
    )
    scrolled = ft.ListView([hero, *controls], spacing=Space.L, padding=Space.PHONE, expand=True)
    inner = ft.Container(scrolled, width=HERO_WIDTH + 2 * Space.PHONE)
    centred = ft.Container(inner, alignment=ft.Alignment.TOP_CENTER, expand=True)
    whole = ft.Column([centred, *([bar] if bar else [])], spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.View(route="/", controls=[ft.SafeArea(whole, expand=True)], padding=0, spacing=0)


def _lead(body: str) -> ft.Control:
    return text(body, Type.BODY, C.ON_PRIMARY_FIXED_VARIANT)


def Problem(t: Words, code: str) -> list[ft.Control]:
    """What went wrong, announced; nothing while nothing did."""
    return (
        [ft.Semantics(content=Banner(sentence_for(t, code), None, I.INFO_ROUNDED, ALERT), live_region=True, container=True)] if code else []
    )


def SignInFields(t: Words, form: SignIn, *, server: bool, fixed_login: bool = False) -> list[ft.Control]:
    """Address, login, password: what is missing is said under its field."""

    def missing(name: str) -> str | None:
        return sentence_for(t, "required") if name in form.missing else None

    fields: list[ft.Control] = []
    if server:
        said = t("The address that your organisation gave you")
        url = ft.KeyboardType.URL
        fields.append(field(t("Server address"), form.server, form.put_server, error=missing("server"), helper=said, keyboard=url))
    fields.append(field(t("Login"), form.login, form.put_login, error=missing("login"), read_only=fixed_login))
    fields.append(field(t("Password"), form.password, form.put_password, error=missing("password"), password=True, on_submit=form.submit))
    return fields


def SignInBar(label: str, form: SignIn, other: Action | None = None) -> ft.Control:
    """The one button of a sign-in form."""
    return PrimaryBar(Action(label, form.submit, identifier="sign-in"), other, enabled=form.step != "busy", width=HERO_WIDTH)


@ft.component
def PinScreen(
    title: str,
    body: str,
    on_pin: Callable[[str], Awaitable[None]],
    *,
    note: str = "",
    enabled: bool = True,
    below: Action | None = None,
    aside: Action | None = None,
) -> ft.View:
    """Enter a PIN with one thumb. ``note`` says what came of the last one, ``below`` is the way out."""
    t = use_words()
    answer = use_model(_Answer)
    answer.on_pin = on_pin
    digits = use_model(lambda: Digits(answer.tell))
    said: list[ft.Control] = [HeroNote(I.INFO_ROUNDED, note)] if note else []
    ways = [link(action, C.ON_PRIMARY_FIXED) for action in (aside, below) if action]
    words = [heading(title, Type.HEADLINE, C.ON_PRIMARY_FIXED, level=1), text(body, Type.BODY, C.ON_PRIMARY_FIXED_VARIANT)]
    # it stands on the dots and scrolls where letters are large, the note last and in sight; dots and keys stay
    told = ft.ListView([column(*words, *said, spacing=Space.M)], reverse=True, expand=True)
    return HeroScreen(
        [
            Wordmark(LanguageLinks()),
            told,
            PinDots(t, digits.count, PIN_LENGTH),
            PinPad(t, digits.add, digits.delete, enabled=enabled),
            ft.Column(ways, horizontal_alignment=ft.CrossAxisAlignment.CENTER, spacing=0, tight=True),
        ]
    )


class _Answer:
    """What the last render wants to be told."""

    on_pin: Callable[[str], Awaitable[None]]

    async def tell(self, pin: str) -> None:
        await self.on_pin(pin)


def NewPinScreen(t: Words, form: SignIn) -> ft.View:
    """Choose a PIN, then the same again."""
    note = sentence_for(t, form.code) if form.code else ""
    back = Action(t("Back"), form.back, I.ARROW_BACK_ROUNDED)
    if form.step == "pin":
        body = t("Six digits. They open your data on this phone, with or without a signal.")
        return PinScreen(t("Choose a PIN"), body, form.choose, note=note, below=back)
    busy = form.step == "busy"
    body = t("One moment.") if busy else t("Enter the same six digits again.")
    return PinScreen(t("Once more"), body, form.choose, note=note, enabled=not busy, below=None if busy else back)


def kept_card(t: Words, sentence: str) -> ft.Control:
    """What is safe, in a quiet card."""
    return card(row(ft.Icon(I.INVENTORY_2_OUTLINED, color=MUTED, size=22), text(sentence, Type.META, MUTED, expand=True), spacing=Space.M))
