"""The way into a vault whose key is here: opened, its session kept, and everything beside it saying what the session says."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass

import msgspec

from mobile_app.bootstrap.enrolments import Enrolment, Users
from mobile_app.bootstrap.sign_ins import enrolment_of, identity_of, kept_session, session_of
from mobile_app.bootstrap.vault_door import VaultDoor
from mobile_app.data.key_states import DataKey
from mobile_app.data.session_state import SessionState
from mobile_app.data.store import Progress, Store
from shared.errors import VaultDamaged
from shared.sync.protocol import SessionAnswer


@dataclass(frozen=True, slots=True)
class Inside:
    """An open vault: whose it is now, and whether it had to be salvaged."""

    user: Enrolment
    store: Store
    session: SessionState
    salvaged: bool


class WayIn:
    """For one host, which lets one in at a time."""

    def __init__(self, door: VaultDoor, users: Users) -> None:
        self._door = door
        self._users = users

    async def enter(self, user: Enrolment, key: DataKey, answer: SessionAnswer | None, progress: Progress, *, whole: bool) -> Inside:
        """Open the vault of ``user`` and keep what a sign-in was answered, if there is an ``answer``. Where that fails it is closed again.

        Raises:
            VaultDamaged: it lost its session.
            WrongKey, VaultTooNew, StorageFailed: see ``VaultDoor.open``.
        """
        user = user if user.device_code else await self._named(user, key, answer)
        store, salvaged = await self._door.open(user, key, progress, whole=whole)
        try:
            session = await kept_session(store, session_of(user.server, answer) if answer else None)
            if session.device_id == user.device_id:
                if answer:
                    user = enrolment_of(user.server, user.login, answer)
                    await self._door.ring(user).server_met(answer.server_time, answer.lease_days)
                await self._users.keep(self._users.now.with_user(user))
                return Inside(user, store, session, salvaged)
        except BaseException:
            await store.close()
            raise
        await store.close()
        return await self.enter(await self._renamed(user, key, session), key, None, progress, whole=whole)

    async def _named(self, user: Enrolment, key: DataKey, answer: SessionAnswer | None) -> Enrolment:
        """Read in her vault what the list of users lost of somebody; the answer to a sign-in says it where the vault does not."""
        store, _ = await self._door.open(user, key, lambda _done, _total: None, whole=False)
        try:
            session = await store.get_session()
        finally:
            await store.close()
        if session is not None:
            who, here = session.profile, (session.server, session.organisation, session.device_id, session.device_code)
            return Enrolment(user.user_id, who.name, user.login, who.language, *here)
        if answer is None:
            raise VaultDamaged
        return enrolment_of(user.server, user.login, answer)

    async def _renamed(self, user: Enrolment, key: DataKey, session: SessionState) -> Enrolment:
        """Let keys and name say what the session says: this is another device now. Repeatable, also after a kill."""
        renamed = msgspec.structs.replace(user, device_id=session.device_id, device_code=session.device_code)
        await self._door.ring(renamed).reseal(key, identity_of(renamed), b64decode(session.recovery_key))
        await self._users.keep(self._users.now.with_user(renamed))
        return renamed
