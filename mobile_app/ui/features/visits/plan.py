"""Planning a visit to a customer: the day, the time, how long, what for."""

from datetime import date, datetime, time
from urllib.parse import parse_qs, urlparse

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.zones import zone_of
from mobile_app.ui import formats
from mobile_app.ui.design import Action, I, PrimaryBar, TopBar, card, field, heading, keyed, use_model
from mobile_app.ui.features.dates import DayField, stored_day
from mobile_app.ui.features.drafts import DraftKeeper
from mobile_app.ui.features.grid import choice_grid
from mobile_app.ui.features.live import Live, use_live
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.states import unready
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space
from shared.sync.policy import Value

LENGTHS = (15, 30, 45, 60)
STEPS = (0, 1, 7)
_FIELDS = ("day", "clock", "minutes", "purpose")


class Plan(ft.Observable):
    """What is typed: a day as stored (or as typed), a time, a length in minutes, a purpose."""

    def __init__(self, device: Device, account_id: str) -> None:
        self.day = ""
        self.clock = ""
        self.minutes = 30
        self.purpose = ""
        self.day_missing = self.day_over = False
        self.clock_missing = False
        self.saving = False
        self.key = f"plan:{account_id}"
        self._device = device
        self._account_id = account_id
        self._drafts = DraftKeeper(device.store, self.key, self._snapshot)

    async def begin(self) -> None:
        """Take up what was typed before; tomorrow at nine else."""
        draft = await self._device.store.draft_get(self.key) or {}
        self.day = str(draft.get("day") or "")
        self.clock = str(draft.get("clock") or "09:00")
        self.minutes = int(str(draft.get("minutes") or 30))
        self.purpose = str(draft.get("purpose") or "")

    def put(self, name: str, value: str | int) -> None:
        """Note what was typed."""
        setattr(self, name, value)
        self.day_missing = self.day_over = self.clock_missing = False
        self._drafts.keep()

    async def save(self) -> str | None:
        """Plan the visit and give its id; None where the day is over, the day or the time is none, or a save is under way."""
        day, moment = formats.parse_day(self.day), parse_clock(self.clock)
        self.day_missing, self.clock_missing = day is None, moment is None
        self.day_over = day is not None and day < self._device.store.today()
        if day is None or self.day_over or moment is None or self.saving:
            return None
        self.saving = True
        try:
            await self._drafts.flush()
            at = instant(day, moment, self._device.clock.zone())
            written = await self._device.visits.plan(self._account_id, at, self.minutes, purpose=self.purpose.strip(), form=self.key)
        finally:
            self.saving = False
        return written.id

    def _snapshot(self) -> dict[str, Value]:
        return {name: getattr(self, name) for name in _FIELDS}


class PlanModel(Live):
    """Opens the form once; ``customer`` is whom the visit is for."""

    def __init__(self, device: Device, account_id: str) -> None:
        super().__init__(device.notifier, ())
        self.customer = ""
        self.plan = Plan(device, account_id)
        self._device = device
        self._account_id = account_id

    async def load(self) -> None:
        """Open the form.

        Raises:
            RecordNotFound: there is no such customer here.
        """
        account = await self._device.accounts.get(self._account_id)
        if not self.customer:
            await self.plan.begin()
        self.customer = account.name


def parse_clock(text: str) -> time | None:
    """Read ``9``, ``9:30``, ``09h30`` or ``0930``; None when it is no time."""
    figures = text.strip().lower().replace("h", ":").replace(".", ":")
    hours, _, minutes = figures.partition(":") if ":" in figures or len(figures) < 3 else (figures[:-2], "", figures[-2:])
    if not hours.isdecimal() or not (minutes or "0").isdecimal() or int(hours) > 23 or int(minutes or 0) > 59:
        return None
    return time(int(hours), int(minutes or 0))


def instant(day: date, moment: time, zone: str) -> int:
    """Milliseconds since 1970 of a day and a time on the clocks of ``zone``."""
    return round(datetime.combine(day, moment, zone_of(zone)).timestamp() * 1000)


@ft.component
def VisitPlanScreen() -> ft.View:
    """A new visit for the customer that the address asks for (``?account=``)."""
    t, frame = use_words(), use_frame("customers")
    asked = parse_qs(urlparse(ft.context.page.route or "").query).get("account", [""])
    return Screen(t, frame, keyed(PlanPane, asked[0])(asked[0]), tabs=False, route=ft.use_view_path())


@ft.component
def PlanPane(account_id: str) -> ft.Control:
    """The form itself."""
    session, t, frame = use_session(), use_words(), use_frame("customers")
    model = use_live(lambda: PlanModel(session.device, account_id))
    plan = use_model(lambda: model.plan)
    use_open_form()
    top = TopBar(t("Plan a visit"), model.customer, Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back"))
    body = unready(t, model.phase, model.reload, session.back)
    if body is not None:
        return Pane(frame, top, body)
    return Pane(frame, top, _body(t, plan, session.device.store.today()), _bar(session, t, frame, plan))


def _body(t: Words, plan: Plan, today: date) -> list[ft.Control]:
    chosen = LENGTHS.index(plan.minutes) if plan.minutes in LENGTHS else None
    wrong_day = t("Write a day such as 24/3/2026.") if plan.day_missing else None
    if plan.day_over and not plan.day_missing:
        wrong_day = sentence_for(t, "date_in_past", {"date": stored_day(plan.day)})
    wrong_time = t("Write a time such as 14:30.") if plan.clock_missing else None
    return [
        card(
            heading(t("When")),
            DayField(t("Day"), plan.day, lambda value: plan.put("day", value), today, STEPS, error=wrong_day, identifier="field-day"),
            field(t("Time"), plan.clock, lambda value: plan.put("clock", value), error=wrong_time, identifier="field-time"),
            spacing=Space.M,
        ),
        card(
            heading(t("How long")),
            choice_grid(
                [formats.duration(t, minutes) for minutes in LENGTHS],
                chosen,
                lambda place: plan.put("minutes", LENGTHS[place]),
                identifier="minutes",
            ),
            spacing=Space.M,
        ),
        card(field(t("What for"), plan.purpose, lambda value: plan.put("purpose", value), lines=2, identifier="field-purpose")),
    ]


def _bar(session: Session, t: Words, frame: Frame, plan: Plan) -> ft.Control:
    async def save() -> None:
        here = session.here
        if await plan.save() is not None:
            session.back(here)

    return PrimaryBar(
        Action(t("Plan the visit"), save, I.EVENT_AVAILABLE_ROUNDED, "save-plan"),
        enabled=not plan.saving,
        wide=frame.wide,
        large=frame.large,
    )
