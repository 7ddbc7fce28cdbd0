"""Fakes of the device's ports: a clock to turn, seeded chance, stores in memory, files that die at a named point."""

from __future__ import annotations

import random
from pathlib import Path

from mobile_app.data.files import OwnerFiles
from shared.errors import StorageFailed


class Killed(BaseException):
    """The process was killed here."""


class FakeClock:
    """A clock that goes only when it is told to."""

    def __init__(self, now_ms: int = 1_790_000_000_000, zone: str = "Europe/Paris") -> None:
        self.now = now_ms
        self.name = zone

    def now_ms(self) -> int:
        return self.now

    def zone(self) -> str:
        return self.name

    def forward(self, ms: int) -> None:
        self.now += ms


class SeededRandomness:
    """The same chance for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311  a test's chance

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def uniform(self) -> float:
        return self._random.random()


class MemorySecureStore:
    """A secure store in memory; ``reset`` is what an operating system may do to it. Dies before the operation named ``die_at``."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}
        self.die_at = ""

    async def get(self, name: str) -> bytes | None:
        return self.secrets.get(name)

    async def set(self, name: str, secret: bytes) -> None:
        self._pass("set")
        self.secrets[name] = secret

    async def delete(self, name: str) -> None:
        self._pass("delete")
        self.secrets.pop(name, None)

    def reset(self) -> None:
        self.secrets.clear()

    def _pass(self, point: str) -> None:
        if self.die_at == point:
            raise Killed(point)


class FakeBiometrics:
    """A sensor that knows one finger, or refuses."""

    def __init__(self) -> None:
        self.key: bytes | None = None
        self.refuses = False

    async def keep(self, key: bytes) -> bool:
        self.key = None if self.refuses else key
        return not self.refuses

    async def release(self) -> bytes | None:
        return None if self.refuses else self.key

    async def forget(self) -> None:
        self.key = None


class DyingFiles(OwnerFiles):
    """Real files; the process dies at the ``die_at``-th point passed, two points a write: before it, and staged but not renamed."""

    def __init__(self) -> None:
        self.die_at = 0
        self.passed = 0

    def write(self, path: Path, data: bytes) -> None:
        self._pass()
        super().write(path, data)

    def _publish(self, staged: Path, path: Path) -> None:
        self._pass()
        super()._publish(staged, path)

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            raise Killed(f"point {self.die_at}")


class FlakyFiles(OwnerFiles):
    """Real files on a disk that refuses writes while ``failing``."""

    failing = False

    def write(self, path: Path, data: bytes) -> None:
        if self.failing:
            raise StorageFailed
        super().write(path, data)
