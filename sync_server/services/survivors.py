"""Where a change of a customer goes that was merged into another one: to the one that stands."""

from collections.abc import Callable

from shared.models.registry import ROOT
from shared.rules.merging import survivor
from shared.sync.change import Change
from shared.sync.policy import Value
from shared.sync.record import Record
from sync_server.services.workspace import Workspace


def target_of(workspace: Workspace, change: Change, may_write: Callable[[Record], bool]) -> str:
    """Give the id of the record that ``change`` is for: its own, or that of its customer's survivor.

    A deletion stays with the duplicate: nobody who deletes it means the customer that stands. So does what somebody writes who has the
    duplicate and not that one: on her device it stands for itself.
    """
    if change.kind != ROOT or change.op != "update" or not _merged_into(workspace, change.id):
        return change.id

    def into(id_: str) -> str | None:
        record = workspace.record(id_)
        named = record.value("merged_into") if record is not None and may_write(record) else None
        if not named:
            return None
        standing = workspace.record(str(named))
        return standing.id if standing is not None and standing.kind == ROOT and standing.live and may_write(standing) else None

    return survivor(change.id, into)


def _merged_into(workspace: Workspace, id_: str) -> Value:
    record = workspace.record(id_)
    return None if record is None else record.value("merged_into")
