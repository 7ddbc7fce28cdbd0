"""The road: one day's stops, drawn with the same marks everywhere (a circle is fine, a rounded square wants a look)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import flet as ft

from mobile_app.ui.design.bricks import CARD, INK, MUTED, C, I, column, heading, icon, left, row, text
from mobile_app.ui.design.buttons import button, icon_button
from mobile_app.ui.design.press import Action, Press, pressable
from mobile_app.ui.design.status import WAIT, Chip, StatusChip
from mobile_app.ui.theme import Radius, Size, Space, Type

StopStatus = Literal["done", "next", "here", "planned", "late", "missed"]


@dataclass(frozen=True, slots=True)
class _Mark:
    icon: ft.IconData | None
    fg: str
    ground: str
    ring: str


_MARKS: dict[StopStatus, _Mark] = {
    "done": _Mark(I.CHECK_ROUNDED, C.ON_PRIMARY, C.PRIMARY, C.PRIMARY),
    "next": _Mark(I.NEAR_ME_ROUNDED, C.ON_TERTIARY, C.TERTIARY, C.TERTIARY),
    "here": _Mark(I.STOREFRONT_ROUNDED, C.ON_TERTIARY, C.TERTIARY, C.TERTIARY),
    "planned": _Mark(None, MUTED, CARD, C.OUTLINE),
    "late": _Mark(I.PRIORITY_HIGH_ROUNDED, C.ON_TERTIARY_FIXED, C.TERTIARY_FIXED, C.ON_TERTIARY_FIXED),
    "missed": _Mark(I.CLOSE_ROUNDED, C.ON_ERROR, C.ERROR, C.ERROR),
}
_MIDDLE = 33  # where the node's centre stands in a tile


def StopNode(status: StopStatus, size: float = Size.NODE) -> ft.Container:
    """The mark of one stop, for legends and maps."""
    mark = _MARKS[status]
    return ft.Container(
        icon(mark.icon, mark.fg, size * 0.65) if mark.icon else None,
        width=size,
        height=size,
        bgcolor=mark.ground,
        border=ft.Border.all(3, mark.ring),
        border_radius=size / 3.25 if status in ("late", "missed") else size / 2,
        alignment=ft.Alignment.CENTER,
    )


def _rail(x: float, status: StopStatus, *, first: bool, last: bool) -> list[ft.Control]:
    """The road before and after a stop: thick where the rep has been, thin where they have not."""
    been, ahead = (C.PRIMARY, 5.0), (C.OUTLINE_VARIANT, 3.0)
    up = been if status in ("done", "next", "here") else ahead
    down = been if status == "done" else ahead
    parts: list[ft.Control] = []
    if not first:
        parts.append(ft.Container(left=x - up[1] / 2, top=0, height=_MIDDLE, width=up[1], bgcolor=up[0]))
    if not last:
        parts.append(ft.Container(left=x - down[1] / 2, top=_MIDDLE, bottom=0, width=down[1], bgcolor=down[0]))
    return parts


def VisitTile(
    time: str,
    name: str,
    meta: str,
    status: StopStatus,
    on_press: Press | None = None,
    *,
    chip: Chip | None = None,
    spoken: str = "",
    first: bool = False,
    last: bool = False,
    large: bool = False,
    key: str | None = None,
) -> ft.Control:
    """One stop on the road; done is quiet, what comes is strong.

    ``spoken`` adds the status in words where ``meta`` and ``chip`` do not say it. ``large`` (text from 140 % on, set by the app's own
    text size) puts the time over the name.
    """
    x, n = (14, Size.NODE) if large else (64, Size.NODE)
    strong = status != "done"
    node = StopNode(status)
    node.left, node.top = x - n / 2, _MIDDLE - n / 2
    words = column(
        *([text(time, Type.META_STRONG, MUTED)] if large else []),
        text(name, Type.SUBTITLE if strong else Type.BODY, INK if strong else MUTED),
        *([text(meta, Type.META, MUTED)] if meta else []),
        *([left(StatusChip(chip), ft.Padding(top=4, bottom=2))] if chip else []),
        spacing=2,
    )
    body = ft.Container(
        words,
        margin=ft.Margin(left=x + 22),
        padding=ft.Padding(top=12, bottom=12),
        border=None if last else ft.Border(bottom=ft.BorderSide(1, C.OUTLINE_VARIANT)),
    )
    parts = [*_rail(x, status, first=first, last=last), node, body]
    if not large:
        parts.insert(0, ft.Container(text(time, Type.META_STRONG, INK if strong else MUTED), left=0, top=_MIDDLE - 10))
    said = [time, name, meta, chip.label if chip else "", spoken]
    return pressable(ft.Container(ft.Stack(parts)), ", ".join(s for s in said if s), on_press, key=key)


def TourProgress(done: int, total: int, words: str, end: str = "") -> ft.Control:
    """The day as a road: one piece per stop, the next one saffron."""

    def piece(i: int) -> ft.Control:
        color = C.PRIMARY if i < done else C.TERTIARY if i == done else C.SURFACE_CONTAINER_HIGHEST
        return ft.Container(expand=True, height=8, border_radius=4, bgcolor=color)

    pieces = row(*[piece(i) for i in range(total)], spacing=4 if total < 20 else 1)
    return column(pieces, row(text(words, Type.META_STRONG, expand=True), text(end, Type.META, MUTED)), spacing=6)


@dataclass(frozen=True, slots=True)
class Block:
    """One stop of a day to scale; hours of the day as numbers (9.5 is half past nine)."""

    start: float
    end: float
    status: StopStatus


ROOM = 0.65
"""Hours that a block needs for its icon."""


def DayStrip(blocks: Sequence[Block], now: float | None, spoken: str, start: int = 8, end: int = 18) -> ft.Control:
    """A rep's day to scale; the line says now, on the same clock as the blocks. ``spoken`` says the same in words."""

    def length(hours: float) -> int:
        return max(1, round(hours * 60))

    def empty(hours: float) -> ft.Control:
        return ft.Container(expand=length(hours), height=22)

    track: list[ft.Control] = []
    at = float(start)
    for block in blocks:
        begin = min(max(block.start, at), end - ROOM)
        if now is not None and block.status in ("done", "here"):
            begin = max(min(begin, now - ROOM), at)  # the icon's room is taken from before: nothing that has been stands in the future
        finish = min(max(block.end, begin + ROOM), end)
        if begin > at:
            track.append(empty(begin - at))
        mark = _MARKS[block.status]
        track.append(
            ft.Container(
                icon(mark.icon, mark.fg, 15) if mark.icon else None,
                expand=length(finish - begin),
                height=22,
                bgcolor=mark.ground,
                border=ft.Border.all(2, mark.ring),
                border_radius=6,
                alignment=ft.Alignment.CENTER,
            )
        )
        at = finish
    layers: list[ft.Control] = [ft.Container(height=22, top=6, left=0, right=0, bgcolor=C.SURFACE_CONTAINER_HIGH, border_radius=6)]
    if now is not None:
        here = min(max(now, start), end)
        layers.append(row(empty(here - start), ft.Container(width=2, height=34, bgcolor=INK), empty(end - here), spacing=0))
    layers.append(ft.Container(row(*track, empty(end - at), spacing=0), top=6, left=0, right=0))
    hours = row(*[text(f"{h:02}", Type.OVERLINE, MUTED) for h in range(start, end + 1, 2)], main=ft.MainAxisAlignment.SPACE_BETWEEN)
    body = column(ft.Stack(layers, height=34), hours, spacing=0)
    return ft.Semantics(content=body, label=spoken, image=True, container=True, exclude_semantics=True)


