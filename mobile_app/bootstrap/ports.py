"""Everything from outside, with what a desktop or a web server has; a phone, a browser and a test bring their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from mobile_app.data.executor import ThreadExecutor
from mobile_app.data.files import OwnerFiles
from mobile_app.data.key_file import KeyPolicy
from mobile_app.data.ports import Connect, CryptoPort, Executor, Files, SecureStore, Sleep
from mobile_app.data.secure_store import FileSecureStore
from mobile_app.data.sql import connect_sqlite
from mobile_app.data.unlocking import SMALL
from shared.ports import Clock, Randomness, SystemClock, SystemRandomness

AUTO_LOCK_MS: Final = 5 * 60 * 1_000


def _native_crypto(randomness: Randomness) -> CryptoPort:
    from mobile_app.data.crypto import NativeCrypto  # noqa: PLC0415  (a browser has nothing of what it needs, and brings its own)

    return NativeCrypto(randomness)


async def _sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Ports:
    """See the module. ``auto_lock_ms`` is how long an open device waits for somebody; ``small`` is ``Store.open``'s.

    ``platform`` is what the device says to the office that it runs in.
    """

    clock: Clock = field(default_factory=SystemClock)
    randomness: Randomness = field(default_factory=SystemRandomness)
    sleep: Sleep = _sleep
    transport: Callable[[], httpx.AsyncBaseTransport | None] = lambda: None
    files: Files = field(default_factory=OwnerFiles)
    connect: Connect = connect_sqlite
    executor: Callable[[], Executor] = ThreadExecutor
    crypto: Callable[[Randomness], CryptoPort] = _native_crypto
    secure_store: Callable[[Path, Files], SecureStore] = FileSecureStore
    key_policy: KeyPolicy = field(default_factory=KeyPolicy)
    auto_lock_ms: int = AUTO_LOCK_MS
    small: int = SMALL
    platform: str = "web"
