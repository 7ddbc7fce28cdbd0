"""The first sign-in on a device: which server, who, and the PIN for the days without a signal."""

from urllib.parse import urlsplit

import flet as ft

from mobile_app.data.gate import NotEnrolled
from mobile_app.ui.design import use_model
from mobile_app.ui.features.gate.model import SignIn
from mobile_app.ui.features.gate.parts import Door, NewPinScreen, Problem, SignInBar, SignInFields
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import use_session
from shared.errors import RecordRefused


@ft.component
def EnrolScreen(state: NotEnrolled) -> ft.View:
    """Sign in, choose a PIN, and this is a device of one's own. After a revocation it says first what happened."""
    session, t = use_session(), use_words()

    async def enrol(typed: SignIn) -> None:
        await session.gate.enrol(office_address(typed.server), typed.login.strip(), typed.password, typed.pin, session.device_name)
        if session.storage is not None:
            await session.storage.keep()

    form = use_model(lambda: SignIn(enrol, server=state.server, wants_pin=True))
    use_open_form(on=form.step != "form")
    if form.step != "form":
        return NewPinScreen(t, form)
    title, body = _welcome(t, state.code)
    return Door(
        title,
        body,
        *Problem(t, form.code),
        *SignInFields(t, form, server=True),
        bar=SignInBar(t("Go on"), form),
    )


def office_address(typed: str) -> str:
    """Return the address as it is asked: without a scheme it is ``https``.

    Raises:
        RecordRefused: ``bad_address``: there is no host in it.
    """
    bare = typed.strip()
    address = bare if "://" in bare else f"https://{bare}"
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in address)
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        raise RecordRefused("bad_address")
    return address.rstrip("/")


def _welcome(t: Words, code: str) -> tuple[str, str]:
    if code == "users_damaged":  # whoever it named has nothing here that a PIN could open
        return t("Welcome"), sentence_for(t, "users_lost")
    if code:
        return t("This device was signed off"), sentence_for(t, code)
    return t("Welcome"), t("Sign in once with a connection. After that the whole day works without one.")
