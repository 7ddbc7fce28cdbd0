"""Photos: taken during a visit, captioned, taken back; their thumbnails and themselves, where they are here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from mobile_app.data.desk import Draft, Label, RecordEdit, Written
from mobile_app.data.renditions import SCREEN, THUMB, apart, rendition
from mobile_app.data.repositories import saving
from mobile_app.data.repositories.people import name_of
from mobile_app.data.repositories.reading import base_of, seen
from mobile_app.data.repositories.rows import account_name
from mobile_app.data.store import Store
from mobile_app.data.vault_blobs import REFUSED, WAITING, WANTED, BlobRow
from shared.errors import RecordNotFound, RecordRefused
from shared.models.attachment import Attachment
from shared.models.registry import KINDS
from shared.models.visit import Visit
from shared.rules.pictures import MAX_PIXELS, look
from shared.sync.change import Base
from shared.sync.edits import edits
from shared.sync.policy import Value

KIND = "attachment"
CAP = 25 * 1024 * 1024
"""Bytes of one photo: what an office takes unless it is set up otherwise."""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo. ``unsent``: (part of) it is on this device only; ``refused`` is the office's code; ``is_here``: it can be shown whole."""

    id: str
    account: str
    user_id: str
    user: str
    sha256: str
    thumb_sha256: str
    caption: str
    taken_at: datetime | None
    unsent: bool
    refused: str
    is_here: bool
    base: Base | None
    shown: dict[str, Value]


@dataclass(frozen=True, slots=True)
class SendingRow:
    """A photo in the sync sheet: whose customer's it is, how long, how much of it the office has, and why it was not taken."""

    sha256: str
    account: str
    size: int
    sent: int
    code: str


class Photos:
    """The only door to photos, for the UI."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._blobs = store.blobs

    async def of_visit(self, visit_id: str) -> list[PhotoRow]:
        """A visit's photos, in the order they were taken."""
        query = select(Attachment).where(Attachment.visit_id == visit_id).order_by(col(Attachment.taken_at), col(Attachment.id))
        return await self._store.read(lambda session: [self._row(session, photo) for photo in session.exec(query)])

    async def get(self, id_: str) -> PhotoRow:
        """One photo.

        Raises:
            RecordNotFound: no such photo here.
        """
        return await self._store.read(lambda session: self._row(session, _found(session, id_)))

    async def add(self, visit_id: str, name: str, data: bytes) -> Written:
        """Keep a photo of a visit: once this returns, picture and record survive a power cut.

        Raises:
            RecordRefused: ``not_a_picture``, ``too_many_pixels`` or ``blob_too_large``.
            RecordNotFound: no such visit here.
            DiskFull, StorageFailed: the disk refused; nothing was kept.
        """
        picture = look(data)
        if picture is None:
            raise RecordRefused("not_a_picture")
        if picture.pixels > MAX_PIXELS:
            raise RecordRefused("too_many_pixels")
        if len(data) > CAP:
            raise RecordRefused("blob_too_large")
        account_id = await self._store.read(lambda session: _account_of(session, visit_id))
        small = await apart(lambda: rendition(data, THUMB))
        kept = [await self._blobs.keep(data), *([await self._blobs.keep(small, small=True)] if small else [])]
        fields: dict[str, Value] = {"account_id": account_id, "visit_id": visit_id, "user_id": self._store.identity.user_id}
        fields |= {"sha256": kept[0], "thumb_sha256": kept[1] if small else None, "media_type": picture.media_type}
        fields |= {"size": len(data), "name": name[-200:] or None, "taken_at": self._store.clock.now_ms()}
        label = Label("photo.add", {"name": await self._store.read(lambda session: account_name(session, account_id))})
        try:
            written = await saving.create(self._store, KIND, {key: value for key, value in fields.items() if value is not None}, label)
        except BaseException:
            await self._blobs.drop_unnamed(kept)
            raise
        await self._blobs.count()
        return written

    async def caption(self, id_: str, base: Base | None, shown: saving.Fields, caption: str) -> Written:
        """Say what a photo shows, against the caption that was shown."""
        label = Label("photo.caption", {"name": (await self.get(id_)).account})
        return await saving.save(self._store, KIND, id_, base, shown=shown, wanted={"caption": caption or None}, label=label)

    async def delete(self, id_: str, base: Base | None) -> Written:
        """Take a photo away; ``restore`` brings it back."""
        return await saving.delete(self._store, KIND, id_, base, Label("photo.delete", {"name": (await self.get(id_)).account}))

    async def restore(self, id_: str, name: str) -> Written:
        """Bring a photo back that was taken away; ``name`` is its customer's."""

        def make_base(session: Session) -> Base | None:
            return base_of(session, self._store.epoch.id, id_)

        base = await self._store.read(make_base)
        edit = RecordEdit(KIND, id_, "update", base, edits(KINDS[KIND], {}, {}))
        return await self._store.act(lambda _desk: Draft((edit,), Label("photo.restore", {"name": name})))

    async def thumb(self, photo: PhotoRow) -> bytes | None:
        """What stands for a photo in a row: its thumbnail, or where it has none itself; None where neither is here yet."""
        small = await self._blobs.read(photo.thumb_sha256) if photo.thumb_sha256 else None
        return small if small is not None else await self.whole(photo) if photo.is_here else None

    async def whole(self, photo: PhotoRow) -> bytes | None:
        """A photo as large as a screen; None where it is not here."""
        data = await self._blobs.read(photo.sha256)
        return None if data is None else await apart(lambda: rendition(data, SCREEN)) or data

    async def fetch(self, photo: PhotoRow) -> None:
        """Fetch a photo that is not here, now or with the next exchange."""
        await self._blobs.want(photo.sha256)

    async def sending(self) -> list[SendingRow]:
        """The photos that the office does not have yet."""
        rows = await self._blobs.waiting()
        return await self._store.read(lambda session: [_sending(session, row) for row in rows])

    def _row(self, session: Session, photo: Attachment) -> PhotoRow:
        found = seen(session, self._store.epoch.id, KIND, photo.id)
        row = self._blobs.shelf.row(photo.sha256 or "")
        state = row.state if row is not None else ""
        return PhotoRow(
            photo.id,
            account_name(session, photo.account_id),
            photo.user_id or "",
            name_of(session, photo.user_id),
            photo.sha256 or "",
            photo.thumb_sha256 or "",
            photo.caption or "",
            photo.taken_at,
            bool(found.pending) or state == WAITING,
            row.code if row is not None and state == REFUSED else "",
            state not in ("", WANTED),
            found.base,
            found.shown,
        )


def _found(session: Session, id_: str) -> Attachment:
    photo = session.get(Attachment, id_)
    if photo is None:
        raise RecordNotFound
    return photo


def _account_of(session: Session, visit_id: str) -> str:
    visit = session.get(Visit, visit_id)
    if visit is None or not visit.account_id:
        raise RecordNotFound
    return visit.account_id


def _sending(session: Session, row: BlobRow) -> SendingRow:
    photo = session.exec(select(Attachment).where(Attachment.sha256 == row.sha256)).first()
    return SendingRow(row.sha256, account_name(session, photo.account_id if photo else None), row.size, row.sent, row.code)
