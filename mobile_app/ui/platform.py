"""The phone's or the browser's own services behind the app's ports: position, other apps, languages.

A client without one of them (a desktop, a browser that refuses) answers as if the person had said no; nothing here fails.
"""

import logging
from typing import Final, Literal
from urllib.parse import quote

import flet as ft
from flet_geolocator import (
    Geolocator,
    GeolocatorConfiguration,
    GeolocatorPermissionStatus,
    GeolocatorPosition,
    GeolocatorPositionAccuracy,
)

from mobile_app.data.ports import Fix, Picked, PlaceRefused

FIX_SECONDS: Final = 10
_GRANTED: Final = (
    GeolocatorPermissionStatus.WHILE_IN_USE,
    GeolocatorPermissionStatus.ALWAYS,
    GeolocatorPermissionStatus.UNABLE_TO_DETERMINE,
)

_log = logging.getLogger(__name__)


class DevicePlaces:
    """``Places`` over the platform's own positioning: one fix each time, and nothing in between."""

    def __init__(self) -> None:
        accurate = GeolocatorConfiguration(accuracy=GeolocatorPositionAccuracy.HIGH, time_limit=ft.Duration(seconds=FIX_SECONDS))
        self._geolocator = Geolocator(configuration=accurate)

    async def fix(self) -> Fix | PlaceRefused:
        """One position; may ask for permission; takes some seconds at most."""
        try:
            return await self._fix()
        except TimeoutError:
            return PlaceRefused("timeout")
        except Exception as error:  # whatever the platform says, the visit goes on without a position
            _log.info("no position", extra={"reason": type(error).__name__})
            return PlaceRefused(_reason(str(error)))

    async def _fix(self) -> Fix | PlaceRefused:
        if not await self._geolocator.is_location_service_enabled():
            return PlaceRefused("off")
        if await self._geolocator.request_permission() not in _GRANTED:
            return PlaceRefused("denied")
        return _fix_of(await self._geolocator.get_current_position())


def _fix_of(position: GeolocatorPosition | None) -> Fix | PlaceRefused:
    if position is None or position.latitude is None or position.longitude is None:
        return PlaceRefused("unavailable")
    return Fix(float(position.latitude), float(position.longitude), float(position.accuracy or 0), bool(position.mocked))


def _reason(said: str) -> Literal["denied", "timeout", "unavailable"]:
    words = said.lower()
    if "denied" in words or "permission" in words:
        return "denied"
    return "timeout" if "time" in words else "unavailable"


class DevicePhotos:
    """``PhotoPicker`` over the platform's own: on a phone it offers the camera beside the pictures that are there."""

    def __init__(self) -> None:
        self._picker = ft.FilePicker()

    async def pick(self) -> tuple[Picked, ...]:
        """What the person took or chose."""
        chosen = await self._picker.pick_files(
            file_type=ft.FilePickerFileType.IMAGE, allow_multiple=True, with_data=True, cancel_upload_on_window_blur=False
        )
        return tuple(Picked(file.name, file.bytes or b"") for file in chosen)


class DeviceDocuments:
    """The platform's dialogs for files that are not pictures."""

    def __init__(self) -> None:
        self._picker = ft.FilePicker()

    async def save(self, name: str, data: bytes) -> bool:
        """Let the person keep ``data``; False where she did not. A browser keeps it without telling where."""
        kept = await self._picker.save_file(file_name=name, src_bytes=data)
        return kept is not None or bool(ft.context.page.web)

    async def pick(self) -> bytes | None:
        """The file that the person chose, or None."""
        chosen = await self._picker.pick_files(with_data=True, cancel_upload_on_window_blur=False)
        return chosen[0].bytes if chosen else None


class DeviceOpener:
    """``Opener`` over the platform's links (``tel:``, ``mailto:``, ``sms:``, a map's address) and its sheet for sharing."""

    def __init__(self, *, web: bool) -> None:
        self._launcher = ft.UrlLauncher()
        self._sheet = ft.Share()
        self._web = web

    async def call(self, number: str) -> bool:
        """The phone, with an E.164 number filled in."""
        return await self._open(f"tel:{_figures(number)}")

    async def mail(self, address: str) -> bool:
        """The mail app, with the address filled in."""
        return await self._open(f"mailto:{quote(address, safe='@')}")

    async def message(self, number: str) -> bool:
        """The messages app, with an E.164 number filled in."""
        return await self._open(f"sms:{_figures(number)}")

    async def navigate(self, lat: float, lon: float, label: str) -> bool:
        """The maps app, with the way to a point given in degrees; in a browser a map's page."""
        if not self._web and await self._open(f"geo:{lat},{lon}?q={lat},{lon}({quote(label)})"):
            return True
        return await self._open(f"https://www.openstreetmap.org/directions?to={lat}%2C{lon}")

    async def share(self, words: str, subject: str) -> bool:
        """See ``Opener``; whoever thinks better of it on the sheet has been served too."""
        try:
            await self._sheet.share_text(words, subject=subject)
        except Exception as error:  # a client without such a sheet
            _log.info("nothing shares this", extra={"reason": type(error).__name__})
            return False
        return True

    async def _open(self, url: str) -> bool:
        try:
            await self._launcher.launch_url(url, web_only_window_name=None)
        except Exception as error:  # nothing on this client takes it
            _log.info("nothing opens this", extra={"scheme": url.split(":", 1)[0], "reason": type(error).__name__})
            return False
        return True


def _figures(number: str) -> str:
    """A number as links take it: one that is stored as it was typed has spaces and dots in it."""
    return "".join(each for each in number if each.isdecimal() or each in "+*#")


async def languages(page: ft.Page) -> tuple[str, ...]:
    """Return the language tags that the phone or the browser prefers, best first."""
    try:
        info = await page.get_device_info()
    except Exception as error:  # an old client: the app speaks English until one chooses
        _log.info("no languages", extra={"reason": type(error).__name__})
        return ()
    if isinstance(info, ft.WebDeviceInfo):
        return tuple(info.languages or ([info.language] if info.language else []))
    return tuple(locale.language_code for locale in info.locales) if info else ()


def device_name(page: ft.Page) -> str:
    """Return what the office calls this device in its list: the kind of phone, or the browser's system."""
    system = page.platform.value if page.platform else "unknown"
    return f"Browser ({system})" if page.web else system
