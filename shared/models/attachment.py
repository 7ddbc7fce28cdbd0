"""Attachments: what refers to bytes. The record travels like any other; the bytes follow it, named by their SHA-256."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import SQLModel

from shared.models.columns import Instant, fact, ident, latest


class Attachment(SQLModel, table=True):
    """A photo of a customer, most often taken during a visit. Whoever may see the record may fetch its bytes, and nobody else."""

    __tablename__ = "attachment"

    id: str = ident()
    account_id: str | None = fact()
    visit_id: str | None = fact()
    user_id: str | None = fact()
    sha256: str | None = fact()
    thumb_sha256: str | None = fact()
    media_type: str | None = fact()
    size: int | None = fact(BigInteger)
    name: str | None = fact()
    taken_at: datetime | None = fact(Instant)
    caption: str | None = latest()
