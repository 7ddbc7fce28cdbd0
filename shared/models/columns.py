"""Column types and field helpers: how a typed value is stored, and by which policy its edits are merged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Dialect, Float, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from shared.rules.checks import LAST_INSTANT, is_day
from shared.sync.policy import Policy

POLICY = "policy"
BESIDE = "beside"
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte on every engine, whatever language a PostgreSQL server was made in."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[str]).decode


def instant_of(stored: object) -> datetime | None:
    """Read a stored instant as a datetime in UTC. What no screen could show is read as none: one row must not close a whole list."""
    return _EPOCH + timedelta(milliseconds=stored) if isinstance(stored, int) and 0 <= stored <= LAST_INSTANT else None


class _Scaled(TypeDecorator[Decimal]):
    """A decimal as an integer: SQLite would keep it as REAL, and 1,000 times 0.10 would not be 100."""

    impl = BigInteger
    cache_ok = True
    places = 0

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - as SQLAlchemy calls it
        return None if value is None else int(value.scaleb(self.places).to_integral_exact())

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - what is no number is read as none
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else None


class Money(_Scaled):
    """An amount, stored in minor units."""

    cache_ok = True
    places = 2


class Quantity(_Scaled):
    """A quantity, stored in thousandths."""

    cache_ok = True
    places = 3


class Percent(_Scaled):
    """A percentage, stored in basis points."""

    cache_ok = True
    places = 2


class Instant(TypeDecorator[datetime]):
    """A moment, stored as milliseconds since 1970, UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002, D102 - as SQLAlchemy calls it
        return None if value is None else round(value.timestamp() * 1000)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        return instant_of(value)


class Day(TypeDecorator[date]):
    """A calendar day, stored as ISO 8601 text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 - as SQLAlchemy calls it
        return None if value is None else value.isoformat()

    def process_result_value(self, value: object, dialect: Dialect) -> date | None:  # noqa: ARG002, D102 - as with an instant
        return date.fromisoformat(value) if isinstance(value, str) and is_day(value) else None


class Members(TypeDecorator[list[str]]):
    """A set of texts in the order they were added, stored as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 - as SQLAlchemy calls it
        return _encode(value).decode() if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:  # noqa: ARG002, D102
        return _decode(value) if value else []


def merged(policy: Policy, sa_type: Any = Text, default: Any = None, beside: str = "", **kwargs: Any) -> Any:  # noqa: ANN401 - as SQLModel's Field
    """Declare a field with its merge policy; everything is nullable, since a record may come before its fields do."""
    column = {"info": {POLICY: policy, BESIDE: beside}, "nullable": True} | kwargs.pop("sa_column_kwargs", {})
    return Field(default=default, sa_type=sa_type, sa_column_kwargs=column, **kwargs)


def latest(sa_type: Any = Text, beside: str = "", **kwargs: Any) -> Any:  # noqa: ANN401
    """Of two edits that did not see each other the later stands, or that which goes with what stands in the field it is ``beside``."""
    return merged(Policy.LATEST, sa_type, beside=beside, **kwargs)


def server(sa_type: Any = Text, **kwargs: Any) -> Any:  # noqa: ANN401
    """Devices may not write it."""
    return merged(Policy.SERVER, sa_type, **kwargs)


def fact(sa_type: Any = Text, beside: str = "", **kwargs: Any) -> Any:  # noqa: ANN401
    """Written once, never edited; of two who did not see each other it stands with the field that it is ``beside``."""
    return merged(Policy.APPEND, sa_type, beside=beside, **kwargs)


def asked(sa_type: Any = Text, **kwargs: Any) -> Any:  # noqa: ANN401
    """The server's value stands and a person is asked."""
    return merged(Policy.ASK, sa_type, **kwargs)


def derived(sa_type: Any = Text, **kwargs: Any) -> Any:  # noqa: ANN401
    """Worked out from other records by the rules, on both sides: nobody's opinion, so nobody is asked."""
    return merged(Policy.DERIVED, sa_type, **kwargs)


def prose(**kwargs: Any) -> Any:  # noqa: ANN401
    """Text that is merged by lines."""
    return merged(Policy.TEXT, Text, **kwargs)


def step(**kwargs: Any) -> Any:  # noqa: ANN401
    """A step of a life cycle."""
    return merged(Policy.STATE, Text, **kwargs)


def members() -> Any:  # noqa: ANN401
    """A set: edits carry what was added and what was removed."""
    return Field(default_factory=list, sa_type=Members, sa_column_kwargs={"info": {POLICY: Policy.SET}, "nullable": True})


def ident() -> Any:  # noqa: ANN401
    """The record's id: a UUIDv7 made where the record was made."""
    return Field(primary_key=True, sa_type=Text)


__all__ = ["BESIDE", "POLICY", "Day", "Float", "Instant", "Members", "Money", "Percent", "Quantity", "instant_of"]
__all__ += ["asked", "derived", "fact", "ident", "latest", "members", "merged", "prose", "server", "step"]
