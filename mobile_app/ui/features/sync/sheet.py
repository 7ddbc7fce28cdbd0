"""The sync sheet: how the exchange stands, what waits on this phone, *Sync now* and *Work offline*."""

from datetime import UTC, datetime, timedelta
from typing import Final

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.repositories.photos import SendingRow
from mobile_app.data.sheet import OutboxItem
from mobile_app.data.sync_status import SyncState
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
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
    switch_row,
    text,
)
from mobile_app.ui.features.live import LiveWithOutbox, use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.sync.words import icon_of, reason_of, state_sentence, title_of
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import use_session, use_sync
from mobile_app.ui.theme import Type

SHOWN: Final = 30
"""So many waiting items are listed; the rest is counted."""
CLOCK_OFF_MS: Final = 5 * 60 * 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SheetModel(LiveWithOutbox):
    """What waits, photos too, and what needs attention."""

    def __init__(self, device: Device) -> None:
        super().__init__(device, ("attachment",))
        self.photos: tuple[SendingRow, ...] = ()
        self.waiting: tuple[OutboxItem, ...] = ()
        self.attention: tuple[OutboxItem, ...] = ()

    async def load(self) -> None:
        """Ask the outbox, and which photos are on their way."""
        self.photos = tuple(await self._device.photos.sending())
        self.attention = tuple(await self._device.store.attention())
        self.waiting = tuple(await self._device.store.waiting())


@ft.component
def SyncSheetBody(close: Press) -> ft.Control:
    """The sheet's content; it renews itself while it is open. What one does stands above the list, however long that is."""
    session, t, sync = use_session(), use_words(), use_sync()
    device = session.device
    model = use_live(lambda: SheetModel(device))
    now, zone = now_of(device.clock), device.clock.zone()

    def open_item(item: OutboxItem) -> Press:
        def press() -> None:
            close()
            session.go(f"/attention/{item.txn}")

        return press

    def switch(on: bool) -> None:  # noqa: FBT001  # a switch's handler
        device.actions.set_work_offline(on=on)

    def settings() -> None:
        close()
        session.go("/settings")

    rows = [_refused(t, item, open_item(item)) for item in model.attention]
    rows += [_waiting(t, item, now, zone) for item in model.waiting[:SHOWN]]
    rows += [_photo(t, photo) for photo in model.photos[:SHOWN]]
    more = max(0, len(model.waiting) - SHOWN) + max(0, len(model.photos) - SHOWN)
    if more > 0:
        rows.append(text(t.plural("and {n} more", "and {n} more", more), Type.META, MUTED))
    offline = t("You choose when to send")
    work_offline = switch_row(
        I.AIRPLANEMODE_ACTIVE_ROUNDED, t("Work offline"), offline, sync.work_offline, switch, identifier="work-offline"
    )
    sync_now = button(Action(t("Sync now"), device.actions.sync_now, I.SYNC_ROUNDED, "sync-now"), enabled=not sync.work_offline)
    return column(
        column(heading(_title(t, sync)), text(_meta(t, sync, now, zone), Type.META, MUTED), spacing=2, key="state"),
        ft.Container(sync_now, key="sync-now"),
        ft.Container(work_offline, key="work-offline"),
        ft.Container(divider(), key="line"),
        column(*_stuck(t, sync, now, zone), *_clock(t, sync), *rows, key="items"),
        ft.Container(button(Action(t("Settings"), settings, I.SETTINGS_OUTLINED, "open-settings"), "outlined"), key="settings"),
        spacing=16,
    )


def _title(t: Words, sync: SyncState) -> str:
    count = sync.waiting + sync.attention
    if not count and sync.files:
        return t.plural("{n} photo on this phone", "{n} photos on this phone", sync.files)
    return t.plural("{n} change on this phone", "{n} changes on this phone", count) if count else t("Everything is sent")


def _meta(t: Words, sync: SyncState, now: datetime, zone: str) -> str:
    if sync.last_ok_at is None:
        return state_sentence(t, sync)
    last = formats.moment(t, _EPOCH + timedelta(milliseconds=sync.last_ok_at), now, zone)
    return t("Last exchange {when}.", when=last) + " " + state_sentence(t, sync)


def _stuck(t: Words, sync: SyncState, now: datetime, zone: str) -> list[ft.Control]:
    if sync.stuck_since is None:
        return []
    since = formats.moment(t, _EPOCH + timedelta(milliseconds=sync.stuck_since), now, zone)
    said = t(
        "The office answers, but what waits here does not get through (since: {when}). It is safe on this phone; call your office.",
        when=since,
    )
    return [Banner(said, None, I.REPORT_PROBLEM_ROUNDED, ALERT)]


def _clock(t: Words, sync: SyncState) -> list[ft.Control]:
    if abs(sync.clock_offset_ms) < CLOCK_OFF_MS:
        return []
    minutes = abs(sync.clock_offset_ms) // 60_000
    said = t("This phone's clock is wrong by {duration}. Set it; what you write stays in the right order.", duration=_duration(t, minutes))
    return [Banner(said, None, I.SCHEDULE_ROUNDED, WAIT)]


def _duration(t: Words, minutes: int) -> str:
    days = minutes // (24 * 60)
    return t.plural("{n}\u00a0day", "{n}\u00a0days", days) if days else formats.duration(t, minutes)


def _refused(t: Words, item: OutboxItem, look: Press) -> ft.Control:
    held = item.state == "held"
    chip = Chip(t("On hold"), WAIT) if held else Chip(t("To correct"), ALERT)
    way = None if held else Action(t("Look at it"), look, identifier=f"attention-{item.txn}")
    return SyncItem(icon_of(item), title_of(t, item), reason_of(t, item), chip, action=way, key=item.txn)


def _photo(t: Words, photo: SendingRow) -> ft.Control:
    """A photo on its way, with how far it has come."""
    chip = Chip(t("Being sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED) if photo.sent else Chip(t("Waiting"), WAIT)
    percent = 100 * photo.sent // max(photo.size, 1)
    said = t("{percent}% of {size} sent", percent=percent, size=formats.file_size(t, photo.size))
    if photo.code:
        chip, said = Chip(t("Not taken"), ALERT), sentence_for(t, photo.code)
    return SyncItem(I.PHOTO_ROUNDED, t("Photo of {name}", name=photo.account), said, chip, key=photo.sha256)


def _waiting(t: Words, item: OutboxItem, now: datetime, zone: str) -> ft.Control:
    chip = Chip(t("Being sent"), WAIT, I.CLOUD_UPLOAD_ROUNDED) if item.state == "sent" else Chip(t("Waiting"), WAIT)
    made = formats.moment(t, _EPOCH + timedelta(milliseconds=item.made_at), now, zone)
    return SyncItem(icon_of(item), title_of(t, item), made, chip, key=item.txn)
