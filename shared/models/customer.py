"""Accounts (the customers, roots of nearly everything) and the people who work there."""

from sqlalchemy import Float
from sqlmodel import SQLModel

from shared.models.columns import asked, fact, ident, latest, members, prose, server


class Account(SQLModel, table=True):
    """A customer: a shop, a bakery, a hotel."""

    __tablename__ = "account"

    id: str = ident()
    name: str | None = latest()
    street: str | None = latest()
    postcode: str | None = latest()
    city: str | None = latest()
    country: str | None = latest()
    lat: float | None = latest(Float)
    lon: float | None = latest(Float, beside="lat")
    phone: str | None = latest()
    email: str | None = latest()
    website: str | None = latest()
    vat_id: str | None = latest()
    segment: str | None = server()
    tags: list[str] = members()
    territory_id: str | None = asked()
    opening_hours: str | None = latest()
    note: str | None = prose()
    merged_into: str | None = server()


class Contact(SQLModel, table=True):
    """A person at an account."""

    __tablename__ = "contact"

    id: str = ident()
    account_id: str | None = fact()
    first_name: str | None = latest()
    last_name: str | None = latest()
    job_title: str | None = latest()
    phones: list[str] = members()
    emails: list[str] = members()
    language: str | None = latest()
    note: str | None = prose()
    merged_into: str | None = server()
