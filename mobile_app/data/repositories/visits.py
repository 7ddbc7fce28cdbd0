"""Visits: the day's tour, check-in and check-out, notes, and the manager's review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from mobile_app.data.desk import Desk, Draft, Label, RecordEdit, Written, day_bounds
from mobile_app.data.ports import Fix
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.merging import family
from mobile_app.data.repositories.reading import ask, base_of, stored
from mobile_app.data.repositories.rows import VisitRow, account_name, visit_rows
from mobile_app.data.repositories.saving import Fields
from mobile_app.data.repositories.tour import Stop, on_day, tour
from mobile_app.data.repositories.visit_detail import VisitDetail, visit_detail
from mobile_app.data.store import Store
from shared.errors import RecordNotFound, RecordRefused
from shared.models.columns import instant_of
from shared.models.organisation import User
from shared.models.registry import KINDS
from shared.models.visit import Visit
from shared.rules.folding import initials
from shared.rules.lifecycle import VISIT
from shared.sync.change import Base
from shared.sync.edits import edits
from shared.sync.policy import Value

OPEN = "checked_in"


@dataclass(frozen=True, slots=True)
class TeamDay:
    """One rep's day, for the manager."""

    user_id: str
    user: str
    initials: str
    visits: tuple[VisitRow, ...]
    done: int
    to_review: int


