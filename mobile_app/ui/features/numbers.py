"""Phone numbers in a form: stored as every phone dials them, shown as the customer's neighbours do."""

from shared.rules.phones import dialled
from shared.rules.typed import PHONES, country_of, stored
from shared.sync.policy import Value

__all__ = ["PHONES", "country_of", "filled", "stored"]


def filled(name: str, value: Value, country: str) -> Value:
    """What the field ``name`` is filled with for a stored value: nothing is an empty text."""
    if name in PHONES and isinstance(value, list):
        return [dialled(member, country) for member in value]
    if name in PHONES and isinstance(value, str):
        return dialled(value, country)
    return "" if value is None else value
