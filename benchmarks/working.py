"""A working set of any size without a server or a vault: the customer base put straight into memory, as an unlock does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from benchmarks.customers import customers
from mobile_app.data.laid import Laid
from mobile_app.data.working_set import WorkingSet
from shared.sync.clock import pack
from shared.sync.record import Mark, Record

_BATCH = 2_000
_TERRITORY = "01890a5d-ac96-774b-bcce-b302099a8057"


def records(count: int) -> Iterator[Record]:
    """Give ``count`` accounts and contacts as the server would."""
    for rev, made in enumerate(customers(count, _TERRITORY), 1):
        root = str(made.fields.get("account_id", made.id))
        fields: dict[str, Any] = {name: value for name, value in made.fields.items() if value is not None and value != []}
        yield Record(made.kind, made.id, root, f"territory:{_TERRITORY}", rev, Mark(pack(rev), "", rev), fields)


def filled(count: int) -> WorkingSet:
    """Give a working set with ``count`` accounts and contacts, listed and searchable."""
    working_set = WorkingSet()
    rest = records(count)
    while part := {record.id: Laid(record, record.rev) for record in islice(rest, _BATCH)}:
        with working_set.transaction():
            working_set.put(part, lambda _ids: {}, index=False)
    for _ in working_set.finish():
        pass
    with working_set.transaction():
        while working_set.list_late(_BATCH):
            pass
    return working_set
