"""The door of somebody's vault: the PIN, the wait after wrong ones, and the ways in when no PIN can work."""

from collections.abc import Callable
from datetime import datetime

import flet as ft

from mobile_app.data.gate import Shut
from mobile_app.data.key_states import Destroyed, KeyState, LeaseOver, Locked, MustWait, NoKeys, NoSecret, UnlockOutcome, WrongPin
from mobile_app.data.zones import zone_of
from mobile_app.ui.design import Action, link, use_model, use_value
from mobile_app.ui.features.gate.model import SignIn
from mobile_app.ui.features.gate.parts import Door, NewPinScreen, PinScreen, Problem, SignInBar, SignInFields, kept_card
from mobile_app.ui.features.now import use_now
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_session

NOON, EVENING = 12, 18


@ft.component
def DoorScreen(state: Shut) -> ft.View:
    """Unlock with the PIN; without one, or when none can work, sign in again."""
    again, set_again = use_value(initial=False)
    barred = isinstance(state.keys, Destroyed | NoSecret | NoKeys | LeaseOver)
    if again or barred:
        return SignInAgain(state, None if barred else (lambda: set_again(False)))
    return Unlock(state, lambda: set_again(True))


class Tried(ft.Observable):
    """What came of the last PIN."""

    def __init__(self) -> None:
        self.outcome: UnlockOutcome | None = None


@ft.component
def Unlock(state: Shut, forgotten: Callable[[], None]) -> ft.View:
    """The PIN pad; while a wait runs it says how long."""
    session, t = use_session(), use_words()
    tried = use_model(Tried)
    now = use_now(session.clock, 1)
    left = _seconds_left(state.keys, now)

    async def unlock(pin: str) -> None:
        tried.outcome = await session.gate.unlock(pin)

    return PinScreen(
        _greeting(t, state.name, now.astimezone(zone_of(session.clock.zone()))),
        t("Enter your PIN. It opens your data on this phone, with or without a signal."),
        unlock,
        note=_note(t, state.keys, tried.outcome, left) or _mended(t, state),
        enabled=not left,
        below=Action(t("Forgotten PIN: sign in again"), forgotten, identifier="forgotten-pin"),
        aside=_somebody_else(t, session, state),
    )


@ft.component
def SignInAgain(state: Shut, back: Callable[[], None] | None) -> ft.View:
    """Open the vault by a sign-in with a connection. A lease that is over keeps its PIN; else a new one is chosen."""
    session, t = use_session(), use_words()
    renews = isinstance(state.keys, LeaseOver)

    async def finish(typed: SignIn) -> None:
        if renews:
            await session.gate.renew(typed.login, typed.password)
        else:
            await session.gate.recover(typed.login, typed.password, typed.pin)

    form = use_model(lambda: SignIn(finish, server="-", login=state.login, wants_pin=not renews))
    use_open_form(on=form.step != "form")
    if form.step in ("pin", "again") or (form.step == "busy" and not renews):
        return NewPinScreen(t, form)
    return Door(
        t("Sign in again"),
        " ".join(part for part in (_mended(t, state), _why(t, state.keys)) if part),
        *Problem(t, form.code),
        *SignInFields(t, form, server=False, fixed_login=bool(state.login)),
        kept_card(t, kept_sentence(t, state)),
        *([] if back else [link(_somebody_else(t, session, state))]),
        bar=SignInBar(t("Sign in"), form, Action(t("Back"), back) if back else None),
    )


def kept_sentence(t: Words, state: Shut) -> str:
    """Name what is on the device and nowhere else, and that it stays."""
    changes = state.counts.unsettled
    drafts = state.counts.drafts
    if not changes and not drafts:
        return t("Everything from this phone has been sent.")
    counted = [t.plural("{n} change", "{n} changes", changes)] if changes else []
    if drafts:
        counted.append(t.plural("{n} draft", "{n} drafts", drafts))
    return t(
        "Kept on this phone, not sent yet: {things}.",
        things=t("{first} and {second}", first=counted[0], second=counted[1]) if len(counted) > 1 else counted[0],
    )


def _why(t: Words, keys: KeyState) -> str:
    if isinstance(keys, Destroyed):
        return t(
            "Ten PINs were wrong, so no PIN opens this phone any more. Sign in with a connection and choose a new one; nothing is lost."
        )
    if isinstance(keys, NoSecret):
        return t(
            "This phone has reset its secure storage, so the PIN cannot work. Sign in with a connection and choose one; nothing is lost."
        )
    if isinstance(keys, LeaseOver):
        return t("This phone has not been in contact for too long. Sign in with a connection; after that your PIN works again.")
    return t("Sign in with a connection and choose a new PIN. Nothing on this phone is lost.")


def _somebody_else(t: Words, session: Session, state: Shut) -> Action:
    if not state.others:
        return Action(t("Somebody else"), session.gate.add_user, identifier="add-user")
    user_id, name = state.others[0]
    return Action(
        t("I am {name}", name=name) if name else t("Somebody else"), lambda: session.gate.choose(user_id), identifier="other-user"
    )


def _greeting(t: Words, name: str, now: datetime) -> str:
    first = name.split(" ", maxsplit=1)[0]
    if not first:
        return t("Welcome")
    if now.hour < NOON:
        return t("Good morning, {name}", name=first)
    return t("Good afternoon, {name}", name=first) if now.hour < EVENING else t("Good evening, {name}", name=first)


def _mended(t: Words, state: Shut) -> str:
    return sentence_for(t, "users_damaged") if state.mended else ""


def _seconds_left(keys: KeyState, now: datetime) -> int:
    until = keys.until_ms if isinstance(keys, MustWait) else 0
    return max(0, -(-(until - int(now.timestamp() * 1000)) // 1000))


def _note(t: Words, keys: KeyState, outcome: UnlockOutcome | None, left: int) -> str:
    tries = keys.tries_left if isinstance(keys, Locked | MustWait) else 0
    said = t.plural("You have {n}\u00a0try left.", "You have {n}\u00a0tries left.", tries)
    if left:
        minutes, seconds = divmod(left, 60)
        return t("Wait {time}, then try again.", time=f"{minutes}:{seconds:02}") + " " + said
    if isinstance(outcome, WrongPin):
        return t("That PIN was not right.") + " " + said
    return ""