class Visits:
    """The only door to visits, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def today(self, day: date | None = None, user_id: str | None = None) -> list[Stop]:
        """The tour of a rep (this device's user) on a day (today, in the zone where we are)."""
        who = user_id or self._store.identity.user_id
        zone, now = self._store.clock.zone(), instant_of(self._store.clock.now_ms())
        assert now is not None  # noqa: S101 - the clock always answers
        return await self._store.read(lambda session: tour(session, day or self._store.today(), who, zone, now))

    async def get(self, id_: str) -> VisitDetail:
        """A visit's page.

        Raises:
            RecordNotFound: no such visit here.
        """
        return await self._store.read(lambda session: visit_detail(session, self._store.epoch.id, id_))

    async def of_account(self, account_id: str, limit: int = 50) -> list[VisitRow]:
        """A customer's visits, planned and made, the newest first."""
        query = select(Visit).order_by(col(Visit.planned_at).desc(), col(Visit.id).desc()).limit(limit)

        def read(session: Session) -> list[VisitRow]:
            return list(visit_rows(session, session.exec(query.where(col(Visit.account_id).in_(family(session, account_id))))))

        return await self._store.read(read)

    async def open_visit(self) -> str | None:
        """The visit that this device's user is in now, or None."""
        return await self._store.read(lambda session: _open(session, self._store.identity.user_id))

    async def plan(
        self, account_id: str, planned_at: int, minutes: int = 30, *, purpose: str = "", user_id: str | None = None, form: str = ""
    ) -> Written:
        """Plan a visit at an instant (ms since 1970)."""
        fields: dict[str, Value] = {"planned_at": planned_at, "planned_minutes": minutes, "purpose": purpose, "state": VISIT.initial}
        who = user_id or self._store.identity.user_id
        fields |= {"account_id": account_id, "user_id": who, "zone": self._store.clock.zone()}
        return await self._add(account_id, "visit.plan", lambda _desk: fields, form)

    async def check_in(self, id_: str, fix: Fix | None, place_status: str) -> Written:
        """Arrive: the step, the instant and the place, or why there is none (``denied``, ``off``, ``unavailable``, ``timeout``).

        Raises:
            RecordRefused: ``visit_already_open``: the user is in another visit; ``illegal_step``: not from this visit's state.
        """
        me = self._store.identity.user_id
        return await self._step(id_, OPEN, "visit.check_in", lambda desk: _arrival(desk, me, fix, place_status, but=id_))

    async def start(self, account_id: str, fix: Fix | None, place_status: str) -> Written:
        """Arrive where nobody had planned to.

        Raises:
            RecordRefused: ``visit_already_open``: the user is in another visit.
        """
        me = self._store.identity.user_id

        def fields(desk: Desk) -> dict[str, Value]:
            arrived = _arrival(desk, me, fix, place_status, but="")
            here: dict[str, Value] = {"account_id": account_id, "user_id": me, "zone": desk.zone(), "state": OPEN}
            return {**here, "planned_at": arrived["arrived_at"], **arrived}

        return await self._add(account_id, "visit.check_in", fields)

    async def save_notes(self, id_: str, base: Base | None, shown: Fields, wanted: Fields, form: str = "") -> Written:
        """Save what was changed of a visit's form against what was shown.

        Raises:
            RecordNotFound: no such visit here.
            RecordRefused: ``invalid``, with the fields.
        """
        detail = await self.get(id_)
        label = Label("visit.notes", {"name": detail.account})
        return await saving.save(self._store, "visit", id_, base, shown=shown, wanted=wanted, label=label, form=form)

    async def check_out(
        self, id_: str, base: Base | None = None, shown: Fields | None = None, wanted: Fields | None = None, form: str = ""
    ) -> Written:
        """Leave: the step and the instant, with what was changed of the form, as one transaction.

        Raises:
            RecordRefused: ``illegal_step``: nobody had checked in; ``invalid``, with the fields.
        """
        form_fields = edits(KINDS["visit"], shown or {}, wanted or {})

        def make(desk: Desk) -> Draft:
            step = _step_edit(desk, id_, "checked_out", {"left_at": desk.now_ms()})
            edit = RecordEdit("visit", id_, "update", base or step.base, form_fields | step.fields)
            return Draft((edit,), Label("visit.check_out", {"name": _account_of(desk.session, id_)}), form)

        return await self._store.act(make)

    async def cancel(self, id_: str) -> Written:
        """Call a planned visit off.

        Raises:
            RecordRefused: ``illegal_step``: it is no longer only planned.
        """
        return await self._step(id_, "cancelled", "visit.cancel", lambda _desk: {})

    async def team_day(self, day: date | None = None) -> list[TeamDay]:
        """Every rep's visits on a day, for the manager, by name."""
        begin, end = day_bounds(day or self._store.today(), self._store.clock.zone())
        return await self._store.read(lambda session: _team_day(session, begin, end))

    async def review(self, id_: str, comment: str | None = None) -> Written:
        """Mark a visit that is over as reviewed, with a comment or without.

        Raises:
            RecordRefused: ``illegal_step``: it is not over, or reviewed already.
        """
        me = self._store.identity.user_id
        said: dict[str, Value] = {} if comment is None else {"comment": comment}
        return await self._step(id_, "reviewed", "visit.review", lambda desk: {"reviewed_by": me, "reviewed_at": desk.now_ms(), **said})

    async def comment(self, id_: str, base: Base | None, shown: Fields, comment: str, form: str = "") -> Written:
        """Write the manager's comment, against the one that was shown."""
        detail = await self.get(id_)
        label = Label("visit.comment", {"name": detail.account})
        return await saving.save(self._store, "visit", id_, base, shown=shown, wanted={"comment": comment}, label=label, form=form)

    async def _step(self, id_: str, to: str, action: str, facts: Callable[[Desk], Mapping[str, Value]]) -> Written:
        def make(desk: Desk) -> Draft:
            label = Label(action, {"name": _account_of(desk.session, id_)})
            return Draft((_step_edit(desk, id_, to, facts(desk)),), label)

        return await self._store.act(make)

    async def _add(self, account_id: str, action: str, fields: Callable[[Desk], Mapping[str, Value]], form: str = "") -> Written:
        def make(desk: Desk) -> Draft:
            label = Label(action, {"name": account_name(desk.session, account_id)})
            return Draft((saving.creation("visit", desk.new_id(), fields(desk)),), label, form)

        return await self._store.act(make)


def _step_edit(desk: Desk, id_: str, to: str, facts: Mapping[str, Value]) -> RecordEdit:
    """A step of the life cycle from the state that is shown now, with its facts."""
    here = stored(desk.session, "visit", id_)
    if here is None:
        raise RecordNotFound
    state = here["state"]
    if not VISIT.legal(str(state), to):
        raise RecordRefused("illegal_step", {"state": "illegal_step"})
    shown = {name: here[name] for name in ("state", *facts)}
    return RecordEdit("visit", id_, "update", base_of(desk.session, desk.epoch, id_), edits(KINDS["visit"], shown, {"state": to, **facts}))


def _arrival(desk: Desk, user_id: str, fix: Fix | None, place_status: str, *, but: str) -> dict[str, Value]:
    open_one = _open(desk.session, user_id)
    if open_one is not None and open_one != but:
        raise RecordRefused("visit_already_open", {"state": "visit_already_open"})
    place: dict[str, Value] = {}
    if fix is not None:
        place = {"arrived_lat": fix.lat, "arrived_lon": fix.lon, "arrived_accuracy": fix.accuracy, "arrived_mocked": fix.mocked}
    return {"arrived_at": desk.now_ms(), "place_status": place_status, **place}


def _open(session: Session, user_id: str) -> str | None:
    found = ask(session, "SELECT id FROM visit WHERE state = ? AND user_id = ? ORDER BY arrived_at", OPEN, user_id)
    return str(found[0][0]) if found else None


def _account_of(session: Session, visit_id: str) -> str:
    visit = session.get(Visit, visit_id)
    return account_name(session, visit.account_id) if visit is not None else ""


def _team_day(session: Session, begin: datetime, end: datetime) -> list[TeamDay]:
    query = select(Visit).where(Visit.state != "cancelled", on_day(begin, end)).order_by(col(Visit.planned_at), col(Visit.id))
    by_user: dict[str, list[VisitRow]] = {}
    for row in visit_rows(session, session.exec(query)):
        by_user.setdefault(row.user_id, []).append(row)
    return sorted((_day(session, user_id, rows) for user_id, rows in by_user.items()), key=lambda day: (day.user, day.user_id))


def _day(session: Session, user_id: str, rows: list[VisitRow]) -> TeamDay:
    user = session.get(User, user_id)
    name = (user.name or "") if user is not None else ""
    sign = (user.initials or initials(name)) if user is not None else ""
    over = [row for row in rows if row.state in ("checked_out", "reviewed")]
    return TeamDay(user_id, name, sign, tuple(rows), len(over), sum(not row.reviewed for row in over))
