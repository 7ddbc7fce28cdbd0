"""What was typed and not saved, and is shown by no form any more: said among what needs attention, to be copied or discarded."""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

import flet as ft

from mobile_app.data.repositories.leftovers import Leftover, Typed, Why
from mobile_app.ui.design import (
    MUTED,
    WAIT,
    Action,
    Banner,
    Chip,
    I,
    Press,
    SyncItem,
    button,
    column,
    divider,
    heading,
    link,
    row,
    text,
    use_value,
)
from mobile_app.ui.features.todo.attention import discard_question
from mobile_app.ui.features.todo.model import TodoModel
from mobile_app.ui.features.values import field_name, respelt, shown
from mobile_app.ui.i18n import N_, Words
from mobile_app.ui.session import Session
from mobile_app.ui.theme import Radius, Type

_REASONS: Final[Mapping[Why, str]] = {
    "settled": N_("It was settled before you saved this."),
    "over": N_("What you were correcting has been discarded or sent since."),
    "gone": N_("What this was about is no longer there."),
    "sent": N_("The quote was sent before you saved this."),
    "not_yours": N_("The visit was given to somebody else before you saved this."),
    "unreadable": N_("What you typed here can no longer be read on this phone."),
}


def leftover_item(t: Words, left: Leftover, look: Callable[[Leftover], Press]) -> ft.Control:
    """One of them, in the list."""
    way = Action(t("Look at it"), look(left), identifier=f"leftover-{left.key}")
    return SyncItem(
        I.EDIT_NOTE_ROUNDED, _title(t, left), t(_REASONS[left.why]), Chip(t.sense("form", "Draft"), WAIT), action=way, key=left.key
    )


def use_leftovers(session: Session, t: Words, model: TodoModel) -> Callable[[Leftover], Press]:
    """Give the way to look at one of them; what was typed is discarded after a question only."""
    nobody: Leftover | None = None
    left, look_at = use_value(nobody)
    asking, ask = use_value(initial=False)

    def look(at: Leftover) -> Press:
        return lambda: look_at(at)

    def close() -> None:
        ask(False)
        look_at(None)

    async def discard() -> None:
        close()
        if left is not None:
            await session.device.leftovers.discard(left.key)
        model.reload()
        session.say(t("Discarded."))

    ft.use_dialog(_dialog(session, t, left, lambda: ask(True), close) if left is not None and not asking else None)
    ft.use_dialog(discard_question(t, (), Action(t("Discard"), discard, identifier="discard-now"), close) if asking else None)
    return look


def _dialog(session: Session, t: Words, left: Leftover, discard: Press, close: Press) -> ft.AlertDialog:
    """One of them, whole: why it is here, what was typed, and what can be done."""
    groups = _read(t, left)

    async def copy() -> None:
        said = "\n".join((_title(t, left), t(_REASONS[left.why])))
        of_several = ["\n".join([called] * bool(called) + [f"{name}: {value}" for name, value in facts]) for called, facts in groups]
        await ft.Clipboard().set(("\n\n" if len(groups) > 1 else "\n").join([said, *of_several]))
        session.say(t("Copied."))

    facts: list[ft.Control] = []
    for place, (called, values) in enumerate(groups):
        facts += [divider()] if place else []
        facts += [heading(called, Type.SUBTITLE, level=3)] if called else []
        facts += [column(text(name, Type.META, MUTED), text(value, selectable=True), spacing=0) for name, value in values]
    copying = [button(Action(t("Copy the text"), copy, I.CONTENT_COPY_ROUNDED, "leftover-copy"), "outlined")] if facts else []
    body = column(
        heading(_title(t, left)),
        Banner(t(_REASONS[left.why]), None, I.EDIT_NOTE_ROUNDED, WAIT),
        *facts,
        *copying,
        row(
            link(Action(t("Discard"), discard, identifier="leftover-discard")),
            button(Action(t("Close"), close, identifier="leftover-close"), small=True),
            main=ft.MainAxisAlignment.END,
        ),
        spacing=16,
    )
    return ft.AlertDialog(
        modal=True,
        content=body,
        scrollable=True,
        shape=ft.RoundedRectangleBorder(radius=Radius.HERO),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
    )


def _title(t: Words, left: Leftover) -> str:
    return t("Typed about {name}, not saved", name=left.name) if left.name else t("Typed and not saved")


def _read(t: Words, left: Leftover) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was typed, record by record: what that is called, and the fields in words with what was typed into them."""
    return [
        (called, [(field_name(t, typed.field), _value(t, typed)) for typed in of_one])
        for (_, called), of_one in groupby(left.words, lambda typed: (typed.record, typed.called))
    ]


def _value(t: Words, typed: Typed) -> str:
    value = typed.value
    return shown(t, typed.field, respelt(t, typed.field, value, typed.language) if isinstance(value, str) else value)
