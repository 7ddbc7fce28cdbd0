"""Planted bugs, each one small patch of production code at run time, by which the oracles themselves are tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final
from unittest.mock import patch

Mutant = Callable[[], AbstractContextManager[object]]
MUTANTS: Final[dict[str, Mutant]] = {}
"""By name; each gives a context in which the bug is there."""


def mutant(make: Callable[[], AbstractContextManager[object]]) -> Mutant:
    """Take a mutant into the list, under its function's name."""
    MUTANTS[make.__name__] = make
    return make


def replaced(owner: Any, name: str, make: Callable[[Any], Any]) -> AbstractContextManager[object]:  # noqa: ANN401 - any production object
    """Patch ``owner.name`` by what ``make`` makes of the original."""
    return patch.object(owner, name, make(getattr(owner, name)))


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Run with one bug in place."""
    with MUTANTS[name]():
        yield
