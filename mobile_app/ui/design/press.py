"""What a tap does: typed callbacks, one place that catches what they raise, and the one way to make something tappable."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

Press = Callable[[], Awaitable[None] | None]
"""A tap's answer, plain or async; a lambda that returns a coroutine is awaited too."""
Typed = Callable[[str], Awaitable[None] | None]
"""Told a field's new text."""
Switched = Callable[[bool], Awaitable[None] | None]
"""Told a switch's new position."""
Report = Callable[[Exception], None]
Handler = Callable[[], Awaitable[None]]
ValueHandler = Callable[[Any], Awaitable[None]]
"""Takes Flet's event of whichever control it is put on."""

_REPORT, _ACTIVITY = "report", "activity"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do: its words (verb first), what it does, its icon, and a name for tests."""

    label: str
    on_press: Press
    icon: ft.IconData | None = None
    identifier: str | None = None


def report_failures(page: ft.Page, report: Report) -> None:
    """Tell ``report`` of what a handler of ``page`` raises, instead of losing the whole screen to Flet's crash page."""
    page.session.store.set(_REPORT, report)


def watch_activity(page: ft.Page, touched: Callable[[], None]) -> None:
    """Tell ``touched`` of each tap and each text typed on ``page``."""
    page.session.store.set(_ACTIVITY, touched)


async def _answer(call: Callable[[], object]) -> None:
    touched: Callable[[], None] | None = ft.context.page.session.store.get(_ACTIVITY)
    if touched is not None:
        touched()
    try:
        result = call()
        if inspect.isawaitable(result):
            await result
    except Exception as error:  # the one place where a handler's failure is caught, whatever it is
        report: Report | None = ft.context.page.session.store.get(_REPORT)
        if report is None:
            raise
        report(error)


def handler(press: Press | None) -> Handler | None:
    """Return ``press`` as Flet's event handler; ``None`` stays ``None``, so that nothing looks tappable that is not."""
    if press is None:
        return None

    async def handle() -> None:
        await _answer(press)

    return handle


def value_handler(
    changed: Callable[[str], object] | Callable[[bool], object] | Callable[[int], object] | None, attribute: str = "value"
) -> ValueHandler | None:
    """Return ``changed`` as the handler of a control that holds a value; it is told the control's ``attribute``."""
    if changed is None:
        return None
    tell: Callable[[Any], object] = changed

    async def handle(event: ft.Event[ft.BaseControl]) -> None:
        await _answer(lambda: tell(getattr(event.control, attribute)))

    return handle


def pressable(
    face: ft.Container,
    name: str,
    on_press: Press | None,
    *,
    selected: bool | None = None,
    identifier: str | None = None,
    key: str | None = None,
    expand: bool | int | None = None,
) -> ft.Semantics:
    """Make ``face`` one button with one full ``name``; without ``on_press`` it is one piece of text with that name."""
    face.on_click = handler(on_press)
    face.ink = on_press is not None
    return ft.Semantics(
        content=face,
        label=name,
        button=on_press is not None or None,
        selected=selected,
        identifier=identifier,
        container=True,
        exclude_semantics=True,
        on_tap=handler(on_press),
        key=key,
        expand=expand,
    )


def identified(control: ft.Control, identifier: str | None) -> ft.Control:
    """Give ``control`` a name that tests find it by; it keeps its place in the layout."""
    if identifier is None:
        return control
    wrapper = ft.Semantics(content=control, identifier=identifier, container=True, key=control.key)
    wrapper.expand, wrapper.expand_loose, wrapper.col = control.expand, control.expand_loose, control.col
    control.expand = None
    return wrapper
