"""The plain file beside the vaults: who uses this device, and which server to ask. No secret, no customer data."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from mobile_app.data.key_file import decode
from mobile_app.data.ports import Executor, Files
from mobile_app.data.vault_files import VAULT, keys_path
from shared.errors import DeviceError, VaultDamaged, VaultLocked

_NAME: Final = "users.json"
_COPY: Final = "users.copy"
_ASIDE: Final = "users.json.damaged"


class Enrolment(msgspec.Struct, frozen=True):
    """One user of this device. ``leaving`` says why a wipe has begun of what she has here: it is to be finished.

    Without a ``device_code`` nothing but her vault tells who she is: see ``EnrolmentFile``.
    """

    user_id: str
    name: str
    login: str
    language: str
    server: str
    organisation: str
    device_id: str
    device_code: str
    leaving: str = ""


class Enrolments(msgspec.Struct, frozen=True):
    """All users of this device, and whose door is shown."""

    current: str = ""
    users: dict[str, Enrolment] = {}

    def shown(self) -> Enrolment | None:
        """Give the user whose door is shown."""
        return self.users.get(self.current)

    def with_user(self, user: Enrolment) -> Enrolments:
        """Add or renew ``user`` and show her door."""
        return Enrolments(user.user_id, {**self.users, user.user_id: user})

    def without(self, user_id: str) -> Enrolments:
        """Take a user off the device; if it was her door that is shown, another one's is from now on, if there is one."""
        rest = {key: user for key, user in self.users.items() if key != user_id}
        return Enrolments(self.current if self.current in rest else next(iter(rest), ""), rest)

    def with_leaving(self, user_id: str, code: str) -> Enrolments:
        """Note that a wipe begins, and why."""
        return Enrolments(self.current, {**self.users, user_id: msgspec.structs.replace(self.users[user_id], leaving=code)})

    def leaving(self) -> tuple[Enrolment, ...]:
        """Give those whose wipe was begun and not finished."""
        return tuple(user for user in self.users.values() if user.leaving)

    def names(self, user: Enrolment) -> bool:
        """Say whether ``user`` still uses this phone, as the same device."""
        known = self.users.get(user.user_id)
        return known is not None and known.device_id == user.device_id


class Known(NamedTuple):
    """Who uses this device; ``mended`` where the file was torn, and they are those of whom something else here tells."""

    users: Enrolments
    mended: bool = False


class EnrolmentFile:
    """Reads and replaces the file, whole or not at all.

    A disk may tear it all the same, and without it nobody comes to her vault any more: so there is a copy beside it.
    """

    def __init__(self, folder: Path, files: Files, server: str = "") -> None:
        self._folder = folder
        self._path = folder / _NAME
        self._copy = folder / _COPY
        self._aside = folder / _ASIDE
        self._files = files
        self._server = server

    def read(self) -> Known:
        """Give what is there; nobody, if there is no file. A torn one is set aside, and put together again as far as that goes."""
        data, copy = self._files.read(self._path), self._files.read(self._copy)
        sound = _decoded(data)
        if sound is not None:
            if copy != data:
                with suppress(DeviceError):  # a full disk: another start makes it
                    self._files.write(self._copy, msgspec.json.encode(sound))
            return Known(sound)
        if data is None and copy is None:
            return Known(Enrolments())
        mended = self._mended(_decoded(copy) or Enrolments())
        with suppress(DeviceError):  # a full disk keeps nobody out
            if data is not None:
                self._files.write(self._aside, data)
            self.write(mended)
        return Known(mended, mended=True)

    def write(self, enrolments: Enrolments) -> None:
        """Replace the file durably, then its copy: one that cannot be replaced goes, since it may name who is here no more."""
        data = msgspec.json.encode(enrolments)
        self._files.write(self._path, data)
        try:
            self._files.write(self._copy, data)
        except DeviceError:
            with suppress(DeviceError):
                self._files.delete(self._copy)

    def forget_torn(self) -> None:
        """Remove the torn file that was set aside: it may name who is here no more. Repeatable."""
        self._files.delete(self._aside)

    def _mended(self, told: Enrolments) -> Enrolments:
        """Take off the list who has nothing here any more, and put on it whose vault is here and who is not on it."""
        vaults = {path.name.removesuffix(VAULT): path for path in sorted(self._folder.glob(f"*{VAULT}"))}
        keys = {id_: self._files.read(keys_path(vaults.get(id_, self._folder / f"{id_}{VAULT}"))) for id_ in {*told.users, *vaults}}
        users = {id_: user for id_, user in told.users.items() if id_ in vaults or keys[id_] is not None}
        for id_ in vaults:
            users.setdefault(id_, self._by_keys(id_, keys[id_]))
        return Enrolments(told.current if told.current in users else next(iter(users), ""), users)

    def _by_keys(self, user_id: str, data: bytes | None) -> Enrolment:
        """Give somebody of whom only her vault and its keys tell: the rest is in the vault, which her PIN opens."""
        try:
            keys = decode(data) if data is not None else None
        except VaultDamaged:
            keys = None
        organisation, device = (keys.organisation, keys.device_id) if keys is not None else ("", "")
        return Enrolment(user_id, "", "", "", self._server, organisation, device, "")


def _decoded(data: bytes | None) -> Enrolments | None:
    try:
        return None if data is None else msgspec.json.decode(data, type=Enrolments)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class Users:
    """Who uses this device by the file: what could not be written is not believed either."""

    def __init__(self, file: EnrolmentFile, executor: Executor) -> None:
        self._file = file
        self._executor = executor
        self.now = Enrolments()
        self.mended = False
        """Whether the file was torn when it was first read."""

    async def read(self) -> None:
        """Believe the file."""
        self.now, mended = await self._executor.run(self._file.read)
        self.mended = self.mended or mended

    def shown(self, login: str) -> Enrolment:
        """Give whose door is shown; where the list lost her login, with the one that she signs in with.

        Raises:
            VaultLocked: nobody's.
        """
        user = self.now.shown()
        if user is None:
            raise VaultLocked
        return user if user.login or not login else msgspec.structs.replace(user, login=login.strip())

    async def keep(self, enrolments: Enrolments) -> None:
        """Replace the file, unless it says the same already: an unlock needs no room on the disk."""
        if enrolments != self.now:
            await self._executor.run(self._file.write, enrolments)
            gone = self.now.users.keys() - enrolments.users.keys()
            self.now = enrolments
            if gone:
                await self._executor.run(self._file.forget_torn)

    async def note(self, user: Enrolment) -> None:
        """Keep what she has just told of herself, where there is room for it: what it told it for has succeeded."""
        with suppress(DeviceError):
            await self.keep(self.now.with_user(user))
