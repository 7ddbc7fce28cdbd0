"""Protocol 2 as it was: what its phones sent, and the structs with which they read the answers. Nothing here ever changes."""

import msgspec

HEADERS = {"X_Tournee_Protocol": "2", "Accept_Encoding": "gzip"}

CREATE = (
    b'{"clock":1795348800000,"transactions":[{"id":"019ac9f3-2000-7000-8000-0000000000a1","changes":['
    b'{"kind":"account","id":"019ac9f3-2000-7000-8000-0000000000b1","op":"create","stamp":117659978956800001,'
    b'"fields":{"name":{"to":"Fournil Bellevue"},"territory_id":{"to":"TERRITORY"},"country":{"to":"FR"},"tags":{"add":["fair"]}}},'
    b'{"kind":"contact","id":"019ac9f3-2000-7000-8000-0000000000c1","op":"create","stamp":117659978956800002,'
    b'"fields":{"account_id":{"to":"019ac9f3-2000-7000-8000-0000000000b1"},"last_name":{"to":"Moreau"}}}],"seq":1}],"epoch":"EPOCH","protocol":2}'
)
"""A customer and a person, as one action."""

EDIT = (
    b'{"clock":1795348801000,"transactions":[{"id":"019ac9f3-2000-7000-8000-0000000000a2","changes":['
    b'{"kind":"account","id":"019ac9f3-2000-7000-8000-0000000000b1","op":"update","stamp":117659978956800003,'
    b'"fields":{"city":{"to":"Lyon"}},"base":["EPOCH",BASE]}],"needs":["019ac9f3-2000-7000-8000-0000000000a1"],"seq":2}],"epoch":"EPOCH","protocol":2}'
)
"""An edit of that customer, against what was pulled."""


class Epoch(msgspec.Struct):
    id: str


class Outcome(msgspec.Struct):
    txn: str
    status: str
    rev: int = 0
    first: str = ""


class PushAnswer(msgspec.Struct):
    epoch: Epoch
    server_time: int
    offset: int
    stamp: int
    backed_up_through: int
    outcomes: tuple[Outcome, ...]


class KindRows(msgspec.Struct):
    columns: list[str]
    rows: list[tuple[str, str, int, int, int, list[object], object, object, list[object]]]


class PullAnswer(msgspec.Struct):
    epoch: Epoch
    server_time: int
    asked: str
    cursor: str
    more: bool
    head: int
    scopes: list[str]
    kinds: dict[str, KindRows]
    stamp: int
    backed_up_through: int
    left: list[str] = []
    lost_scopes: list[str] = []
    digests: dict[str, str] | None = None
    total: int = 0
