"""The form of a person at a customer's: names, phones and e-mails as lists."""

from mobile_app.data.desk import Written
from mobile_app.data.repositories.contacts import Contacts
from mobile_app.ui.features.forms import DraftStore, RecordForm

FIELDS = ("first_name", "last_name", "job_title", "phones", "emails", "language", "note")


class PersonForm(RecordForm):
    """A contact being written; ``contact_id`` is None for a new one of ``account_id``."""

    def __init__(self, contacts: Contacts, drafts: DraftStore, account_id: str, contact_id: str | None) -> None:
        super().__init__("contact", FIELDS, drafts, f"contact:{contact_id or 'new@' + account_id}")
        self.account_id = account_id
        self.contact_id = contact_id
        self.country = ""
        self._contacts = contacts
        self.judge_by(lambda: None, lambda: self.country)

    async def begin(self) -> None:
        """Open on the contact as shown now, or on an empty form with one field for a phone and one for an e-mail.

        Raises:
            RecordNotFound: there is no such contact here.
        """
        if self.contact_id is not None:
            contact = await self._contacts.get(self.contact_id)
            self.account_id, self.country = contact.account_id, contact.country
            await self.open(contact.base, contact.shown)
            return
        await self.open(None, {}, {"phones": [""], "emails": [""]})

    async def write(self) -> Written:
        """Create the contact, or edit it against what was shown."""
        if self.contact_id is None:
            return await self._contacts.create({**self.wanted(), "account_id": self.account_id}, self.key)
        return await self._contacts.edit(self.contact_id, self.base, self.shown, self.wanted(), self.key)
