"""Statements that are compiled once say what SQLAlchemy would say, on every engine, and fail as it would."""

from __future__ import annotations

import pytest
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, Text, bindparam, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.schema import CreateTable

from shared.models.columns import Members
from sync_server.storage.bulk import upsert, within_given
from sync_server.storage.prepared import Prepared
from tests.contract.stores import fresh

pytestmark = pytest.mark.usefixtures("engine")

KEPT = Table("kept", MetaData(), Column("id", Text, primary_key=True), Column("name", Text), Column("tags", Members), Column("on", Boolean))
INSERT = Prepared(KEPT.insert().values(id=bindparam("id"), name="x"))
ROWS = [("a", "Fournil", ["fair", "new"], True), ("b", "Φούρνος", [], False), ("c", None, None, None)]
ALL = select(KEPT).where(within_given(KEPT.c.id, "ids"), KEPT.c.id != "z").order_by(KEPT.c.id).limit(bindparam("most", type_=Integer))


def test_rows_are_those_that_sqlalchemy_gives_whatever_their_types() -> None:
    database, prepared = fresh(), Prepared(ALL)
    with database.write() as connection:
        connection.execute(CreateTable(KEPT))
        upsert(connection, KEPT, ROWS)
        asked = {"ids": ["a", "b", "c", "z", "with\0nul"], "most": 9}

        found = [tuple(row) for row in prepared.rows(connection, **asked)]

        assert found == [tuple(row) for row in connection.execute(ALL, asked)]
        assert found[:2] == ROWS[:2]
        assert [prepared.one(connection, ids=ids, most=1) is None for ids in (["b"], ["nobody"])] == [False, True]
        connection.exec_driver_sql("DROP TABLE kept")


def test_a_parameter_that_is_not_given_is_an_error_and_never_a_null() -> None:
    database = fresh()
    with database.read() as connection, pytest.raises((KeyError, StatementError)):
        Prepared(select(bindparam("asked", type_=Text))).rows(connection)


def test_what_the_engine_refuses_is_the_same_error_as_through_sqlalchemy() -> None:
    database = fresh()
    with database.read() as connection, pytest.raises(DBAPIError, match="kept"):
        Prepared(select(KEPT.c.id)).rows(connection)
    with pytest.raises(IntegrityError):
        database.run(_twice)


def _twice(connection: Connection) -> None:
    connection.execute(CreateTable(KEPT))
    for _ in range(2):
        INSERT.run(connection, id="Fournil")


def test_a_row_that_is_there_keeps_the_columns_that_are_to_stay() -> None:
    database = fresh()
    with database.write() as connection:
        connection.execute(CreateTable(KEPT))
        upsert(connection, KEPT, ROWS[:1])

        upsert(connection, KEPT, [("a", "another", [], False), ("b", "new", [], True)], ("name",))

        found = Prepared(select(KEPT).order_by(KEPT.c.id)).rows(connection)
        assert [tuple(row) for row in found] == [("a", "Fournil", [], False), ("b", "new", [], True)]
        connection.exec_driver_sql("DROP TABLE kept")


def test_what_fails_only_when_its_row_comes_is_the_same_error_as_through_sqlalchemy() -> None:
    database = fresh()
    with database.write() as connection:
        connection.execute(CreateTable(KEPT))
        upsert(connection, KEPT, [("a", "{}", [], True), ("b", "no JSON", [], True)])
        with pytest.raises(DBAPIError), connection.begin_nested():
            Prepared(select(func.json_extract(KEPT.c.name, "$")).order_by(KEPT.c.id)).rows(connection)
        connection.exec_driver_sql("DROP TABLE kept")
