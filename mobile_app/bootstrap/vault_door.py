"""Opens, counts, mends and destroys the vaults of one folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from mobile_app.bootstrap.enrolments import Enrolment, Users
from mobile_app.bootstrap.ports import Ports
from mobile_app.data.gate import Shut
from mobile_app.data.key_states import DataKey, KeyState, Locked, NoKeys
from mobile_app.data.keys import KeyRing
from mobile_app.data.ports import Executor
from mobile_app.data.store import KEEP_META, Identity, Progress, Store
from mobile_app.data.vault import Vault, VaultCounts
from mobile_app.data.vault_files import VAULT, destroy_vault, forget_old_asides, keys_path
from mobile_app.data.vault_salvage import salvage
from shared.errors import DeviceError, StorageFailed, VaultDamaged, VaultTooNew


class VaultDoor:
    """One vault per user of the device. Slow work runs on the owner of the databases."""

    def __init__(self, folder: Path, ports: Ports, executor: Executor) -> None:
        self._folder = folder
        self._ports = ports
        self._executor = executor
        self._crypto = ports.crypto(ports.randomness)
        self._rings: dict[Path, KeyRing] = {}

    def ring(self, user: Enrolment) -> KeyRing:
        """The keys of a user's vault: one ring for all who ask, so that none writes back what it read before another one's change."""
        path = keys_path(self._path(user))
        if path not in self._rings:
            self._rings[path] = self._ring(path)
        return self._rings[path]

    async def open(self, user: Enrolment, key: DataKey, progress: Progress, *, whole: bool) -> tuple[Store, bool]:
        """Open a user's vault as ``Store.open`` does; a damaged one is set aside and salvaged on the way: then True stands beside it.

        Raises:
            WrongKey, DiskFull, StorageBusy: the vault stays as it was.
        """
        try:
            return await self._open(user, key, progress, whole=whole), False
        except VaultDamaged:
            await self._executor.run(self._salvage, user, key)
            return await self._open(user, key, progress, whole=whole), True

    async def shut(self, user: Enrolment, users: Users) -> Shut:
        """Say how a user's locked vault stands, whatever the disk does. One that cannot be looked at counts nothing till it can."""
        counts = await self._executor.run(self._counts, user)
        others = [other for other in users.now.users.values() if other.user_id != user.user_id]
        beside = sum([(await self._executor.run(self._counts, other)).unsettled for other in others])
        names = tuple((other.user_id, other.name) for other in others)
        return Shut(user.user_id, user.name, user.login, user.language, await self._keys(user), counts, names, beside, users.mended)

    @asynccontextmanager
    async def made_for(self, user: Enrolment) -> AsyncIterator[None]:
        """Make keys and a vault for somebody who has none: what an enrolment left that was cut off goes first; this one's, if it fails."""
        await self.destroy(user)
        try:
            yield
        except Exception:
            with suppress(DeviceError):  # the next enrolment begins by removing it
                await self.destroy(user)
            raise

    async def destroy(self, user: Enrolment) -> None:
        """Remove a user's keys, then her vault and what was set aside of it, each whatever the disk said of the one before. Repeatable."""
        try:
            await self.ring(user).wipe()
        finally:
            await self._executor.run(destroy_vault, self._path(user))

    def _path(self, user: Enrolment) -> Path:
        return self._folder / f"{user.user_id}{VAULT}"

    async def _keys(self, user: Enrolment) -> KeyState:
        """How a user's keys stand. Where the disk does not say, a PIN may be tried: trying it says why it does not open."""
        try:
            return await self.ring(user).state()
        except VaultDamaged:
            return NoKeys()
        except StorageFailed:
            return Locked(self._ports.key_policy.tries, biometrics=False)

    def _ring(self, path: Path) -> KeyRing:
        return KeyRing(
            path,
            crypto=self._crypto,
            store=self._ports.secure_store(self._folder / "secrets", self._ports.files),
            files=self._ports.files,
            clock=self._ports.clock,
            executor=self._executor,
            policy=self._ports.key_policy,
        )

    async def _open(self, user: Enrolment, key: DataKey, progress: Progress, *, whole: bool) -> Store:
        vault = await self._executor.run(self._unlocked, user, key)
        try:
            return await Store.open(
                vault,
                self._executor,
                identity=Identity(user.device_code, user.user_id),
                clock=self._ports.clock,
                randomness=self._ports.randomness,
                progress=progress,
                whole=whole,
                small=self._ports.small,
            )
        except BaseException:
            await self._executor.run(vault.close)
            raise

    def _vault(self, user: Enrolment) -> Vault:
        return Vault.open(self._path(user), user.organisation, connect=self._ports.connect, crypto=self._crypto)

    def _unlocked(self, user: Enrolment, key: DataKey) -> Vault:
        vault = self._vault(user)
        try:
            vault.unlock(key)
        except BaseException:
            vault.close()
            raise
        forget_old_asides(self._path(user), self._ports.clock.now_ms())
        return vault

    def _salvage(self, user: Enrolment, key: DataKey) -> None:
        salvage(self._path(user), user.organisation, key, connect=self._ports.connect, crypto=self._crypto, keep_meta=KEEP_META)

    def _counts(self, user: Enrolment) -> VaultCounts:
        try:
            vault = self._vault(user)
        except (VaultDamaged, VaultTooNew, StorageFailed):  # an unlock says so, and mends what is damaged
            return VaultCounts(0, {}, 0, 0)
        try:
            return vault.counts()
        finally:
            vault.close()
