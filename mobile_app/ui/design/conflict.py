"""A conflict as a sentence and two values as equals."""

from dataclasses import dataclass

import flet as ft

from mobile_app.ui.design.bricks import CARD, INK, MUTED, C, I, card, column, equal_row, icon, left, row, text
from mobile_app.ui.design.buttons import Kind, button, link
from mobile_app.ui.design.press import Action
from mobile_app.ui.design.status import OK, Chip, StatusChip
from mobile_app.ui.theme import Radius, Space, Type


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values: whose, when, what, and the button that keeps it, if it can be kept."""

    who: str
    when: str
    value: str
    keep: Action | None
    stands: bool = False


def marked(value: str, other: str) -> ft.Text:
    """Return ``value`` with the words that differ from ``other`` marked, unless most of them do."""
    words, others = value.split(" "), other.split(" ")
    same = [a == b for a, b in zip(words, others, strict=False)] + [False] * max(0, len(words) - len(others))
    if len(words) != len(others) or sum(same) * 2 < len(words):
        return text(value, Type.SUBTITLE)
    mark = ft.TextStyle(bgcolor=C.TERTIARY_FIXED, color=C.ON_TERTIARY_FIXED, decoration=ft.TextDecoration.UNDERLINE)
    spans: list[ft.TextSpan] = []
    for word, unchanged in zip(words, same, strict=True):
        spans += [ft.TextSpan(" " if spans else ""), ft.TextSpan(word, None if unchanged else mark)]
    return ft.Text(spans=spans, style=Type.SUBTITLE, color=INK, semantics_label=value)


def ConflictCard(
    about: str,
    sentence: str,
    sides: tuple[Side, Side],
    stands: str,
    *,
    note: str,
    write: Action | None = None,
    large: bool = False,
    key: str | None = None,
) -> ft.Control:
    """A sentence first, then each value over its button; the standing one is marked by icon, word (``stands``) and border.

    ``large`` (text from 140 % on) sets the values under each other.
    """

    def value(side: Side, other: Side) -> ft.Control:
        badge = [left(StatusChip(Chip(stands, OK)))] if side.stands else []
        return ft.Container(
            column(text(side.who, Type.META_STRONG), text(side.when, Type.META, MUTED), marked(side.value, other.value), *badge, spacing=4),
            expand=None if large else True,
            padding=Space.M,
            border_radius=Radius.FIELD,
            bgcolor=CARD,
            border=ft.Border.all(2 if side.stands else 1, C.ON_SECONDARY_FIXED if side.stands else C.OUTLINE),
        )

    def key_of(side: Side) -> ft.Control | None:
        kind: Kind = "tonal" if side.stands else "outlined"
        return button(side.keep, kind, expand=None if large else True, small=True) if side.keep is not None else None

    first, second = sides
    shown, keys = [value(first, second), value(second, first)], [key_of(side) for side in sides]
    if large:
        values = [each for pair in zip(shown, keys, strict=True) for each in pair if each is not None]
    else:
        values = [equal_row(*shown), equal_row(*(key for key in keys if key is not None))]
    return card(
        row(
            icon(I.CALL_SPLIT_ROUNDED, C.PRIMARY, 20),
            text(about, Type.META_STRONG, C.PRIMARY, expand=True),
            spacing=6,
            align=ft.CrossAxisAlignment.START,
        ),
        text(sentence, Type.BODY),
        *values,
        row(text(note, Type.META, MUTED, expand=True), *([link(write)] if write else [])),
        spacing=Space.M,
        padding=ft.Padding(left=16, top=16, right=16, bottom=8),
        key=key,
    )
