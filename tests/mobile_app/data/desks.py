"""A shelf of files over a real vault, for tests."""

from __future__ import annotations

from pathlib import Path

from mobile_app.data.blob_names import Named
from mobile_app.data.blob_shelf import BlobShelf
from mobile_app.data.vault import Vault
from tests.fakes.device import FakeClock
from tests.fakes.pictures import sha
from tests.mobile_app.data.vaults import open_vault

HOUR, DAY = 3_600_000, 86_400_000


class Names:
    """What records name, as a test says."""

    def __init__(self) -> None:
        self.named = Named()
        self.owed: set[str] = set()

    def now(self) -> Named:
        return self.named

    def acknowledged(self) -> set[str]:
        return self.owed

    def show(self, *whole: bytes, small: tuple[bytes, ...] = ()) -> None:
        self.named = Named({sha(data): len(data) for data in whole}, frozenset(map(sha, small)))


class Desk:
    """A shelf over a real vault."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "v"
        self.names, self.clock = Names(), FakeClock()
        self.vault: Vault = open_vault(self.path)
        self.shelf = self.open()

    def open(self, quota: int = 1_000) -> BlobShelf:
        shelf = BlobShelf(self.vault, self.names, self.clock, quota)  # type: ignore[arg-type]  # names as told
        shelf.load()
        return shelf

    def settle(self, *, after: int = 0, pulled: bool = True) -> None:
        self.clock.forward(after)
        self.shelf.settle("epoch", pulled=pulled)

    def send(self, data: bytes) -> None:
        self.shelf.keep(data, small=False)
        self.shelf.sent(sha(data), len(data), complete=True)


PHOTO, OTHER, THUMB, THEIRS = b"photo" * 20, b"other" * 30, b"thumb", b"their thumb"
