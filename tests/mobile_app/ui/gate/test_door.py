"""How the screens before the open app stand on their ground."""

from typing import cast

import flet as ft

from mobile_app.data.gate import NotEnrolled
from mobile_app.ui.layouts.screens import HERO_WIDTH
from tests.mobile_app.ui.door import FakeGate, door
from tests.mobile_app.ui.harness import run


def test_the_bar_of_a_door_goes_from_side_to_side_and_its_button_is_as_wide_as_the_form() -> None:
    async def go() -> tuple[float | None, float | None]:
        async with door(FakeGate(NotEnrolled("http://office"))) as h:
            whole = cast("ft.Column", cast("ft.SafeArea", h.find(ft.View)[-1].controls[0]).content)
            middle = cast("ft.Container", cast("ft.Container", whole.controls[-1]).content)
            return whole.width, cast("ft.Container", middle.content).width

    assert run(go()) == (None, HERO_WIDTH)
