"""The tables of a store: made at once in a new one, brought forward step by step in one of an earlier release.

Both happen in the transaction of the caller, a writer's: nobody else writes meanwhile, and a step that fails leaves nothing behind.
"""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, make_url, select, text
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from shared.errors import StorageFailed
from shared.models.registry import MODELS, raw_table
from sync_server.storage.tables import META, SCHEMA_VERSION, metadata

VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table: one row, the number of the last step that the store has taken."""
SCRIPTS: Final = Path(__file__).with_name("migrations")


class SchemaTooNew(StorageFailed):
    """A later release wrote this store; this one touches nothing of it."""

    code = "schema_too_new"


def prepare(connection: Connection) -> None:
    """Bring the store's tables to this release's.

    Raises:
        SchemaTooNew: they are a later release's.
    """
    if connection.dialect.name == "postgresql":
        schema = connection.execute(text("SHOW search_path")).scalar_one()
        if connection.execute(text("SELECT to_regnamespace(:schema)"), {"schema": schema}).scalar_one() is None:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))  # a role may own a schema and not be let make one
    version = version_of(connection)
    if version == SCHEMA_VERSION:
        return
    if version is None and not has_tables(connection):
        for statement in _making(connection.dialect.name):
            connection.exec_driver_sql(statement)
        connection.execute(VERSION.insert().values(version_num=SCHEMA_VERSION))
        return
    if version is not None and version > SCHEMA_VERSION:
        raise SchemaTooNew
    command.upgrade(alembic(connection), SCHEMA_VERSION)


def has_tables(connection: Connection) -> bool:
    """Say whether the tables were made."""
    return inspect(connection).has_table(META.name)


def version_of(connection: Connection) -> str | None:
    """Give the number of the last step that the store has taken; ``None`` for one from before steps were noted, or without tables."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.execute(select(VERSION.c.version_num)).scalar_one_or_none()


def newest() -> str | None:
    """Give the number of the last step there is."""
    return ScriptDirectory.from_config(alembic()).get_current_head()


def alembic(connection: Connection | None = None) -> AlembicConfig:
    """Give Alembic's configuration for work on ``connection``."""
    config = AlembicConfig(attributes={"connection": connection, "tables": declared()})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


@cache
def _making(name: str) -> tuple[str, ...]:
    """Give the statements that make all tables in a dialect, compiled once: a process may make many stores."""
    dialect = make_url(f"{name}://").get_dialect()()
    made: list[ExecutableDDLElement] = []
    for table in [*declared().sorted_tables, VERSION]:
        made += [CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))]
    return tuple(str(each.compile(dialect=dialect)) for each in made)


@cache
def declared() -> MetaData:
    """Give every table of the server as this release declares it."""
    together = MetaData()
    for table in [*metadata.tables.values(), *map(raw_table, MODELS)]:
        table.to_metadata(together)
    return together
