"""Reviewing: the list of visits that wait for it, and one of them with the comment being written."""

import asyncio

from mobile_app.data.desk import Written
from mobile_app.data.device import Device
from mobile_app.data.repositories.reviews import ReviewRow, Reviews, from_address
from mobile_app.data.repositories.visit_detail import VisitDetail
from mobile_app.ui.features.forms import RecordForm
from mobile_app.ui.features.live import Live
from mobile_app.ui.features.paging import Paged
from shared.errors import RecordRefused

OVER = "checked_out"


class InboxModel(Paged):
    """The visits to review, the newest first. ``first`` is the one that is open before one is chosen."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("visit", "account", "user"))
        self.rows: tuple[ReviewRow, ...] = ()
        self.count = 0
        self._reviews = Reviews(device.store)
        self.first = ""

    async def load(self) -> None:
        """Read as many pages as are shown already."""
        self.count = await self._reviews.count()
        rows = tuple(await self._reviews.page(self.limit))
        self.more = len(rows) < self.count
        self.first = (self.first or rows[0].id) if rows else ""
        self.rows = rows


class CommentForm(RecordForm):
    """The manager's comment on a visit."""

    def __init__(self, device: Device, visit_id: str) -> None:
        super().__init__("visit", ("comment",), device.store, f"review:{visit_id}")
        self._device, self._id = device, visit_id

    async def write(self) -> Written:
        """Write the comment against the one that was shown, which from here on is what was written."""
        written = await self._device.visits.comment(self._id, self.base, self.shown, self.text("comment").strip(), self.key)
        visit = await self._device.visits.get(self._id)
        self.stands(visit.base, visit.shown)
        return written


class ReviewModel(Live):
    """One visit under review.

    ``metres`` is how far from the address it was checked in; it is number ``place_in_line`` of the ``waiting`` ones.
    """

    def __init__(self, device: Device, visit_id: str) -> None:
        super().__init__(device.notifier, ("visit", "account", "user", "conflict"))
        self.visit: VisitDetail | None = None
        self.metres: float | None = None
        self.place_in_line = 0
        self.waiting = 0
        self.form = CommentForm(device, visit_id)
        self._device, self._id = device, visit_id
        self._reviews = Reviews(device.store)
        self._turn = asyncio.Lock()

    @property
    def open(self) -> bool:
        """Whether it waits for the manager's word."""
        return self.visit is not None and self.visit.state == OVER

    async def load(self) -> None:
        """Read the visit, and where it stands among those that wait.

        Raises:
            RecordNotFound: there is no such visit here.
        """
        visit = await self._device.visits.get(self._id)
        await self.form.follow(visit.base, visit.shown)
        ids = await self._reviews.ids()
        self.metres = from_address(visit.arrived_place, visit.place)
        self.waiting, self.place_in_line = len(ids), ids.index(self._id) + 1 if self._id in ids else 0
        self.visit = visit

    async def review(self) -> str | None:
        """Write the comment, mark the visit as reviewed, and give the next that waits: '' for none; None where the comment must be mended.

        Raises:
            RecordRefused: ``illegal_step``: somebody else was faster.
        """
        ids = await self._reviews.ids()
        if not await self.keep():
            return None
        await self._device.visits.review(self._id)
        rest = [id_ for id_ in ids if id_ != self._id]
        place = ids.index(self._id) if self._id in ids else 0
        return rest[min(place, len(rest) - 1)] if rest else ""

    async def keep(self) -> bool:
        """Save the comment where it was changed; say whether nothing is left to be saved.

        Raises:
            RecordRefused: a rule refuses it, for another reason than its text.
        """
        async with self._turn:  # leaving the field saves too, and the tap that leaves it may be the review's own
            if not self.form.changed:
                return True
            saved = await self.form.save() is not None
            if not saved and not self.form.problems and self.form.refusal:
                raise RecordRefused(self.form.refusal)
            return saved