def NextStopCard(
    overline: str,
    time: str,
    name: str,
    address: str,
    *,
    facts: Sequence[tuple[ft.IconData, str]],
    main: Action,
    others: Sequence[Action] = (),
    warning: str | None = None,
    on_press: Press | None = None,
) -> ft.Control:
    """The one big thing of the day: where next, and one saffron button under the thumb; ``others`` are icons beside it."""
    soft = C.ON_PRIMARY_FIXED_VARIANT
    pills: list[ft.Control] = [
        row(icon(i, soft, 18), text(t, Type.META_STRONG, C.ON_PRIMARY_FIXED), spacing=6, tight=True) for i, t in facts
    ]
    keys = [icon_button(action, "hero", Size.ACTION) for action in others]
    words = ft.Container(
        column(
            row(text(overline, Type.OVERLINE, C.TERTIARY, expand=True), text(time, Type.TITLE, C.ON_PRIMARY_FIXED)),
            heading(name, Type.HEADLINE, C.ON_PRIMARY_FIXED),
            text(address, Type.BODY, soft),
            *([ft.Container(ft.Row(pills, spacing=16, run_spacing=6, wrap=True), padding=ft.Padding(top=4))] if pills else []),
            *([left(StatusChip(Chip(warning, WAIT, I.REPORT_PROBLEM_ROUNDED)))] if warning else []),
        ),
    )
    said = ", ".join([overline, time, name, address, *(t for _, t in facts), *([warning] if warning else [])])
    return ft.Container(
        column(
            pressable(words, said, on_press, identifier="next-stop") if on_press else words,
            ft.Container(row(button(main, "accent", expand=True), *keys), padding=ft.Padding(top=Space.S)),
        ),
        bgcolor=C.PRIMARY_FIXED,
        border_radius=Radius.HERO,
        padding=20,
    )
