"""What one action of a person writes, and what the code that decides it may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from sqlmodel import Session

from mobile_app.data.zones import zone_of
from shared.ids import RANDOM_BYTES, uuid7
from shared.ports import Clock, Randomness
from shared.rules.checks import FieldError
from shared.sync.change import Base, Edit, Op

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes: the device's short code and the user's id."""

    device: str
    user_id: str


@dataclass(frozen=True, slots=True)
class RecordEdit:
    """One record's part: the fields changed against what was shown at ``base`` (None: nothing was there to be seen)."""

    kind: str
    id: str
    op: Op
    base: Base | None = None
    fields: dict[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """What the sync sheet calls the action: a stable name, and what its sentence needs."""

    action: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """One action, to be written all or nothing.

    ``form`` is the saved draft that is done with, deleted in the same commit; ``subject`` the record it is about, if not the first one.
    """

    edits: tuple[RecordEdit, ...]
    label: Label
    form: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: the transaction ('' where nothing was changed), the record it is about, and what is worth a word."""

    txn: str
    id: str = ""
    warnings: tuple[FieldError, ...] = ()


class Desk:
    """What is at hand while an action is decided, on the owner's thread: nothing else is written in between."""

    def __init__(
        self,
        open_session: Callable[[], Session],
        clock: Clock,
        randomness: Randomness,
        reached: tuple[str, int],
        last_number: Callable[[str], int],
    ) -> None:
        """``reached`` is the epoch, and the rev of it through which everything has been pulled."""
        self._open_session = open_session
        self.epoch, self.settled = reached
        self.counters: dict[str, int] = {}
        self._clock = clock
        self._randomness = randomness
        self._last_number = last_number

    @cached_property
    def session(self) -> Session:
        """A session for queries, opened when it is first asked for: most actions need none."""
        return self._open_session()

    def now_ms(self) -> int:
        """The instant, in ms since 1970."""
        return self._clock.now_ms()

    def zone(self) -> str:
        """Where we are: an IANA zone."""
        return self._clock.zone()

    def today(self) -> date:
        """The day here."""
        return local_day(self._clock)

    def new_id(self) -> str:
        """An id for a new record."""
        return new_id(self._clock, self._randomness)

    def number(self, counter: str) -> int:
        """The next number of a counter of this device: kept with the action, or not used at all."""
        self.counters[counter] = self.counters.get(counter, self._last_number(counter)) + 1
        return self.counters[counter]


def new_id(clock: Clock, randomness: Randomness) -> str:
    """A fresh UUIDv7."""
    return uuid7(clock.now_ms(), randomness.token(RANDOM_BYTES))


def local_day(clock: Clock) -> date:
    """The calendar day in the zone where we are."""
    return local(clock.now_ms(), clock.zone()).date()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """When ``day`` begins and ends in ``zone``, in UTC."""
    where = zone_of(zone)
    begin, end = (datetime.combine(each, time(), where).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return begin, end


def local(instant_ms: int, zone: str) -> datetime:
    """An instant on the clocks of ``zone``."""
    return (_EPOCH + timedelta(milliseconds=instant_ms)).astimezone(zone_of(zone))
