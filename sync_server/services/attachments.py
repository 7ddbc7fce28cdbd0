"""Attachments on the server: whose they are, and who may take them away."""

from collections.abc import Callable

from shared.sync.change import Change
from shared.sync.record import Record
from sync_server.services.refusal import refused


def check_rights(change: Change, before: Record | None, user_id: str, leads: Callable[[], bool]) -> None:
    """Let people add photos in their own name only, and remove their own; a manager removes any.

    Raises:
        TransactionRefusedError: somebody else does.
    """
    if change.kind != "attachment":
        return
    author = change.fields.get("user_id")
    if author is not None and author.to != user_id:
        raise refused("own_name_only", change, "user_id")
    if change.op == "delete" and before is not None and before.value("user_id") != user_id and not leads():
        raise refused("own_name_only", change)
