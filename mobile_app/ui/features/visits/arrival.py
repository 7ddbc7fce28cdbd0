"""Arriving at a customer's: one fix, one open visit at a time. Being without a place stops nobody."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile_app.data.desk import Written
from mobile_app.data.ports import Fix, Places
from mobile_app.data.repositories.visits import Visits
from mobile_app.ui.design import Action, I, Question, use_model
from mobile_app.ui.i18n import use_words
from mobile_app.ui.session import use_session
from shared.errors import RecordRefused

FOUND = "ok"
"""The place's status where there is a fix; else it is the reason why there is none."""
_AHEAD = frozenset({"planned", "en_route", "missed"})


class Arrival(ft.Observable):
    """Checks in. ``locating`` while the place is asked for; ``still_at`` names the visit (id, customer) that is in the way."""

    def __init__(self, visits: Visits, places: Places) -> None:
        self.locating = False
        self.still_at: tuple[str, str] | None = None
        self._visits = visits
        self._places = places

    async def at(self, visit_id: str) -> str | None:
        """Check in to a planned visit and give its id; None where another one is open, or a tap came twice."""
        return await self._arrive(visit_id, lambda fix, status: self._visits.check_in(visit_id, fix, status))

    async def start(self, account_id: str) -> str | None:
        """Check in at a customer: to the visit planned today, or to a new one."""
        stops = await self._visits.today()
        planned = next((stop.id for stop in stops if stop.account_id == account_id and stop.state in _AHEAD), None)
        if planned is not None:
            return await self.at(planned)
        return await self._arrive("", lambda fix, status: self._visits.start(account_id, fix, status))

    def let_be(self) -> None:
        """Close the question."""
        self.still_at = None

    async def _arrive(self, visit_id: str, write: Callable[[Fix | None, str], Awaitable[Written]]) -> str | None:
        if self.locating or await self._another_is_open(visit_id):
            return None
        self.locating = True
        try:
            found = await self._places.fix()
            written = await (write(found, FOUND) if isinstance(found, Fix) else write(None, found.reason))
        except RecordRefused as refusal:
            if refusal.code != "visit_already_open" or not await self._another_is_open(visit_id):
                raise
            return None
        finally:
            self.locating = False
        return written.id

    async def _another_is_open(self, visit_id: str) -> bool:
        open_one = await self._visits.open_visit()
        if open_one is None or open_one == visit_id:
            return False
        self.still_at = (open_one, (await self._visits.get(open_one)).account)
        return True


def use_arrival() -> Arrival:
    """Return the component's own way to check in, with its question when another visit is still open. A hook."""
    session, t = use_session(), use_words()
    arrival = use_model(lambda: Arrival(session.device.visits, session.places))
    still_at = arrival.still_at

    def go_there() -> None:
        open_one = arrival.still_at
        arrival.let_be()
        if open_one is not None:
            session.go(f"/visits/{open_one[0]}")

    dialog = None
    if still_at is not None:
        dialog = Question(
            t("You are still at {name}", name=still_at[1]),
            t("End that visit first; its notes are saved."),
            Action(t("Go to that visit"), go_there, I.STOREFRONT_ROUNDED, "go-to-open-visit"),
            Action(t("Not now"), arrival.let_be),
            on_dismiss=arrival.let_be,
        )
    ft.use_dialog(dialog)
    return arrival
