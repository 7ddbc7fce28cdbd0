"""A phone on which the app can be started, killed and started again, for the tests of the key ring."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from mobile_app.data.executor import InlineExecutor
from mobile_app.data.key_file import KeyPolicy
from mobile_app.data.key_states import (
    DataKey,
    KeyIdentity,
    Unlocked,
)
from mobile_app.data.keys import KeyRing
from shared.recovery_format import recovery_context
from tests.fakes.crypto import DeviceCrypto, open_seal, recovery_keys
from tests.fakes.device import DyingFiles, FakeBiometrics, FakeClock, Killed, MemorySecureStore, SeededRandomness

T = TypeVar("T")
PIN, OTHER, WRONG = "258013", "770412", "111222"
IDENTITY = KeyIdentity("org", "device-1")
PRIVATE, PUBLIC = recovery_keys(bytes(range(32)))
POLICY = KeyPolicy(scrypt_n=2)
DAY_MS = 86_400_000


class DyingCrypto(DeviceCrypto):
    """The process dies where a PIN would be tried."""

    def scrypt(self, secret: bytes, salt: bytes, n: int) -> bytes:
        raise Killed


class Phone:
    """One phone's secure store, clock and files, on which the app can be started again and again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "app" / "vault.keys"
        self.clock = FakeClock()
        self.store = MemorySecureStore()
        self.biometrics = FakeBiometrics()
        self.files = DyingFiles()
        self.randomness = SeededRandomness()

    def start(self, crypto: DeviceCrypto | None = None) -> KeyRing:
        self.files.die_at, self.store.die_at = 0, ""
        return KeyRing(
            self.path,
            crypto=crypto or DeviceCrypto(self.randomness),
            store=self.store,
            files=self.files,
            clock=self.clock,
            executor=InlineExecutor(),
            biometrics=self.biometrics,
            policy=POLICY,
        )

    def enrol(self) -> DataKey:
        return run(self.start().create(PIN, IDENTITY, PUBLIC)).key

    def fail(self, times: int) -> None:
        for _ in range(times):
            run(self.start().unlock(WRONG))
            self.clock.forward(3_600_000)

    def die_at(self, point: int) -> None:
        self.files.passed, self.files.die_at = 0, point


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)


def opens(phone: Phone, pin: str) -> bool:
    return isinstance(run(phone.start().unlock(pin)), Unlocked)


def recovered(phone: Phone) -> DataKey:
    seal = run(phone.start().recovery_seal())
    assert seal is not None
    context = recovery_context("org", seal.device_id, seal.key_version)
    return DataKey(open_seal(PRIVATE, seal.sealed, context), seal.key_version)
