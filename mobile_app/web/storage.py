"""The storage port over the browser's own."""

from __future__ import annotations

from tournee_js import storage

from mobile_app.data.ports import Room


class BrowserStorage:
    """What the origin uses of what it was granted: the device's files, and the app's own in the page's cache."""

    async def room(self) -> Room:
        """How it stands now."""
        used, granted, kept = (await storage.room()).to_py()
        return Room(int(used), int(granted), bool(kept))

    async def keep(self) -> bool:
        """Ask the browser to drop nothing by itself; whether it has promised."""
        return bool(await storage.keep())
