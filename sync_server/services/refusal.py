"""Why a transaction is not taken: one stable code, and what is wrong with which field."""

from collections.abc import Mapping

import msgspec

from shared.sync.change import Change
from shared.sync.protocol import FieldError


class TransactionRefusedError(Exception):
    """Ends the running transaction; what it had changed is dropped, the batch goes on."""

    def __init__(self, code: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors

    def said_of(self, id_: str, named: str) -> "TransactionRefusedError":
        """Give it with what is wrong with ``id_`` said of ``named``, under which its author knows that record."""
        errors = (msgspec.structs.replace(each, id=named) if each.id == id_ else each for each in self.errors)
        return TransactionRefusedError(self.code, tuple(errors))


def refused(code: str, change: Change, field: str = "", params: Mapping[str, object] | None = None) -> TransactionRefusedError:
    """Refuse a transaction because of one change, naming the field where there is one."""
    said = {name: str(value) for name, value in (params or {}).items()}
    return TransactionRefusedError(code, (FieldError(field, code, change.kind, change.id, said),))


def unknown(change: Change, field: str = "") -> TransactionRefusedError:
    """Refuse as unknown: what is out of one's scope answers like what does not exist."""
    return refused("unknown_record", change, field)
