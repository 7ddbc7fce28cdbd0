"""Moving to a new phone: send all and retire this one, or take what is not sent along in a sealed file."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import flet as ft

from mobile_app.data.unsent import Remains
from mobile_app.ui.design import (
    ALERT,
    MUTED,
    Action,
    Banner,
    I,
    Press,
    Question,
    button,
    card,
    fact,
    field,
    section,
    text,
    use_model,
    use_value,
)
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.settings.device_card import DeviceScreen
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.platform import DeviceDocuments
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_session, use_sync
from mobile_app.ui.theme import Type
from shared.errors import TourneeError

Step = Callable[[], Awaitable[bool]]
FILE: Final = "tournee-{day}.outbox"


class Move(ft.Observable):
    """The passphrase while it is typed, and what came of the last step: ``code`` why not, ``said`` what."""

    def __init__(self) -> None:
        self.code = ""
        self.busy = False
        self.left = 0
        """How many drafts the last file does not hold: they cannot be read any more."""
        self.documents = DeviceDocuments()
        self._words = ""

    @property
    def words(self) -> str:
        """The passphrase."""
        return self._words

    def put(self, typed: str) -> None:
        """Note it; typing renders nothing."""
        self._words = typed

    async def save(self, session: Session) -> bool:
        """Seal what is not sent and let the person keep the file."""
        day = datetime.fromtimestamp(session.clock.now_ms() / 1000, UTC).date().isoformat()

        async def saved() -> bool:
            data = await session.device.store.hand_over(self._words)
            self.left = len(await session.device.store.drafts_unreadable())
            return await self.documents.save(FILE.format(day=day), data)

        return await self._tried(saved)

    async def load(self, session: Session, t: Words) -> None:
        """Take over the file that the person chooses."""

        async def loaded() -> bool:
            data = await self.documents.pick()
            if data is None:
                return False
            taken = await session.device.store.take_over(data, self._words)
            session.say(t.plural("{n} change came over.", "{n} changes came over.", taken.transactions))
            session.device.actions.sync_now()
            return True

        await self._tried(loaded)

    async def retire(self, session: Session, told: Remains) -> None:
        """Send all, then sign this device off; ``told`` is what the person knows to be lost."""

        async def retired() -> bool:
            await session.gate.retire(told)
            return True

        await self._tried(retired)

    async def _tried(self, step: Step) -> bool:
        self.busy, self.code = True, ""
        try:
            return await step()
        except TourneeError as error:
            self.code = error.code
            return False
        finally:
            self.busy = False


@ft.component
def MovingScreen() -> ft.View:
    """How much is not sent, and the two ways to bring it over."""
    session, t, sync = use_session(), use_words(), use_sync()
    move = use_model(Move)
    use_open_form()
    nothing: Remains | None = None
    told, tell = use_value(nothing)

    async def ask() -> None:
        tell(await session.device.store.unsent.remains())

    def retire(told: Remains) -> Press:
        async def press() -> None:
            tell(None)
            await move.retire(session, told)

        return press

    async def save() -> None:
        if await move.save(session):
            saved, left = t("The file is saved. Open it on the new phone with the same passphrase."), move.left
            behind = t.plural(
                "{n} form that was not saved can no longer be read and is not in it.",
                "{n} forms that were not saved can no longer be read and are not in it.",
                left,
            )
            session.say(f"{saved} {behind}" if left else saved)

    async def load() -> None:
        await move.load(session, t)

    ft.use_dialog(_question(t, told, retire(told), lambda: tell(None)) if told is not None else None)
    problem = [Banner(sentence_for(t, move.code), None, I.INFO_ROUNDED, ALERT)] if move.code else []
    waiting = t.plural("{n} change is not sent yet.", "{n} changes are not sent yet.", sync.waiting) if sync.waiting else t("All is sent.")
    away = card(
        fact(I.OUTBOX_ROUNDED, waiting),
        text(t("Sign in on the new phone first. Then retire this one: it sends what it has, and its data is removed."), Type.META, MUTED),
        button(Action(t("Sync now"), session.device.actions.sync_now, I.SYNC_ROUNDED, "move-sync"), "tonal", enabled=not move.busy),
        button(Action(t("Retire this device"), ask, I.PHONELINK_ERASE_ROUNDED, "retire"), "outlined", enabled=not move.busy),
        spacing=12,
    )
    about = t("Without a signal, what is not sent goes over in a file that only your passphrase opens. Photos stay here.")
    file = card(
        text(about, Type.META, MUTED),
        field(t("Passphrase"), move.words, move.put, password=True, helper=t("At least 8\u00a0characters"), identifier="passphrase"),
        button(Action(t("Save the file"), save, I.SAVE_ALT_ROUNDED, "hand-over"), "tonal", enabled=not move.busy),
        button(Action(t("Open a file of the old phone"), load, I.FILE_OPEN_OUTLINED, "take-over"), "outlined", enabled=not move.busy),
        spacing=12,
    )
    body = [*problem, section(t("From this phone"), away), section(t("As a file"), file)]
    return DeviceScreen(t, session, t("Move to a new phone"), body)


def _question(t: Words, told: Remains, yes: Press, no: Press) -> ft.AlertDialog:
    lost = []
    if told.attention:
        lost.append(
            t.plural("{n} entry in Needs attention would be lost.", "{n} entries in Needs attention would be lost.", told.attention)
        )
    if told.drafts:
        lost.append(t.plural("{n} form that was not saved would be lost.", "{n} forms that were not saved would be lost.", told.drafts))
    if lost:
        lost.append(t("Save a file first, or copy what matters."))
    if told.photos:
        lost.append(
            t.plural(
                "{n} photo that the office does not have would be lost: no file takes it along.",
                "{n} photos that the office does not have would be lost: no file takes them along.",
                told.photos,
            )
        )
    body = "\n\n".join(
        [t("All that is waiting is sent first; then this device is signed off and its data removed."), " ".join(lost)]
    ).strip()
    retire = Action(t("Retire"), yes, identifier="retire-now")
    return Question(t("Retire this device?"), body, retire, Action(t("Keep the device"), no), danger=True)
