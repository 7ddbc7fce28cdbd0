"""Verifying this device: does it hold what the office holds? What was compared, what was fetched again, and when."""

from datetime import UTC, datetime, timedelta

import flet as ft

from mobile_app.data.device import Device
from mobile_app.data.verified import Verified
from mobile_app.ui import formats
from mobile_app.ui.design import MUTED, NEUTRAL, OK, Action, Banner, I, button, card, column, divider, fact, section, text
from mobile_app.ui.features.live import Live, use_live
from mobile_app.ui.features.settings.device_card import DeviceScreen
from mobile_app.ui.features.sync.words import state_sentence
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.session import use_session, use_sync
from mobile_app.ui.theme import Type

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Places(Live):
    """What a person calls the parts that are compared."""

    def __init__(self, device: Device) -> None:
        super().__init__(device.notifier, ("territory",))
        self.territories: dict[str, str] = {}
        self._device = device

    async def load(self) -> None:
        """Ask for the territories' names."""
        self.territories = {row.id: row.name for row in await self._device.people.territories()}

    def name(self, t: Words, scope: str) -> str:
        """What a scope is called."""
        kind, _, id_ = scope.partition(":")
        if kind == "territory":
            return t("Customers of {name}", name=self.territories.get(id_, "…"))
        return t("Catalogue and colleagues") if kind == "org" else t("Your own")


@ft.component
def VerifyScreen() -> ft.View:
    """Compare now, and read what the last comparison said."""
    session, t, sync = use_session(), use_words(), use_sync()
    places = use_live(lambda: Places(session.device))
    busy = sync.phase in ("pushing", "pulling")
    about = t("Every record on this device is compared with the office. What differs is downloaded again; what you wrote stays.")
    standing = state_sentence(t, sync)
    ask = card(
        fact(I.FACT_CHECK_OUTLINED, about),
        *([] if standing == _same(t) else [text(standing, Type.META, MUTED)]),  # the verdict says that
        button(Action(t("Verify now"), session.device.verify, I.FACT_CHECK_ROUNDED, "verify-now"), enabled=not busy),
        spacing=12,
    )
    found = sync.verified
    rest = _nothing(t) if found is None else _found(t, places, found, session.clock.now_ms(), session.clock.zone())
    return DeviceScreen(t, session, t("Verify this device"), [ask, *rest])


def _same(t: Words) -> str:
    return t("Office and phone have the same data.")


def _nothing(t: Words) -> list[ft.Control]:
    return [text(t("It has not been compared yet."), Type.META, MUTED)]


def _found(t: Words, places: Places, found: Verified, now: int, zone: str) -> list[ft.Control]:
    when = formats.moment(t, _EPOCH + timedelta(milliseconds=found.at), _EPOCH + timedelta(milliseconds=now), zone)
    if found.repaired:
        names = ", ".join(places.name(t, scope) for scope in found.repaired)
        verdict = Banner(t("Something differed and was downloaded again: {names}.", names=names), None, I.BUILD_CIRCLE_OUTLINED, NEUTRAL)
    else:
        verdict = Banner(_same(t), None, I.VERIFIED_OUTLINED, OK)
    rows: list[ft.Control] = []
    for scope, count in found.records.items():
        rows += [divider()] if rows else []
        said = t.plural("{n} record", "{n} records", count)
        rows.append(column(text(places.name(t, scope)), text(said, Type.META, MUTED), spacing=0))
    return [verdict, section(t("Compared {when}", when=when), card(*rows, spacing=12))]
