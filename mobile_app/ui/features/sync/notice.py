"""What stands above every screen while it is true: sign in again, update the app, or that not all of the vault has been read, or can be."""

import flet as ft

from mobile_app.ui.design import ALERT, Action, Banner, I, Press, column, heading, link, row, text, use_model, use_value
from mobile_app.ui.design import button as filled
from mobile_app.ui.features.gate.model import SignIn
from mobile_app.ui.features.gate.parts import Problem, SignInFields
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.formats import percent
from mobile_app.ui.i18n import use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_session, use_sync
from mobile_app.ui.theme import Radius
from mobile_app.ui.within import within

DIALOG_WIDTH = 400


@ft.component
def SyncNotice() -> ft.Control:
    """Nothing, as long as there is nothing to say."""
    session, t, sync = use_session(), use_words(), use_sync()
    asking, ask = use_value(initial=False)
    expired = sync.phase == "signed_out"
    ft.use_dialog(_dialog(session, lambda: ask(False)) if asking and expired else None)
    if expired:
        return _framed(
            Banner(
                sentence_for(t, "session_expired"),
                Action(t("Sign in"), lambda: ask(True), identifier="sign-in-again"),
                I.KEY_ROUNDED,
                ALERT,
            )
        )
    if sync.phase == "outdated":
        return _framed(Banner(sentence_for(t, "protocol_too_old"), None, I.SYSTEM_UPDATE_ROUNDED, ALERT))
    if sync.error_code == "browsers_forbidden":
        kept = t("What you write here is still sent, but nothing new comes, and in some days it locks.")
        return _framed(Banner(f"{sentence_for(t, sync.error_code)} {kept}", None, I.INFO_ROUNDED, ALERT))
    if sync.unread:
        again = Action(t("Try again"), session.device.actions.sync_now, identifier="read-again")
        return _framed(Banner(sentence_for(t, "vault_unread"), again, I.REPORT_PROBLEM_ROUNDED, ALERT))
    if sync.filling is not None:
        share = percent(t, sync.filling * 1_000)
        return _framed(
            Banner(t("Reading your data: {share}. Lists and search show what is here so far.", share=share), None, I.HOURGLASS_TOP_ROUNDED)
        )
    return ft.Container(height=0)


def _framed(banner: ft.Control) -> ft.Control:
    return ft.Container(banner, padding=ft.Padding(left=16, right=16, top=8, bottom=4))


def _dialog(session: Session, close: Press) -> ft.AlertDialog:
    body = within(session, lambda: SignInDialogBody(close))
    return ft.AlertDialog(
        modal=True,
        content=ft.Container(body, width=DIALOG_WIDTH),  # a component alone counts as nothing to show
        shape=ft.RoundedRectangleBorder(radius=Radius.HERO),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        scrollable=True,
    )


@ft.component
def SignInDialogBody(close: Press) -> ft.Control:
    """Login and password over the screen that one is on; nothing of it is lost."""
    session, t = use_session(), use_words()

    async def finish(typed: SignIn) -> None:
        await session.gate.sign_in(typed.login.strip(), typed.password)
        close()

    form = use_model(lambda: SignIn(finish, server="-", wants_pin=False))
    use_open_form()
    yes = Action(t("Sign in"), form.submit, identifier="sign-in")
    return column(
        heading(t("Sign in again")),
        text(t("Your screen stays as it is.")),
        *Problem(t, form.code),
        *SignInFields(t, form, server=False),
        row(link(Action(t("Later"), close)), filled(yes, small=True, enabled=form.step != "busy"), main=ft.MainAxisAlignment.END),
        spacing=16,
    )
