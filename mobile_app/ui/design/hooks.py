"""Typed doors to Flet's component machinery, where its own annotations say too little."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import flet as ft

P = ParamSpec("P")
R = TypeVar("R")


def keyed(component: Callable[P, R], key: str) -> Callable[P, R]:
    """Return ``component`` with a key, which tells repeated siblings apart: ``keyed(VisitList, visit.id)(state)``."""

    def build(*args: P.args, **kwargs: P.kwargs) -> R:
        return component(*args, **{**kwargs, "key": key})  # type: ignore[arg-type]  # Flet takes ``key`` from any component

    return build


def memo(component: Callable[P, R]) -> Callable[P, R]:
    """Return ``component`` that renders again only when its arguments change (Flet's ``memo``, typed)."""
    return cast(Callable[P, R], ft.memo(component))  # type: ignore[no-untyped-call]


def use_model(make: Callable[[], R]) -> R:
    """Return the component's own object, made once; when it is observable, its changes render the component again."""
    use_state = cast(Callable[[Callable[[], R]], tuple[R, object]], ft.use_state)
    return use_state(make)[0]


def use_value(initial: R) -> tuple[R, Callable[[R], None]]:
    """Return the component's own plain value and its setter. For what a handler reads, take ``use_model``: values may be stale there."""
    use_state = cast(Callable[[Callable[[], R]], tuple[R, Callable[[R], None]]], ft.use_state)
    return use_state(lambda: initial)
