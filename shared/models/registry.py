"""What sync knows of the models: kinds, fields, policies, parents and scopes, read off the tables once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from shared.models.attachment import Attachment
from shared.models.catalogue import PriceList, PriceRule, Product, TaxRate
from shared.models.columns import BESIDE, POLICY, TEXT, Day, Members
from shared.models.conflict import Conflict
from shared.models.customer import Account, Contact
from shared.models.organisation import Assignment, Territory, User
from shared.models.quote import Quote, QuoteLine
from shared.models.visit import Visit
from shared.rules import lifecycle
from shared.rules.phones import normalise_member
from shared.sync.policy import FieldSpec, KindSpec, Lifecycle, Policy, same

MODELS: Mapping[str, type[SQLModel]] = {
    "territory": Territory,
    "user": User,
    "assignment": Assignment,
    "tax_rate": TaxRate,
    "price_list": PriceList,
    "product": Product,
    "price_rule": PriceRule,
    "account": Account,
    "contact": Contact,
    "visit": Visit,
    "quote": Quote,
    "quote_line": QuoteLine,
    "attachment": Attachment,
    "conflict": Conflict,
}
"""Every kind, parents before children."""

ROOT = "account"
ORG_WIDE = frozenset({"territory", "user", "assignment", "tax_rate", "price_list", "product", "price_rule"})
SERVER_ONLY = ORG_WIDE | {"conflict"}
ORG_SCOPE = "org"
_LIFECYCLES: Mapping[str, Lifecycle] = {"visit": lifecycle.VISIT, "quote": lifecycle.QUOTE}
_OWNERS = {"quote_line": ("quote_id", "quote")}
_REFERENCES = {
    "account_id": "account",
    "territory_id": "territory",
    "user_id": "user",
    "visit_id": "visit",
    "quote_id": "quote",
    "supersedes": "quote",
    "product_id": "product",
    "price_list_id": "price_list",
    "reviewed_by": "user",
}


def table_of(kind: str) -> Table:
    """Give the typed table of ``kind``."""
    table = MODELS[kind].__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)  # noqa: S101 - narrows SQLModel's untyped attribute
    return table


def _field(kind: str, column: Column[object]) -> FieldSpec:
    policy = column.info[POLICY]
    identity = partial(normalise_member, column.name) if policy is Policy.SET else same
    cycle = _LIFECYCLES.get(kind) if policy is Policy.STATE else None
    return FieldSpec(column.name, policy, cycle, identity, column.info.get(BESIDE, ""))


def _kind(kind: str) -> KindSpec:
    columns = [column for column in table_of(kind).columns if not column.primary_key]
    return KindSpec(
        kind,
        {column.name: _field(kind, column) for column in columns},
        parent="account_id" if "account_id" in table_of(kind).columns else None,
        owner=_OWNERS.get(kind),
        references={column.name: _REFERENCES[column.name] for column in columns if column.name in _REFERENCES},
        org_wide=kind in ORG_WIDE,
        writable=kind not in SERVER_ONLY,
    )


KINDS: Mapping[str, KindSpec] = {kind: _kind(kind) for kind in MODELS}
COLUMNS: dict[str, list[str]] = {kind: list(spec.fields) for kind, spec in KINDS.items()}
"""The order of a row's values on the wire."""
PARENTS: Mapping[str, dict[str, str]] = {
    kind: ({spec.parent: ROOT} if spec.parent is not None else {}) | dict([spec.owner] if spec.owner is not None else [])
    for kind, spec in KINDS.items()
}
"""By kind, the fields that name what a record belongs to, and the kind of that: a line's customer and its quote."""

_raw = MetaData()


def _raw_column(column: Column[object]) -> Column[object]:
    type_: TypeEngine[Any] = column.type
    if isinstance(type_, Day | Text):
        type_ = TEXT
    elif isinstance(type_, TypeDecorator) and not isinstance(type_, Members):
        type_ = BigInteger()
    return Column(column.name, type_, primary_key=column.primary_key, nullable=not column.primary_key)


_RAW = {kind: Table(kind, _raw, *(_raw_column(column) for column in table_of(kind).columns)) for kind in MODELS}


def raw_table(kind: str) -> Table:
    """Give ``kind``'s table as sync sees it: the same columns, holding stored values as they travel."""
    return _RAW[kind]
