"""Alembic asks here what to work on: the connection and the declared tables that its caller gives."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Text

_given = context.config.attributes


def _rendered(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our text as its short name."""
    if kind == "type" and isinstance(item, Text):
        autogen_context.imports.add("from sync_server.storage.migrations.types import TEXT")
        return "TEXT"
    return False


context.configure(
    connection=_given["connection"],
    target_metadata=_given.get("tables"),
    render_as_batch=True,
    render_item=_rendered,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
