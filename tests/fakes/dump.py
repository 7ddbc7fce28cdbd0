"""What a store holds, past its door: a working set to compare with another, the forms that have drafts."""

from mobile_app.data.store import Store
from mobile_app.data.working_set import WorkingSet
from shared.models.registry import MODELS

Dump = dict[str, list[tuple[object, ...]]]


def dump(working_set: WorkingSet) -> Dump:
    """Give all rows, in an order of their own: two working sets are alike if their dumps are."""
    order = dict.fromkeys(MODELS, "id") | {"entry": "id", "pending": "record_id, txn, field"}
    tables = {name: working_set.ask(f'SELECT * FROM "{name}" ORDER BY {by}') for name, by in order.items()}  # noqa: S608
    return tables | {"accounts": [*working_set.lists.accounts.rows()], "products": [*working_set.lists.products.rows()]}


def drafts(store: Store) -> list[str]:
    """Give the forms that have drafts."""
    return store._vault.drafts.ids()
