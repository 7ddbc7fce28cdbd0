"""The office's address: another one is taken where the same organisation answers."""

import flet as ft

from mobile_app.ui.design import ALERT, MUTED, Action, Banner, I, button, card, fact, field, text, use_model
from mobile_app.ui.features.gate.enrol import office_address
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.settings.device_card import DeviceScreen
from mobile_app.ui.i18n import use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_session
from mobile_app.ui.theme import Type
from shared.errors import TourneeError


class Address(ft.Observable):
    """The address while it is typed; ``code`` says why the last one was not taken."""

    def __init__(self, server: str) -> None:
        self.code = ""
        self.busy = False
        self._typed = server

    @property
    def typed(self) -> str:
        """What is typed."""
        return self._typed

    def put(self, typed: str) -> None:
        """Note it; typing renders nothing."""
        self._typed = typed

    async def save(self, session: Session) -> bool:
        """Ask who answers there, and keep it if it is the same organisation."""
        self.busy, self.code = True, ""
        try:
            server = office_address(self._typed)
            await session.gate.change_server(server)
        except TourneeError as error:
            self.code = error.code
        finally:
            self.busy = False
        return not self.code


@ft.component
def OfficeScreen() -> ft.View:
    """Type the new address; it is checked before it is kept."""
    session, t = use_session(), use_words()
    address = use_model(lambda: Address(session.device.server))
    use_open_form()

    async def save() -> None:
        here = session.here
        if await address.save(session):
            session.say(t("The address is changed. Everything on this phone stays."))
            session.back(here)

    about = t("If your organisation moved its server, type the new address. It is taken only where the same organisation answers.")
    problem = [Banner(sentence_for(t, address.code), None, I.INFO_ROUNDED, ALERT)] if address.code else []
    body = card(
        fact(I.DNS_OUTLINED, about),
        field(t("Server address"), address.typed, address.put, keyboard=ft.KeyboardType.URL, identifier="address"),
        button(Action(t("Check and save"), save, I.CHECK_ROUNDED, "save-server"), enabled=not address.busy),
        text(t("What waits to be sent goes to the new address."), Type.META, MUTED),
        spacing=12,
    )
    return DeviceScreen(t, session, t("Server address"), [*problem, body])
