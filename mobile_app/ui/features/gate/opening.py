"""The moments between the PIN and the first screen: the vault is read, and after an enrolment everything is downloaded once."""

import flet as ft

from mobile_app.data.gate import Opening
from mobile_app.data.sync_status import SyncState
from mobile_app.ui.design import MUTED, Action, Banner, C, I, PrimaryBar, Progress, Wordmark, card, text
from mobile_app.ui.features.gate.parts import Door, Problem
from mobile_app.ui.formats import number
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import HeroScreen
from mobile_app.ui.layouts.screens import HERO_WIDTH
from mobile_app.ui.sentences import PHASES, sentence_for
from mobile_app.ui.session import Session, use_session, use_sync
from mobile_app.ui.theme import Type

STOPPED = ("offline", "captive", "failed", "signed_out", "outdated", "paused")


@ft.component
def OpeningScreen(state: Opening) -> ft.View:
    """The vault is being read; 10,000 records take about two seconds."""
    t = use_words()
    share = state.done / state.total if state.total else None
    bar = ft.ProgressBar(value=share, color=C.TERTIARY, bgcolor=C.PRIMARY_FIXED_DIM, bar_height=8, border_radius=4)
    spoken = ft.Semantics(content=bar, label=t("Opening your data"), container=True)
    words = text(t("Opening your data"), Type.BODY, C.ON_PRIMARY_FIXED_VARIANT)
    return HeroScreen([Wordmark(), ft.Container(expand=True), words, spoken, ft.Container(expand=True)])


class Arrival(ft.Observable):
    """Whether this device has ever had all of its data: only then there is something to work with."""

    def __init__(self, session: Session) -> None:
        self.known = False
        self.empty = False
        self._store = session.device.store

    async def look(self) -> None:
        """Ask the vault."""
        self.empty = await self._store.cursor() == ""
        self.known = True

    def enter(self) -> None:
        """Go on with what is there."""
        self.empty = False


@ft.component
def FirstDownload(arrival: Arrival, *, salvaged: bool = False) -> ft.View:
    """The first download, or the one after a damage (``salvaged``), as a bar; when it stops, why, and how to go on."""
    session, t, sync = use_session(), use_words(), use_sync()

    def finished() -> None:
        if sync.last_ok_at is not None:
            arrival.enter()

    ft.use_effect(finished, [sync.last_ok_at])
    stopped = sync.phase in STOPPED
    actions = session.device.actions
    again = Action(t("Try again"), actions.sync_now, I.REFRESH_ROUNDED)
    if sync.work_offline:
        again = Action(t("Use the network"), lambda: actions.set_work_offline(on=False), I.SYNC_ROUNDED, "use-the-network")
    name = session.device.profile.name.split(" ")[0]
    title, lead, job = _why(t, name, sync.waiting) if salvaged else _welcome(t, name)
    progress = card(Progress(job, _meta(session, sync), _share(sync)), text(t("Keep the app open until it is done."), color=MUTED))
    return Door(
        title,
        lead,
        *(_stopped(t, sync) if stopped else [progress]),
        bar=PrimaryBar(again, width=HERO_WIDTH) if stopped else None,
    )


def _stopped(t: Words, sync: SyncState) -> list[ft.Control]:
    """Why nothing comes: calmly, where the person herself works offline."""
    if not sync.work_offline:
        return Problem(t, sync.error_code or PHASES.get(sync.phase, sync.phase))
    return [ft.Semantics(content=Banner(sentence_for(t, "download_paused")), live_region=True, container=True)]


def _welcome(t: Words, name: str) -> tuple[str, str, str]:
    lead = t("Your customers, visits, quotes and prices are coming to this phone. It happens once.")
    return t("Nearly there, {name}", name=name), lead, t("First download")


def _why(t: Words, name: str, waiting: int) -> tuple[str, str, str]:
    """What the damage means: what is kept, and that the rest comes again."""
    kept = t.plural("{n} change of yours was saved from it.", "{n} changes of yours were saved from it.", waiting) if waiting else ""
    lead = " ".join(part for part in (sentence_for(t, "vault_damaged"), kept) if part)
    return t("One moment, {name}", name=name), lead, t("Download")


def _share(sync: SyncState) -> float | None:
    return sync.progress[0] / sync.progress[1] if sync.progress and sync.progress[1] else None


def _meta(session: Session, sync: SyncState) -> str:
    t = session.words
    if not sync.progress:
        return t("Asking for your data")
    done, total = number(t, sync.progress[0]), sync.progress[1]
    return t.plural("{done} of {n} record", "{done} of {n} records", total, done=done)
