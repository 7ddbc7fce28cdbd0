"""How much room an organisation takes."""

from sqlalchemy import Connection, text

_SQLITE = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
_POSTGRESQL = text(
    "SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0) FROM pg_class"
    " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = current_schema() AND relkind = 'r'"
)


def bytes_of(connection: Connection) -> int:
    """Count the bytes of the records' database, indexes included, files (photos) not."""
    return int(connection.execute(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL).scalar_one())
