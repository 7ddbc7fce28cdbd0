"""The key ring: who may open a vault, and how often they may try.

``KEK = HKDF(scrypt(PIN, salt), device secret)`` wraps a random data key. A second wrap may sit behind biometrics; a third is sealed
to the organisation's recovery key. All wraps and the counters are one small file beside the vault, replaced atomically, so that
after a kill at any point exactly one PIN works.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec.structs import replace

from mobile_app.data import key_file
from mobile_app.data.key_file import LEASE_DAYS, SEEN_STEP_MS, KeyFile, KeyPolicy, KeyStorage, PinWrap
from mobile_app.data.key_states import (
    Barred,
    BiometricsRefused,
    DataKey,
    Destroyed,
    KeyIdentity,
    KeyState,
    Locked,
    NoKeys,
    NoSecret,
    RecoverySeal,
    Unlocked,
    UnlockOutcome,
    WrongPin,
)
from mobile_app.data.key_wraps import KEY_BYTES, KeyWraps
from mobile_app.data.ports import Biometrics, CryptoPort, Executor, Files, SecureStore
from shared.errors import WrongKey
from shared.ports import Clock

_KEY_VERSION = 1


class KeyRing:
    """The keys of one vault. One call at a time; slow work runs on the executor.

    Limits, on purpose: a thief who can read the process's memory while it is unlocked has the key, and one who sets the clock back
    and lives with a wrong one keeps the lease from running on.
    """

    def __init__(
        self,
        path: Path,
        *,
        crypto: CryptoPort,
        store: SecureStore,
        files: Files,
        clock: Clock,
        executor: Executor,
        biometrics: Biometrics | None = None,
        policy: KeyPolicy | None = None,
    ) -> None:
        self._file = KeyStorage(path, files, executor)
        self._wraps = KeyWraps(crypto)
        self._token = crypto.token
        self._store = store
        self._clock = clock
        self._executor = executor
        self._biometrics = biometrics
        self._policy = policy or KeyPolicy()
        self._turn = asyncio.Lock()

    async def create(self, pin: str, identity: KeyIdentity, recovery_key: bytes | None) -> Unlocked:
        """A fresh random data key behind ``pin``, sealed to the organisation's ``recovery_key`` where it has one.

        Raises:
            PinRefused: the PIN may not be chosen.
            FileExistsError: there are keys already; ``wipe`` or ``recover`` them.
        """
        self._policy.check_pin(pin)
        async with self._turn:
            if await self._file.read() is not None:
                raise FileExistsError("this vault has keys")
            return await self._install(DataKey(self._token(KEY_BYTES), _KEY_VERSION), pin, identity, recovery_key)

    async def state(self) -> KeyState:
        """What the unlock screen shows first. Counts nothing."""
        async with self._turn:
            file = await self._looked_at()
            if not isinstance(file, KeyFile):
                return file
            return Locked(self._policy.tries - file.failed, biometrics=file.biometric is not None and self._biometrics is not None)

    async def unlock(self, pin: str) -> UnlockOutcome:
        """Try ``pin``. The attempt is on the disk before it is tried; the tenth wrong one destroys the PIN's and the biometric wrap."""
        async with self._turn:
            return await self._try_pin(pin)

    async def change_pin(self, old: str, new: str) -> UnlockOutcome:
        """Put the key behind ``new`` if ``old`` is right. Trying ``old`` counts like an unlock; the change itself is one atomic write.

        Raises:
            PinRefused: the new PIN may not be chosen; nothing was tried.
        """
        self._policy.check_pin(new)
        async with self._turn:
            outcome = await self._try_pin(old)
            file = await self._file.load()
            if isinstance(outcome, Unlocked) and file is not None and file.pin is not None:
                secret = await self._store.get(file.pin.secret_name)
                if secret is None:
                    return NoSecret()
                named = (file.pin.secret_name, secret)
                await self._file.save(replace(file, pin=await self._wrap_pin(outcome.key, file.organisation, new, named)))
            return outcome

    async def recover(self, key: DataKey, new_pin: str, identity: KeyIdentity, recovery_key: bytes | None) -> Unlocked:
        """Put the key that the server opened behind ``new_pin`` and a new device secret. Old PINs and the biometric wrap end.

        Raises:
            PinRefused: the PIN may not be chosen.
            WrongKey: this key is not this vault's.
        """
        self._policy.check_pin(new_pin)
        async with self._turn:
            old = await self._file.load_if_sound()
            if old is not None and not self._wraps.is_key(key, old.check):
                raise WrongKey
            unlocked = await self._install(key, new_pin, identity, recovery_key)
            if old is not None and old.pin is not None:
                await self._store.delete(old.pin.secret_name)
            if self._biometrics is not None:
                await self._biometrics.forget()
            return unlocked

    async def recovery_seal(self) -> RecoverySeal | None:
        """What to send to the server after signing in, to get the data key back. None: there is no seal to open."""
        file = await self._file.load_if_sound()
        if file is None or file.recovery is None:
            return None
        return RecoverySeal(file.recovery.device_id, file.key_version, file.recovery.sealed)

    async def reseal(self, key: DataKey, identity: KeyIdentity, recovery_key: bytes) -> None:
        """Seal the key again: the organisation's recovery key is new, or the device enrolled under another id.

        Raises:
            WrongKey: this key is not this vault's.
        """
        async with self._turn:
            file = await self._sound_for(key)
            wrap = self._wraps.for_recovery(key, identity, recovery_key)
            await self._file.save(replace(file, device_id=identity.device_id, recovery=wrap))

    async def use_biometrics(self, key: DataKey) -> bool:
        """Put the key behind the sensor as well. False where there is none, or the person refused.

        Raises:
            WrongKey: this key is not this vault's.
        """
        async with self._turn:
            file = await self._sound_for(key)
            secret, released = None if file.pin is None else await self._store.get(file.pin.secret_name), self._token(KEY_BYTES)
            if secret is None or self._biometrics is None or not await self._biometrics.keep(released):
                return False
            await self._file.save(replace(file, biometric=self._wraps.by_biometrics(key, file.organisation, released, secret)))
            return True

    async def stop_biometrics(self) -> None:
        """Open with the PIN only from now on. Repeatable."""
        async with self._turn:
            file = await self._file.load()
            if file is not None and file.biometric is not None:
                await self._file.save(replace(file, biometric=None))
            if self._biometrics is not None:
                await self._biometrics.forget()

    async def unlock_with_biometrics(self) -> UnlockOutcome:
        """Ask for the finger or the face. The platform counts its own attempts; the lease and the waits hold here too."""
        async with self._turn:
            file = await self._looked_at()
            if not isinstance(file, KeyFile):
                return file
            secret = None if file.pin is None else await self._store.get(file.pin.secret_name)
            released = None if self._biometrics is None else await self._biometrics.release()
            if file.biometric is None or released is None or secret is None:
                return BiometricsRefused()
            key = self._wraps.open_biometric(file.biometric, file.organisation, file.key_version, released, secret)
            return BiometricsRefused() if key is None else await self._opened(file, key)

    async def server_met(self, server_time: int, lease_days: int = LEASE_DAYS) -> None:
        """The server has answered this device at ``server_time``: the lease begins again, and a clock that was ahead is forgiven."""
        async with self._turn:
            file, now = await self._file.load(), self._clock.now_ms()
            if file is None:
                return
            ahead = max(0, now - server_time)
            lately = 0 <= now - file.met_at < SEEN_STEP_MS and file.seen_at < now + SEEN_STEP_MS
            if not lately or file.lease_days != lease_days or abs(ahead - file.ahead_ms) >= SEEN_STEP_MS:
                await self._file.save(replace(file, met_at=now, seen_at=now, ahead_ms=ahead, lease_days=lease_days))

    async def lease_holds(self) -> bool:
        """Whether an unlocked app may stay so. To be asked now and then: it also notes the time, so that a clock set back gains nothing."""
        async with self._turn:
            file = await self._file.load_at(self._clock.now_ms())
            if file is None:
                return False
            now = self._clock.now_ms()
            if now - file.seen_at >= SEEN_STEP_MS:
                file = replace(file, seen_at=now)
                await self._file.save(file)
            return key_file.lease_over(file, now) is None

    async def wipe(self) -> None:
        """Destroy all: device secret, biometric key, then the file with every wrap. Repeatable, and to be repeated after a kill."""
        async with self._turn:
            file = await self._file.load_if_sound()
            if file is not None and file.pin is not None:
                await self._store.delete(file.pin.secret_name)
            if self._biometrics is not None:
                await self._biometrics.forget()
            await self._file.delete()

    async def _install(self, key: DataKey, pin: str, identity: KeyIdentity, recovery_key: bytes | None) -> Unlocked:
        """Write a whole new file. The device secret gets a new name, so that until the write the old file works as before."""
        named = (f"device-secret:{self._token(8).hex()}", self._token(KEY_BYTES))
        await self._store.set(*named)
        now = self._clock.now_ms()
        file = KeyFile(
            organisation=identity.organisation,
            device_id=identity.device_id,
            key_version=key.version,
            check=self._wraps.check(key),
            pin=await self._wrap_pin(key, identity.organisation, pin, named),
            met_at=now,
            seen_at=now,
            recovery=None if recovery_key is None else self._wraps.for_recovery(key, identity, recovery_key),
        )
        await self._file.save(file)
        return Unlocked(key)

    async def _try_pin(self, pin: str) -> UnlockOutcome:
        file = await self._looked_at()
        if not isinstance(file, KeyFile):
            return file
        if file.pin is None:
            return Destroyed()
        secret = await self._store.get(file.pin.secret_name)
        if secret is None:
            return NoSecret()
        now = self._clock.now_ms()
        wrap = file.pin
        file = replace(file, failed=file.failed + 1, failed_at=now, seen_at=max(file.seen_at, now))
        await self._file.save(file)
        key = await self._executor.run(self._wraps.open_pin, wrap, file.organisation, file.key_version, pin, secret)
        if key is not None:
            return await self._opened(file, key)
        if file.failed >= self._policy.tries:
            return await self._destroy(file)
        return WrongPin(self._policy.tries - file.failed, self._policy.wait_after(file.failed))

    async def _opened(self, file: KeyFile, key: DataKey) -> Unlocked:
        await self._file.save(replace(file, failed=0, failed_at=0, seen_at=max(file.seen_at, self._clock.now_ms())))
        return Unlocked(key)

    async def _looked_at(self) -> KeyFile | Barred:
        """The file as it stands now, or why no way in is open."""
        file = await self._file.load_at(self._clock.now_ms())
        return NoKeys() if file is None else await self._barred(file) or file

    async def _barred(self, file: KeyFile) -> Barred | None:
        """Why no PIN is looked at now. An attempt that was counted as the last and never finished destroys the wraps here."""
        if file.pin is None or file.failed >= self._policy.tries:
            return await self._destroy(file)
        if await self._store.get(file.pin.secret_name) is None:
            return NoSecret()
        now = self._clock.now_ms()
        if self._policy.wait_after(file.failed) and now < file.failed_at:  # the clock was set back: wait once more in full, not for ever
            file = replace(file, failed_at=now)
            await self._file.save(file)
        return key_file.lease_over(file, now) or key_file.must_wait(file, self._policy, now)

    async def _destroy(self, file: KeyFile) -> Destroyed:
        """Drop the PIN's and the biometric wrap, then what they needed; the recovery wrap stays. Repeatable."""
        if file.pin is not None or file.biometric is not None:
            await self._file.save(replace(file, pin=None, biometric=None))
        if file.pin is not None:
            await self._store.delete(file.pin.secret_name)
        if self._biometrics is not None:
            await self._biometrics.forget()
        return Destroyed()

    async def _sound_for(self, key: DataKey) -> KeyFile:
        file = await self._file.load()
        if file is None or not self._wraps.is_key(key, file.check):
            raise WrongKey
        return file

    async def _wrap_pin(self, key: DataKey, organisation: str, pin: str, named: tuple[str, bytes]) -> PinWrap:
        return await self._executor.run(self._wraps.by_pin, key, organisation, pin, named, self._policy.scrypt_n)
