"""The tables of the first release; one that is there already, from before versions were noted, stays as it is.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Index, Table

from sync_server.storage.migrations.types import TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_tables = sa.MetaData()

Table(
    "meta", _tables, Column("key", TEXT, primary_key=True), Column("value", TEXT, nullable=False),
)
Table(
    "record_meta", _tables, Column("id", TEXT, primary_key=True), Column("kind", TEXT, nullable=False),
    Column("root", TEXT, nullable=False), Column("scope", TEXT, nullable=False), Column("rev", sa.BigInteger, nullable=False),
    Column("deleted", sa.Integer, nullable=False), Column("mark", TEXT, nullable=False), Column("marks", TEXT), Column("adds", TEXT),
    Column("item", sa.BigInteger, nullable=False), Index("record_meta_feed", "scope", "rev", "kind"), Index("record_meta_root", "root"),
)
Table(
    "txn_log", _tables, Column("id", TEXT, primary_key=True), Column("device", TEXT, nullable=False),
    Column("user_id", TEXT, nullable=False), Column("seq", sa.BigInteger, nullable=False), Column("payload_hash", TEXT, nullable=False),
    Column("status", TEXT, nullable=False), Column("rev", sa.BigInteger, nullable=False), Column("code", TEXT, nullable=False),
    Column("at", sa.BigInteger, nullable=False), Column("flags", TEXT), Index("txn_log_seq", "device", "seq", unique=True),
)
Table(
    "scope_move", _tables, Column("rev", sa.BigInteger, primary_key=True), Column("root", TEXT, primary_key=True),
    Column("source", TEXT, nullable=False), Column("target", TEXT, nullable=False), Column("at", sa.BigInteger, nullable=False),
    Index("scope_move_left", "source", "rev"), Index("scope_move_root", "root"),
)
Table(
    "scope_digest", _tables, Column("scope", TEXT, primary_key=True), Column("count", sa.BigInteger, nullable=False),
    Column("digest", sa.BigInteger, nullable=False),
)
Table(
    "login", _tables, Column("user_id", TEXT, primary_key=True), Column("login", TEXT, nullable=False, unique=True),
    Column("password_hash", TEXT, nullable=False), Column("disabled", sa.Integer, nullable=False),
)
Table(
    "device", _tables, Column("id", TEXT, primary_key=True), Column("code", TEXT, nullable=False, unique=True),
    Column("user_id", TEXT, nullable=False), Column("name", TEXT, nullable=False), Column("platform", TEXT, nullable=False),
    Column("enrolled_at", sa.BigInteger, nullable=False), Column("last_seen", sa.BigInteger), Column("revoked_at", sa.BigInteger),
    Column("last_seq", sa.BigInteger, nullable=False), Column("offset", sa.BigInteger, nullable=False),
    Index("ix_device_user_id", "user_id"),
)
Table(
    "refresh_token", _tables, Column("hash", TEXT, primary_key=True), Column("family", TEXT, nullable=False),
    Column("device", TEXT, nullable=False), Column("expires", sa.BigInteger, nullable=False), Column("used_at", sa.BigInteger),
    Index("ix_refresh_token_device", "device"), Index("ix_refresh_token_family", "family"),
)
Table(
    "access_token", _tables, Column("hash", TEXT, primary_key=True), Column("device", TEXT, nullable=False),
    Column("family", TEXT, nullable=False), Column("expires", sa.BigInteger, nullable=False), Index("ix_access_token_device", "device"),
    Index("ix_access_token_expires", "expires"), Index("ix_access_token_family", "family"),
)
Table(
    "sign_in_failure", _tables, Column("login", TEXT, primary_key=True), Column("count", sa.Integer, nullable=False),
    Column("last_at", sa.BigInteger, nullable=False), Index("ix_sign_in_failure_last_at", "last_at"),
)
Table(
    "territory", _tables, Column("id", TEXT, primary_key=True), Column("name", TEXT), Column("lat", sa.Float), Column("lon", sa.Float),
)
Table(
    "user", _tables, Column("id", TEXT, primary_key=True), Column("name", TEXT), Column("initials", TEXT), Column("role", TEXT),
    Column("language", TEXT), Column("active", sa.Boolean),
)
Table(
    "assignment", _tables, Column("id", TEXT, primary_key=True), Column("territory_id", TEXT), Column("user_id", TEXT),
    Column("valid_from", TEXT), Column("valid_to", TEXT), Index("assignment_user", "user_id"),
)
Table(
    "tax_rate", _tables, Column("id", TEXT, primary_key=True), Column("country", TEXT), Column("code", TEXT),
    Column("rate", sa.BigInteger), Column("valid_from", TEXT), Column("valid_to", TEXT),
)
Table(
    "price_list", _tables, Column("id", TEXT, primary_key=True), Column("name", TEXT), Column("version", sa.Integer),
    Column("currency", TEXT), Column("valid_from", TEXT), Column("valid_to", TEXT),
)
Table(
    "product", _tables, Column("id", TEXT, primary_key=True), Column("sku", TEXT), Column("name_en", TEXT), Column("name_fr", TEXT),
    Column("name_el", TEXT), Column("unit", TEXT), Column("category", TEXT), Column("tax_code", TEXT), Column("active", sa.Boolean),
)
Table(
    "price_rule", _tables, Column("id", TEXT, primary_key=True), Column("price_list_id", TEXT), Column("product_id", TEXT),
    Column("segment", TEXT), Column("min_quantity", sa.BigInteger), Column("price", sa.BigInteger), Column("priority", sa.Integer),
    Index("price_rule_product", "price_list_id", "product_id"),
)
Table(
    "account", _tables, Column("id", TEXT, primary_key=True), Column("name", TEXT), Column("street", TEXT), Column("postcode", TEXT),
    Column("city", TEXT), Column("country", TEXT), Column("lat", sa.Float), Column("lon", sa.Float), Column("phone", TEXT),
    Column("email", TEXT), Column("website", TEXT), Column("vat_id", TEXT), Column("segment", TEXT), Column("tags", TEXT),
    Column("territory_id", TEXT), Column("opening_hours", TEXT), Column("note", TEXT), Column("merged_into", TEXT),
)
Table(
    "contact", _tables, Column("id", TEXT, primary_key=True), Column("account_id", TEXT), Column("first_name", TEXT),
    Column("last_name", TEXT), Column("job_title", TEXT), Column("phones", TEXT), Column("emails", TEXT), Column("language", TEXT),
    Column("note", TEXT), Column("merged_into", TEXT),
)
Table(
    "visit", _tables, Column("id", TEXT, primary_key=True), Column("account_id", TEXT), Column("user_id", TEXT),
    Column("planned_at", sa.BigInteger), Column("zone", TEXT), Column("planned_minutes", sa.Integer), Column("purpose", TEXT),
    Column("state", TEXT), Column("arrived_at", sa.BigInteger), Column("arrived_lat", sa.Float), Column("arrived_lon", sa.Float),
    Column("arrived_accuracy", sa.Float), Column("arrived_mocked", sa.Boolean), Column("place_status", TEXT),
    Column("left_at", sa.BigInteger), Column("outcome", TEXT), Column("note", TEXT), Column("next_step", TEXT),
    Column("next_step_on", TEXT), Column("comment", TEXT), Column("reviewed_by", TEXT), Column("reviewed_at", sa.BigInteger),
)
Table(
    "quote", _tables, Column("id", TEXT, primary_key=True), Column("account_id", TEXT), Column("user_id", TEXT), Column("visit_id", TEXT),
    Column("number", TEXT), Column("revision", sa.Integer), Column("supersedes", TEXT), Column("currency", TEXT),
    Column("price_list_id", TEXT), Column("price_list_version", sa.Integer), Column("rounding", TEXT), Column("quoted_on", TEXT),
    Column("valid_until", TEXT), Column("note", TEXT), Column("state", TEXT), Column("net_total", sa.BigInteger),
    Column("tax_total", sa.BigInteger), Column("gross_total", sa.BigInteger), Column("sent_at", sa.BigInteger),
    Column("decided_at", sa.BigInteger),
)
Table(
    "quote_line", _tables, Column("id", TEXT, primary_key=True), Column("quote_id", TEXT), Column("account_id", TEXT),
    Column("position", sa.Integer), Column("product_id", TEXT), Column("description", TEXT), Column("unit", TEXT),
    Column("quantity", sa.BigInteger), Column("list_price", sa.BigInteger), Column("unit_price", sa.BigInteger),
    Column("price_origin", TEXT), Column("discount", sa.BigInteger), Column("tax_code", TEXT), Column("tax_rate", sa.BigInteger),
    Index("quote_line_quote", "quote_id"),
)
Table(
    "conflict", _tables, Column("id", TEXT, primary_key=True), Column("account_id", TEXT), Column("record_kind", TEXT),
    Column("record_id", TEXT), Column("field", TEXT), Column("entries", TEXT), Column("standing", sa.Integer), Column("state", TEXT),
    Column("opened_at", sa.BigInteger), Column("closed_at", sa.BigInteger), Column("closed_by", TEXT),
    Index("conflict_record", "record_id"),
)


def upgrade() -> None:
    """Make those that are not there."""
    _tables.create_all(op.get_bind())
