"""How often somebody may guess: so many a minute from one address, so many in a row at one account."""

import hashlib
import ipaddress
from collections import OrderedDict, deque
from threading import Lock

from sqlalchemy import Connection, delete, insert, select, update

from shared.errors import ServerRefused
from sync_server.storage.tables import SIGN_IN_FAILURE

PER_ADDRESS = 10
WINDOW_MS = 60_000
IN_A_ROW = 100
PAUSE_MS = 15 * 60_000
"""After ``IN_A_ROW`` failures an account takes one guess in this time; a reset of its password ends the pause."""
_FORGET_MS = 24 * 60 * 60_000
_ADDRESSES = 10_000


class TooManyAttempts(ServerRefused):
    """429: wait ``retry_after_s`` before the next try."""

    code = "too_many_attempts"

    def __init__(self, wait_ms: int) -> None:
        super().__init__(429, retry_after_s=max(1, -(-wait_ms // 1000)))


class AddressLimit:
    """A sliding minute per address, in this process. What turned out to be the right password does not count."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = Lock()

    def enter(self, address: str, now: int) -> None:
        """Count a try before it is made.

        Raises:
            TooManyAttempts: ten tries of the last minute failed or are under way.
        """
        with self._lock:
            tries = self._tries.setdefault(_network(address), deque())
            self._tries.move_to_end(_network(address))
            while tries and tries[0] <= now - WINDOW_MS:
                tries.popleft()
            if len(tries) >= PER_ADDRESS:
                raise TooManyAttempts(tries[0] + WINDOW_MS - now)
            tries.append(now)
            if len(self._tries) > _ADDRESSES:
                self._tries.popitem(last=False)

    def forgive(self, address: str) -> None:
        """Take the last try back: it was no guess."""
        with self._lock:
            tries = self._tries.get(_network(address))
            if tries:
                tries.pop()


def count_try(connection: Connection, login: str, now: int) -> None:
    """Count a try at ``login`` before it is made, whether or not there is such an account.

    Raises:
        TooManyAttempts: the account pauses after a hundred failures in a row.
    """
    table, key = SIGN_IN_FAILURE, _key(login)
    connection.execute(delete(table).where(table.c.last_at < now - _FORGET_MS))
    paused_from = connection.execute(select(table.c.last_at).where(table.c.login == key, table.c.count >= IN_A_ROW)).scalar_one_or_none()
    if paused_from is not None and now < paused_from + PAUSE_MS:
        raise TooManyAttempts(paused_from + PAUSE_MS - now)
    counted = connection.execute(update(table).where(table.c.login == key).values(count=table.c.count + 1, last_at=now))
    if not counted.rowcount:
        connection.execute(insert(table).values(login=key, count=1, last_at=now))


def forget_tries(connection: Connection, login: str) -> None:
    """Begin counting at 0 again: the right password was given, or a new one set."""
    connection.execute(delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.login == _key(login)))


def _key(login: str) -> str:
    """A typed login may be somebody's password in the wrong field, so it is kept as a hash."""
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()


def _network(address: str) -> str:
    """One household has 2**64 addresses of version 6: they count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
