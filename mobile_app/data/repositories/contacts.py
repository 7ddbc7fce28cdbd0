"""Contacts: the people at a customer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from mobile_app.data.desk import Label, Written
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.merging import customer
from mobile_app.data.repositories.reading import seen, text
from mobile_app.data.repositories.rows import account_name, contact_name
from mobile_app.data.repositories.saving import Fields
from mobile_app.data.store import Store
from shared.errors import RecordNotFound
from shared.models.customer import Contact
from shared.rules.folding import initials
from shared.sync.change import Base
from shared.sync.policy import Value


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """A person's page. ``country`` is her customer's: where her national phone numbers are dialled."""

    id: str
    account_id: str
    account: str
    country: str
    name: str
    initials: str
    first_name: str
    last_name: str
    job_title: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    language: str
    note: str
    pending: frozenset[str]
    base: Base | None
    shown: dict[str, Value]


class Contacts:
    """The only door to contacts, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, id_: str) -> ContactDetail:
        """A person's page.

        Raises:
            RecordNotFound: no such person here.
        """
        return await self._store.read(lambda session: _detail(session, self._store.epoch.id, id_))

    async def create(self, fields: Fields, form: str = "") -> Written:
        """Make a contact from stored values, ``account_id`` among them.

        Raises:
            RecordRefused: ``invalid``, with the fields.
        """
        return await saving.create(self._store, "contact", fields, Label("contact.create", {"name": _name(fields)}), form)

    async def edit(self, id_: str, base: Base | None, shown: Fields, wanted: Fields, form: str = "") -> Written:
        """Save what was changed against what was shown.

        Raises:
            RecordNotFound: no such person here.
            RecordRefused: ``invalid``, with the fields.
        """
        label = Label("contact.edit", {"name": _name({**shown, **wanted})})
        return await saving.save(self._store, "contact", id_, base, shown=shown, wanted=wanted, label=label, form=form)

    async def delete(self, id_: str, base: Base | None) -> Written:
        """Delete a contact as it was seen."""
        detail = await self.get(id_)
        return await saving.delete(self._store, "contact", id_, base, Label("contact.delete", {"name": detail.name}))


def _name(fields: Fields) -> str:
    return " ".join(part for part in (text(fields.get("first_name")), text(fields.get("last_name"))) if part)


def _detail(session: Session, epoch: str, id_: str) -> ContactDetail:
    contact = session.get(Contact, id_)
    if contact is None:
        raise RecordNotFound
    found = seen(session, epoch, "contact", id_)
    name = contact_name(contact)
    account = customer(session, contact.account_id)
    return ContactDetail(
        id=id_,
        account_id=contact.account_id or "",
        account=account_name(session, contact.account_id),
        country=(account.country or "") if account is not None else "",
        name=name,
        initials=initials(name),
        first_name=contact.first_name or "",
        last_name=contact.last_name or "",
        job_title=contact.job_title or "",
        phones=tuple(contact.phones),
        emails=tuple(contact.emails),
        language=contact.language or "",
        note=contact.note or "",
        pending=found.pending,
        base=found.base,
        shown=found.shown,
    )
