"""The form of a customer: its fields, who may already be this customer."""

import asyncio
from collections.abc import Sequence

import flet as ft

from mobile_app.data.desk import Written
from mobile_app.data.device import Device
from mobile_app.data.repositories.accounts import Accounts
from mobile_app.data.repositories.duplicates import Candidate
from mobile_app.data.repositories.people import TerritoryRow
from mobile_app.ui.features.forms import DraftStore, RecordForm
from mobile_app.ui.features.live import Live
from mobile_app.ui.formats import HOME_REGIONS
from shared.sync.policy import Value

FIELDS = (
    "name",
    "street",
    "postcode",
    "city",
    "country",
    "phone",
    "email",
    "website",
    "vat_id",
    "opening_hours",
    "tags",
    "note",
    "territory_id",
)
COUNTRIES = ("FR", "GR", "BE", "CH", "CY", "DE", "ES", "IT", "LU")
"""The countries that are offered; another one that a customer already has is offered too."""
_COUNTRY_OF_ZONE = {"Europe/Paris": "FR", "Europe/Athens": "GR"}
_TELL_APART = frozenset({"name", "phone", "vat_id"})
_PAUSE_SECONDS = 0.3


class Typing(ft.Observable):
    """Tells that the opening hours are being typed. Apart from the form, so that its fields are not rendered again meanwhile."""

    def tell(self) -> None:
        """Have who shows how they read render it again."""
        self.notify()  # type: ignore[no-untyped-call]  # Flet's own


class AccountForm(RecordForm):
    """A customer being written; ``account_id`` is None for a new one."""

    def __init__(self, accounts: Accounts, drafts: DraftStore, account_id: str | None) -> None:
        super().__init__("account", FIELDS, drafts, f"account:{account_id or 'new'}")
        self.account_id = account_id
        self.hours = Typing()
        self.duplicates: tuple[Candidate, ...] = ()
        self._accounts = accounts
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None

    async def begin(self, country: str, territories: Sequence[TerritoryRow]) -> None:
        """Open on the customer as shown now, or on an empty form that knows the likely country and the only territory.

        Raises:
            RecordNotFound: there is no such customer here.
        """
        if self.account_id is not None:
            account = await self._accounts.get(self.account_id)
            self.account_id = account.id
            await self.open(account.base, account.shown)
            return
        start: dict[str, Value] = {"country": country}
        if len(territories) == 1:
            start["territory_id"] = territories[0].id
        await self.open(None, {}, start)
        await self._look_for_duplicates()

    def put(self, name: str, value: Value) -> None:
        """Note what was typed; a new customer is compared with those who are here."""
        super().put(name, value)
        if name == "opening_hours":
            self.hours.tell()
        if self.account_id is None and name in _TELL_APART:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self._ask)

    def close(self) -> None:
        """Stop comparing."""
        if self._timer is not None:
            self._timer.cancel()

    async def write(self) -> Written:
        """Create the customer, or edit it against what was shown."""
        if self.account_id is None:
            return await self._accounts.create(self.wanted(), self.key)
        return await self._accounts.edit(self.account_id, self.base, self.shown, self.wanted(), self.key)

    def _ask(self) -> None:
        self._asking = asyncio.get_running_loop().create_task(self._look_for_duplicates())

    async def _look_for_duplicates(self) -> None:
        name, phone, vat, country = (str(self.wanted().get(field) or "") for field in ("name", "phone", "vat_id", "country"))
        self.duplicates = tuple(await self._accounts.duplicates(name, phone, vat, country)) if name or phone or vat else ()


class AccountFormModel(Live):
    """Opens the form once: what comes from elsewhere meanwhile is merged when it is saved."""

    def __init__(self, device: Device, account_id: str | None) -> None:
        super().__init__(device.notifier, ())
        self.form = AccountForm(device.accounts, device.store, account_id)
        self.form.judge_by(lambda: None, lambda: self.form.text("country"))
        self.territories: tuple[TerritoryRow, ...] = ()
        self._device = device

    async def load(self) -> None:
        """Open the form.

        Raises:
            RecordNotFound: there is no such customer here.
        """
        self.territories = tuple(await self._device.people.my_territories())
        if not self.form.ready:
            await self.form.begin(self._likely_country(), self.territories)

    def _likely_country(self) -> str:
        """Where we are, or where the rep's language is spoken."""
        here = _COUNTRY_OF_ZONE.get(self._device.clock.zone())
        return here or HOME_REGIONS.get(self._device.profile.language, "")

    def stop(self) -> None:
        """Compare with nobody any more."""
        self.form.close()
        super().stop()
