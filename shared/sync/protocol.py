"""What travels: every request and answer of the sync protocol as a typed struct (PROTOCOL.md's table)."""

from typing import Literal

import msgspec

from shared.sync.change import Epoch, Transaction
from shared.sync.policy import Value
from shared.sync.record import Mark

PROTOCOL = 3
"""1: records. 2: a push names its epoch, restored servers are healed, files travel, live events are told. 3: digests count live records
only, tombstones are dropped.

A server speaks this and the one before.
"""
COUNTS_THE_LIVING = 3
"""The first protocol whose digests leave deleted records out: with an older one there is nothing to compare."""
MAX_CHANGES = 500
"""Changes in one push: more are answered with 413."""
STUCK_MS = 10 * 60_000
"""Work that rounds have left unsent for so long, though they reached the server, is stuck: its author and the admin are told."""
PROBLEM = "application/problem+json"
DEVICE_HEADER = "X-Tournee-Protocol"
BLOB_CHUNK = 256 * 1024
"""Bytes of a blob that travel at a time; only the last chunk is shorter."""
OFFSET_HEADER = "Upload-Offset"
"""How many bytes of a blob the server has (in an answer), or where a chunk begins."""
LENGTH_HEADER = "Upload-Length"
"""How many bytes the whole blob has."""
COMPLETE_HEADER = "Upload-Complete"
"""``?1`` once the whole blob is there and its hash was verified, else ``?0`` (a boolean of RFC 8941)."""


class Profile(msgspec.Struct, frozen=True):
    """The person who signed in."""

    id: str
    name: str
    role: str
    language: str


class Tokens(msgspec.Struct, frozen=True):
    """A short-lived access token and the refresh token that replaces it. Instants in ms since 1970."""

    access: str
    access_until: int
    refresh: str
    refresh_until: int


BROWSER = "browser"
"""What a device in a browser says that it is. The others say their platform's name."""


class EnrolRequest(msgspec.Struct, frozen=True):
    """A new device of an existing user. ``platform`` is what it runs in, such as ``browser`` or ``android``."""

    login: str
    password: str
    device_name: str
    platform: str
    protocol: int = PROTOCOL


class SignInRequest(msgspec.Struct, frozen=True):
    """An enrolled device whose tokens have run out, or whose PIN was forgotten."""

    device_id: str
    login: str
    password: str


class SessionAnswer(msgspec.Struct, frozen=True):
    """All that a device needs to know after signing in. ``recovery_key`` is an X25519 public key, base64."""

    device_id: str
    device_code: str
    organisation: str
    organisation_name: str
    profile: Profile
    tokens: Tokens
    epoch: Epoch
    recovery_key: str
    lease_days: int
    server_time: int
    protocol: int = PROTOCOL


class RefreshRequest(msgspec.Struct, frozen=True):
    """Rotate the refresh token."""

    device_id: str
    refresh: str


class RecoverRequest(msgspec.Struct, frozen=True):
    """The third wrap: the data key sealed to the organisation, base64; ``device`` is the id under which, where it is not the caller's."""

    sealed_key: str
    device: str = ""


class RecoverAnswer(msgspec.Struct, frozen=True):
    """The data key, base64."""

    data_key: str


class RetireAnswer(msgspec.Struct, frozen=True):
    """A device that signed itself off: its code is never given again."""

    device_code: str


class OrganisationAnswer(msgspec.Struct, frozen=True):
    """Whose server this is, for a device that was told another address."""

    organisation: str
    protocol: int = PROTOCOL


class PushRequest(msgspec.Struct, frozen=True):
    """Transactions in the device's order. ``clock`` is the device's wall clock in ms, for measuring its offset.

    ``epoch`` is the one that the device lives in; another than the server's is answered with 409 ``epoch_changed``.
    """

    clock: int
    transactions: tuple[Transaction, ...]
    protocol: int = PROTOCOL
    epoch: str = ""


