"""How large the device writes: Flet does not say it, so a letter is measured."""

from collections.abc import Callable
from typing import Final

import flet as ft

_LETTER: Final = 20.0


def letter_gauge(told: Callable[[float], None]) -> ft.Control:
    """An unseen letter for the page's overlay; ``told`` hears, at first and on each change, how many times as high as asked it came out."""

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        if event.height > 0:
            told(event.height / _LETTER)

    letter = ft.Text("1", style=ft.TextStyle(size=_LETTER, height=1), no_wrap=True)
    box = ft.Container(letter, opacity=0, ignore_interactions=True, on_size_change=measured)
    return ft.Semantics(content=box, exclude_semantics=True)
