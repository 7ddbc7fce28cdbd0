"""A device's way from nobody's to open and back: enrolment, unlocking, recovery, locking, the wipe."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from mobile_app.bootstrap.beside import Beside
from mobile_app.bootstrap.enrolments import Enrolment, EnrolmentFile, Enrolments, Users
from mobile_app.bootstrap.listeners import Handle, Listener, Listeners
from mobile_app.bootstrap.opened import OpenDevice
from mobile_app.bootstrap.ports import Ports
from mobile_app.bootstrap.sign_ins import enrolment_of, identity_of, kept_or_retired, recovered, session_of, sign_off, signed_in, talking
from mobile_app.bootstrap.vault_door import VaultDoor
from mobile_app.bootstrap.waits import Waits
from mobile_app.bootstrap.way_in import WayIn
from mobile_app.data.gate import GateState, NotEnrolled, Opened, Opening, Shut
from mobile_app.data.key_states import DataKey, Unlocked, UnlockOutcome
from mobile_app.data.unsent import Remains
from mobile_app.sync.http_api import HttpApi
from shared.errors import AlreadyEnrolled, DeviceError, DeviceRevoked, RecordRefused, SyncError, VaultLocked
from shared.sync.protocol import EnrolRequest, SessionAnswer


class DeviceHost:
    """Implements ``Gate`` for one profile. One way in or out at a time; the tabs that share it see the same state."""

    def __init__(self, folder: Path, server: str, ports: Ports) -> None:
        self._server = server
        self._ports = ports
        self._executor = ports.executor()
        self._door = VaultDoor(folder, ports, self._executor)
        self._users = Users(EnrolmentFile(folder, ports.files, server), self._executor)
        self._way_in = WayIn(self._door, self._users)
        self._open: OpenDevice | None = None
        self._fresh: dict[str, SessionAnswer] = {}  # by user, what a password at the locked door was answered
        self._state: GateState = NotEnrolled(server)
        self._arrived = False
        self._listeners = Listeners()
        self._beside = Beside()
        self._waits = Waits()
        self._turn = asyncio.Lock()
        self._touched = ports.clock.now_ms()

    @property
    def state(self) -> GateState:
        """Where we stand."""
        return self._state

    @property
    def is_left(self) -> bool:
        """Whether nobody looks at it and nothing of it is open."""
        return not self._listeners and self._open is None

    def subscribe(self, listener: Listener) -> Handle:
        """Call ``listener`` after each change of ``state``."""
        return self._listeners.add(listener)

    def touch(self) -> None:
        """Somebody is here: the automatic lock waits anew."""
        self._touched = self._ports.clock.now_ms()

    async def arrive(self) -> None:
        """Read who uses this device. Repeatable."""
        async with self._turn:
            if not self._arrived:
                await self._users.read()
                await self._shut()
                for user in self._users.now.leaving():
                    with suppress(DeviceError):
                        await self._forget(user, user.leaving)
                self._arrived = True

    async def enrol(self, server: str, login: str, password: str, pin: str, device_name: str) -> None:
        """See ``Gate.enrol``."""
        self._ports.key_policy.check_pin(pin)
        async with self._turn, talking(server, self._ports) as api:
            if self._open is not None:
                raise AlreadyEnrolled
            answer = await api.enrol(EnrolRequest(login, password, device_name, self._ports.platform))
            async with kept_or_retired(api, answer):
                await self._users.read()  # what is not in the file is removed: it must be the file that says so
                if answer.profile.id in self._users.now.users:
                    raise AlreadyEnrolled
                user = enrolment_of(server, login, answer)
                async with self._door.made_for(user):
                    unlocked = await self._door.ring(user).create(pin, identity_of(user), b64decode(answer.recovery_key))
                    await self._open_vault(user, unlocked.key, answer)

    async def unlock(self, pin: str) -> UnlockOutcome:
        """See ``Gate.unlock``."""
        async with self._turn:
            if self._open is not None:
                return Unlocked(self._open.key)
            user = self._shown()
            outcome = await self._door.ring(user).unlock(pin)
            if isinstance(outcome, Unlocked):
                await self._open_vault(user, outcome.key, self._fresh.get(user.user_id))
            else:
                await self._shut()
            return outcome

    async def recover(self, login: str, password: str, new_pin: str) -> None:
        """See ``Gate.recover``."""
        self._ports.key_policy.check_pin(new_pin)
        async with self._turn:
            if self._open is not None:
                return
            user = self._shown(login)
            async with talking(user.server, self._ports) as api:
                answer = await self._signed_in(api, user, login, password)
                async with kept_or_retired(api, answer, user.device_id):
                    key = await recovered(api, self._door.ring(user), user, answer, new_pin)
            await self._open_vault(user, key, answer)

    async def renew(self, login: str, password: str) -> None:
        """See ``Gate.renew``."""
        async with self._turn:
            if self._open is not None:
                return
            user = self._shown(login)
            async with talking(user.server, self._ports) as api:
                fresh = self._fresh[user.user_id] = await self._signed_in(api, user, login, password)
            await self._door.ring(user).server_met(fresh.server_time, fresh.lease_days)
            await self._users.note(user)
            await self._shut()

    async def sign_in(self, login: str, password: str) -> None:
        """See ``Gate.sign_in``."""
        async with self._turn:
            user, opened = self._shown(login), self._opened()
            answer = await self._signed_in(opened.api, user, login, password)
            if answer.device_id != user.device_id:
                await self._reopen(user, answer)
                return
            await opened.tokens.update(lambda _: session_of(user.server, answer))
            opened.scheduler.sync_now()
            await self._users.note(user)

    async def change_pin(self, old: str, new: str) -> UnlockOutcome:
        """See ``Gate.change_pin``."""
        async with self._turn:
            self._opened()
            return await self._door.ring(self._shown()).change_pin(old, new)

    async def retire(self, told: Remains) -> None:
        """See ``Gate.retire``."""
        async with self._turn:
            await sign_off(self._opened(), self._waits, told)
            await self._wipe(self._shown(), "device_retired")

    async def change_server(self, server: str) -> None:
        """See ``Gate.change_server``."""
        async with self._turn:
            user, opened = self._shown(), self._opened()
            async with talking(server, self._ports) as api:
                if (await self._waits.on(api.organisation())).organisation != user.organisation:
                    raise RecordRefused("another_organisation")
            await self._users.keep(self._users.now.with_user(msgspec.structs.replace(user, server=server)))
            await opened.change_server(server)
            self._set(Opened(opened.device))

    async def choose(self, user_id: str) -> None:
        """See ``Gate.choose``."""
        async with self._turn:
            if user_id in self._users.now.users and self._open is None:
                await self._users.keep(Enrolments(user_id, self._users.now.users))
                await self._shut()

    async def add_user(self) -> None:
        """See ``Gate.add_user``."""
        async with self._turn:
            if self._open is None:
                self._set(NotEnrolled(self._server))

    async def lock(self) -> None:
        """See ``Gate.lock``."""
        self._waits.end()
        async with self._turn:
            try:
                await self._close()
            finally:
                await self._shut()

    async def close(self) -> None:
        """Lock and end the owner of the databases: the process is ending. Repeatable."""
        await self.lock()
        await self._beside.ended()
        self._executor.close()

    def _shown(self, login: str = "") -> Enrolment:
        return self._users.shown(login)

    def _opened(self) -> OpenDevice:
        if self._open is None:
            raise VaultLocked
        return self._open

    async def _signed_in(self, api: HttpApi, user: Enrolment, login: str, password: str) -> SessionAnswer:
        try:
            return await self._waits.on(signed_in(api, user, login, password, self._ports.platform))
        except DeviceRevoked:
            await self._wipe(user)
            raise

    async def _open_vault(self, user: Enrolment, key: DataKey, answer: SessionAnswer | None, *, whole: bool = False) -> None:
        """Open the vault with ``key``, salvaging it if it is damaged, build the working set and begin to sync. Else it is shut again."""
        self._set(Opening(0, 0))
        try:
            inside = await self._way_in.enter(user, key, answer, lambda done, total: self._set(Opening(done, total)), whole=whole)
        except BaseException:
            await self._shut()
            raise
        self._fresh.pop(user.user_id, None)
        revoked = partial(self._beside.begin, "wipe", partial(self._revoked, inside.user))
        anew = partial(self._beside.begin, "enrol anew", partial(self._enrol_anew, inside.user))
        ring, ports = self._door.ring(inside.user), self._ports
        self._open = OpenDevice.build(inside.store, inside.session, key, ring=ring, ports=ports, on_revoked=revoked, on_anew=anew)
        self.touch()
        self._open.start(self._time_to_lock, self._ports, self.lock, partial(self._beside.begin, "mend", self._mend))
        self._set(Opened(self._open.device, inside.salvaged))

    async def _reopen(self, user: Enrolment, answer: SessionAnswer | None, *, whole: bool = False) -> None:
        """Close, and open the same vault, with the session of another device id if there is an ``answer``."""
        key = self._opened().key
        await self._close()
        await self._open_vault(user, key, answer, whole=whole)

    async def _time_to_lock(self) -> bool:
        left_at = self._touched + self._ports.auto_lock_ms
        return self._ports.clock.now_ms() > left_at or not await self._door.ring(self._shown()).lease_holds()

    async def _mend(self) -> None:
        """What an opening left for later does not open: now the whole vault is looked at, and salvaged."""
        async with self._turn:
            if self._open is not None:
                await self._reopen(self._shown(), None, whole=True)

    async def _revoked(self, user: Enrolment) -> None:
        """The server revoked this device of ``user``'s."""
        self._waits.end()
        async with self._turn:
            await self._wipe(user)

    async def _enrol_anew(self, user: Enrolment) -> None:
        """``user``'s phone may give what it gave before: it becomes another device, if it is still open and the same one."""
        async with self._turn:
            opened = self._open
            if opened is None or opened.tokens.session.device_id != user.device_id:
                return
            held = await opened.tokens.tokens()
            with suppress(SyncError, VaultLocked):  # no answer: the next round is told so again
                answer = await self._waits.on(opened.api.enrol_again(held[1].access if held else ""))
                await self._reopen(self._shown(), answer)

    async def _wipe(self, user: Enrolment, code: str = DeviceRevoked.code) -> None:
        """Remove what this device of ``user``'s holds, unless it is gone already; whoever else uses the phone keeps theirs."""
        if not self._users.now.names(user):
            return
        with suppress(DeviceError):  # a full disk notes nothing, and is emptied all the same
            await self._users.keep(self._users.now.with_leaving(user.user_id, code))
        try:
            if self._open is not None and self._open.tokens.session.device_id == user.device_id:
                await self._close()
        finally:
            await self._forget(user, code)

    async def _forget(self, user: Enrolment, code: str) -> None:
        """Remove her keys, her vault and her name. Repeatable; what the disk refuses is tried again at the next start."""
        shown = self._users.now.shown()
        try:
            await self._door.destroy(user)
            await self._users.keep(self._users.now.without(user.user_id))
        except Exception:
            await self._shut()
            raise
        if shown is None or shown.user_id == user.user_id:
            self._set(NotEnrolled(user.server, code))
        elif isinstance(self._state, Shut):
            await self._shut()

    async def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            await opened.close()

    async def _shut(self) -> None:
        user = self._users.now.shown()
        code = "users_damaged" if self._users.mended else ""
        self._set(await self._door.shut(user, self._users) if user is not None else NotEnrolled(self._server, code))

    def _set(self, state: GateState) -> None:
        self._state = state
        self._listeners.tell()
