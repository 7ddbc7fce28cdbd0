"""The screen on which a person at a customer's is written: created, edited, deleted."""

from collections.abc import Callable

import flet as ft

from mobile_app.data.device import Device
from mobile_app.ui.design import Action, I, PrimaryBar, Question, TopBar, card, heading, keyed, left, link, use_model, use_value
from mobile_app.ui.features.customers.person_form import PersonForm
from mobile_app.ui.features.fields import ListWords, choice_input, list_input, refusal, restored, text_input
from mobile_app.ui.features.live import Live, use_live
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.states import unready
from mobile_app.ui.i18n import LANGUAGE_NAMES, Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space


class PersonFormModel(Live):
    """Opens the form once; ``customer`` is where the person works."""

    def __init__(self, device: Device, account_id: str, contact_id: str | None) -> None:
        super().__init__(device.notifier, ())
        self.customer = ""
        self.form = PersonForm(device.contacts, device.store, account_id, contact_id)
        self._device = device

    async def load(self) -> None:
        """Open the form.

        Raises:
            RecordNotFound: there is no such contact, or no such customer, here.
        """
        if not self.form.ready:
            await self.form.begin()
        account = await self._device.accounts.get(self.form.account_id)
        self.customer, self.form.country = account.name, account.country


@ft.component
def ContactForm() -> ft.View:
    """The form of the address: a new person of the customer named there, or the person named there."""
    t, frame, id_ = use_words(), use_frame("customers"), chosen("id")
    known = ft.use_route_location().startswith("/contacts/")
    body = keyed(PersonPane, id_)("" if known else id_, id_ if known else None)
    return Screen(t, frame, body, tabs=False, route=ft.use_view_path())


@ft.component
def PersonPane(account_id: str, contact_id: str | None) -> ft.Control:
    """The form itself."""
    session, t, frame = use_session(), use_words(), use_frame("customers")
    model = use_live(lambda: PersonFormModel(session.device, account_id, contact_id))
    form = use_model(lambda: model.form)
    use_open_form()
    asking, ask = use_value(False)
    ft.use_dialog(_deleting(session, t, form, ask) if asking else None)
    top = TopBar(t("New contact") if contact_id is None else t("Contact"), model.customer, _back(session, t))
    body = unready(t, model.phase, model.reload, session.back)
    if body is not None:
        return Pane(frame, top, body)
    return Pane(frame, top, _body(t, form, lambda: ask(True)), _bar(session, t, frame, form))


def _back(session: Session, t: Words) -> Action:
    return Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")


def _body(t: Words, form: PersonForm, delete: Callable[[], None]) -> list[ft.Control]:
    name = [
        text_input(t, form, "first_name", t("First name"), autofocus=form.contact_id is None),
        text_input(t, form, "last_name", t("Last name")),
        text_input(t, form, "job_title", t("What they do there")),
    ]
    phones = ListWords(t("Phone"), t("Add a phone"), t("Remove phone"))
    mails = ListWords(t("E-mail"), t("Add an e-mail"), t("Remove e-mail"))
    languages = [("", t("Not known")), *LANGUAGE_NAMES.items()]
    away = Action(t("Delete this contact"), delete, I.DELETE_OUTLINE_ROUNDED, "delete-contact")
    return [
        *([restored(t, form)] if form.restored else []),
        *refusal(t, form),
        card(*name, spacing=Space.M),
        card(heading(t("Phones")), list_input(t, form, "phones", phones, ft.KeyboardType.PHONE), spacing=Space.M),
        card(heading(t("E-mails")), list_input(t, form, "emails", mails, ft.KeyboardType.EMAIL), spacing=Space.M),
        card(
            choice_input(t, form, "language", t("Language"), languages),
            text_input(t, form, "note", t("Notes"), lines=3),
            spacing=Space.M,
        ),
        *([left(link(away, ft.Colors.ERROR))] if form.contact_id is not None else []),
    ]


def _bar(session: Session, t: Words, frame: Frame, form: PersonForm) -> ft.Control:
    async def save() -> None:
        here = session.here
        if await form.save() is not None:
            session.back(here)

    return PrimaryBar(Action(t("Save"), save, I.CHECK_ROUNDED, "save-contact"), enabled=not form.saving, wide=frame.wide, large=frame.large)


def _deleting(session: Session, t: Words, form: PersonForm, ask: Callable[[bool], None]) -> ft.AlertDialog:
    async def delete() -> None:
        here = session.here
        ask(False)
        if form.contact_id is not None:
            await form.forget()
            await session.device.contacts.delete(form.contact_id, form.base)
            session.say(t("The contact is deleted."))
            session.back(here)

    return Question(
        t("Delete this contact?"),
        t("Their phones and e-mails go with them. A colleague’s newer edit brings them back."),
        Action(t("Delete"), delete, I.DELETE_OUTLINE_ROUNDED, "confirm-delete"),
        Action(t("Keep"), lambda: ask(False)),
        danger=True,
        on_dismiss=lambda: ask(False),
    )
