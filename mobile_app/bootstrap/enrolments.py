"""The plain file beside the vaults: who uses this device, and which server to ask. No secret, no customer data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from mobile_app.data.ports import Executor, Files
from shared.errors import VaultDamaged

_NAME: Final = "users.json"


class Enrolment(msgspec.Struct, frozen=True):
    """One user of this device. ``leaving`` says why a wipe has begun of what she has here: it is to be finished."""

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


class EnrolmentFile:
    """Reads and replaces the file, whole or not at all."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._path = folder / _NAME
        self._files = files

    def read(self) -> Enrolments:
        """Give what is there; nobody, if there is no file.

        Raises:
            VaultDamaged: the file is torn.
        """
        data = self._files.read(self._path)
        try:
            return msgspec.json.decode(data, type=Enrolments) if data is not None else Enrolments()
        except msgspec.MsgspecError as error:
            raise VaultDamaged from error

    def write(self, enrolments: Enrolments) -> None:
        """Replace the file durably."""
        self._files.write(self._path, msgspec.json.encode(enrolments))


class Users:
    """Who uses this device by the file: what could not be written is not believed either."""

    def __init__(self, file: EnrolmentFile, executor: Executor) -> None:
        self._file = file
        self._executor = executor
        self.now = Enrolments()

    async def read(self) -> None:
        """Believe the file. See ``EnrolmentFile.read`` for what it raises."""
        self.now = await self._executor.run(self._file.read)

    async def keep(self, enrolments: Enrolments) -> None:
        """Replace the file, unless it says the same already: an unlock needs no room on the disk."""
        if enrolments != self.now:
            await self._executor.run(self._file.write, enrolments)
            self.now = enrolments
