"""A visit's photos, and one photo with the caption being written."""

from dataclasses import dataclass

from mobile_app.data.desk import Written
from mobile_app.data.device import Device
from mobile_app.data.ports import PhotoPicker
from mobile_app.data.repositories.photos import PhotoRow
from mobile_app.ui.features.forms import RecordForm
from mobile_app.ui.features.live import Live
from shared.errors import RecordRefused, StorageFailed, TourneeError

KINDS = ("attachment", "visit", "account", "user")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the photos that were chosen: how many are kept, and why each of the others is not."""

    kept: int = 0
    refused: tuple[TourneeError, ...] = ()


class PhotosModel(Live):
    """The photos of a visit, with the thumbnails that are here; ``adding`` while one is being kept."""

    def __init__(self, device: Device, visit_id: str) -> None:
        super().__init__(device.notifier, KINDS)
        self.rows: tuple[PhotoRow, ...] = ()
        self.thumbs: dict[str, bytes] = {}
        self.adding = False
        self._photos = device.photos
        self._visit_id = visit_id

    async def load(self) -> None:
        """Read the rows, then the thumbnails that are not shown yet."""
        rows = tuple(await self._photos.of_visit(self._visit_id))
        found = {row.id: self.thumbs.get(row.id) or await self._photos.thumb(row) for row in rows}
        self.thumbs = {id_: data for id_, data in found.items() if data is not None}
        self.rows = rows

    async def add(self, picker: PhotoPicker) -> Added:
        """Let the person take or choose photos, and keep each that can be kept, whatever is wrong with the one before it."""
        if self.adding:
            return Added()
        self.adding = True
        kept, refused = 0, list[TourneeError]()
        try:
            for photo in await picker.pick():
                try:
                    await self._photos.add(self._visit_id, photo.name, photo.data)
                    kept += 1
                except (RecordRefused, StorageFailed) as error:
                    refused.append(error)
        finally:
            self.adding = False
        return Added(kept, tuple(refused))


class CaptionForm(RecordForm):
    """What a photo shows, in words."""

    def __init__(self, device: Device, photo_id: str) -> None:
        super().__init__("attachment", ("caption",), device.store, f"photo:{photo_id}")
        self._photos, self._id = device.photos, photo_id

    async def write(self) -> Written:
        """Write the caption against the one that was shown; from here on it is what was shown."""
        written = await self._photos.caption(self._id, self.base, self.shown, self.text("caption").strip())
        await self.forget()
        photo = await self._photos.get(self._id)
        self.stands(photo.base, {"caption": photo.caption or None})
        return written


class PhotoModel(Live):
    """One photo at full size. One that is not here is asked for, and shown when it has come."""

    def __init__(self, device: Device, photo_id: str) -> None:
        super().__init__(device.notifier, KINDS)
        self.photo: PhotoRow | None = None
        self.picture: bytes | None = None
        self.thumb: bytes | None = None
        self.may_change = False
        self.form = CaptionForm(device, photo_id)
        self._device = device
        self._photos = device.photos
        self._id = photo_id
        self._deleted = False

    async def load(self) -> None:
        """Read the photo.

        Raises:
            RecordNotFound: there is no such photo here.
        """
        photo = await self._photos.get(self._id)
        await self.form.follow(photo.base, {"caption": photo.caption or None})
        if self.picture is None:
            self.picture = await self._photos.whole(photo)
        if self.picture is None:
            self.thumb = await self._photos.thumb(photo)
            if self.photo is None:
                await self._photos.fetch(photo)
        profile = self._device.profile
        self.may_change = photo.user_id == profile.id or profile.role == "manager"
        self.photo = photo

    async def keep(self) -> None:
        """Save the caption where it was changed; of a photo that was just taken away there is none."""
        if self.form.changed and not self._deleted:
            await self.form.save()

    async def delete(self) -> None:
        """Take the photo away."""
        if self.photo is not None:
            await self.form.forget()
            await self._photos.delete(self._id, self.photo.base)
            self._deleted = True

    async def restore(self, name: str) -> None:
        """Bring it back."""
        await self._photos.restore(self._id, name)
