"""Who may come in: the states of a device before its data can be shown, and what a person may do in each. Bootstrap implements it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mobile_app.data.device import Device
from mobile_app.data.key_states import KeyState, UnlockOutcome
from mobile_app.data.unsent import Remains
from mobile_app.data.vault import VaultCounts


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    """Nobody uses this device yet, or nobody does any more: ``code`` says why (``device_revoked``), or is empty."""

    server: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Shut:
    """The vault is locked. ``others`` are (user id, name) of the device's other users; ``counts`` are numbers, never contents.

    ``beside`` counts what the others have in their outboxes. ``mended``: the list of who uses this device was torn, and is what could be
    put together again; then a name may be empty until its vault is open.
    """

    user_id: str
    name: str
    login: str
    language: str
    keys: KeyState
    counts: VaultCounts
    others: tuple[tuple[str, str], ...] = ()
    beside: int = 0
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """The working set is being built: (done, total) records."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The data is here. ``salvaged``: the vault was damaged, and what could be read of it is all there is till the next download."""

    device: Device
    salvaged: bool = False


GateState: TypeAlias = NotEnrolled | Shut | Opening | Opened


class GateHandle(Protocol):
    """A subscription."""

    def unsubscribe(self) -> None:
        """Hear nothing more. Repeatable."""
        ...


class Gate(Protocol):
    """One device's door. Its calls raise the errors of ``shared.errors``; being offline is ``Offline``.

    Two tabs may ask for one thing at once: a door that the first has opened stays as it is when the second comes in by it.
    """

    @property
    def state(self) -> GateState:
        """Where we stand."""
        ...

    def subscribe(self, listener: Callable[[], None]) -> GateHandle:
        """Call ``listener`` on the event loop after each change of ``state``."""
        ...

    async def enrol(self, server: str, login: str, password: str, pin: str, device_name: str) -> None:
        """Make this a device of the person who signs in, and open it. The download begins by itself.

        Raises:
            AlreadyEnrolled: this person has a vault here: unlock or recover it; or somebody is in.
            PinRefused, Offline, ServerRefused, DiskFull: nothing was kept.
        """
        ...

    async def unlock(self, pin: str) -> UnlockOutcome:
        """Try ``pin``; the outcome says what to show. A damaged vault is salvaged on the way."""
        ...

    async def recover(self, login: str, password: str, new_pin: str) -> None:
        """Sign in online and open the vault through the organisation's wrap; nothing on it is lost.

        Raises:
            DeviceRevoked: the office signed this device off; what was left of its data is removed.
            VaultDamaged: the wrap is gone; nothing was changed.
            PinRefused, Offline, ServerRefused: nothing was changed.
        """
        ...

    async def renew(self, login: str, password: str) -> None:
        """Sign in online while shut, to renew the lease; then the PIN works again."""
        ...

    async def sign_in(self, login: str, password: str) -> None:
        """New tokens while open: the session had run out.

        Raises:
            RecordRefused: ``organisation_replaced``: another one answers at the address; nothing was changed.
            Offline, ServerRefused: nobody is signed in.
        """
        ...

    async def change_pin(self, old: str, new: str) -> UnlockOutcome:
        """Change the PIN while open."""
        ...

    async def retire(self, told: Remains) -> None:
        """Send all, sign this device off at the office and remove its data: another one takes its place. Nothing is saved meanwhile.

        ``told`` is what cannot be sent, as far as the person knows and has given it up.

        Raises:
            RecordRefused: ``work_unsent``: something is still waiting here; ``more_remains``: more than she was told of would be lost, also
                because the office has just refused it. Nothing was removed.
            VaultLocked: a lock came before all was sent; nothing was removed.
            StorageFailed: not all that is here can be read; nothing was removed.
            Offline, ServerRefused: the office did not answer; nothing was removed.
        """
        ...

    async def change_server(self, server: str) -> None:
        """Speak to the same organisation at another address from now on; everything on this device stays.

        Raises:
            RecordRefused: ``another_organisation`` answers there.
            Offline, ServerRefused: nobody does; nothing was changed.
        """
        ...

    async def choose(self, user_id: str) -> None:
        """Show another user's door."""
        ...

    async def add_user(self) -> None:
        """Go to the enrolment of another person; everybody's vault stays."""
        ...

    async def lock(self) -> None:
        """Finish what is being written, then drop the key and all contents: what waits for the network is given up. Repeatable."""
        ...

    def touch(self) -> None:
        """Somebody is here: the automatic lock waits anew."""
        ...
