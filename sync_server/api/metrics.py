"""Figures for whoever watches the server, as Prometheus reads them. They count and measure; none names a person or holds a value."""

from collections import Counter as Counted
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from shared.models.registry import raw_table
from shared.ports import Clock
from shared.sync.clock import millis
from shared.sync.protocol import PullAnswer, PushAnswer, PushRequest
from sync_server.api.live import LiveHub
from sync_server.services import epochs
from sync_server.services.backup import MADE_AT
from sync_server.storage import meta
from sync_server.storage.database import Database
from sync_server.storage.size import bytes_of
from sync_server.storage.tables import DEVICE

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
_LAGS: Final = (1, 10, 60, 600, 3_600, 28_800, 86_400, 604_800)
_TAKEN: Final = frozenset({"applied", "merged", "conflict"})
_conflict = raw_table("conflict")
_OPEN: Final = select(func.count()).select_from(_conflict).where(_conflict.c.state == "open")
_AGES: Final = (("hour", 3_600_000), ("day", 86_400_000), ("week", 604_800_000))


class Metrics:
    """The figures of one server process, in a registry of its own."""

    def __init__(self, database: Database, clock: Clock, live: LiveHub) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "tournee_request_seconds", "Time to answer, by route and status", ("route", "status"), buckets=_BUCKETS, registry=self._registry
        )
        self._outcomes = Counter(
            "tournee_transactions", "Transactions pushed, by what became of them", ("status",), registry=self._registry
        )
        self._refusals = Counter("tournee_refusals", "Transactions refused, by code", ("code",), registry=self._registry)
        self._changes = Counter("tournee_changes", "Changes pushed that took effect", registry=self._registry)
        self._conflicts = Counter("tournee_conflicts", "Transactions pushed that met another's value", registry=self._registry)
        self._lag = Histogram(
            "tournee_lag_seconds", "From a change on a device to its arrival, by its own clock", buckets=_LAGS, registry=self._registry
        )
        self._rounds = Counter("tournee_rounds", "Rounds of devices that ended with their last page", registry=self._registry)
        self._pages = Counter("tournee_pages", "Pages pulled", registry=self._registry)
        self._records = Counter("tournee_records_pulled", "Records in pages pulled", registry=self._registry)
        self._registry.register(_Standing(database, clock, live))

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(route or "none", str(status)).observe(seconds)

    def pushed(self, request: PushRequest, answer: PushAnswer) -> None:
        """Count what became of a push."""
        changes = 0
        for transaction, outcome in zip(request.transactions, answer.outcomes, strict=True):
            if outcome.status in _TAKEN:
                changes += len(transaction.changes)
                self._lag.observe(max(0, request.clock - millis(max(change.stamp for change in transaction.changes))) / 1_000)
        statuses = Counted(outcome.status for outcome in answer.outcomes)
        for status, number in statuses.items():
            self._outcomes.labels(status).inc(number)
        for code, number in Counted(outcome.code for outcome in answer.outcomes if outcome.status == "refused").items():
            self._refusals.labels(code).inc(number)
        self._changes.inc(changes)
        self._conflicts.inc(statuses["conflict"])

    def pulled(self, answer: PullAnswer) -> None:
        """Count a page."""
        self._pages.inc()
        self._rounds.inc(not answer.more)
        self._records.inc(sum(len(rows.rows) for rows in answer.kinds.values()))

    def text(self) -> bytes:
        """Give all figures; asks the database, so not on the event loop."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """Figures that are read when they are asked for."""

    def __init__(self, database: Database, clock: Clock, live: LiveHub) -> None:
        self._database = database
        self._clock = clock
        self._live = live

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing in advance: that would read the database at start."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the figures."""
        yield GaugeMetricFamily("tournee_live_streams", "Devices that listen now", value=self._live.count)
        now = self._clock.now_ms()
        head, backed_up, seen, conflicts, stuck, size, backup_at = self._database.run(_read, reading=True)
        yield GaugeMetricFamily("tournee_database_bytes", "Room that the records take", value=size)
        backup = GaugeMetricFamily("tournee_backup_age_seconds", "Age of the newest verified backup; absent where there is none")
        if backup_at is not None:
            backup.add_metric((), (now - backup_at) / 1_000)
        yield backup
        yield GaugeMetricFamily("tournee_head_rev", "The newest rev", value=head)
        yield GaugeMetricFamily("tournee_revs_not_backed_up", "Revs that no backup holds", value=max(0, head - backed_up))
        yield GaugeMetricFamily("tournee_open_conflicts", "Conflicts that nobody has settled", value=conflicts)
        lag = GaugeMetricFamily("tournee_devices_silent", "Devices that were not heard for longer than this", labels=("longer_than",))
        for name, age in _AGES:
            lag.add_metric((name,), sum(now - (at or 0) > age for at in seen))
        yield lag
        yield GaugeMetricFamily("tournee_devices", "Devices that may sync", value=len(seen))
        yield GaugeMetricFamily("tournee_stuck_outboxes", "Devices whose work does not get through though they reach us", value=stuck)


def _read(connection: Connection) -> tuple[int, int, list[int | None], int, int, int, int | None]:
    standing = epochs.standing(connection)
    active = connection.execute(select(DEVICE.c.last_seen, DEVICE.c.unsent_since).where(DEVICE.c.revoked_at.is_(None))).all()
    conflicts = connection.execute(_OPEN).scalar_one()
    stuck = sum(row.unsent_since is not None for row in active)
    made_at = meta.get(connection, MADE_AT, "")
    seen = [row.last_seen for row in active]
    return standing.head, standing.backed_up_through, seen, conflicts, stuck, bytes_of(connection), int(made_at) if made_at else None
