"""One customer as shown now."""

from dataclasses import dataclass

from mobile_app.data.device import Device
from mobile_app.data.repositories.accounts import AccountDetail
from mobile_app.data.repositories.rows import VisitRow
from mobile_app.ui.features.live import Live

_KINDS = ("account", "contact", "visit", "quote", "conflict")
_AHEAD = frozenset({"planned", "en_route"})


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, what was agreed as the next step at the last visit, and the visits that are planned."""

    account: AccountDetail
    next_step: str
    planned: tuple[VisitRow, ...]


class CustomerModel(Live):
    """The customer; None until it has been read."""

    def __init__(self, device: Device, account_id: str) -> None:
        super().__init__(device.notifier, _KINDS)
        self.known: Customer | None = None
        self._device = device
        self._account_id = account_id

    async def load(self) -> None:
        """Read the customer.

        Raises:
            RecordNotFound: there is no such customer here.
        """
        account = await self._device.accounts.get(self._account_id)
        visits = await self._device.visits.of_account(self._account_id)
        last = account.last_visits[0].id if account.last_visits else None
        next_step = (await self._device.visits.get(last)).next_step if last else ""
        self.known = Customer(account, next_step, tuple(visit for visit in reversed(visits) if visit.state in _AHEAD))
