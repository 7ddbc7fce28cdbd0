"""What Today is made of: the card of where one is or goes next, and the tour as a road. Words and callbacks only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flet as ft

from mobile_app.data.repositories.tour import Stop
from mobile_app.ui import formats
from mobile_app.ui.design import (
    OK,
    WAIT,
    Action,
    Banner,
    Chip,
    EmptyState,
    I,
    NextStopCard,
    Press,
    TourProgress,
    VisitTile,
    card,
    section,
)
from mobile_app.ui.features.today.tour import Tour
from mobile_app.ui.features.visits.evidence import minutes_between
from mobile_app.ui.i18n import Words
from mobile_app.ui.theme import Space


@dataclass(frozen=True, slots=True)
class TourActions:
    """What one can do from Today."""

    arrive: Callable[[Stop], Press]
    resume: Callable[[Stop], Press]
    open: Callable[[Stop], Press]
    call: Callable[[Stop], Press]
    navigate: Callable[[Stop], Press]
    choose: Press


def tour_body(t: Words, day: Tour, now: datetime, do: TourActions, *, locating: bool = False, large: bool = False) -> list[ft.Control]:
    """A day with stops, or the words for one without."""
    if not day.stops:
        return [empty_day(t, do.choose)]
    return [_progress(t, day), *_hero(t, day, now, do, locating=locating), _road(t, day, now, do, large=large)]


def empty_day(t: Words, choose: Press) -> ft.Control:
    """Nothing is planned."""
    return EmptyState(
        I.ROUTE_ROUNDED,
        t("Nothing planned today"),
        t("Choose whom to see; everything works without a signal."),
        Action(t("Choose a customer"), choose, I.STOREFRONT_ROUNDED, "choose-customer"),
    )


def address(stop: Stop) -> str:
    """Street and town in one line, as written on an envelope."""
    town = " ".join(part for part in (stop.postcode, stop.city) if part)
    return ", ".join(part for part in (stop.street, town) if part)


def _progress(t: Words, day: Tour) -> ft.Control:
    words = t("Visits done: {done} of {total}", done=day.done, total=day.total)
    planned = [stop for stop in day.stops if stop.planned_at is not None]
    last = planned[-1] if planned else None
    end = t("Last one at {time}", time=_time(last)) if last is not None and day.done < day.total else ""
    return TourProgress(day.done, day.total, words, end)


def _hero(t: Words, day: Tour, now: datetime, do: TourActions, *, locating: bool) -> list[ft.Control]:
    if day.here is not None:
        return [_here(t, day.here, now, do)]
    if day.next is not None:
        return [_next(t, day.next, now, do, locating=locating)]
    return [Banner(t("The tour is done."), name=I.CHECK_CIRCLE_ROUNDED, tone=OK)]


def _here(t: Words, stop: Stop, now: datetime, do: TourActions) -> ft.Control:
    facts = [(I.TIMER_OUTLINED, formats.duration(t, minutes_between(stop.arrived_at, now)))] if stop.arrived_at else []
    return NextStopCard(
        t("Visit in progress"),
        formats.clock_time(stop.arrived_at, stop.zone) if stop.arrived_at else "",
        stop.account,
        address(stop),
        facts=facts,
        main=Action(t("Continue"), do.resume(stop), I.STOREFRONT_ROUNDED, "continue-visit"),
        others=_ways(t, stop, do),
        on_press=do.resume(stop),
    )


def _next(t: Words, stop: Stop, now: datetime, do: TourActions, *, locating: bool) -> ft.Control:
    facts: list[tuple[ft.IconData, str]] = []
    if stop.distance_m is not None:
        drive = formats.duration(t, stop.travel_minutes or 0)
        facts.append((I.NEAR_ME_ROUNDED, formats.joined((formats.distance(t, stop.distance_m), drive))))
    if stop.planned_minutes:
        facts.append((I.SCHEDULE_ROUNDED, t("{duration} planned", duration=formats.duration(t, stop.planned_minutes))))
    if stop.purpose:
        facts.append((I.FLAG_OUTLINED, stop.purpose))
    return NextStopCard(
        t("Next stop"),
        _time(stop),
        stop.account,
        address(stop),
        facts=facts,
        main=Action(t("Finding the place") if locating else t("I’m here"), do.arrive(stop), I.WHERE_TO_VOTE_ROUNDED, "check-in"),
        others=_ways(t, stop, do),
        warning=_lateness(t, stop, now) if stop.status == "late" else None,
        on_press=do.open(stop),
    )


def _ways(t: Words, stop: Stop, do: TourActions) -> list[Action]:
    ways = [Action(t("Call {name}", name=stop.account), do.call(stop), I.CALL_ROUNDED, "call")] if stop.phone else []
    if stop.place is not None:
        ways.append(Action(t("Show the way"), do.navigate(stop), I.DIRECTIONS_ROUNDED, "navigate"))
    return ways


def _road(t: Words, day: Tour, now: datetime, do: TourActions, *, large: bool) -> ft.Control:
    tiles = [
        VisitTile(
            _time(stop),
            stop.account,
            _meta(t, stop),
            stop.status,
            do.open(stop),
            chip=_chip(t, stop, now),
            spoken=_spoken(t, stop),
            first=place == 0,
            last=place == len(day.stops) - 1,
            large=large,
            key=stop.id,
        )
        for place, stop in enumerate(day.stops)
    ]
    return section(t("The tour"), card(*tiles, spacing=0, padding=ft.Padding(left=Space.L, top=4, right=Space.L, bottom=4)))


def _meta(t: Words, stop: Stop) -> str:
    if stop.status == "done" and stop.arrived_at and stop.left_at:
        return t("Done in {duration}", duration=formats.duration(t, minutes_between(stop.arrived_at, stop.left_at)))
    if stop.status == "here":
        return t("Visit in progress")
    if stop.status == "missed":
        return t("Missed")
    return formats.joined((stop.city, formats.distance(t, stop.distance_m) if stop.distance_m is not None else ""))


def _chip(t: Words, stop: Stop, now: datetime) -> Chip | None:
    if stop.status == "late":
        return Chip(_lateness(t, stop, now), WAIT)
    if stop.pending and stop.status != "done":
        return Chip(t("Waiting to be sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED)
    return None


def _lateness(t: Words, stop: Stop, now: datetime) -> str:
    return t("Late by {duration}", duration=formats.duration(t, minutes_between(stop.planned_at, now)))


def _spoken(t: Words, stop: Stop) -> str:
    return {"next": t("Next stop"), "planned": t("Planned"), "done": t("Done")}.get(stop.status, "")


def _time(stop: Stop) -> str:
    when = stop.planned_at or stop.arrived_at
    return formats.clock_time(when, stop.zone) if when else ""
