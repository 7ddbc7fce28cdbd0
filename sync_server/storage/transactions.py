"""The log of transactions: what became of each, so that a resent one takes effect once."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from sync_server.storage import meta
from sync_server.storage.bulk import upsert, within_given
from sync_server.storage.prepared import Prepared
from sync_server.storage.tables import DEVICE, TXN_LOG

_LINES = Prepared(select(TXN_LOG).where(within_given(TXN_LOG.c.id, "ids")))
_OWNERS = Prepared(select(TXN_LOG.c.seq, TXN_LOG.c.id).where(TXN_LOG.c.device == bindparam("code"), within_given(TXN_LOG.c.seq, "seqs")))
_USERS = Prepared(select(DEVICE.c.code, DEVICE.c.user_id).where(within_given(DEVICE.c.code, "codes")))
_LAST_SEQ = Prepared(select(DEVICE.c.last_seq).where(DEVICE.c.id == bindparam("asked")))
_NOTE = DEVICE.update().where(DEVICE.c.id == bindparam("asked"))
_NOTE_TIME = Prepared(_NOTE.values(offset=bindparam("ahead"), last_seen=bindparam("now")))
_NOTE_SEQ = Prepared(_NOTE.values(offset=bindparam("ahead"), last_seen=bindparam("now"), last_seq=bindparam("seq")))


class Logged(NamedTuple):
    """One line of the log; ``flags`` is a JSON list or ``None``."""

    id: str
    device: str
    user_id: str
    seq: int
    payload_hash: str
    status: str
    rev: int
    code: str
    at: int
    flags: str | None = None


def logged(connection: Connection, ids: Collection[str]) -> dict[str, Logged]:
    """Give the lines of those ``ids`` that are in the log."""
    return {line.id: line for line in map(Logged._make, _LINES.rows(connection, ids=ids))}


def tells_its_form(connection: Connection, line: Logged) -> bool:
    """Say whether the flags of ``line`` would tell that its transaction came as what was left of it: those of earlier releases do not."""
    return line.at > int(meta.get(connection, meta.FORMS_UNTOLD, "-1"))


def note_untold_forms(connection: Connection) -> None:
    """Note that no line of the log tells it: an earlier release wrote them all."""
    last = connection.execute(select(func.max(TXN_LOG.c.at))).scalar_one()
    if last is not None:
        meta.put(connection, meta.FORMS_UNTOLD, str(last))


def owners_of_seqs(connection: Connection, device: str, seqs: Collection[int]) -> dict[int, str]:
    """Say which transactions a device's seqs were used for."""
    return dict(_OWNERS.rows(connection, code=device, seqs=seqs))


def log(connection: Connection, lines: Iterable[Logged]) -> None:
    """Write lines, replacing those of the same transactions (a refused one that was judged again)."""
    upsert(connection, TXN_LOG, list(lines))


def users_of_devices(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Say whose the devices with these codes are."""
    return dict(_USERS.rows(connection, codes=codes))


def note_push(connection: Connection, device_id: str, last_seq: int, offset: int, now: int) -> None:
    """Note on the device what its last push said."""
    if last_seq:
        _NOTE_SEQ.run(connection, asked=device_id, ahead=offset, now=now, seq=last_seq)
    else:
        _NOTE_TIME.run(connection, asked=device_id, ahead=offset, now=now)


def last_seq(connection: Connection, device_id: str) -> int:
    """Give the highest seq that a device has sent; 0 for none."""
    found = _LAST_SEQ.one(connection, asked=device_id)
    return int(found[0] or 0) if found is not None else 0
