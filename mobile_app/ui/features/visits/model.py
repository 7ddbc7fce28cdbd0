"""One visit as shown now, and what is being written about it."""

from datetime import datetime

from mobile_app.data.desk import Written
from mobile_app.data.device import Device
from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.data.repositories.visits import Visits
from mobile_app.ui.features.forms import DraftStore, RecordForm
from mobile_app.ui.features.live import Live
from mobile_app.ui.features.now import now_of
from shared.errors import RecordRefused

FIELDS = ("note", "outcome", "next_step", "next_step_on")
OPEN = "checked_in"
AHEAD = frozenset({"planned", "en_route", "missed"})
OVER = frozenset({"checked_out", "reviewed"})


class VisitForm(RecordForm):
    """What came of a visit. Saved on demand, and with the check-out."""

    def __init__(self, visits: Visits, drafts: DraftStore, visit_id: str) -> None:
        super().__init__("visit", FIELDS, drafts, f"visit:{visit_id}")
        self._visits = visits
        self._visit_id = visit_id

    async def write(self) -> Written:
        """Save what was changed against what was shown, which from here on is what was written."""
        written = await self._visits.save_notes(self._visit_id, self.base, self.shown, self.wanted(), self.key)
        await self._go_on()
        return written

    async def leave_the_place(self) -> bool:
        """Check out with all that is written, as one transaction. False where something must be mended first."""
        if self.saving or not self.complete():
            return False
        self.saving = True
        try:
            await self.flush()
            self.hand_over()
            await self._visits.check_out(self._visit_id, self.base, self.shown, self.wanted(), self.key)
            await self._go_on()
        except RecordRefused as refusal:
            self.refuse(refusal)
            return False
        finally:
            self.saving = False
        return True

    async def _go_on(self) -> None:
        visit = await self._visits.get(self._visit_id)
        self.stands(visit.base, visit.shown)


class VisitModel(Live):
    """A visit. Its form keeps what was shown when one began to write; until then it follows the record."""

    def __init__(self, device: Device, visit_id: str) -> None:
        super().__init__(device.notifier, ("visit", "account", "conflict"))
        self.visit: VisitDetail | None = None
        self.mine = False
        self.writing = False
        self.saved_at: datetime | None = None
        self.form = VisitForm(device.visits, device.store, visit_id)
        self.form.judge_by(lambda: device.store.today().isoformat(), lambda: "")
        self._device = device
        self._visit_id = visit_id

    async def load(self) -> None:
        """Read the visit.

        Raises:
            RecordNotFound: there is no such visit here.
        """
        visit = await self._device.visits.get(self._visit_id)
        await self.form.follow(visit.base, visit.shown)
        self.mine = visit.user_id == self._device.profile.id
        self.writing = self.writing or self.form.restored
        self.visit = visit

    async def check_out(self) -> None:
        """End the visit with all that is written."""
        if await self.form.leave_the_place():
            self._begin_anew()

    async def save(self) -> None:
        """Save what is written."""
        if await self.form.save() is not None:
            self.saved_at = now_of(self._device.clock)
            self._begin_anew()

    async def drop(self) -> None:
        """Forget what was typed and show the record again."""
        await self.form.forget()
        self._begin_anew()

    def write(self) -> None:
        """Open the form of a visit that is over."""
        self.writing = True

    def _begin_anew(self) -> None:
        self.form.ready = self.form.restored = self.writing = False
        self.reload()