class FieldError(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with one field: a stable code and what a sentence about it needs."""

    field: str
    code: str
    kind: str = ""
    id: str = ""
    params: dict[str, str] = {}


OutcomeStatus = Literal["applied", "merged", "conflict", "refused", "held", "duplicate", "need_full"]


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one transaction. ``first`` is a duplicate's first status.

    ``by`` is what a held one waits for, or the records of which ``need_full`` asks all.
    """

    txn: str
    status: OutcomeStatus
    rev: int = 0
    code: str = ""
    errors: tuple[FieldError, ...] = ()
    by: tuple[str, ...] = ()
    first: str = ""
    clamped: bool = False


class PushAnswer(msgspec.Struct, frozen=True):
    """An outcome for each transaction, in order. ``offset`` is the server's clock minus the device's, in ms."""

    epoch: Epoch
    server_time: int
    offset: int
    stamp: int
    backed_up_through: int
    outcomes: tuple[Outcome, ...]
    protocol: int = PROTOCOL


Row = tuple[str, str, int, int, int, Mark, dict[str, Mark] | None, dict[str, dict[str, Mark]] | None, list[Value]]
"""id, root ("" for itself), scope's index, rev, deleted, mark, marks, adds, values in the order of the columns."""


class KindRows(msgspec.Struct, frozen=True):
    """The rows of one kind; trailing values of a row that are null may be left out."""

    columns: list[str]
    rows: list[Row]


class PullAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page of the change feed. ``asked`` echoes the cursor; ``digests`` come with the last page where asked for.

    ``left`` names records that moved out of the device's scopes, with all below them, ``lost_scopes`` scopes of the
    cursor that it has no more; ``total`` is about how many records were still to come, this page's included.

    ``again`` names scopes that are served from their beginning, because tombstones were dropped that the device has not heard of: what
    has not come of them, and of ``left`` beside them, when ``more`` is false is no longer there.

    ``lease_days`` is for how long the device may work without its server from now on; 0: as it was told before.
    """

    epoch: Epoch
    server_time: int
    asked: str
    cursor: str
    more: bool
    head: int
    scopes: list[str]
    kinds: dict[str, KindRows]
    stamp: int
    backed_up_through: int
    left: list[str] = []
    lost_scopes: list[str] = []
    again: list[str] = []
    digests: dict[str, str] | None = None
    total: int = 0
    lease_days: int = 0
    protocol: int = PROTOCOL


class HealEntry(msgspec.Struct, frozen=True, array_like=True):
    """A transaction of the journal, and the rev that the lost epoch gave it."""

    rev: int
    transaction: Transaction


class HealRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a device gives back to a restored server: a part of its journal, or records that it holds; ``done`` ends it.

    ``epoch`` is the lost one. ``offers`` are laid out as in a page, ``scopes`` named by index.
    """

    clock: int
    epoch: str
    entries: tuple[HealEntry, ...] = ()
    offers: dict[str, KindRows] = {}
    scopes: list[str] = []
    done: bool = False
    protocol: int = PROTOCOL


class HealAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An outcome for each entry, and what the server now says of each offered record; one that is not among ``kinds`` must go."""

    epoch: Epoch
    server_time: int
    stamp: int
    outcomes: tuple[Outcome, ...] = ()
    kinds: dict[str, KindRows] = {}
    scopes: list[str] = []
    protocol: int = PROTOCOL


class ErasedRequest(msgspec.Struct, frozen=True):
    """Ids that a device still names and whose records it does not hold; at most ``MAX_CHANGES``."""

    ids: tuple[str, ...]
    protocol: int = PROTOCOL


class ErasedAnswer(msgspec.Struct, frozen=True):
    """Those of them that were erased."""

    erased: tuple[str, ...]
    protocol: int = PROTOCOL


CHANGED, WIPE, END = "changed", "wipe", "end"
"""The names of live events: something is new (``News``), this device was revoked, the stream ends here (``StreamEnd``)."""
LAST_EVENT_HEADER = "Last-Event-ID"


class News(msgspec.Struct, frozen=True):
    """There is something at ``rev`` of ``epoch`` in the device's scopes. Nothing of what it is."""

    epoch: str
    rev: int

    @property
    def mark(self) -> str:
        """The id of the event that tells it: what a device that comes back shows as the last it knows."""
        return f"{self.epoch}.{self.rev}"


class StreamEnd(msgspec.Struct, frozen=True):
    """Why the server ends a stream, and how long it wishes to be left alone, in ms."""

    reason: Literal["expired", "replaced", "stopping", "disabled"]
    retry_ms: int = 0


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error as RFC 9457 writes it, with our stable ``code``."""

    title: str
    status: int
    code: str
    type: str = "about:blank"
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    retry_after: int = 0
