"""The app's own screens in states that a day rarely shows: ``/today?room=outdated&language=fr&theme=dark``.

The real app over a real store, with a gate, a status and a disk that are as the room wants them. ``ROOMS`` has them all: what a room
builds, the address it is looked at, and the names of what is pressed there first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlparse

import flet as ft

from mobile_app.data.gate import GateState, NotEnrolled, Opened, Opening, Shut
from mobile_app.data.key_states import Destroyed, KeyState, LeaseOver, Locked, MustWait, NoSecret, WrongPin
from mobile_app.data.vault import VaultCounts
from mobile_app.ui.app import App, listen
from mobile_app.ui.features.sync import SyncNotice
from mobile_app.ui.platform import DeviceOpener
from mobile_app.ui.preferences import Preferences
from mobile_app.ui.session import Session, Surroundings
from shared.errors import RecordRefused
from shared.ports import SystemClock
from shared.sync.policy import Value
from shared.sync.protocol import FieldError
from shared.sync.record import Record
from tests.e2e.gallery import seldom
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, account
from tests.mobile_app.ui.door import FakeGate
from tests.mobile_app.ui.quotes.test_quote_list import quote
from tests.mobile_app.ui.records import visit
from tests.mobile_app.ui.rep import FakePicker, FakePlaces, FakeShelf, device_of
from tests.mobile_app.ui.todo.test_todo import MINE, THEIRS, met

MINUTE = 60_000
DAY_MS = 24 * 60 * MINUTE
MANY = 10_000
LONG = "Boulangerie-Pâtisserie Au Fournil de la Croix-Rousse — Αρτοποιείο Παπαδόπουλος & Υιοί Ο.Ε."

REFUSED = "01a0c450-6c00-7c39-b337-420c13f80f6c"
"""The first transaction of the phone of these tests, whose clock and chance are always the same."""
REACHED = account("a1", 6, name="Maison Perrin", phone="+33478281906", email="perrin@example.org", lat=45.76235, lon=4.82735)
OPEN_HOURS = account("a1", 6, name="Maison Perrin", opening_hours="Tu-Sa 06:30-13:00,15:30-19:30; Su,PH 06:30-13:00; Mo off")

Build = Callable[[], Awaitable[FakeGate]]


@dataclass(frozen=True)
class Room:
    """What stands behind a picture. ``typed`` is one field and its text, ``press`` are test names, ``pin`` comes last."""

    build: Build
    path: str = "/"
    typed: tuple[str, str] = ("", "")
    press: tuple[str, ...] = ()
    pin: str = ""


def _gate(state: GateState, **more: Any) -> Build:  # noqa: ANN401  # whatever a gate has
    async def build() -> FakeGate:
        gate = FakeGate(state)
        for name, value in more.items():
            setattr(gate, name, value)
        return gate

    return build


def _shut(keys: KeyState) -> GateState:
    return Shut("u1", "Élodie Marchand", "elodie", "", keys, VaultCounts(230, {"waiting": 3}, 0, 1), (("u2", "Nikos Papadakis"),))


async def _waiting() -> FakeGate:
    return FakeGate(_shut(MustWait(SystemClock().now_ms() + 272_000, 3)))


def _open(*records: Record, **status: Any) -> Build:  # noqa: ANN401  # the fields of SyncState
    async def build() -> FakeGate:
        phone, _ = await shop(*records)
        return _opened(phone, **status)

    return build


def _opened(phone: Phone, *, role: str = "rep", salvaged: bool = False, **status: Any) -> FakeGate:  # noqa: ANN401
    at = phone.clock.now_ms()
    phone.store.status.update(**{"last_ok_at": at - 42 * MINUTE, **status})
    gate = FakeGate(Opened(device_of(phone, role), salvaged=salvaged))
    gate.outcome = WrongPin(4, 0)
    return gate


async def _first_download() -> FakeGate:
    phone = Phone()
    await phone.start()
    return _opened(phone, phase="pulling", progress=(3_260, 10_480), last_ok_at=None)


async def _renewed_after_damage() -> FakeGate:
    phone = Phone()
    await phone.start()
    return _opened(phone, salvaged=True, phase="pulling", progress=(1_240, 10_480), last_ok_at=None, waiting=3)


async def _first_download_behind_a_portal() -> FakeGate:
    phone = Phone()
    await phone.start()
    return _opened(phone, phase="captive", last_ok_at=None)


async def _full_disk() -> FakeGate:
    phone, _ = await shop()
    phone.disk.full = True
    return _opened(phone)


async def _refused() -> FakeGate:
    """An edit that the office did not take, and a visit that was to follow it."""
    phone, _ = await shop()
    await phone.create("account", "new", name="Au Fournil de la Croix-Rousse", territory_id="lyon", country="FR", phone="04 72")
    await phone.create("contact", "c9", account_id="new", first_name="Claire", last_name="Moinard")
    await phone.push("refused", "held", errors=[FieldError("phone", "not_a_phone", "account", "new")])
    shown: dict[str, Value] = {"name": "Maison Lefèvre", "phone": None}
    await phone.edit("account", "a1", shown, 1, phone="+33472001199")
    return _opened(phone)


async def _many() -> FakeGate:
    phone, _ = await shop(*(account(f"m{n:05}", 2, name=f"Boulangerie {n:05}", city="Lyon") for n in range(MANY)))
    return _opened(phone)


async def _manager() -> FakeGate:
    phone, _ = await shop(*met(MINE, THEIRS))
    return _opened(phone, role="manager")


def _today() -> list[Record]:
    at = 1_790_000_000_000
    return [visit("v1", "a1", at - 60 * MINUTE, purpose="Devis four"), visit("v2", "a3", at + 60 * MINUTE), account("a1", 6, name=LONG)]


ROOMS: dict[str, Room] = {
    "enrol": Room(_gate(NotEnrolled("")), press=("sign-in",)),
    "revoked": Room(_gate(NotEnrolled("https://sync.fournil.fr", "device_revoked"))),
    "pin": Room(_gate(_shut(Locked(10, biometrics=False)))),
    "pin_wrong": Room(_gate(_shut(Locked(6, biometrics=False)), outcome=WrongPin(6, 0)), pin="135791"),
    "pin_wait": Room(_waiting),
    "pin_destroyed": Room(_gate(_shut(Destroyed()))),
    "pin_reset_store": Room(_gate(_shut(NoSecret()))),
    "lease_over": Room(_gate(_shut(LeaseOver(0)))),
    "replaced": Room(
        _gate(_shut(LeaseOver(0)), raises=RecordRefused("organisation_replaced")),
        typed=("Password", "four honest words"),
        press=("sign-in",),
    ),
    "torn_list": Room(seldom.torn_list),
    "nobody_left": Room(_gate(NotEnrolled("https://sync.fournil.fr", "users_damaged"))),
    "recover": Room(_gate(_shut(Locked(10, biometrics=False))), press=("forgotten-pin",)),
    "opening": Room(_gate(Opening(3_260, 10_480))),
    "download": Room(_first_download),
    "download_portal": Room(_first_download_behind_a_portal),
    "download_offline": Room(seldom.download_offline),
    "damaged": Room(_renewed_after_damage),
    "outdated": Room(_open(*_today(), phase="outdated", waiting=4), "/today"),
    "signed_out": Room(_open(*_today(), phase="signed_out", waiting=4), "/today"),
    "filling": Room(_open(*_today(), filling=4), "/today"),
    "filling_empty": Room(_open(filling=4), "/quotes"),
    "unread": Room(_open(*_today(), unread=True, waiting=4), "/today"),
    "unread_sheet": Room(_open(*_today(), unread=True, waiting=4), "/today", press=("sync-badge",)),
    "stuck": Room(
        _open(waiting=4, phase="failed", error_code="body_too_large", stuck_since=1_789_900_000_000), "/todo", press=("sync-badge",)
    ),
    "captive": Room(_open(phase="captive", waiting=4), "/customers", press=("sync-badge",)),
    "offline": Room(_open(work_offline=True, phase="paused", waiting=4), "/customers", press=("sync-badge",)),
    "clock_off": Room(_open(clock_offset_ms=DAY_MS), "/customers", press=("sync-badge",)),
    "disk_full": Room(_full_disk, "/customers/a1/edit", ("Street and number", "29 rue du Bœuf"), ("save-customer",)),
    "conflicts": Room(_open(*met(MINE, THEIRS), conflicts=1), "/todo"),
    "conflict_settled": Room(_open(*met(MINE, THEIRS), conflicts=1), "/todo", press=("keep-x1-0",)),
    "conflict_write": Room(_open(*met(MINE, THEIRS), conflicts=1), "/todo", press=("write-x1",)),
    "questions": Room(seldom.questions, "/todo"),
    "attention": Room(_refused, "/todo"),
    "refused": Room(_refused, f"/attention/{REFUSED}"),
    "change_pin": Room(_open(), "/settings", press=("change-pin",)),
    "settings": Room(_open(), "/settings"),
    "verify": Room(_open(), "/settings/verify"),
    "moving": Room(_open(waiting=4), "/settings/moving"),
    "retire": Room(seldom.remains, "/settings/moving", press=("retire",)),
    "server": Room(_open(), "/settings/server"),
    "visit": Room(_open(*_today()), "/visits/v1"),
    "visit_open": Room(_open(visit("v1", "a1", 1_790_000_000_000, state="checked_in", arrived_at=1_789_999_000_000)), "/visits/v1"),
    "photos_refused": Room(seldom.photos_refused, "/visits/v1", press=("sync-badge",)),
    "visit_refused": Room(seldom.photos_refused, "/visits/v1"),
    "photo_refused": Room(seldom.photos_refused, "/visits/v1", press=("photo-1",)),
    "line_discard": Room(seldom.half_typed_line, f"/quotes/{seldom.QUOTE}", press=(f"quantity-{seldom.LINE}",)),
    "quote_list": Room(_open(*(quote(n, state=s) for n, s in enumerate(("draft", "sent", "accepted", "declined")))), "/quotes"),
    "quote_empty": Room(_open(quote(1)), "/quotes/q0001"),
    "customer_long": Room(_open(account("a1", 6, name=LONG, phone="+33472001122", note=f"{LONG}\n" * 3)), "/customers/a1"),
    "customer_reached": Room(_open(REACHED), "/customers/a1"),
    "hours": Room(_open(OPEN_HOURS), "/customers/a1"),
    "hours_typed": Room(_open(OPEN_HOURS), "/customers/a1/edit", press=("field-tags",)),
    "hours_unread": Room(_open(OPEN_HOURS), "/customers/a1/edit", ("Opening hours", "le matin, sauf août")),
    "customers_many": Room(_many, "/customers"),
    "not_found": Room(_open(), "/customers/nobody"),
    "team_zones": Room(seldom.two_zones, "/team"),
    "manager_conflicts": Room(_manager, "/conflicts"),
}


def asked(route: str) -> tuple[str, str, str]:
    """Room, language and theme of an address; no room where it names none."""
    query = parse_qs(urlparse(route).query)
    room, language, theme = (query.get(name, [""])[0] for name in ("room", "language", "theme"))
    return room, language or "en", theme or "light"


async def enter(page: ft.Page) -> None:
    """Show the app as the room of the address has it."""
    room, language, theme = asked(page.route)
    gate = await ROOMS[room].build()
    shelf = FakeShelf(language)
    shelf.kept["tournee.theme"] = theme
    session = Session(page, gate, Surroundings(FakePlaces(), DeviceOpener(web=True), FakePicker(), Preferences(shelf)))
    session.notice = SyncNotice
    await session.begin()
    listen(page, session)
    page.render_views(App, session)
