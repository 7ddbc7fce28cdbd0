"""Who may see and write what, as the office has told it: kept beside the server's own tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tests.simulation.fleet.start import PEOPLE, SINCE, TERRITORIES

LEASE = timedelta(days=15)
"""A day more than the server's, since days are cut in UTC."""


def day_of(ms: int) -> date:
    """The UTC day of an instant."""
    return datetime.fromtimestamp(ms / 1000, UTC).date()


@dataclass
class Rights:
    """Days on which each person had each territory: first and last, both included."""

    ids: dict[str, str]
    """Territories' ids by name."""
    held: dict[tuple[str, str], list[tuple[date, date]]] = field(default_factory=dict)
    lost: dict[tuple[str, str], date] = field(default_factory=dict)
    """The last day on which each person had a territory that was taken from her."""
    left: dict[str, list[tuple[str, date]]] = field(default_factory=dict)
    """By account, the scopes that it left, and when."""

    def __post_init__(self) -> None:
        for login, (_, places) in PEOPLE.items():
            for place in places:
                self.held[login, place] = [(SINCE, date.max)]

    def has(self, login: str, territory: str, on: date) -> bool:
        """Whether she has it that day."""
        return any(first <= on <= last for first, last in self.held.get((login, territory), ()))

    def give(self, login: str, territory: str, since: date) -> None:
        """She has it from that day on."""
        self.held.setdefault((login, territory), []).append((since, date.max))

    def take(self, login: str, territory: str, today: date) -> None:
        """Yesterday was her last day."""
        self.lost[login, territory] = today
        spans = self.held.get((login, territory), [])
        self.held[login, territory] = [(first, min(last, today - timedelta(days=1))) for first, last in spans if first < today]

    def scopes(self, login: str, now: int) -> set[str]:
        """What she receives now."""
        places = {f"territory:{self.ids[name]}" for name in TERRITORIES if self.has(login, name, day_of(now))}
        return {"org"} | places

    def moved(self, account: str, source: str, now: int) -> None:
        """An account left a scope."""
        self.left.setdefault(account, []).append((source, day_of(now)))

    def may_write(self, login: str, scope: str, root: str, now: int) -> bool:
        """Whether she has the scope, or had it, or one in which the account was, so lately that work done then may still arrive."""
        since = day_of(now) - LEASE
        scopes = {scope.replace("archive:", "territory:"), *(source for source, on in self.left.get(root, ()) if on >= since)}
        names = [name for name, id_ in self.ids.items() if f"territory:{id_}" in scopes]
        return any(self.has(login, name, day_of(now)) or self.lost.get((login, name), date.min) >= since for name in names)
