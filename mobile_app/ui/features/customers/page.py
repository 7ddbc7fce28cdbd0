"""What a customer's page is made of: ways to reach them, what to know before going in, people, quotes, visits. Words and callbacks only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import flet as ft

from mobile_app.data.repositories.accounts import AccountDetail
from mobile_app.data.repositories.rows import ContactRow, QuoteRow, VisitRow
from mobile_app.data.zones import zone_of
from mobile_app.ui import formats
from mobile_app.ui.design import (
    INFO,
    INK,
    MUTED,
    NEUTRAL,
    WAIT,
    Action,
    Banner,
    Chip,
    CustomerTile,
    HistoryRow,
    I,
    Press,
    QuickActions,
    StatusChip,
    card,
    fact,
    heading,
    left,
    row,
    rows_card,
    section,
    text,
)
from mobile_app.ui.features.customers.model import Customer
from mobile_app.ui.features.hours import hours_words
from mobile_app.ui.features.words import outcome_words, visit_state
from mobile_app.ui.i18n import Words
from mobile_app.ui.theme import Space, Type


@dataclass(frozen=True, slots=True)
class CustomerActions:
    """What one can do from a customer's page."""

    call: Press | None
    message: Press | None
    mail: Press | None
    navigate: Press | None
    add_contact: Press
    open_contact: Callable[[str], Press]
    open_quote: Callable[[str], Press]
    open_visit: Callable[[str], Press]
    plan: Press
    settle: Press


def customer_body(t: Words, known: Customer, do: CustomerActions, *, now: datetime, zone: str, large: bool = False) -> list[ft.Control]:
    """A customer's page, in the order in which a rep needs it."""
    account = known.account
    add = Action(t("Add"), do.add_contact, I.PERSON_ADD_ROUNDED, "add-contact")
    plan = Action(t("Plan"), do.plan, I.EVENT_ROUNDED, "plan-visit")
    return [
        *_marks(t, account, do),
        *_ways(t, do, large=large),
        *_before(t, account, known.next_step),
        section(t("People"), _people(t, account.contacts, do), action=add),
        *_quotes(t, account.open_quotes, do, now.astimezone(zone_of(zone)).date()),
        section(t("Visits"), _visits(t, (*known.planned, *account.last_visits), do, now), action=plan),
        section(t("Details"), _details(t, account)),
    ]


def address(account: AccountDetail) -> str:
    """Street and town in one line, as written on an envelope."""
    town = " ".join(part for part in (account.postcode, account.city) if part)
    return ", ".join(part for part in (account.street, town) if part)


def _marks(t: Words, account: AccountDetail, do: CustomerActions) -> list[ft.Control]:
    """What waits on this phone, and what somebody must settle."""
    marks: list[ft.Control] = []
    if account.conflicts:
        words = t.plural("{n} value was changed twice", "{n} values were changed twice", len(account.conflicts))
        marks.append(Banner(words, Action(t("Settle it"), do.settle, None, "settle-conflict"), I.CALL_SPLIT_ROUNDED, INFO))
    if account.pending:
        marks.append(left(StatusChip(Chip(t("Waiting to be sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED))))
    return marks


def _ways(t: Words, do: CustomerActions, *, large: bool) -> list[ft.Control]:
    ways = (
        (t("Call"), do.call, I.CALL_ROUNDED, "call"),
        (t("Message"), do.message, I.SMS_ROUNDED, "message"),
        (t("E-mail"), do.mail, I.MAIL_ROUNDED, "mail"),
        (t("Directions"), do.navigate, I.DIRECTIONS_ROUNDED, "navigate"),
    )
    actions = [Action(label, press, icon, name) for label, press, icon, name in ways if press is not None]
    return [QuickActions(*actions, large=large)] if actions else []


def _before(t: Words, account: AccountDetail, next_step: str) -> list[ft.Control]:
    """What to know before going in; nothing, where nothing is known."""
    facts: list[ft.Control] = []
    if account.note:
        facts.append(fact(I.STICKY_NOTE_2_OUTLINED, account.note, INK, Type.BODY))
    if next_step:
        facts.append(fact(I.EVENT_ROUNDED, t("Next step: {step}", step=next_step), INK, Type.BODY))
    if account.opening_hours:
        facts.append(fact(I.SCHEDULE_ROUNDED, hours_words(t, account.opening_hours), INK, Type.BODY))
    tags = [row(*[StatusChip(Chip(tag, NEUTRAL, I.LABEL_OUTLINED)) for tag in account.tags], wrap=True)] if account.tags else []
    return [card(heading(t("Before you go in")), *tags, *facts, spacing=Space.M)] if facts or tags else []


def _people(t: Words, contacts: Sequence[ContactRow], do: CustomerActions) -> ft.Control:
    if not contacts:
        return card(text(t("Nobody yet. Add whom you meet there."), color=MUTED))
    return rows_card(*[_person(t, contact, do) for contact in contacts])


def _person(t: Words, contact: ContactRow, do: CustomerActions) -> ft.Control:
    reach = formats.phone(t, contact.phones[0]) if contact.phones else (contact.emails[0] if contact.emails else "")
    chip = Chip(t("Waiting to be sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED) if contact.pending else None
    meta = formats.joined((contact.job_title, reach))
    return CustomerTile(
        contact.initials, contact.name, meta, do.open_contact(contact.id), chip=chip, identifier=f"contact-{contact.id}", key=contact.id
    )


def _quotes(t: Words, quotes: Sequence[QuoteRow], do: CustomerActions, today: date) -> list[ft.Control]:
    if not quotes:
        return []
    rows = [
        HistoryRow(
            I.REQUEST_QUOTE_ROUNDED,
            quote.number,
            formats.since(t, quote.quoted_on, today) if quote.quoted_on else "",
            do.open_quote(quote.id),
            trailing=formats.money_of(t, quote.gross, quote.currency),
            divider=quote is not quotes[-1],
            key=quote.id,
        )
        for quote in quotes
    ]
    return [section(t("Open quotes"), rows_card(*rows))]


def _visits(t: Words, visits: Sequence[VisitRow], do: CustomerActions, now: datetime) -> ft.Control:
    if not visits:
        return card(text(t("No visit yet."), color=MUTED))
    return rows_card(*[_visit(t, visit, do, now, last=visit is visits[-1]) for visit in visits])


def _visit(t: Words, visit: VisitRow, do: CustomerActions, now: datetime, *, last: bool) -> ft.Control:
    when = visit.arrived_at or visit.planned_at
    title = outcome_words(t, visit.outcome) or visit_state(t, visit.state)
    meta = formats.joined((formats.moment(t, when, now, visit.zone) if when else "", visit.user))
    icon = I.WHERE_TO_VOTE_ROUNDED if visit.arrived_at else I.EVENT_ROUNDED
    return HistoryRow(icon, title, meta, do.open_visit(visit.id), divider=not last, key=visit.id)


def _details(t: Words, account: AccountDetail) -> ft.Control:
    facts = (
        (I.PLACE_OUTLINED, address(account)),
        (I.CALL_OUTLINED, formats.phone(t, account.phone) if account.phone else ""),
        (I.MAIL_OUTLINED, account.email),
        (I.LANGUAGE_ROUNDED, account.website),
        (I.BADGE_OUTLINED, t("VAT id {number}", number=account.vat_id) if account.vat_id else ""),
        (I.MAP_OUTLINED, account.territory),
    )
    return card(*[fact(icon, words, INK, Type.BODY) for icon, words in facts if words], spacing=Space.M)
