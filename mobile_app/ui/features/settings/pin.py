"""Changing the PIN: the present one, then the new one twice."""

import flet as ft

from mobile_app.data.key_file import KeyPolicy
from mobile_app.data.key_states import MustWait, Unlocked, WrongPin
from mobile_app.ui.design import Action, I, Press, use_model
from mobile_app.ui.features.gate.parts import PinScreen
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.i18n import use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_session
from shared.errors import PinRefused


class PinChange(ft.Observable):
    """How far it is: the old PIN, the new one, the new one again. ``note`` is a code."""

    def __init__(self) -> None:
        self.step = 0
        self.note = ""
        self.tries = 0
        self.done = False
        self._pins = ["", ""]

    async def take(self, session: Session, pin: str) -> None:
        """Take the next PIN; the third ends it."""
        self.note = ""
        if self.step < len(self._pins):
            self._keep(pin)
        elif pin != self._pins[1]:
            self.step, self.note = 1, "pins_differ"
        else:
            await self._change(session)

    def _keep(self, pin: str) -> None:
        try:
            if self.step:
                KeyPolicy().check_pin(pin)
        except PinRefused as refused:
            self.note = refused.code
            return
        self._pins[self.step] = pin
        self.step += 1

    async def _change(self, session: Session) -> None:
        outcome = await session.gate.change_pin(*self._pins)
        if isinstance(outcome, Unlocked):
            self.done = True
            return
        self.step, self.note = 0, "wrong_pin"
        self.tries = outcome.tries_left if isinstance(outcome, WrongPin | MustWait) else 0


@ft.component
def ChangePin(close: Press) -> ft.Control:
    """Three times six digits."""
    session, t = use_session(), use_words()
    change = use_model(PinChange)
    use_open_form()

    async def take(pin: str) -> None:
        await change.take(session, pin)
        if change.done:
            session.say(t("Your PIN is changed."))
            close()

    titles = (t("Your present PIN"), t("Choose a PIN"), t("Once more"))
    bodies = (
        t("The one you unlock the app with today."),
        t("Six digits. They open your data on this phone, with or without a signal."),
        t("Enter the same six digits again."),
    )
    wrong = t("That PIN was not right.") + " " + t.plural("You have {n}\u00a0try left.", "You have {n}\u00a0tries left.", change.tries)
    note = wrong if change.note == "wrong_pin" else sentence_for(t, change.note) if change.note else ""
    return PinScreen(titles[change.step], bodies[change.step], take, note=note, below=Action(t("Back"), close, I.ARROW_BACK_ROUNDED))
