"""Answers as big keys, two in a row: no word breaks in any of the languages, on any phone."""

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from mobile_app.ui.design import ChoiceRow, column

PER_ROW = 2


def choice_grid(
    labels: Sequence[str], selected: int | None, on_choose: Callable[[int], Awaitable[None] | None], *, identifier: str | None = None
) -> ft.Control:
    """``ChoiceRow`` over several rows; tests find a key as ``IDENTIFIER-ROW-PLACE``."""

    def row_from(begin: int) -> ft.Control:
        chosen = selected - begin if selected is not None and begin <= selected < begin + PER_ROW else None
        name = f"{identifier}-{begin // PER_ROW}" if identifier else None
        return ChoiceRow(labels[begin : begin + PER_ROW], chosen, lambda place: on_choose(begin + place), identifier=name)

    return column(*[row_from(begin) for begin in range(0, len(labels), PER_ROW)])
