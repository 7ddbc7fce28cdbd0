"""What a person may meet once a year: a torn list of users, photos that are not taken, a question of each kind, a line half typed."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from mobile_app.data.gate import Opened, Shut
from mobile_app.data.key_states import Locked
from mobile_app.data.repositories import Repositories
from mobile_app.data.vault import VaultCounts
from mobile_app.ui.features.quotes.line_form import draft_key
from shared.models.conflict import ConflictEntry
from shared.models.registry import ORG_SCOPE
from shared.sync.policy import WHOLE_RECORD, Value
from shared.sync.record import Record
from tests.fakes.pictures import png
from tests.mobile_app.data.repositories.shop import shop
from tests.mobile_app.data.store.phone import Phone, account
from tests.mobile_app.ui.door import FakeGate
from tests.mobile_app.ui.records import HOUR, NOW, said, visit
from tests.mobile_app.ui.rep import device_of

QUOTE, LINE = "q0043", "l0001"
OVEN = "Four à sole électrique Bongard Omega 2, trois étages, façade inox"
NOTE = "Mme Perrin hésite entre {} fours. Elle veut revoir la consommation avant de décider."
Fields: TypeAlias = dict[str, Value]
KEPT: list[Phone] = []
"""The photos of a phone go with it."""


def opened(phone: Phone, role: str = "rep", **status: Any) -> FakeGate:  # noqa: ANN401  # the fields of SyncState
    """The app of whoever has ``phone``."""
    KEPT.append(phone)
    phone.store.status.update(**{"last_ok_at": phone.clock.now_ms() - HOUR, **status})
    return FakeGate(Opened(device_of(phone, role)))


async def half_typed_line() -> FakeGate:
    """A draft with a long line, on which something is typed that is not saved."""
    phone, _ = await shop(*_quote())
    await phone.store.draft_put(draft_key(LINE), {"quantity": "50"})
    return opened(phone)


async def download_offline() -> FakeGate:
    """A first download that waits for somebody to use the network."""
    phone = Phone()
    await phone.start()
    return opened(phone, phase="paused", work_offline=True, last_ok_at=None)


async def torn_list() -> FakeGate:
    """The door after a torn list of users, one name of which is missing."""
    counts = VaultCounts(230, {"waiting": 3}, 0, 1)
    return FakeGate(Shut("u1", "Élodie Marchand", "elodie", "", Locked(10, biometrics=False), counts, (("u2", ""),), mended=True))


async def remains() -> FakeGate:
    """A phone with an edit that was refused, two forms that were not saved, and two photos that the office does not take."""
    phone, repositories = await shop(visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR))
    await _photos(phone, repositories, "blob_too_large", "photo_damaged")
    await phone.edit("account", "a1", {"name": "Maison Lefèvre", "phone": None}, 1, phone="04 72")
    await phone.push("refused")
    for id_ in ("a1", "a2"):
        await phone.store.draft_put(f"account:{id_}", {"name": "Maison"})
    return opened(phone, waiting=4)


async def photos_refused() -> FakeGate:
    """A visit with four photos, three of which the office does not take."""
    over = visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR, left_at=NOW, purpose="Devis four")
    phone, repositories = await shop(over)
    await _photos(phone, repositories, "", "blob_too_large", "quota_exceeded", "photo_damaged")
    return opened(phone)


async def _photos(phone: Phone, repositories: Repositories, *codes: str) -> None:
    """Add a photo to the visit for each code by which the office refuses it; '' for one that it takes."""
    for width, code in enumerate(codes, 400):
        await repositories.photos.add("v1", "window.png", png(width, 300))
        [*_, last] = await phone.store.blobs.waiting()
        if code:
            await phone.store.blobs.refuse(last.sha256, code)


async def questions() -> FakeGate:
    """One question of each kind, the last with three values."""
    hours = ("Mo-Fr 07:00-13:00, 14:30-19:00", "Mo-Sa 07:00-19:00")
    asked: list[tuple[str, str, str, tuple[Value, ...]]] = [
        ("account", "a1", "phone", ("+33472111111", "+33472222222")),
        ("account", "a1", "note", (NOTE.format("trois"), NOTE.format("deux"))),
        ("account", "a1", "opening_hours", hours),
        ("visit", "v1", "arrived_at", (NOW - HOUR - 600_000, NOW - HOUR)),
        ("visit", "v1", "comment", ("Bien.", "Très bien, continuez.")),
        ("visit", "v1", "user_id", ("u2", "u1")),
        ("quote_line", LINE, "unit_price", (1_148_000, 1_090_050)),
        ("account", "a1", WHOLE_RECORD, ("live", "deleted")),
        ("quote_line", LINE, "quantity", (2_000, 3_000, 4_000)),
    ]
    phone, _ = await shop(
        account("a1", 7, name="Maison Perrin", phone="+33472222222", note=NOTE.format("deux"), opening_hours=hours[1]),
        visit("v1", "a1", NOW - HOUR, state="checked_out", arrived_at=NOW - HOUR, comment="Très bien, continuez."),
        *_quote(),
        *(_conflict(f"x{n}", *about, *values) for n, (*about, values) in enumerate(asked)),
    )
    return opened(phone, conflicts=len(asked))


def _conflict(id_: str, kind: str, record_id: str, field: str, *values: Value) -> Record:
    at = NOW - HOUR
    entries = [ConflictEntry(value, ("u1", "u2")[place % 2], f"D{place}", at + place * 60_000) for place, value in enumerate(values)]
    told: Fields = {"account_id": "a1", "record_kind": kind, "record_id": record_id, "field": field}
    told |= {"entries": msgspec.json.encode(entries).decode(), "standing": 1, "state": "open", "opened_at": at}
    return said("conflict", id_, 7, told)


def _quote() -> list[Record]:
    """A draft with one line, whose name is long and whose price was typed."""
    quote: Fields = {"account_id": "a1", "user_id": "u1", "number": "Q26-K7-0043", "revision": 1, "currency": "EUR", "rounding": "rate"}
    quote |= {"quoted_on": "2026-09-01", "valid_until": "2027-09-01", "state": "draft", "gross_total": 2_479_680}
    oven: Fields = {"quote_id": QUOTE, "product_id": "p1", "sku": "BON-OM2", "description": OVEN, "quantity": 2_000, "unit": "pièce"}
    oven |= {"unit_price": 1_148_000, "price_origin": "manual", "list_price": 1_250, "discount": 1_000, "net_total": 2_066_400}
    oven |= {"tax_code": "full", "tax_rate": 2_000, "position": 1}
    return [said("quote", QUOTE, 5, quote), msgspec.structs.replace(said("quote_line", LINE, 5, oven), root="a1")]


async def two_zones() -> FakeGate:
    """A manager in Paris, a rep there and one in Athens who is at a customer's."""
    hour, people = 3_600_000, {"u3": ("Marc Delorme", "MD", "Europe/Paris"), "u4": ("Νίκος Παπαδάκης", "ΝΠ", "Europe/Athens")}
    records = []
    for user_id, (name, sign, zone) in people.items():
        told: Fields = {"name": name, "initials": sign, "role": "rep", "language": "fr", "active": True}
        records.append(said("user", user_id, 5, told, ORG_SCOPE))
        at: Fields = {"account_id": "a1", "user_id": user_id, "zone": zone, "purpose": "Devis four"}
        done: Fields = {"planned_at": NOW - 9 * hour, "arrived_at": NOW - 9 * hour, "left_at": NOW - 8 * hour, "state": "checked_out"}
        here: Fields = {"planned_at": NOW - hour // 2, "arrived_at": NOW - hour // 6, "state": "checked_in"}
        records.append(said("visit", f"{user_id}-1", 5, at | done | {"outcome": "order"}))
        records.append(said("visit", f"{user_id}-2", 5, at | here))
        records.append(said("visit", f"{user_id}-3", 5, at | {"planned_at": NOW + hour, "state": "planned"}))
    phone, _ = await shop(*records)
    return opened(phone, "manager")
