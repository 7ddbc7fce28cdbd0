"""Saves what is typed when its page goes away, however the person leaves it."""

from collections.abc import Awaitable, Callable

import flet as ft

from mobile_app.ui.session import use_session
from shared.errors import TourneeError, VaultLocked


def use_kept(keep: Callable[[], Awaitable[object]]) -> None:
    """Call ``keep`` when the component goes: a phone's *Back* leaves no field first, and a field that is gone says nothing. A hook."""
    session = use_session()

    async def leave() -> None:
        try:
            await keep()
        except VaultLocked:
            return  # what was typed is a draft, and back after the unlock
        except TourneeError as error:
            session.report(error)

    ft.use_effect(lambda: None, [], cleanup=leave)
