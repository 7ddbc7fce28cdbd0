"""Who may come in: a login and its password begin a session, which then goes on by itself through rotating tokens."""

import logging
import unicodedata
from typing import Any

from sqlalchemy import Connection, Row, select, update

from shared.errors import DeviceRevoked, ServerRefused, SessionExpired
from shared.ids import RANDOM_BYTES, uuid7
from shared.models.registry import raw_table
from shared.ports import Clock, Randomness
from shared.sync.protocol import (
    EnrolRequest,
    OrganisationAnswer,
    Profile,
    RecoverAnswer,
    RecoverRequest,
    RefreshRequest,
    RetireAnswer,
    SessionAnswer,
    SignInRequest,
    Tokens,
)
from sync_server.config import Config
from sync_server.services import epochs
from sync_server.services.devices import NewDevice, add_device, kept, revoke_device
from sync_server.services.identity import DeviceIdentity
from sync_server.services.leases import days_of, require_allowed
from sync_server.services.ledger import Enrolled, Ledger
from sync_server.services.limits import AddressLimit, count_try, forget_tries
from sync_server.services.organisation import load_organisation
from sync_server.services.passwords import Passwords
from sync_server.services.recovery import open_data_key, require_fresh_sign_in, sealing_device
from sync_server.services.successors import become_another
from sync_server.services.tokens import Family, TokenIssuer, UserDisabled, authenticate, end_family
from sync_server.storage.database import Database
from sync_server.storage.tables import DEVICE, LOGIN

__all__ = ["Sessions", "UserDisabled", "WrongCredentials", "authenticate", "folded_login"]
_log = logging.getLogger(__name__)


