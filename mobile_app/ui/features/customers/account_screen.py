"""The screen on which a customer is written: created or edited."""

from collections.abc import Sequence

import flet as ft

from mobile_app.data.repositories.duplicates import Candidate
from mobile_app.data.repositories.people import TerritoryRow
from mobile_app.ui import formats
from mobile_app.ui.design import (
    MUTED,
    WAIT,
    Action,
    Chip,
    CustomerTile,
    I,
    Press,
    PrimaryBar,
    TopBar,
    card,
    column,
    field,
    heading,
    keyed,
    rows_card,
    section,
    text,
    use_model,
)
from mobile_app.ui.features.customers.account_form import COUNTRIES, AccountForm, AccountFormModel
from mobile_app.ui.features.fields import choice_input, refusal, restored, text_input
from mobile_app.ui.features.forms import split_tags
from mobile_app.ui.features.hours import hours_reading
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.states import unready
from mobile_app.ui.features.values import country_name
from mobile_app.ui.i18n import N_, Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space, Type

_REASONS = {
    "same_vat": N_("Same VAT id"),
    "same_phone": N_("Same phone number"),
    "same_name": N_("Same name"),
    "similar_name": N_("Similar name"),
}


@ft.component
def CustomerForm() -> ft.View:
    """The form of the address: a new customer, or the one named there."""
    t, frame, account_id = use_words(), use_frame("customers"), chosen("id")
    body = keyed(AccountPane, account_id or "new")(account_id or None)
    return Screen(t, frame, body, tabs=False, route=ft.use_view_path())


@ft.component
def AccountPane(account_id: str | None) -> ft.Control:
    """The form itself."""
    session, t, frame = use_session(), use_words(), use_frame("customers")
    model = use_live(lambda: AccountFormModel(session.device, account_id))
    form = use_model(lambda: model.form)
    use_open_form()
    title = form.text("name") if account_id else t("New customer")
    top = TopBar(title, t("Edit") if account_id else "", Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back"))
    body = unready(t, model.phase, model.reload, session.back)
    if body is not None:
        return Pane(frame, top, body)
    return Pane(frame, top, _body(session, t, form, model.territories), _bar(session, t, frame, form))


def _body(session: Session, t: Words, form: AccountForm, territories: Sequence[TerritoryRow]) -> list[ft.Control]:
    where = [
        text_input(t, form, "street", t("Street and number")),
        text_input(t, form, "postcode", t("Postcode")),
        text_input(t, form, "city", t("Town")),
        choice_input(t, form, "country", t("Country"), _countries(t, form.text("country"))),
    ]
    reach = [
        text_input(t, form, "phone", t("Phone"), keyboard=ft.KeyboardType.PHONE),
        text_input(t, form, "email", t("E-mail"), keyboard=ft.KeyboardType.EMAIL),
        text_input(t, form, "website", t("Website"), keyboard=ft.KeyboardType.URL),
    ]
    more = [
        text_input(t, form, "vat_id", t("VAT id")),
        column(text_input(t, form, "opening_hours", t("Opening hours"), lines=2), HoursRead(form), spacing=Space.S),
        tags_input(t, form),
        text_input(t, form, "note", t("Notes"), lines=3, helper=t("Colleagues of the territory see them.")),
    ]
    return [
        *_restored(t, form),
        *refusal(t, form),
        card(text_input(t, form, "name", t("Name of the customer"), autofocus=form.account_id is None), spacing=Space.M),
        *_alike(session, t, form.duplicates),
        card(heading(t("Where")), *where, *_territory(t, form, territories), spacing=Space.M),
        card(heading(t("How to reach them")), *reach, spacing=Space.M),
        card(heading(t("Good to know")), *more, spacing=Space.M),
    ]


@ft.component
def HoursRead(form: AccountForm) -> ft.Control:
    """How the opening hours that are typed read: a leaf, so that the fields are left alone while one types."""
    t = use_words()
    use_model(lambda: form.hours)
    said = text(hours_reading(t, form.text("opening_hours")), Type.META, MUTED)
    return ft.Semantics(content=ft.Container(said, padding=ft.Padding(left=Space.L + 4, right=Space.L)), live_region=True, container=True)


def tags_input(t: Words, form: AccountForm) -> ft.Control:
    """Tags, parted by commas in one field."""
    return field(
        t("Tags"),
        ", ".join(form.members("tags")),
        lambda value: form.put("tags", split_tags(value)),
        helper=t("Parted by commas"),
        identifier="field-tags",
    )


def _countries(t: Words, chosen_one: str) -> list[tuple[str, str]]:
    codes = dict.fromkeys((*COUNTRIES, chosen_one) if chosen_one else COUNTRIES)
    return [(code, country_name(t, code)) for code in codes]


def _territory(t: Words, form: AccountForm, territories: Sequence[TerritoryRow]) -> list[ft.Control]:
    """Asked only of who works in several, and only for a new customer: moving one is the office's business."""
    if form.account_id is not None or (len(territories) == 1 and form.problem("territory_id") is None):
        return []
    return [choice_input(t, form, "territory_id", t("Territory"), [(row.id, row.name) for row in territories])]


def _restored(t: Words, form: AccountForm) -> list[ft.Control]:
    return [restored(t, form)] if form.restored else []


def _alike(session: Session, t: Words, found: Sequence[Candidate]) -> list[ft.Control]:
    """Who may already be this customer, and why one might think so."""
    if not found:
        return []
    rows = [
        CustomerTile(
            formats.initials(candidate.name),
            candidate.name,
            candidate.city,
            _going(session, f"/customers/{candidate.id}"),
            chip=Chip(formats.joined([t(_REASONS[reason]) for reason in candidate.reasons]), WAIT, I.CONTENT_COPY_ROUNDED),
            identifier=f"duplicate-{candidate.id}",
            key=candidate.id,
        )
        for candidate in found
    ]
    return [section(t("Already a customer?"), rows_card(*rows))]


def _going(session: Session, route: str) -> Press:
    return lambda: session.go(route)


def _bar(session: Session, t: Words, frame: Frame, form: AccountForm) -> ft.Control:
    async def save() -> None:
        here = session.here
        saved = await form.save()
        if saved is None:
            return
        if form.account_id is not None:
            session.back(here)
        else:
            session.replace(f"/customers/{saved}", here)

    return PrimaryBar(
        Action(t("Save"), save, I.CHECK_ROUNDED, "save-customer"), enabled=not form.saving, wide=frame.wide, large=frame.large
    )
