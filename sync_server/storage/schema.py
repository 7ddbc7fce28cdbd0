"""The tables of a store: made where they are missing."""

from sqlalchemy import Connection, inspect, text

from sync_server.storage.tables import META, create_tables


def prepare(connection: Connection) -> None:
    """Make the schema and the tables that are not there yet."""
    if connection.dialect.name == "postgresql":
        schema = connection.execute(text("SHOW search_path")).scalar_one()
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    create_tables(connection)


def has_tables(connection: Connection) -> bool:
    """Say whether the tables were made."""
    return inspect(connection).has_table(META.name)
