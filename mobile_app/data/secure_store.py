"""The secure store of platforms without one: a file per profile and secret with owner-only rights (desktop, web mode)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from mobile_app.data.ports import Files


class FileSecureStore:
    """Secrets as files in one folder of one profile. Weaker than a platform's key store: it keeps out other users, not root."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files

    async def get(self, name: str) -> bytes | None:
        """The secret of that name, or None."""
        return self._files.read(self._path(name))

    async def set(self, name: str, secret: bytes) -> None:
        """Keep ``secret`` durably, replacing what was there."""
        self._files.write(self._path(name), secret)

    async def delete(self, name: str) -> None:
        """Forget it. Repeatable."""
        self._files.delete(self._path(name))

    def _path(self, name: str) -> Path:
        return self._folder / sha256(name.encode()).hexdigest()
