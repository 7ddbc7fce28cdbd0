"""The room that a browser gives, whether it has promised to keep what is in it, and what to do where it has not."""

import flet as ft

from mobile_app.data.ports import Room, Storage
from mobile_app.ui import formats
from mobile_app.ui.design import MUTED, Action, I, button, card, fact, section, text, use_model
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.theme import Type


class Lent(ft.Observable):
    """The storage as it was last looked at; ``declined``: the browser was asked and has not promised."""

    def __init__(self, storage: Storage) -> None:
        self.room: Room | None = None
        self.declined = False
        self._storage = storage

    async def look(self) -> None:
        """See how it stands."""
        self.room = await self._storage.room()

    async def ask(self) -> None:
        """Ask the browser to keep it."""
        self.declined = not await self._storage.keep()
        await self.look()


@ft.component
def StorageCard(storage: Storage) -> ft.Control:
    """Used, granted, kept."""
    t, lent = use_words(), use_model(lambda: Lent(storage))
    ft.use_effect(lent.look, [])
    room = lent.room
    return section(t("Storage in this browser"), card(*(_facts(t, lent, room) if room is not None else []), spacing=12))


def _facts(t: Words, lent: Lent, room: Room) -> list[ft.Control]:
    size = formats.file_size
    used = fact(I.STORAGE_ROUNDED, t("{used} of {granted} used", used=size(t, room.used), granted=size(t, room.granted)))
    if room.kept:
        return [used, fact(I.VERIFIED_OUTLINED, t("The browser keeps this data until you remove it."))]
    risk = t("The browser may drop this data when its disk is full. What is not sent yet would be lost.")
    advice = t("Install the app, send often, and before a long time without a signal save what is not sent as a file: Move to a new phone.")
    answer = [text(t("The browser has not promised it."), Type.META_STRONG)] if lent.declined else []
    ask = button(Action(t("Ask the browser to keep it"), lent.ask, I.SAVE_ROUNDED, "keep-storage"), "tonal")
    return [used, fact(I.INFO_OUTLINED, risk), *answer, text(advice, Type.META, MUTED), ask]
