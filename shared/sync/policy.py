"""What a field's declaration says to the merge: one policy per field, declared beside it on the model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Value = None | bool | int | float | str | list[str]
"""A stored value: what travels, is merged and is sealed. A list only in ``set`` fields."""

WHOLE_RECORD = "*"
"""The field name under which a conflict about a record's existence is kept."""


class Policy(StrEnum):
    """How two edits of one field that did not see each other are settled (DESIGN §6)."""

    LATEST = "latest"
    TEXT = "text"
    SET = "set"
    SERVER = "server"
    STATE = "state"
    APPEND = "append"
    ASK = "ask"
    DERIVED = "derived"


class Lifecycle(Protocol):
    """The states of a kind: which step is legal, and which of two concurrent steps stands."""

    @property
    def precedence(self) -> Mapping[str, int]:
        """Rank of every state; of two concurrent steps the higher one stands."""
        ...

    def legal(self, seen: str, to: str) -> bool:
        """Say whether one may go from ``seen`` to ``to``."""
        ...

    def reachable(self, seen: str, to: str) -> bool:
        """Say whether one or more steps lead from ``seen`` to ``to``."""
        ...


def same(member: str) -> str:
    """Identify a set's member by its own text."""
    return member


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: its policy and what the policy needs to know."""

    name: str
    policy: Policy = Policy.LATEST
    lifecycle: Lifecycle | None = None
    identity: Callable[[str], str] = same
    """Normalises a set's member, so that one phone number typed in two ways is one member."""
    beside: str = ""
    """The field that this one goes with: of two arrivals, each with its place, one stands whole. Nobody is asked about it by itself."""


@dataclass(frozen=True, slots=True)
class KindSpec:
    """One kind of record: its fields, its parent and whose scope it follows."""

    kind: str
    fields: Mapping[str, FieldSpec]
    parent: str | None = None
    """The field that names the record's root (its account); ``None`` for a root and for the catalogue."""
    owner: tuple[str, str] | None = None
    """A nearer parent than the root, (field, kind): a quote line's quote."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Fields that hold another record's id, and that record's kind."""
    org_wide: bool = False
    """True for what every member of the organisation receives."""
    writable: bool = True
    """False for what only the server writes."""
