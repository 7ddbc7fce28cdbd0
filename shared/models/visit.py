"""Visits: planned, made, reviewed."""

from datetime import date, datetime

from sqlalchemy import Boolean, Float, Integer
from sqlmodel import SQLModel

from shared.models.columns import Day, Instant, asked, fact, ident, latest, prose, step


class Visit(SQLModel, table=True):
    """One call on one account. The facts of check-in and check-out are written once; ``zone`` is where it takes place."""

    __tablename__ = "visit"

    id: str = ident()
    account_id: str | None = fact()
    user_id: str | None = asked()
    planned_at: datetime | None = latest(Instant)
    zone: str | None = latest()
    planned_minutes: int | None = latest(Integer)
    purpose: str | None = latest()
    state: str | None = step()
    arrived_at: datetime | None = fact(Instant)
    arrived_lat: float | None = fact(Float, beside="arrived_at")
    arrived_lon: float | None = fact(Float, beside="arrived_at")
    arrived_accuracy: float | None = fact(Float, beside="arrived_at")
    arrived_mocked: bool | None = fact(Boolean, beside="arrived_at")
    place_status: str | None = fact(beside="arrived_at")
    left_at: datetime | None = fact(Instant)
    outcome: str | None = latest()
    note: str | None = prose()
    next_step: str | None = latest()
    next_step_on: date | None = latest(Day)
    comment: str | None = prose()
    reviewed_by: str | None = latest(beside="state")
    reviewed_at: datetime | None = latest(Instant, beside="state")
