"""Who works where: territories, people as everybody may see them, and dated assignments."""

from datetime import date

from sqlalchemy import Boolean, Float
from sqlmodel import SQLModel

from shared.models.columns import Day, ident, server


class Territory(SQLModel, table=True):
    """A part of the market; its accounts and all below them share one scope."""

    __tablename__ = "territory"

    id: str = ident()
    name: str | None = server()
    lat: float | None = server(Float)
    lon: float | None = server(Float)


class User(SQLModel, table=True):
    """A colleague as the directory shows her: no login, no secret."""

    __tablename__ = "user"

    id: str = ident()
    name: str | None = server()
    initials: str | None = server()
    role: str | None = server()
    language: str | None = server()
    active: bool | None = server(Boolean)


class Assignment(SQLModel, table=True):
    """Who works a territory, and since when."""

    __tablename__ = "assignment"

    id: str = ident()
    territory_id: str | None = server()
    user_id: str | None = server()
    valid_from: date | None = server(Day)
    valid_to: date | None = server(Day)
