"""*To do*: what needs attention and the conflicts, on a phone in one column, on a tablet beside each other."""

from collections.abc import Callable

import flet as ft

from mobile_app.data.repositories.conflicts import ConflictView
from mobile_app.data.repositories.leftovers import Leftover
from mobile_app.data.sheet import OutboxItem
from mobile_app.ui.design import (
    ALERT,
    WAIT,
    Action,
    Chip,
    EmptyState,
    I,
    Press,
    SyncItem,
    TopBar,
    button,
    card,
    column,
    field,
    heading,
    icon_button,
    link,
    row,
    rows_card,
    section,
    use_model,
)
from mobile_app.ui.features.badge import SyncBadgeHere
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.paging import until_ready
from mobile_app.ui.features.sync import icon_of, reason_of, title_of
from mobile_app.ui.features.todo.conflicts import ConflictActions, Teller, about, conflict_card, settled_row
from mobile_app.ui.features.todo.leftovers import leftover_item, use_leftovers
from mobile_app.ui.features.todo.model import Another, TodoModel
from mobile_app.ui.features.values import field_name, shown, typed
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Pane, PlaceName, Screen
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Radius


@ft.component
def TodoScreen() -> ft.Control:
    """A rep's fourth place."""
    return Waiting("todo")


@ft.component
def ConflictsScreen() -> ft.Control:
    """A manager's fifth place: the same for the whole team."""
    return Waiting("conflicts")


@ft.component
def Waiting(here: PlaceName) -> ft.View:
    """What waits for a person."""
    session, t, frame = use_session(), use_words(), use_frame(here)
    model = use_live(lambda: TodoModel(session.device))
    another = use_model(lambda: Another(session.device.store))
    use_open_form(on=another.about is not None)
    look = use_leftovers(session, t, model)
    do = _actions(session, t, another)
    ft.use_dialog(_dialog(session, t, another) if another.about else None)
    clock = session.device.clock
    tell = Teller(t, session.device.profile.id, now_of(clock), clock.zone(), frame.large, leads=session.device.profile.role != "rep")
    settings = Action(t("Settings"), lambda: session.go("/settings"), I.SETTINGS_OUTLINED, "open-settings")
    top = TopBar(t("To do") if here == "todo" else t("Conflicts"), trailing=row(icon_button(settings), SyncBadgeHere(), tight=True))
    unready = until_ready(t, model, 3)
    if unready is not None:
        return Screen(t, frame, Pane(frame, top, unready))
    attention = _attention(session, t, model, look)
    conflicts = _conflicts(tell, model, do)
    settled = _settled(tell, model, do)
    if not frame.two_panes:
        return Screen(t, frame, Pane(frame, top, [*attention, *conflicts, *settled] or [_nothing(t)]))
    left = Pane(frame, top, [*attention, *settled] or [_quiet(t)], listing=True)
    right = Pane(frame, TopBar(t("Open questions")), conflicts[0:] or [_nothing(t)])
    return Screen(t, frame, left, right)


def _nothing(t: Words) -> ft.Control:
    return EmptyState(
        I.TASK_ALT_ROUNDED,
        t("Nothing to settle"),
        t("When two people change the same thing, or the office cannot take something, it is here."),
    )


def _quiet(t: Words) -> ft.Control:
    return EmptyState(I.TASK_ALT_ROUNDED, t("Nothing needs attention"), t("The office has refused nothing from this phone."))


def _attention(session: Session, t: Words, model: TodoModel, look: Callable[[Leftover], Press]) -> list[ft.Control]:
    if not model.attention and not model.leftovers:
        return []

    def open_item(item: OutboxItem) -> Press:
        return lambda: session.go(f"/attention/{item.txn}")

    rows = []
    for item in model.attention:
        chip = Chip(t("On hold"), WAIT) if item.state == "held" else Chip(t("To correct"), ALERT)
        way = Action(t("Look at it"), open_item(item), identifier=f"attention-{item.txn}")
        rows.append(SyncItem(icon_of(item), title_of(t, item), reason_of(t, item), chip, action=way, key=item.txn))
    rows += [leftover_item(t, left, look) for left in model.leftovers]
    return [section(t("Needs attention"), card(*rows), key="attention")]


def _conflicts(tell: Teller, model: TodoModel, do: ConflictActions) -> list[ft.Control]:
    return [conflict_card(tell, view, do) for view in model.open]


def _settled(tell: Teller, model: TodoModel, do: ConflictActions) -> list[ft.Control]:
    if not model.settled:
        return []
    last = len(model.settled) - 1
    rows = [settled_row(tell, view, do, divider=place < last) for place, view in enumerate(model.settled)]
    return [section(tell.t("Settled lately"), rows_card(*rows), key="settled")]


def _actions(session: Session, t: Words, another: Another) -> ConflictActions:
    conflicts = session.device.conflicts

    def undo(view: ConflictView) -> Press:
        async def press() -> None:
            await conflicts.undo(view)
            session.say(t("Taken back."))

        return press

    def keep(view: ConflictView, place: int) -> Press:
        async def press() -> None:
            await conflicts.keep(view, place)
            kept = view.kept(place)
            session.say(t("Settled."), Action(t("Undo"), undo(kept)) if kept.other is not None else None)

        return press

    def write(view: ConflictView, place: int) -> Press:
        async def press() -> None:
            await another.begin(t, view, typed(t, view.field, view.entries[place].value))

        return press

    return ConflictActions(keep, write, undo)


def _dialog(session: Session, t: Words, another: Another) -> ft.AlertDialog:
    view = another.about
    assert view is not None  # noqa: S101  # asked for only while there is one

    async def save() -> None:
        if await another.save(t, session.device.conflicts):
            session.say(t("Settled."))

    others = "\n".join(shown(t, view.field, entry.value) for entry in view.entries)
    body = column(
        heading(about(t, view)),
        field(
            field_name(t, view.field),
            another.text,
            another.put,
            error=sentence_for(t, another.problem.code, another.problem.params) if another.problem is not None else None,
            helper=others,
            lines=3 if "\n" in another.text else 1,
            autofocus=True,
        ),
        row(
            link(Action(t("Cancel"), another.end)),
            button(Action(t("Save"), save, identifier="write-save"), small=True),
            main=ft.MainAxisAlignment.END,
        ),
        spacing=16,
    )
    return ft.AlertDialog(
        modal=True, content=body, shape=ft.RoundedRectangleBorder(radius=Radius.HERO), bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST
    )
