"""The team's day as it stands: each rep's visits, what waits for the manager."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mobile_app.data.device import Device
from mobile_app.data.repositories.reviews import Reviews
from mobile_app.data.repositories.rows import VisitRow
from mobile_app.ui.features.live import LiveByTheMinute
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.team.day import begin_of


@dataclass(frozen=True, slots=True)
class RepDay:
    """One rep's day, with or without visits, in the order in which they take place."""

    user_id: str
    name: str
    initials: str
    visits: tuple[VisitRow, ...] = ()
    done: int = 0
    to_review: int = 0


class TeamModel(LiveByTheMinute):
    """A day of the team. ``selected`` is the rep whose visits are shown, '' before one is chosen."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("visit", "account", "user", "conflict"))
        self.today: date = device.store.today()
        self.day: date = self.today
        self.now: datetime = now_of(device.clock)
        self.reps: tuple[RepDay, ...] = ()
        self.to_review = 0
        self.selected = ""
        self._device = device
        self._reviews = Reviews(device.store)

    @property
    def rep(self) -> RepDay | None:
        """The rep who is chosen."""
        return next((rep for rep in self.reps if rep.user_id == self.selected), None)

    async def load(self) -> None:
        """Read the day's visits, by rep; reps without any are there too."""
        days = {day.user_id: day for day in await self._device.visits.team_day(self.day)}
        people = {person.id: person for person in await self._device.people.team() if person.role == "rep"}
        reps = []
        for user_id in {**people, **days}:
            person, day = people.get(user_id), days.get(user_id)
            name = person.name if person is not None else day.user if day is not None else ""
            sign = person.initials if person is not None else day.initials if day is not None else ""
            visits = sorted(day.visits, key=lambda visit: (begin_of(visit) is None, begin_of(visit), visit.id)) if day is not None else []
            reps.append(RepDay(user_id, name, sign, tuple(visits), day.done if day else 0, day.to_review if day else 0))
        self.to_review = await self._reviews.count()
        self.today, self.now = self._device.store.today(), now_of(self._device.clock)
        self.reps = tuple(sorted(reps, key=lambda rep: (rep.name, rep.user_id)))

    def show(self, day: date) -> None:
        """Show another day."""
        self.day = day
        self.reload()

    def turn(self, days: int) -> None:
        """Show the day so many days further."""
        self.show(self.day + timedelta(days=days))

    def choose(self, user_id: str) -> None:
        """Show a rep's visits; '' shows nobody's."""
        self.selected = user_id
