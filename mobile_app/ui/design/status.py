"""Status: a ground, an icon and words, never colour alone."""

from dataclasses import dataclass
from typing import Literal

import flet as ft

from mobile_app.ui.design.bricks import INK, MUTED, C, I, column, icon, row, text
from mobile_app.ui.design.buttons import link
from mobile_app.ui.design.press import Action, Press, pressable
from mobile_app.ui.theme import Radius, Size, Space, Type


@dataclass(frozen=True, slots=True)
class Tone:
    """A meaning: always with this icon (or a better one) and a word."""

    icon: ft.IconData
    fg: str
    bg: str


OK = Tone(I.CHECK_CIRCLE_ROUNDED, C.ON_SECONDARY_FIXED, C.SECONDARY_FIXED)
WAIT = Tone(I.SCHEDULE_ROUNDED, C.ON_TERTIARY_FIXED, C.TERTIARY_FIXED)
ALERT = Tone(I.ERROR_ROUNDED, C.ON_ERROR_CONTAINER, C.ERROR_CONTAINER)
NEUTRAL = Tone(I.CIRCLE_OUTLINED, C.ON_SURFACE_VARIANT, C.SURFACE_CONTAINER_HIGH)
INFO = Tone(I.INFO_ROUNDED, C.ON_PRIMARY_CONTAINER, C.PRIMARY_CONTAINER)
CHOSEN = Tone(I.CHECK_ROUNDED, C.ON_PRIMARY, C.PRIMARY)


@dataclass(frozen=True, slots=True)
class Chip:
    """What a chip says; handed to tiles, so that its words join the tile's accessible name."""

    label: str
    tone: Tone = NEUTRAL
    icon: ft.IconData | None = None


def StatusChip(chip: Chip) -> ft.Container:
    """Three words or so; at most two on a card. Not a button: that is ``FilterChip``."""
    tone = chip.tone
    words = text(chip.label, Type.META_STRONG, tone.fg, expand=True, loose=True)
    return ft.Container(
        row(icon(chip.icon or tone.icon, tone.fg, 16), words, spacing=6, tight=True),
        bgcolor=tone.bg,
        border_radius=Radius.CHIP,
        padding=ft.Padding(left=8, top=4, right=10, bottom=4),
    )


def FilterChip(label: str, on_press: Press, *, selected: bool = False, identifier: str | None = None, key: str | None = None) -> ft.Control:
    """40 px to the eye, 48 px to the thumb."""
    fg = C.ON_PRIMARY_CONTAINER if selected else INK
    mark = [icon(I.CHECK_ROUNDED, fg, 18)] if selected else []
    face = ft.Container(
        row(*mark, text(label, Type.META_STRONG, fg), spacing=6, tight=True),
        height=40,
        padding=ft.Padding(left=14, right=14),
        border_radius=20,
        alignment=ft.Alignment.CENTER,
        bgcolor=C.PRIMARY_CONTAINER if selected else None,
        border=ft.Border.all(1.5, C.PRIMARY if selected else C.OUTLINE),
    )
    target = ft.Container(face, height=Size.TOUCH, alignment=ft.Alignment.CENTER, border_radius=24)
    return pressable(target, label, on_press, selected=selected, identifier=identifier, key=key)


SyncState = Literal["synced", "waiting", "offline", "working", "attention"]
_SYNC: dict[SyncState, tuple[Tone, ft.IconData]] = {
    "synced": (OK, I.CLOUD_DONE_ROUNDED),
    "waiting": (WAIT, I.CLOUD_UPLOAD_ROUNDED),
    "offline": (NEUTRAL, I.CLOUD_OFF_ROUNDED),
    "working": (INFO, I.CLOUD_SYNC_ROUNDED),
    "attention": (ALERT, I.REPORT_PROBLEM_ROUNDED),
}


def SyncBadge(state: SyncState, label: str, on_press: Press | None = None, *, compact: bool = False) -> ft.Control:
    """The same place on every screen, top right; opens the sync sheet, announces its change. Offline is neutral, never red.

    ``compact`` leaves the words to the ear: over a page whose own title needs the room.
    """
    tone, name = _SYNC[state]
    words = [] if compact else [text(label, Type.META_STRONG, tone.fg, no_wrap=True)]
    face = ft.Container(
        row(icon(name, tone.fg, 20), *words, spacing=Space.S, tight=True),
        bgcolor=tone.bg,
        border_radius=20,
        height=40,
        width=40 if compact else None,
        padding=None if compact else ft.Padding(left=12, right=14),
        alignment=ft.Alignment.CENTER,
    )
    width = Size.TOUCH if compact else None
    target = ft.Container(face, height=Size.TOUCH, width=width, alignment=ft.Alignment.CENTER_RIGHT, border_radius=24)
    badge = pressable(target, label, on_press, identifier="sync-badge")
    badge.live_region = True
    return badge


BESIDE = 70
"""A message of so many characters still has room for its action beside it."""


def Banner(message: str, action: Action | None = None, name: ft.IconData = I.CLOUD_OFF_ROUNDED, tone: Tone = NEUTRAL) -> ft.Control:
    """Something true about the whole screen, said once and calmly, with what still works. Not for results, not for errors."""
    ink = MUTED if tone is NEUTRAL else tone.fg
    words = text(message, Type.META, ink)
    beside = action is not None and len(message) <= BESIDE
    below = [ft.Container(link(action), alignment=ft.Alignment.CENTER_RIGHT)] if action is not None and not beside else []
    said = column(words, *below, spacing=0, expand=True)
    # an icon sits on the first line of a text that wraps; beside an action of 48 px it is in its middle
    align = ft.CrossAxisAlignment.CENTER if beside else ft.CrossAxisAlignment.START
    narrow = Space.S if beside else Space.M
    return ft.Container(
        row(icon(name, ink, 22), said, *([link(action)] if action is not None and beside else []), spacing=Space.M, align=align),
        bgcolor=tone.bg,
        border_radius=Radius.CARD,
        padding=ft.Padding(left=16, top=narrow, right=8 if action else 16, bottom=Space.XS if below else narrow),
    )
