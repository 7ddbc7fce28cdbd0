"""Planted bugs, each one small patch of production code at run time, by which the oracles themselves are tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from inspect import Parameter, signature
from typing import Any, Final
from unittest.mock import patch

Mutant = Callable[[], AbstractContextManager[object]]
MUTANTS: Final[dict[str, Mutant]] = {}
"""By name; each gives a context in which the bug is there."""


def mutant(make: Callable[[], AbstractContextManager[object]]) -> Mutant:
    """Take a mutant into the list, under its function's name."""
    MUTANTS[make.__name__] = make
    return make


def stand_in(owner: Any, name: str, new: Any) -> AbstractContextManager[object]:  # noqa: ANN401 - any production object
    """Patch ``owner.name`` by ``new``.

    Raises:
        TypeError: ``new`` takes less than the original: production code has changed, and what it would break is no bug of the product's.
    """
    old = getattr(owner, name)
    if callable(old) and not _takes_all(new) and len(signature(new).parameters) < len(signature(old).parameters):
        raise TypeError(f"{name} takes {signature(old)}, what stands in for it {signature(new)}")
    return patch.object(owner, name, new)


def replaced(owner: Any, name: str, make: Callable[[Any], Any]) -> AbstractContextManager[object]:  # noqa: ANN401
    """Patch ``owner.name`` by what ``make`` makes of the original; raises as ``stand_in``."""
    return stand_in(owner, name, make(getattr(owner, name)))


def _takes_all(function: Any) -> bool:  # noqa: ANN401
    return any(each.kind is Parameter.VAR_POSITIONAL for each in signature(function).parameters.values())


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Run with one bug in place."""
    with MUTANTS[name]():
        yield
