"""Owns the life cycles of visits and quotes: which steps are legal, which of two competing steps stands, what is frozen.

The ``state`` policy of a merge asks these: a step is judged from the state that its author saw, and of two legal steps the one with
the higher precedence stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A machine: its first state, the other states a record may be created in, its transitions and the precedence of each state."""

    initial: str
    transitions: Mapping[str, frozenset[str]]
    precedence: Mapping[str, int]
    also_created_as: frozenset[str] = frozenset()

    @property
    def states(self) -> frozenset[str]:
        """Every state of the machine."""
        return frozenset(self.transitions)

    def legal(self, seen: str | None, to: str) -> bool:
        """Say whether one step leads from the state its author saw to ``to``; from None when the record is created with it."""
        if seen is None:
            return to == self.initial or to in self.also_created_as
        return to in self.transitions.get(seen, frozenset())

    def reachable(self, seen: str, to: str) -> bool:
        """Say whether one or more steps lead from ``seen`` to ``to``."""
        found: set[str] = set()
        ahead = set(self.transitions.get(seen, frozenset()))
        while ahead:
            found |= ahead
            ahead = {step for state in ahead for step in self.transitions[state]} - found
        return to in found


def _table(**steps: str) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({state: frozenset(following.split()) for state, following in steps.items()})


def _ranks(rising: str) -> Mapping[str, int]:
    return MappingProxyType({state: rank for rank, state in enumerate(rising.split())})


VISIT: Final = Lifecycle(
    initial="planned",
    transitions=_table(
        planned="en_route checked_in cancelled missed",
        en_route="planned checked_in cancelled missed",
        checked_in="checked_out",
        checked_out="reviewed",
        reviewed="",
        cancelled="planned",
        missed="planned checked_in",
    ),
    precedence=_ranks("planned en_route missed cancelled checked_in checked_out reviewed"),
    also_created_as=frozenset({"en_route", "checked_in"}),
)
"""A visit. It may be created by checking in where nobody had planned to; a missed one may still happen; being there beats any plan."""

QUOTE: Final = Lifecycle(
    initial="draft",
    transitions=_table(
        draft="pending_approval sent",
        pending_approval="approved draft",
        approved="sent draft",
        sent="accepted declined expired superseded",
        accepted="",
        declined="superseded",
        expired="superseded",
        superseded="",
    ),
    precedence=_ranks("draft pending_approval approved sent expired superseded declined accepted"),
)
"""A quote. An edit takes an approved one back to draft; after sending, an edit makes a revision; the customer's word wins."""

_FROZEN_QUOTE: Final = frozenset({"sent", "accepted", "declined", "expired", "superseded"})


def left_after_arrival(arrived_at: int | None, left_at: int | None) -> bool:
    """Say whether a visit's facts agree: nobody leaves without having arrived, or before. Instants in milliseconds."""
    return left_at is None or (arrived_at is not None and arrived_at <= left_at)


def quote_is_frozen(state: str) -> bool:
    """Say whether a quote has left the house, so that its lines stand as sent and an edit makes a revision."""
    return state in _FROZEN_QUOTE


def quote_is_immutable(state: str) -> bool:
    """Say whether nothing of a quote, its state included, may change any more."""
    return state == "accepted"
