"""What a host does around a sign-in: a connection for a few calls, and what is kept of the answer."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from mobile_app.bootstrap.enrolments import Enrolment
from mobile_app.bootstrap.opened import OpenDevice
from mobile_app.bootstrap.ports import Ports
from mobile_app.bootstrap.waits import Waits
from mobile_app.data.key_states import DataKey, KeyIdentity
from mobile_app.data.keys import KeyRing
from mobile_app.data.session_state import SessionState
from mobile_app.data.store import Store
from mobile_app.data.unsent import Remains
from mobile_app.sync.http_api import HttpApi
from shared.errors import Offline, RecordRefused, ServerRefused, SyncError, VaultDamaged
from shared.sync.protocol import EnrolRequest, RecoverRequest, SessionAnswer, SignInRequest

_UNKNOWN: Final = "not_your_device"


@asynccontextmanager
async def talking(server: str, ports: Ports) -> AsyncIterator[HttpApi]:
    """Give a connection to ``server`` for a few calls outside a round."""
    api = HttpApi(server, ports.transport())
    try:
        yield api
    finally:
        await api.close()


async def signed_in(api: HttpApi, user: Enrolment, login: str, password: str, platform: str) -> SessionAnswer:
    """Sign ``user`` in. A restored server does not know this device of hers: it becomes another one, with all that it holds.

    Raises:
        DeviceRevoked, Offline, ServerRefused: she is not signed in; ``not_your_device``: it is somebody else who tried.
        RecordRefused: ``organisation_replaced``: another one answers, which must not get what this device holds.
    """
    try:
        return await api.sign_in(SignInRequest(user.device_id, login, password))
    except ServerRefused as refused:
        if refused.code != _UNKNOWN or login.strip().casefold() != user.login.casefold():
            raise
    if (await api.organisation()).organisation != user.organisation:
        raise RecordRefused("organisation_replaced")
    answer = await api.enrol(EnrolRequest(login, password, user.name, platform))
    async with kept_or_retired(api, answer):
        if answer.profile.id != user.user_id:  # where her login was lost, whoever has one of their own gets so far
            raise ServerRefused(403, _UNKNOWN)
    return answer


async def sign_off(opened: OpenDevice, waits: Waits, told: Remains) -> None:
    """Send what is waiting and let the office forget this device; where either fails, all goes on as before.

    Nothing is saved any more from the moment that nothing waits: the wipe follows, and what was saved must not go with it. For the
    same reason a lock may end the round, but waits for what the office says then.

    Raises:
        RecordRefused, VaultLocked, Offline, ServerRefused: see ``Gate.retire``.
        StorageFailed: not all of the vault can be read.
    """
    await waits.on(opened.begun())
    await opened.scheduler.stop()
    try:
        await waits.on(send_all(opened, told))
        held = await opened.tokens.tokens()
        await opened.api.retire(held[1].access if held else "")
    except BaseException:
        opened.device.store.unsent.go_on()
        opened.scheduler.start()
        raise


@asynccontextmanager
async def kept_or_retired(api: HttpApi, answer: SessionAnswer, known: str = "") -> AsyncIterator[None]:
    """Where what follows a sign-in fails, sign the device off again that it made: the office lists none that nobody has.

    ``known`` is the device that was there before, which stays.
    """
    try:
        yield
    except Exception:
        if answer.device_id != known:
            with suppress(SyncError):
                await api.retire(answer.tokens.access)
        raise


async def recovered(api: HttpApi, ring: KeyRing, user: Enrolment, answer: SessionAnswer, new_pin: str) -> DataKey:
    """Let the server open the recovery seal, and put the data key behind ``new_pin``.

    Raises:
        VaultDamaged: the seal is gone.
        WrongKey: what came back is not this vault's key.
    """
    seal = await ring.recovery_seal()
    if seal is None:
        raise VaultDamaged
    opened = await api.recover(answer.tokens.access, RecoverRequest(b64encode(seal.sealed).decode(), seal.device_id))
    key = DataKey(b64decode(opened.data_key), seal.key_version)
    await ring.recover(key, new_pin, identity_of(user), b64decode(answer.recovery_key))
    return key


async def send_all(opened: OpenDevice, told: Remains) -> None:
    """Send what is waiting, with a token that is good for what follows, and take nothing more.

    Raises:
        RecordRefused: ``work_unsent``: the round ended well, and something waits all the same; ``more_remains`` than ``told``.
        Offline, ServerRefused: it did not end well.
    """
    end = await opened.engine.round()
    if end.phase != "idle":
        raise Offline if end.phase in ("offline", "captive") else ServerRefused(403, end.code)
    if await opened.device.store.unsent.last() or await opened.device.store.blobs.owes():
        raise RecordRefused("work_unsent")
    if (await opened.device.store.unsent.remains()).more_than(told):
        raise RecordRefused("more_remains")


async def kept_session(store: Store, fresh: SessionState | None) -> SessionState:
    """Keep a fresh session, or give the one that is there.

    Raises:
        VaultDamaged: there is none: the vault lost it.
    """
    session = await store.get_session()
    if fresh is not None:
        renamed = session is not None and session.device_id != fresh.device_id
        await (store.enrolled_anew(fresh) if renamed else store.save_session(fresh))
        return fresh
    if session is None:
        raise VaultDamaged
    return session


def identity_of(user: Enrolment) -> KeyIdentity:
    """Whose keys open the vault of ``user``."""
    return KeyIdentity(user.organisation, user.device_id)


def enrolment_of(server: str, login: str, answer: SessionAnswer) -> Enrolment:
    """What the plain file keeps of somebody who signed in."""
    profile = answer.profile
    return Enrolment(profile.id, profile.name, login, profile.language, server, answer.organisation, answer.device_id, answer.device_code)


def session_of(server: str, answer: SessionAnswer) -> SessionState:
    """What the vault keeps of a sign-in."""
    return SessionState(
        server=server,
        organisation=answer.organisation,
        organisation_name=answer.organisation_name,
        device_id=answer.device_id,
        device_code=answer.device_code,
        profile=answer.profile,
        tokens=answer.tokens,
        recovery_key=answer.recovery_key,
        lease_days=answer.lease_days,
    )
