"""The tables that only the server has: bookkeeping of records, the transaction log, scopes, logins, devices and tokens.

The records' own tables are ``shared.models.registry.raw_table(kind)``. Instants are milliseconds since 1970 UTC.
"""

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, Table, literal_column

from shared.models.columns import TEXT
from shared.models.registry import raw_table

SCHEMA_VERSION = "0008"
"""The last step in ``migrations/versions``: every change of a table is a step, written by ``python -m tools.migration``."""

metadata = MetaData()
TOMBSTONE: ColumnElement[int] = literal_column("1")
"""What ``record_meta.deleted`` is for a deleted record; written out, so that the index of tombstones serves."""

META = Table("meta", metadata, Column("key", TEXT, primary_key=True), Column("value", TEXT, nullable=False))
"""Single values: the schema's version, the organisation, the epoch, the head of the change feed."""

RECORD_META = Table(
    "record_meta",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("root", TEXT, nullable=False),
    Column("scope", TEXT, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("mark", TEXT, nullable=False),
    Column("marks", TEXT),
    Column("adds", TEXT),
    Column("item", BigInteger, nullable=False),
    Index("record_meta_feed", "scope", "rev", "kind"),
    Index("record_meta_root", "root"),
)
"""Each record once, at its newest rev: per-field bookkeeping (JSON as it travels) and the change feed in one.

``item`` is the record's share of its scope's digest, as a signed 64-bit integer; 0 for one that does not live.
"""
_DELETED = RECORD_META.c.deleted == TOMBSTONE
Index("record_meta_tombstone", RECORD_META.c.rev, sqlite_where=_DELETED, postgresql_where=_DELETED)

COMPACTED = Table(
    "compacted",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("root", TEXT, nullable=False),
    Column("scope", TEXT, nullable=False),
    Index("compacted_root", "root"),
)
"""Deleted records whose tombstones were dropped: where they were, and nothing of what they said."""

HEAD_AT = Table(
    "head_at",
    metadata,
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("rev", BigInteger, nullable=False),
)
"""Which rev was the highest at an instant: a line a day, by which the age of a rev is known."""

TXN_LOG = Table(
    "txn_log",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("device", TEXT, nullable=False),
    Column("user_id", TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("payload_hash", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("code", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("flags", TEXT),
    Index("txn_log_seq", "device", "seq", unique=True),
)
"""What became of each transaction. ``flags`` is a JSON list of evidence: what was accepted but is worth a look, or is not all there was."""

SCOPE_MOVE = Table(
    "scope_move",
    metadata,
    Column("rev", BigInteger, primary_key=True),
    Column("root", TEXT, primary_key=True),
    Column("source", TEXT, nullable=False),
    Column("target", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("scope_move_left", "source", "rev"),
    Index("scope_move_root", "root"),
    Index("scope_move_came", "target", "rev"),
)
"""Which roots left which scope for which, and when."""

SCOPE_DIGEST = Table(
    "scope_digest",
    metadata,
    Column("scope", TEXT, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("digest", BigInteger, nullable=False),
)
"""The digest of each scope's live records, kept up to date; ``digest`` as a signed 64-bit integer."""

HEALED = Table(
    "healed",
    metadata,
    Column("device", TEXT, primary_key=True),
    Column("epoch", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Which devices have given back all they had after a restore, and in which epoch."""

LOGIN = Table(
    "login",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("login", TEXT, nullable=False, unique=True),
    Column("password_hash", TEXT, nullable=False),
    Column("disabled", Integer, nullable=False, default=0),
)
"""Who may sign in. The names and roles are in the ``user`` records."""

PAST_ROLE = Table(
    "past_role",
    metadata,
    Column("user_id", TEXT, primary_key=True),
    Column("until", BigInteger, primary_key=True),
    Column("role", TEXT, nullable=False),
)
"""Which role a user had until an instant: work that devices bring late is judged by the role in which it was done."""

DEVICE = Table(
    "device",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("code", TEXT, nullable=False, unique=True),
    Column("user_id", TEXT, nullable=False, index=True),
    Column("name", TEXT, nullable=False),
    Column("platform", TEXT, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_seq", BigInteger, nullable=False, default=0),
    Column("offset", BigInteger, nullable=False, default=0),
    Column("unsent_since", BigInteger),
)
"""Enrolled devices. ``offset`` is the server's clock minus the device's at its last push, in milliseconds; ``unsent_since`` is set while
its outbox is stuck."""

DEVICE_PROGRESS = Table(
    "device_progress",
    metadata,
    Column("device", TEXT, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The rev through which a device had pulled all its scopes, at an instant: noted now and then, never too high."""

REFRESH_TOKEN = Table(
    "refresh_token",
    metadata,
    Column("hash", TEXT, primary_key=True),
    Column("family", TEXT, nullable=False, index=True),
    Column("device", TEXT, nullable=False, index=True),
    Column("expires", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("began", BigInteger),
)
"""Refresh tokens, hashed. A family is what one sign-in ``began``; reuse of a used one ends the family."""

ACCESS_TOKEN = Table(
    "access_token",
    metadata,
    Column("hash", TEXT, primary_key=True),
    Column("device", TEXT, nullable=False, index=True),
    Column("family", TEXT, nullable=False, index=True),
    Column("expires", BigInteger, nullable=False, index=True),
)
"""Access tokens, hashed."""

SIGN_IN_FAILURE = Table(
    "sign_in_failure",
    metadata,
    Column("login", TEXT, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False, index=True),
)
"""Failed sign-ins in a row, by the hash of the login that was typed, whether or not there is such an account."""

BLOB = Table(
    "blob",
    metadata,
    Column("sha256", TEXT, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", TEXT, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("unnamed_since", BigInteger),
    Column("leaving", Integer, nullable=False),
)
"""Whole files in the blob store, verified. ``stored_at`` is 0 where a restore, or a sweep that did not find it, left open whether it is
there. ``unnamed_since`` is when a sweep first found that no record names it; ``leaving`` is 1 while its bytes are being removed, 2 where
they are of who was erased, 3 once these are gone: for a week, so that no phone brings them back."""

BLOB_UPLOAD = Table(
    "blob_upload",
    metadata,
    Column("device", TEXT, primary_key=True),
    Column("sha256", TEXT, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)
"""Files that a device is sending: ``offset`` bytes of them are durable."""

_RECORD_INDEXES = (
    Index("attachment_sha256", raw_table("attachment").c.sha256),
    Index("attachment_thumb", raw_table("attachment").c.thumb_sha256),
    Index("conflict_record", raw_table("conflict").c.record_id),
    Index("quote_line_quote", raw_table("quote_line").c.quote_id),
    Index("assignment_user", raw_table("assignment").c.user_id),
    Index("price_rule_product", raw_table("price_rule").c.price_list_id, raw_table("price_rule").c.product_id),
)