class WrongCredentials(ServerRefused):
    """401: no such login, or not its password; nobody is told which."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(401)


class Sessions:
    """Begins, renews and checks sessions of one organisation's devices."""

    def __init__(self, database: Database, config: Config, clock: Clock, randomness: Randomness, passwords: Passwords) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._randomness = randomness
        self._passwords = passwords
        self._addresses = AddressLimit()
        self.tokens = TokenIssuer(config.tokens, randomness)

    def enrol(self, request: EnrolRequest, address: str) -> SessionAnswer:
        """Make a new device of the user who knows the password, and sign it in.

        Raises:
            WrongCredentials: no such login, or not its password.
            UserDisabled: the right password of an account that was shut.
            BrowsersForbidden: it is in a browser, where the organisation has none.
            TooManyAttempts: too many failed before.
        """
        user_id = self._check(request.login, request.password, address)
        platform = kept(request.platform)
        require_allowed(self._config.leases, platform)
        now = self._clock.now_ms()

        def enrolled(connection: Connection) -> SessionAnswer:
            device = NewDevice(uuid7(now, self._randomness.token(RANDOM_BYTES)), user_id, request.device_name, platform)
            code = add_device(connection, device, now)
            return self._answer(connection, device, code, now)

        answer = self._database.run(enrolled)
        Ledger(self._config.ledger).append([Enrolled(answer.device_id, user_id, now)])
        _log.info("a device enrolled", extra={"device": answer.device_code})
        return answer

    def sign_in(self, request: SignInRequest, address: str) -> SessionAnswer:
        """Begin a new session on an enrolled device; the one before ends.

        Raises:
            WrongCredentials: no such login, or not its password.
            ServerRefused: ``not_your_device``: the device is unknown here or another user's; the user may enrol it anew.
            UserDisabled: the right password of an account that was shut.
            DeviceRevoked: the device was shut out.
            TooManyAttempts: too many failed before.
        """
        user_id = self._check(request.login, request.password, address)
        now = self._clock.now_ms()

        def signed_in(connection: Connection) -> SessionAnswer:
            device = connection.execute(select(DEVICE).where(DEVICE.c.id == request.device_id)).one_or_none()
            if device is None or device.user_id != user_id:
                raise ServerRefused(403, "not_your_device")
            if device.revoked_at is not None:
                raise DeviceRevoked(403)
            connection.execute(update(DEVICE).where(DEVICE.c.id == request.device_id).values(last_seen=now))
            known = NewDevice(request.device_id, user_id, device.name, device.platform)
            return self._answer(connection, known, device.code, now)

        return self._database.run(signed_in)

    def refresh(self, request: RefreshRequest) -> Tokens:
        """Rotate a refresh token. Asked again before that one was used, it answers with the same successor.

        Raises:
            SessionExpired: the token is unknown, too old, or was used before its successor: the password is needed.
            DeviceRevoked: the device was shut out.
            UserDisabled: its user was.
        """
        now = self._clock.now_ms()
        tokens = self._database.run(lambda connection: self.tokens.rotate(connection, request.device_id, request.refresh, now))
        if tokens is None:
            raise SessionExpired(401)
        return tokens

    def recover(self, device: DeviceIdentity, request: RecoverRequest) -> RecoverAnswer:
        """Open the third wrap of a device's data key, soon after its sign-in.

        Raises:
            RecoveryRefused: the password was not given just now, the seal is not this device's, or there is no recovery key here.
        """

        def opened(connection: Connection) -> RecoverAnswer:
            require_fresh_sign_in(connection, device, self.tokens, self._clock.now_ms())
            sealed_by = sealing_device(connection, device, request.device, Ledger(self._config.ledger))
            return RecoverAnswer(open_data_key(connection, device, sealed_by, request.sealed_key, self._config.recovery_key))

        return self._database.run(opened, reading=True)

    def again(self, device: DeviceIdentity) -> SessionAnswer:
        """Make another device of one whose seqs went back with its operating system's copy; it keeps its owner and its name.

        Asked once more, until that one is heard of, it answers with a session of the same one.

        Raises:
            SessionExpired: it was heard of, or too many came of one sign-in: the password is needed.
        """
        now = self._clock.now_ms()
        answer = self._database.run(lambda connection: self._again(connection, device, now))
        if answer is None:
            raise SessionExpired(401)
        _log.warning("a device enrolled anew", extra={"device": answer.device_code})
        return answer

    def retire(self, device: DeviceIdentity) -> RetireAnswer:
        """Sign a device off for good at its own wish. Its next request is refused like a revoked one's."""
        now = self._clock.now_ms()
        self._database.run(lambda connection: revoke_device(connection, device.device_id, now))
        _log.info("a device retired", extra={"device": device.code})
        return RetireAnswer(device.code)

    def organisation(self) -> OrganisationAnswer:
        """Say whose server this is."""
        return OrganisationAnswer(self._database.run(lambda connection: load_organisation(connection).id, reading=True))

    def _check(self, typed: str, password: str, address: str) -> str:
        """Give the id of the user whose password it is. A try is counted before it is made, and taken back when it is right."""
        login, now = folded_login(typed), self._clock.now_ms()
        self._addresses.enter(address, now)
        row = self._database.run(lambda connection: _counted(connection, login, now))
        if not self._passwords.matches(password, None if row is None else row.password_hash) or row is None:
            raise WrongCredentials
        self._addresses.forgive(address)
        if row.disabled:
            raise UserDisabled
        renewed = None if self._passwords.is_current(row.password_hash) else self._passwords.hash(password)
        self._database.run(lambda connection: _welcome(connection, row.user_id, login, renewed))
        return str(row.user_id)

    def _again(self, connection: Connection, device: DeviceIdentity, now: int) -> SessionAnswer | None:
        """Answer with the other device's session, or end the one that asked."""
        became = become_another(connection, device, epochs.standing(connection).epoch.id, self.tokens, now)
        if became is None:
            end_family(connection, device.family)
            return None
        if became.fresh:
            Ledger(self._config.ledger).append([Enrolled(became.device.id, became.device.user_id, now)])
        return self._answer(connection, became.device, became.code, now, became.family)

    def _answer(self, connection: Connection, device: NewDevice, code: str, now: int, of: Family | None = None) -> SessionAnswer:
        organisation, user = load_organisation(connection), raw_table("user")
        person = connection.execute(select(user).where(user.c.id == device.user_id)).one()
        return SessionAnswer(
            device_id=device.id,
            device_code=code,
            organisation=organisation.id,
            organisation_name=organisation.name,
            profile=Profile(device.user_id, person.name or "", person.role or "", person.language or ""),
            tokens=self.tokens.begin(connection, device.id, now, of),
            epoch=epochs.standing(connection).epoch,
            recovery_key=organisation.recovery_public,
            lease_days=days_of(self._config.leases, device.platform),
            server_time=now,
        )


def _counted(connection: Connection, login: str, now: int) -> Row[Any] | None:
    """Count a try, and give the login's row."""
    count_try(connection, login, now)
    return connection.execute(select(LOGIN).where(LOGIN.c.login == login)).one_or_none()


def _welcome(connection: Connection, user_id: str, login: str, renewed_hash: str | None) -> None:
    """Forget failed tries, and keep a hash at today's cost where one was made."""
    forget_tries(connection, login)
    if renewed_hash is not None:
        connection.execute(update(LOGIN).where(LOGIN.c.user_id == user_id).values(password_hash=renewed_hash))


def folded_login(typed: str) -> str:
    """Give the form in which logins are kept: one spelling, small letters, no spaces around."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
